import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { cpuSeconds, processTree } from './cpu.ts';
import { launch } from './durability/killable.ts';
import { advance, filled, identified, pour } from './parking/shop.ts';
import { whole } from './whole.ts';

/**
 * `npm run bench -- recovery`: many customers in a wait of a journey, everything on disk and killed with SIGKILL, and how long the
 * next start takes until it answers. Seconds depend on the machine and its load; CPU seconds hardly do.
 */
type Options = { readonly customers: number; readonly starts: number; readonly data?: string };
const options = new Command('npm run bench -- recovery')
  .option('--customers <number>', 'how many wait', whole, 10_000)
  .option('--starts <number>', 'how often it is killed and started', whole, 7)
  .option('--data <folder>', 'a folder to begin with and to keep, in which customers wait already')
  .parse()
  .opts<Options>();

const median = (values: readonly number[]): string =>
  (values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN).toFixed(2);
const most = (values: readonly number[]): string => Math.max(...values).toFixed(2);
const row = (what: string, value: string, unit: string): void =>
  console.log(`  ${what.padEnd(48)} ${styleText('bold', value.padStart(8))} ${unit}`);

const park = async (data: string): Promise<void> => {
  const ground = await launch(data);
  await ground.healthy();
  for (const signals of [identified(options.customers), filled(options.customers)]) {
    await pour(ground.aws, signals);
    await advance(ground.aws, 'PT1S');
  }
  await ground.kill('everything');
};

const restarted = async (data: string): Promise<readonly [seconds: number, cpu: number]> => {
  const ground = await launch(data);
  const seconds = (await ground.healthy()) / 1000;
  const cpu = cpuSeconds(processTree(ground.pid));
  await ground.kill('everything');
  return [seconds, cpu];
};

const data = options.data ?? mkdtempSync(path.join(tmpdir(), 'segue-recovery-'));
try {
  if (options.data === undefined) await park(data);
  const starts: (readonly [number, number])[] = [];
  while (starts.length < options.starts) starts.push(await restarted(data));
  const [seconds, cpu] = [starts.map(([each]) => each), starts.map(([, each]) => each)];
  console.log(
    `\n  ${options.customers.toLocaleString('en')} customers wait; all is killed and started ${options.starts} times\n`,
  );
  row('until it answers, median', median(seconds), 's');
  row('  slowest', most(seconds), 's');
  row('  CPU, median', median(cpu), 's');
} finally {
  if (options.data === undefined) rmSync(data, { recursive: true, force: true });
}
