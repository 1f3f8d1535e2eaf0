import jsonata from 'jsonata';
import { compileExpression, type Bindings } from '#core/expression';

/** The predicate a segment of shoe buyers would have: fields, comparisons, membership, and a list of products. */
const PREDICATE =
  "(profile.country in ['FR','DE','ES'] and profile.age >= 25 and event.type = 'order_completed' " +
  "and event.properties.total > 100 and 'shoes' in event.properties.items.category) or 'vip' in profile.tags";

const customer = (index: number): Bindings => ({
  profile: {
    country: ['FR', 'DE', 'US', 'GB'][index % 4],
    age: 20 + index * 3,
    tags: index % 5 === 0 ? ['vip', 'beta'] : ['new'],
  },
  event: {
    type: index % 2 === 0 ? 'page_viewed' : 'order_completed',
    properties: {
      total: 60 + index * 20,
      currency: 'EUR',
      items: [
        { category: index % 3 === 0 ? 'hats' : 'shoes', price: 30, qty: 1 },
        { category: 'socks', price: 9, qty: 3 },
      ],
    },
  },
});

const customers = Array.from({ length: 8 }, (_, index) => customer(index));
const of = (index: number): Bindings => customers[index & 7] ?? {};

const median = (rates: readonly number[]): number => rates.toSorted((a, b) => a - b)[Math.floor(rates.length / 2)] ?? 0;

const perSecond = async (times: number, run: (times: number) => unknown): Promise<number> => {
  const rates: number[] = [];
  for (let round = 0; round < 7; round++) {
    const from = performance.now();
    await run(times);
    rates.push((times / (performance.now() - from)) * 1000);
  }
  return Math.round(median(rates));
};

const expression = compileExpression(PREDICATE);
if (!expression.ok) throw new Error(expression.message);
const interpreter = jsonata(PREDICATE);

const rows = {
  'evaluations per second, compiled': await perSecond(300_000, (times) => {
    for (let index = 0; index < times; index++) expression.evaluate(of(index));
  }),
  'evaluations per second, interpreted': await perSecond(10_000, async (times) => {
    for (let index = 0; index < times; index++) await interpreter.evaluate(of(index));
  }),
  'compilations per second': await perSecond(1_000, (times) => {
    for (let index = 0; index < times; index++) compileExpression(PREDICATE);
  }),
};

for (const [what, rate] of Object.entries(rows)) console.log(`${rate.toLocaleString('en').padStart(12)}  ${what}`);
