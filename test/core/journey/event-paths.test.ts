import { expect, test } from 'vitest';
import { isSameThing, valuesAt } from '#core/journey';

const paths = ['cart_id', 'checkout_id', 'products.product_id'];

test('the first path that both sides have decides', () => {
  const added = { cart_id: 'c', product_id: 'shoes' };
  expect(isSameThing(paths, added, { products: [{ product_id: 'socks' }, { product_id: 'shoes' }] })).toBe(true);
  expect(isSameThing(paths, added, { products: [{ product_id: 'socks' }] })).toBe(false);
  expect(isSameThing(paths, added, { cart_id: 'other', products: [{ product_id: 'shoes' }] })).toBe(false);
  expect(isSameThing(paths, added, { cart_id: 'c' })).toBe(true);
  expect(isSameThing(paths, added, { revenue: 7 })).toBe(false);
});

test('lists on the way are looked into, and nothing inherited is found', () => {
  expect(valuesAt({ a: [{ b: 1 }, { b: [2, 3] }] }, 'a.b')).toEqual([1, 2, 3]);
  expect(valuesAt({}, 'constructor')).toEqual([]);
});
