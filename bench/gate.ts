import { styleText } from 'node:util';
import { Command } from 'commander';
import { customer, startSegue } from '../test/end-to-end/segue-process.ts';
import { type Detail, pour } from './intake/browse.ts';
import { callsOf, type Measured, measured, together, total, unitsBy } from './intake/meter.ts';
import { load, progress } from './intake/progress.ts';
import { whole } from './whole.ts';

/**
 * `npm run bench -- gate`: what a sent message costs at the send gate, in calls and units, which are counted, and what a whole
 * cart-abandonment journey costs on this machine, from the product in the cart to the last message, in CPU seconds of all processes.
 */
type Options = { readonly journeys: number; readonly disk: boolean };
const { journeys, disk } = new Command('npm run bench -- gate')
  .option('--journeys <number>', 'how many begin at once', whole, 500)
  .option('--disk', 'keep everything on disk', false)
  .parse()
  .opts<Options>();

const line = (what: string, figure: number | string, unit: string): void => {
  const text = typeof figure === 'string' ? figure : figure >= 100 ? String(Math.round(figure)) : figure.toPrecision(3);
  console.log(`  ${what.padEnd(44)} ${styleText('bold', text.padStart(9))}  ${unit}`);
};

/** Who makes the calls of a journey, and what they write. */
const byCaller = (parts: readonly Measured[]): void => {
  const callers = new Set(parts.flatMap(({ calls }) => Object.keys(calls)));
  for (const caller of [...callers].toSorted()) {
    const own = parts.flatMap(({ calls }) => Object.entries(calls[caller] ?? {}));
    const calls = [...Map.groupBy(own, ([name]) => name.split('.')[1])]
      .map(([name, all]) => [name, all.reduce((sum, [, count]) => sum + count, 0) / journeys] as const)
      .filter(([, count]) => count >= 0.01)
      .map(([name, count]) => `${name} ${count.toPrecision(2)}`);
    const writes = parts.reduce((sum, { units }) => sum + (units[caller]?.writes ?? 0), 0);
    if (calls.length > 0)
      line(`  ${caller.split('/').at(-1)}`.slice(0, 44), writes / journeys, `write units; ${calls.join(', ')}`);
  }
};

const people = (name: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${name}-${n}`);
const filling = (userId: string): Detail => ({
  type: 'track',
  event: 'Product Added',
  messageId: `cart-${userId}`,
  userId,
  properties: { cart_id: `cart-${userId}`, product_id: 'p-1', name: 'Shoes', price: 80, quantity: 1 },
});
const knowing = (userId: string): Detail => ({ messageId: `known-${userId}`, ...customer(userId) });

const segue = await startSegue(...(disk ? ['--data', '.segue/bench-gate'] : ['--memory']));
try {
  const settled = async (details: readonly Detail[], what: string): Promise<void> => {
    const bar = progress(what, details.length);
    await pour(segue.aws, details, bar);
    await segue.advance('PT1S');
    bar.end();
  };
  const messages = async (): Promise<number> => (await segue.get<readonly unknown[]>('/_local/outbox')).length;

  console.log(`\n  ${journeys} journeys begun at once, ${disk ? 'on disk' : 'in memory'}, ${load()}\n`);
  const warm = people('warm', 150);
  await settled(warm.map(knowing), 'warming up');
  await settled(warm.map(filling), 'warming up');
  await segue.advance('PT30H');

  const all = people('bench', journeys);
  await settled(all.map(knowing), 'customers');
  const before = await messages();
  const begun = await measured(segue, () => settled(all.map(filling), 'carts'));
  const first = await measured(segue, () => segue.advance('PT4H'));
  const sentFirst = (await messages()) - before;
  const last = await measured(segue, () => segue.advance('PT24H'));
  const sent = (await messages()) - before;

  const gate = /RunStep/;
  for (const [what, took, count] of [
    ['first', first, sentFirst],
    ['last', last, sent - sentFirst],
  ] as const) {
    const calls = callsOf(took, gate);
    line(`${what} message at the gate: AWS calls`, total(calls) / count, 'a message (at most 4)');
    for (const [name, called] of Object.entries(calls).filter(([, called]) => called / count >= 0.01))
      line(`  ${name}`, called / count, '');
    line('  write units', unitsBy(took, gate).writes / count, 'a message (at most 12)');
    line('  read units', unitsBy(took, gate).reads / count, 'a message');
  }
  const took = together(begun, first, last);
  line('first messages', sentFirst / first.seconds, 'per second (at least 150)');
  line('whole journeys', journeys / took.seconds, 'per second');
  line('  CPU of all processes', (took.cpu / journeys) * 1000, 'seconds per 1,000 (at most 15)');
  line('    of these DynamoDB', (took.engine / journeys) * 1000, 'seconds');
  for (const [what, part] of [
    ['begun', begun],
    ['first message', first],
    ['last message', last],
  ] as const)
    line(`    of these until ${what}`, (part.cpu / journeys) * 1000, 'seconds');
  const calls = [begun, first, last].reduce((sum, part) => sum + total(callsOf(part)), 0);
  line('  AWS calls of all kinds', calls / journeys, 'a journey');
  line(
    '  write units of all kinds',
    [begun, first, last].reduce((sum, part) => sum + unitsBy(part).writes, 0) / journeys,
    'a journey',
  );
  line('  messages', sent / journeys, `a journey; ${load()}`);
  byCaller([begun, first, last]);
  console.log();
} finally {
  await segue.stop();
}
