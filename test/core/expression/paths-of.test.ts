import { describe, expect, test } from 'vitest';
import { closestWord, pathsOf } from '#core/expression';

const read = (source: string) => pathsOf(source).map((path) => path.join('.'));

describe('what an expression reads', () => {
  test.each<[string, string[]]>([
    ['profile.cart.items = 0', ['profile.cart.items']],
    ['$exists(profile.cart) and profile.cart.value > 1', ['profile.cart.value']],
    ['profile.cart.products[price > 5].name', ['profile.cart.products.price', 'profile.cart.products.name']],
    [
      'profile.cart.products[product_id = $$.entry.properties.product_id][0]',
      ['profile.cart.products.product_id', 'entry.properties.product_id'],
    ],
    ['profile.cart.products[$.quantity > 1]', ['profile.cart.products.quantity']],
    [
      '$sum(profile.cart.products.(price * quantity))',
      ['profile.cart.products.price', 'profile.cart.products.quantity'],
    ],
    ['(event.name = "a" ? profile : entry).properties', ['event.name', 'profile.properties', 'entry.properties']],
    ['$distinct(profile.cart.products).name', ['profile.cart.products.name']],
    ['($string(profile.email)).length', ['profile.email']],
    ['-profile.a in [profile.b, 1]', ['profile.a', 'profile.b']],
    ['profile.`first name`', ['profile.first name']],
    ['1 = 1', []],
    ['profile.', []],
  ])('%s', (source, paths) => expect(read(source)).toEqual(paths));

  test('a path is told once', () => expect(read('profile.a = 1 or profile.a = 2')).toEqual(['profile.a']));
});

test('the clock is not proposed where there is none', () => {
  expect(pathsOf('now > 1', ['profile'])).toEqual([]);
  expect(pathsOf('now > 1', ['now'])).toEqual([['now']]);
});

describe('the word that was meant', () => {
  test.each([
    ['wiat', ['send', 'wait'], 'wait'],
    ['Promotion', ['service', 'promotions'], 'promotions'],
    ['chanels', ['message', 'channels'], 'channels'],
    ['reminder', ['welcome'], undefined],
    ['x', ['id'], undefined],
    ['', ['id'], undefined],
    ['id', [], undefined],
  ])('%s among %j is %s', (word, known, meant) => expect(closestWord(word, known)).toBe(meant));
});
