import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { prices } from '../core/journey/proofs/prices.ts';
import { startSegue, type Segue } from '../test/end-to-end/segue-process.ts';
import { browsing, type Detail, pour } from './intake/browse.ts';
import { latencies, percentile } from './intake/latency.ts';
import { callsOf, measured, type Measured, total, unitsBy } from './intake/meter.ts';
import { heading, load, progress, row } from './intake/progress.ts';
import { whole } from './whole.ts';

/**
 * `npm run bench -- intake`: signals from the bus until they are stored and folded, through the whole product, from outside. Counts and
 * units do not depend on the machine, CPU seconds little, seconds much.
 */
type Options = { readonly signals: number; readonly only?: 'memory' | 'disk' | 'latency' };
const { signals, only } = new Command('npm run bench -- intake')
  .option('--signals <number>', 'how many each figure is taken from', whole, 3000)
  .option('--only <part>', 'memory, disk or latency')
  .parse()
  .opts<Options>();

const settle = async (segue: Segue, details: readonly Detail[], what: string): Promise<void> => {
  const bar = progress(what, details.length);
  await pour(segue.aws, details, bar);
  await segue.advance('PT2S');
  bar.end();
};

/** What a million of them would be billed on AWS, from these counts; the time functions run is not in it. */
const dollars = (took: Measured, count: number): number => {
  const calls = callsOf(took);
  const requests = total(Object.fromEntries(Object.entries(calls).filter(([name]) => name.startsWith('sqs.'))));
  const { reads, writes } = unitsBy(took);
  const units = writes * prices.write + reads * prices.read;
  const each = count * prices.event + requests * prices.queueRequest + took.invocations * prices.lambdaRequest + units;
  return (each / count) * 1e6;
};

const throughput = async (storage: string, ...flags: readonly string[]): Promise<void> => {
  const segue = await startSegue(...flags);
  try {
    await settle(segue, browsing('warm', signals, 1), 'warming up');
    for (const each of [1, 3]) {
      const details = browsing(`each-${each}`, Math.ceil(signals / each), each);
      const what = `${storage}, ${each} per customer`;
      const took = await measured(segue, () => settle(segue, details, what));
      const [count, thousands] = [details.length, details.length / 1000];
      row(
        what,
        count / took.seconds,
        took.cpu / thousands,
        took.engine / thousands,
        took.load / thousands,
        total(callsOf(took)) / count,
        unitsBy(took).writes / count,
        dollars(took, count),
      );
    }
  } finally {
    await segue.stop();
  }
};

const soon = async (intake: 'prompt' | 'bulk', most: number): Promise<void> => {
  const segue = await startSegue('--memory', '--clock', 'real', '--context', `intake=${intake}`);
  try {
    await pour(segue.aws, browsing('warm', 1000, 1));
    const [perSecond, seconds] = [300, 8];
    const bar = progress(`${intake}, ${perSecond} per second`, perSecond * seconds);
    const took = await latencies(segue.aws, { perSecond, seconds, told: bar.told });
    bar.end();
    const of = (percent: number): string => `${Math.round(percentile(took, percent))} ms`;
    row(`${intake} (at most ${most} s)`, of(50), of(95), of(99), of(100));
  } finally {
    await segue.stop();
  }
};

console.log(
  `\n  ${signals} signals a line, ${load()}; CPU seconds per 1,000 signals, of all processes but the generator's\n`,
);
if (only !== 'latency')
  heading('stored and folded', 'per second', 'CPU', 'DynamoDB', 'generator', 'AWS calls', 'write units', '$/million');
if (only === undefined || only === 'memory') await throughput('memory', '--memory');
if (only === undefined || only === 'disk') {
  const data = await mkdtemp(join(tmpdir(), 'segue-bench-'));
  await throughput('disk', '--data', data).finally(() => rmSync(data, { recursive: true, force: true }));
}
if (only === undefined || only === 'latency') {
  console.log();
  heading('from the call to the profile, 300/s', 'p50', 'p95', 'p99', 'longest');
  await soon('prompt', 1);
  await soon('bulk', 3);
}
console.log(`\n  ${load()}\n`);
