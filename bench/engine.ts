import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { styleText } from 'node:util';
import { openJournal } from '../local/journal/open-journal.ts';
import { ours, type Runner, theirs } from './engine/beside.ts';
import { isParking, park, type Parked, type Parking } from './engine/parked.ts';
import { smallGround, START } from './engine/small-ground.ts';

/**
 * `node bench/engine.ts`: the state machine engine by itself. Seconds depend on the machine and its load; bytes and ratios
 * hardly do. `--parked N` and `--runs N` set the sizes.
 */
const flag = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(name);
  return at < 0 ? otherwise : Number(process.argv[at + 1]);
};
const COUNT = flag('--parked', 10_000);
const RUNS = flag('--runs', 2_000);
const ROUNDS = 5;
const folder = mkdtempSync(join(tmpdir(), 'engine-'));
const HOUR = 3_600_000;

const row = (what: string, value: string, aim = ''): void =>
  console.log(`  ${what.padEnd(62)} ${styleText('bold', value.padStart(12))}  ${aim}`);
const heading = (text: string): void => console.log(`\n  ${styleText('underline', text)}`);
const kilobytes = (bytes: number): string => `${(bytes / 1_024).toFixed(2)} KB`;
const perSecond = (count: number, seconds: number): string => `${Math.round(count / seconds).toLocaleString('en')}/s`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1_000;
}

const JOURNALS = [
  ['memory', ':memory:', 'nothing survives the process'],
  ['file', join(folder, 'parked.sqlite'), 'on disk, fsync before every acknowledgement'],
] as const;

/** Bytes of one parked execution, weighed in a process that does nothing else. */
function weighed(parking: Parking, path: string): string {
  const own = path === ':memory:' ? path : `${path}-weighed-${parking}`;
  const given = [import.meta.filename, '--weigh', parking, own, '--parked', String(COUNT)];
  return kilobytes(Number(execFileSync(process.execPath, given, { encoding: 'utf8' })));
}

const [parking, path = ':memory:'] = process.argv.slice(process.argv.indexOf('--weigh') + 1);
if (process.argv.includes('--weigh') && isParking(parking)) {
  console.log((await park(parking, COUNT, openJournal(path))).bytes);
  rmSync(folder, { recursive: true });
  process.exit();
}

heading(`${COUNT.toLocaleString('en')} parked executions`);
for (const [name, file, durability] of JOURNALS) {
  console.log(`  ${name} journal: ${durability}`);
  row('  memory of one, waiting for its token', weighed('token', file), '≤ 4 KB');
  row('  memory of one, waiting for an hour', weighed('wait', file), '≤ 4 KB');
  await atTokens(file === ':memory:' ? file : `${file}-token`);
  await atWaits(file);
}

async function atTokens(at: string): Promise<void> {
  const journal = openJournal(at);
  const parked = await park('token', COUNT, journal);
  row('  woken by SendTaskSuccess', perSecond(COUNT, await timed(() => answered(parked))), '≥ 500/s');
  journal.close();
}

async function answered({ ground, tokens }: Parked): Promise<void> {
  for (let n = 0; n < tokens.length; n += 50) {
    const some = tokens.slice(n, n + 50);
    await Promise.all(some.map((taskToken) => ground.call('SendTaskSuccess', { taskToken, output: '{}' })));
  }
  await ground.clock.quiet();
}

async function atWaits(at: string): Promise<void> {
  const journal = openJournal(at);
  const { ground } = await park('wait', COUNT, journal);
  const clock = at === ':memory:' ? ground.clock : await recovered(at, () => journal.close());
  row('  woken by time', perSecond(COUNT, await timed(() => clock.advance(HOUR))), '≥ 500/s');
}

/** Opens the file again, as the process after a kill would. */
async function recovered(at: string, close: () => void) {
  close();
  const journal = openJournal(at);
  const began = performance.now();
  const ground = smallGround({ journal, now: START + 60_000 });
  ground.states.recover();
  await ground.clock.quiet();
  row('  recovered from the file', `${((performance.now() - began) / 1_000).toFixed(2)} s`, '< 3 s');
  return ground.clock;
}

heading(`executions of a machine of three states (Pass, Task, Succeed), median of ${ROUNDS} rounds of ${RUNS}`);
const other = await theirs();
const runners: readonly (readonly [string, string, Runner])[] = [
  ['this engine, in memory', 'history kept; gone with the process', await ours(openJournal(':memory:'))],
  ['this engine, on disk', 'history kept; start and end fsynced', await ours(openJournal(join(folder, 'runs.sqlite')))],
  ...(other === undefined ? [] : [['aws-local-stepfunctions 3.0.0', 'no history, nothing kept', other] as const]),
];
const rates = new Map(runners.map(([name]) => [name, new Array<number>()]));
for (let round = 0; round <= ROUNDS; round += 1) {
  for (const [name, , run] of runners) {
    const seconds = await timed(() => run(RUNS));
    // The first round only warms up.
    if (round > 0) rates.get(name)?.push(RUNS / seconds);
  }
}
const median = (name: string): number => (rates.get(name) ?? []).toSorted((a, b) => a - b)[ROUNDS >> 1] ?? Number.NaN;
for (const [name, durability] of runners) row(`  ${name} (${durability})`, perSecond(median(name), 1));
if (other === undefined) {
  console.log('  to compare: npm install --no-save aws-local-stepfunctions@3.0.0');
} else {
  for (const [name] of runners.slice(0, 2))
    row(`  ${name}, beside the other`, `${(median(name) / median('aws-local-stepfunctions 3.0.0')).toFixed(2)} ×`);
}
console.log();
rmSync(folder, { recursive: true });
