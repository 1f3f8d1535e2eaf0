import { styleText } from 'node:util';
import { customer, startSegue } from '../test/end-to-end/segue-process.ts';
import { cpuSeconds, processTree } from './cpu.ts';
import { pour } from './parking/shop.ts';

/**
 * `npm run bench -- card`: how long a card takes, over the HTTP port, as an agent's desktop asks for it. `--customers N` and
 * `--reads N` set the size. `--http URL` asks a product that runs already, `--like NAME` customers called NAME0, NAME1 … there.
 */
const at = (flag: string, otherwise: string): string => {
  const place = process.argv.indexOf(flag);
  return place < 0 ? otherwise : (process.argv[place + 1] ?? otherwise);
};
const customers = Number(at('--customers', '500'));
const reads = Number(at('--reads', '2000'));
const running = at('--http', '');
const like = at('--like', 'card-');

const nameOf = (n: number): string => `${like}${n}`;

/** Spread over all of them, and the same each time. */
const chosen = (read: number): string => nameOf((read * 2_654_435_761) % customers);

const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;

const row = (what: string, value: number, unit: string): void =>
  console.log(`  ${what.padEnd(46)} ${styleText('bold', value.toPrecision(3).padStart(9))} ${unit}`);

const tokenFrom = async (http: string): Promise<string> => {
  const answer: unknown = await (await fetch(`${http}/_local/token?role=agent`)).json();
  return String(Reflect.get(Object(answer), 'token'));
};

const read = async (http: string, token: string, id: string, query = ''): Promise<number> => {
  const began = performance.now();
  const answer = await fetch(`${http}/v1/customers/${id}${query}`, { headers: { authorization: `Bearer ${token}` } });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`The card of ${id}: ${answer.status}`);
  return performance.now() - began;
};

/** @returns milliseconds each, in order of size */
const readMany = async (
  http: string,
  { atOnce, query }: { atOnce: number; query?: string },
): Promise<readonly number[]> => {
  const token = await tokenFrom(http);
  const took: number[] = [];
  let next = 0;
  const reader = async (): Promise<void> => {
    while (next < reads) took.push(await read(http, token, chosen(next++), query));
  };
  await Promise.all(Array.from({ length: atOnce }, reader));
  return took.toSorted((a, b) => a - b);
};

const did = (userId: string, event: string, properties: object) => ({ type: 'track', event, userId, properties });

/** Everybody is known, has looked at something and left a cart: a card with a journey and what comes next. */
const load = async (aws: string): Promise<void> => {
  const people = Array.from({ length: customers }, (_, n) => nameOf(n));
  await pour(
    aws,
    people.map((each) => customer(each)),
  );
  await pour(
    aws,
    people.flatMap((each) => [
      did(each, 'Product Viewed', { product_id: 'p-2', category: 'Shoes' }),
      did(each, 'Product Added', { cart_id: each, product_id: 'p-1', name: 'Shoes', price: 80, quantity: 1 }),
    ]),
  );
};

/** @param cpu seconds the product has used so far, where it is ours to ask */
const measure = async (http: string, cpu?: () => number): Promise<void> => {
  const warm = await readMany(http, { atOnce: 4 });
  console.log(`\n  ${customers} customers, ${reads} cards each time; the first ${warm.length} are not counted\n`);
  for (const [what, how] of [
    ['a card, one at a time', { atOnce: 1 }],
    ['  only what comes next', { atOnce: 1, query: '?fields=journeys,nextAction' }],
    ['a card, eight at a time', { atOnce: 8 }],
  ] as const) {
    const [began, used] = [performance.now(), cpu?.() ?? 0];
    const took = await readMany(http, how);
    const spent = (cpu?.() ?? 0) - used;
    row(`${what}: half within`, quantile(took, 0.5), 'ms');
    row('  99 of 100 within', quantile(took, 0.99), 'ms');
    row('  cards', reads / ((performance.now() - began) / 1000), 'per second');
    if (cpu !== undefined) row('  CPU', (spent / reads) * 1000, 'ms each');
  }
};

if (running === '') {
  const segue = await startSegue('--memory');
  try {
    await load(segue.aws);
    await segue.advance('PT1S');
    await measure(segue.http, () => cpuSeconds(processTree(segue.pid)));
  } finally {
    await segue.stop();
  }
} else await measure(running);
