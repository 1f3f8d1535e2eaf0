import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { customer, shopClient } from '../../test/end-to-end/segue-process.ts';

type Detail = { readonly type: string; readonly [field: string]: unknown };

const IN_ONE_CALL = 10;
const AT_ONCE = 8;

/** Puts signals on the bus ten to a call, eight calls at a time. */
export const pour = async (aws: string, details: readonly Detail[]): Promise<void> => {
  const put = shopClient(aws);
  let next = 0;
  const pourer = async (): Promise<void> => {
    while (next < details.length) {
      const some = details.slice(next, (next += IN_ONE_CALL));
      await put(...some);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, pourer));
};

const idOf = (n: number): string => `parked-${n}`;
const everybody = (count: number, one: (n: number) => Detail): readonly Detail[] =>
  Array.from({ length: count }, (_, n) => one(n));

/** Customers who may be written to. */
export const identified = (count: number): readonly Detail[] => everybody(count, (n) => customer(idOf(n)));

/** Each puts something into a cart: the journey begins. */
export const filled = (count: number): readonly Detail[] =>
  everybody(count, (n) => ({
    type: 'track',
    event: 'Product Added',
    userId: idOf(n),
    properties: { cart_id: `cart-${n}`, product_id: 'p-1', name: 'Shoes', price: 80, quantity: 1 },
  }));

/** Each buys what is in the cart: the journey ends. */
export const bought = (count: number): readonly Detail[] =>
  everybody(count, (n) => ({
    type: 'track',
    event: 'Order Completed',
    userId: idOf(n),
    properties: { cart_id: `cart-${n}`, order_id: `order-${n}`, revenue: 80 },
  }));

/** Moves the clock, and waits as long as that takes: `fetch` gives up after five minutes. */
export const advance = (aws: string, duration: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const moving = request(`${aws}/_local/clock`, { method: 'POST' }, (answer) => {
      answer.resume();
      if (answer.statusCode === 200) answer.on('end', resolve);
      else reject(new Error(`The clock answered ${answer.statusCode}.`));
    });
    moving.on('error', reject);
    moving.end(JSON.stringify({ advance: duration }));
  });

const Counts = z.record(z.string(), z.number());
const countOf = async (aws: string, operation: string): Promise<number> =>
  Counts.parse(await (await fetch(`${aws}/_local/counts`)).json())[operation] ?? 0;

/** Seconds from now until an operation was called so many times more, looked at every 20 ms. */
export const watched = async (
  aws: string,
  { operation, times }: { readonly operation: string; readonly times: number },
): Promise<number> => {
  const [before, began] = [await countOf(aws, operation), performance.now()];
  while ((await countOf(aws, operation)) - before < times) await sleep(20);
  return (performance.now() - began) / 1000;
};
