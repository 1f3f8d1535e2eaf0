import { shopClient } from '../../test/end-to-end/segue-process.ts';

export type Detail = { readonly type: string; readonly [field: string]: unknown };

/** What customers do most: each looks at some products, one signal for each. No journey begins with it. */
export const browsing = (name: string, ...[customers, each]: readonly [number, number]): readonly Detail[] =>
  Array.from({ length: customers * each }, (_, n) => ({
    type: 'track',
    event: 'Product Viewed',
    messageId: `${name}-${n}`,
    userId: `${name}-${Math.floor(n / each)}`,
    properties: { product_id: `p-${n % 97}`, name: 'Shoes', price: 80, currency: 'EUR' },
  }));

const IN_ONE_CALL = 10;

/** Puts signals on the bus ten to a call, so many calls at a time, in order. `told` hears how many are there. */
export const pour = async (
  aws: string,
  details: readonly Detail[],
  { atOnce = 8, told = () => undefined }: { readonly atOnce?: number; readonly told?: (done: number) => void } = {},
): Promise<void> => {
  const put = shopClient(aws);
  let next = 0;
  let done = 0;
  const pourer = async (): Promise<void> => {
    while (next < details.length) {
      const some = details.slice(next, (next += IN_ONE_CALL));
      await put(...some);
      told((done += some.length));
    }
  };
  await Promise.all(Array.from({ length: atOnce }, pourer));
};
