import { spawn } from 'node:child_process';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../local/listen.ts';
import { processTree } from '../cpu.ts';

const root = path.join(import.meta.dirname, '../..');
const LONGEST_START_MS = 60_000;

/** What is killed: the ground alone, whose DynamoDB then ends by itself, or everything at the same moment. */
export type Blow = 'ground' | 'everything';

/**
 * `npm start` on a data folder, as a process that may be killed at any moment, also before it answers. It is not waited for:
 * `healthy` does, and resolves with the milliseconds since the process began; it throws what the process said when that ends.
 */
export const launch = async (data: string) => {
  const [awsPort, httpPort] = [await freePort(), await freePort()];
  const ports = ['--aws-port', String(awsPort), '--http-port', String(httpPort)];
  const began = performance.now();
  const child = spawn(process.execPath, ['demo/start.ts', '--no-demo', '--data', data, ...ports], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const pid = child.pid ?? 0;
  const [aws, http] = [`http://127.0.0.1:${awsPort}`, `http://127.0.0.1:${httpPort}`];
  const isOver = () => child.exitCode !== null || child.signalCode !== null;

  const healthy = async (): Promise<number> => {
    while (!isOver() && performance.now() - began < LONGEST_START_MS) {
      const health = await fetch(`${http}/health`).catch(() => undefined);
      await health?.body?.cancel();
      if (health?.status === 200) return performance.now() - began;
      await sleep(10);
    }
    throw new Error(`The ground did not start: ${said.trim()}`);
  };

  return {
    aws,
    http,
    pid,
    said: () => said,
    healthy,
    async kill(blow: Blow): Promise<void> {
      const pids = blow === 'everything' ? processTree(pid) : [pid];
      for (const each of pids) killOne(each);
      await ended;
    },
    async stop(): Promise<void> {
      child.kill('SIGINT');
      await ended;
    },
  };
};
export type Ground = Awaited<ReturnType<typeof launch>>;

const killOne = (pid: number): void => {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It was gone before.
  }
};
