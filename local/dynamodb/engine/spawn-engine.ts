import { spawn, type ChildProcess } from 'node:child_process';
import { connect } from 'node:net';
import { freePort } from '../../listen.ts';
import { setTimeout as sleep } from 'node:timers/promises';

export interface EngineProcess {
  readonly port: number;
  /** Resolves when the process has ended, with what it said on stderr. */
  readonly ended: Promise<string>;
  stop(): Promise<void>;
}

const ATTEMPTS = 5;
const START_TIMEOUT_MS = 15_000;
const STOP_TIMEOUT_MS = 3000;

/**
 * Ends the engine when this process ends, even by SIGKILL: the shell's input is a pipe only we hold, and the kernel closes it for us.
 */
const WATCHED = `exec 3<&0; "$@" 3<&- & engine=$!; { read -r _ <&3; kill "$engine"; } 2>/dev/null & exec 3<&-; wait "$engine"`;

/** Starts the engine on a free loopback port; another one is tried when something else takes it first. */
export async function spawnEngine(binary: string, databasePath: string): Promise<EngineProcess> {
  let said = '';
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = await freePort();
    const child = launch([binary, 'serve', '--port', String(port), '--db-path', databasePath]);
    const ended = endOf(child);
    const first = await Promise.race([isListening(port, child), ended]);
    if (first === true) return { port, ended, stop: () => stop(child, ended) };
    await stop(child, ended);
    said = typeof first === 'string' ? first : 'it did not listen in time';
  }
  throw new Error(`The local DynamoDB does not start with ${databasePath}: ${said.trim()}`);
}

/** In a session of its own, so that Ctrl-C in a terminal reaches this process first. */
function launch(command: readonly string[]): ChildProcess {
  const [binary = '', ...args] = command;
  if (process.platform === 'win32') return spawn(binary, args, { stdio: ['pipe', 'ignore', 'pipe'] });
  return spawn('/bin/sh', ['-c', WATCHED, 'sh', ...command], { stdio: ['pipe', 'ignore', 'pipe'], detached: true });
}

const endOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve) => {
    let stderr = '';
    child.stderr?.on('data', (data: Buffer) => (stderr = (stderr + data.toString()).slice(-2000)));
    child.stdin?.on('error', () => undefined);
    child.once('error', (error) => resolve(String(error)));
    child.once('exit', () => resolve(stderr));
  });

async function stop(child: ChildProcess, ended: Promise<string>): Promise<void> {
  if (process.platform === 'win32') child.kill();
  child.stdin?.end();
  const late = setTimeout(() => killGroup(child), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(late);
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
  } catch {
    // It ended by itself in the meantime.
  }
}

async function isListening(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + START_TIMEOUT_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    if (await accepts(port)) return child.exitCode === null;
    await sleep(5);
  }
  return false;
}

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
