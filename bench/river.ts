import { styleText } from 'node:util';
import { customer, shopClient, startSegue, type Segue } from '../test/end-to-end/segue-process.ts';
import { cpuSeconds, processTree, residentMb } from './cpu.ts';

/**
 * `npm run bench`: the river on this machine, from outside, as a process of its own. Seconds depend on the machine and its
 * load; counts and CPU seconds hardly do. `--customers N` sets the size, `--disk` keeps everything on disk.
 */
const at = (flag: string): string | undefined => process.argv[process.argv.indexOf(flag) + 1];
const customers = process.argv.includes('--customers') ? Number(at('--customers')) : 500;
const flags = process.argv.includes('--disk') ? ['--data', '.segue/bench'] : ['--memory'];

type Figures = { readonly seconds: number; readonly cpu: number; readonly calls: number };

const callsOf = async (segue: Segue): Promise<number> =>
  Object.values(await segue.get<Record<string, number>>('/_local/counts')).reduce((sum, each) => sum + each, 0);

const measure = async (segue: Segue, work: () => Promise<unknown>): Promise<Figures> => {
  const pids = processTree(segue.pid);
  const [before, calls, began] = [cpuSeconds(pids), await callsOf(segue), performance.now()];
  await work();
  return {
    seconds: (performance.now() - began) / 1000,
    cpu: cpuSeconds(pids) - before,
    calls: (await callsOf(segue)) - calls,
  };
};

/** Puts signals ten to a call, eight calls at a time, and waits until all are folded. */
const pour = (segue: Segue, details: readonly { type?: string }[]) => async (): Promise<void> => {
  const put = shopClient(segue.aws);
  const chunks = Array.from({ length: Math.ceil(details.length / 10) }, (_, i) => details.slice(i * 10, i * 10 + 10));
  await Promise.all(
    Array.from({ length: 8 }, async () => {
      for (let chunk = chunks.shift(); chunk !== undefined; chunk = chunks.shift()) await put(...chunk);
    }),
  );
  await segue.advance('PT1S');
};

const cart = (userId: string, product: number) => ({
  type: 'track',
  event: 'Product Added',
  userId,
  properties: { cart_id: `cart-${userId}`, product_id: `p-${product}`, name: 'Shoes', price: 80, quantity: 1 },
});

const row = (what: string, value: number | string, unit: string): void =>
  console.log(
    `  ${what.padEnd(46)} ${styleText('bold', String(typeof value === 'number' ? value.toPrecision(3) : value).padStart(9))} ${unit}`,
  );

const segue = await startSegue(...flags);
try {
  const people = Array.from({ length: customers }, (_, i) => `bench-${i}`);
  console.log(
    `\n  ${customers} customers, ${flags[0] === '--memory' ? 'in memory' : 'on disk'}; all processes of npm start are counted, the load generator is not\n`,
  );
  row('resident memory, idle', residentMb(processTree(segue.pid)), 'MB');
  await measure(
    segue,
    pour(
      segue,
      people.slice(0, 50).map((each) => customer(each)),
    ),
  );

  const known = await measure(
    segue,
    pour(
      segue,
      people.map((each) => customer(each)),
    ),
  );
  row('signals stored and folded, one per customer', customers / known.seconds, 'per second');
  row('  CPU', (known.cpu / customers) * 1000, 'seconds per 1,000 signals');
  row('  AWS calls', known.calls / customers, 'per signal');

  const started = await measure(
    segue,
    pour(
      segue,
      people.map((each) => cart(each, 1)),
    ),
  );
  const first = await measure(segue, () => segue.advance('PT4H'));
  row('first messages', customers / first.seconds, 'per second');
  const last = await measure(segue, () => segue.advance('PT24H'));
  const journeys = [started, first, last];
  row(
    'one whole journey: signal, email, SMS',
    customers / journeys.reduce((sum, { seconds }) => sum + seconds, 0),
    'per second',
  );
  row('  CPU', (journeys.reduce((sum, { cpu }) => sum + cpu, 0) / customers) * 1000, 'seconds per 1,000 journeys');
  row('  AWS calls', journeys.reduce((sum, { calls }) => sum + calls, 0) / customers, 'per journey');
  const runs = await segue.executions();
  row('  states entered', runs.reduce((sum, { entered }) => sum + entered.length, 0) / runs.length, 'per journey');
  const outbox = await segue.get<readonly { channel: string }[]>('/_local/outbox');
  row('  messages sent', outbox.length / customers, 'per journey');
  console.log();
} finally {
  await segue.stop();
}
