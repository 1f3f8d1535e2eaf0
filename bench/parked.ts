import { setTimeout as sleep } from 'node:timers/promises';
import { styleText } from 'node:util';
import { Command } from 'commander';
import { startSegue } from '../test/end-to-end/segue-process.ts';
import { cpuSeconds, processTree, residentMb } from './cpu.ts';
import { heapOf, mayBeWeighed } from './parking/heap.ts';
import { advance, bought, filled, identified, pour, watched } from './parking/shop.ts';
import { whole } from './whole.ts';

/**
 * `npm run bench -- parked`: many customers in the same wait of a journey, through the whole product, from outside: what one of them
 * weighs, what all of them cost while nothing happens, and how fast they move on, when the wait is over and when they buy. Seconds
 * depend on the machine and its load; CPU seconds and bytes hardly do.
 */
type Options = { readonly customers: number; readonly idleSeconds: number };
const { customers, idleSeconds } = new Command('npm run bench -- parked')
  .option('--customers <number>', 'how many wait', whole, 10_000)
  .option('--idle-seconds <number>', 'how long to watch them wait', whole, 20)
  .parse()
  .opts<Options>();

const row = (what: string, value: number | string, unit: string): void =>
  console.log(
    `  ${what.padEnd(56)} ${styleText('bold', String(typeof value === 'number' ? value.toPrecision(3) : value).padStart(9))} ${unit}`,
  );

mayBeWeighed();
const segue = await startSegue('--memory');
try {
  const tree = () => processTree(segue.pid);
  const seconds = async (work: () => Promise<unknown>): Promise<readonly [seconds: number, cpu: number]> => {
    const [cpu, began] = [cpuSeconds(tree()), performance.now()];
    await work();
    return [(performance.now() - began) / 1000, cpuSeconds(tree()) - cpu];
  };
  console.log(
    `\n  ${customers.toLocaleString('en')} customers, in memory; CPU is that of all processes of npm start\n`,
  );

  await pour(segue.aws, identified(customers));
  await advance(segue.aws, 'PT1S');
  const [heap, resident] = [await heapOf(segue), residentMb(tree())];
  await pour(segue.aws, filled(customers));
  await advance(segue.aws, 'PT1S');
  const parked = ((await heapOf(segue)) - heap) / customers / 1024;
  row('one parked run: its signal, rows, execution and history', parked, 'KB of heap');
  row('  resident, with what DynamoDB holds', ((residentMb(tree()) - resident) / customers) * 1024, 'KB');

  const [idle, busy] = await seconds(() => sleep(idleSeconds * 1000));
  row('while all wait', (busy / idle) * 100, '% CPU');

  const wake = async (
    what: string,
    work: () => Promise<unknown>,
    operations: readonly (readonly [string, string])[],
  ) => {
    const seen = operations.map(([operation]) => watched(segue.aws, { operation, times: customers }));
    const [whole, cpu] = await seconds(work);
    for (const [index, [, label]] of operations.entries())
      row(`${what}: ${label}`, customers / ((await seen[index]) ?? Number.NaN), 'per second');
    row('  until all is quiet', whole, 's');
    row('  CPU', (cpu / customers) * 1000, 'seconds per 1,000');
    row('  resident then', residentMb(tree()), 'MB');
  };
  await wake('the wait is over', () => advance(segue.aws, 'PT4H'), [
    ['lambda.Invoke', 'executions that moved on'],
    ['ses.SendRawEmail', 'reminders sent'],
  ]);
  await wake(
    'all buy',
    async () => {
      await pour(segue.aws, bought(customers));
      await advance(segue.aws, 'PT1S');
    },
    [['states.SendTaskSuccess', 'executions that moved on']],
  );
} finally {
  await segue.stop();
}
