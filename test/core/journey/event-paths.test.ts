import { expect, test } from 'vitest';
import { isSameThing, keyAt, valuesAt } from '#core/journey';

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

test('what is absent, empty or no object has no values, and a list is looked into wherever it is', () => {
  const odd = { a: null, b: 'text', list: [[{ x: 1 }], { x: 2 }], empty: [] };
  expect(valuesAt(odd, 'a')).toEqual([]);
  expect(valuesAt(odd, 'a.length')).toEqual([]);
  expect(valuesAt(odd, 'b.length')).toEqual([]);
  expect(valuesAt(odd, 'list.x')).toEqual([1, 2]);
  expect(valuesAt(odd, 'list.length')).toEqual([]);
  expect(valuesAt(odd, 'empty')).toEqual([]);
  expect(valuesAt(odd, 'none.x')).toEqual([]);
});

test('a key is one plain value', () => {
  expect(['b', 'a', 'list'].map((path) => keyAt({ a: null, b: 'text', list: [{}] }, path))).toEqual([
    'text',
    undefined,
    undefined,
  ]);
  expect(keyAt({ n: 7 }, 'n')).toBe('7');
});

test('of several products one on both sides is enough, and a path that one side lacks is passed over', () => {
  const products = (...ids: readonly string[]) => ({ products: ids.map((product_id) => ({ product_id })) });
  expect(isSameThing(paths, products('a', 'b'), products('b', 'c'))).toBe(true);
  expect(isSameThing(paths, products('a', 'b'), products('c'))).toBe(false);
  // A cart with no checkout, an order with no cart: the products decide.
  expect(isSameThing(paths, { cart_id: 'c', ...products('a') }, { checkout_id: 'x', ...products('a') })).toBe(true);
  // Products inside something that is called otherwise are not meant.
  expect(isSameThing(['lines.product_id'], { product_id: 'a' }, { lines: [{ product_id: 'a' }] })).toBe(false);
  expect(isSameThing(['products'], { products: ['a'] }, { products: 'a' })).toBe(true);
  expect(isSameThing(['products.maker.id'], { maker: { id: 'm' } }, { products: [{ maker: { id: 'm' } }] })).toBe(true);
});
