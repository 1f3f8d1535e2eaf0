import jsonata from 'jsonata';
import { describe, expect, test } from 'vitest';
import { compileExpression, FUNCTIONS, type Bindings, type Value } from '#core/expression';

const valueOf = (source: string, bindings: Bindings): Value => {
  const expression = compileExpression(source);
  if (!expression.ok) throw new Error(expression.message);
  const result = expression.evaluate(bindings);
  return 'value' in result ? result.value : `mismatch ${result.mismatch}`;
};

const customer: Bindings = {
  profile: {
    firstName: 'Maya',
    traits: { plan: 'gold', tags: ['vip', 'beta'] },
    cart: {
      items: 2,
      products: [
        { product_id: 'a', price: 10, quantity: 3 },
        { product_id: 'b', price: 0.1, quantity: 2 },
      ],
    },
  },
  entry: { event: 'Product Added', properties: { cart_id: 'c1' } },
};

describe('a condition says', () => {
  test.each<[string, Value]>([
    ['profile.cart.items = 0', false],
    ["'vip' in profile.traits.tags", true],
    ["profile.traits.plan in ['silver', 'gold'] and profile.cart.items > 1", true],
    ['$sum(profile.cart.products.(price * quantity))', 30.2],
    ['profile.cart.products[price > 5].product_id', 'a'],
    ['profile.cart.products[-1].product_id', 'b'],
    ['$count(profile.cart.products[product_id = $$.entry.properties.product_id])', 0],
    ['$exists(profile.phone) ? "reachable" : "silent"', 'silent'],
    ['"Hi " & profile.firstName', 'Hi Maya'],
    ['profile.missing.deep > 3', undefined],
    ['$not(profile.missing)', undefined],
    ['$toMillis("2026-01-05T09:00:00") = $toMillis("2026-01-05T09:00:00Z")', true],
    ['$fromMillis(0)', '1970-01-01T00:00:00.000Z'],
  ])('%s → %j', (source, value) => expect(valueOf(source, customer)).toEqual(value));
});

describe('a list says what JSONata makes of it', () => {
  const bindings: Bindings = {
    now: 1,
    profile: {
      lists: [
        [1, 2],
        [3, 4],
      ],
      tags: ['a', 'a'],
      items: [{ tag: 'a' }, { tag: 'a' }],
      one: [{ tags: ['a'] }],
    },
  };
  test.each<[string, Value]>([
    [
      'profile.lists[$$.now = 1]',
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['profile.lists[0]', [1, 2]],
    ['profile.lists[0][1]', 2],
    ['$distinct(profile.tags)', ['a']],
    ['$distinct(profile.items.tag)', 'a'],
    ['profile.one.tags', ['a']],
    ['profile.one.tags[0]', 'a'],
    ['profile.items[tag = "b"]', undefined],
  ])('%s → %j', async (source, value) => {
    expect(valueOf(source, bindings)).toEqual(value);
    expect(JSON.stringify(await jsonata(source).evaluate(bindings))).toEqual(JSON.stringify(value));
  });
});

describe('data that does not fit is no match, and has a code for the warning', () => {
  test.each([
    ['profile.firstName > 3', 'mismatch T2009'],
    ['profile.traits > 3', 'mismatch T2010'],
    ['profile.firstName + 1', 'mismatch T2001'],
    ['$lowercase(profile.cart.items)', 'mismatch T0410'],
    ['$sum(profile.traits.tags)', 'mismatch T0412'],
    ['1/0 + 1', 'mismatch D1001'],
  ])('%s → %s', (source, mismatch) => expect(valueOf(source, customer)).toBe(mismatch));
});

describe('nothing but own fields can be read', () => {
  test.each([
    'profile.constructor',
    'profile.__proto__',
    'profile.toString',
    'profile.firstName.length',
    'profile.traits.tags.length',
  ])('%s is nothing', (source) => expect(valueOf(source, customer)).toBeUndefined());

  test('an own field called constructor is a field', () => {
    expect(valueOf('profile.constructor', { profile: { constructor: 'Lego' } })).toBe('Lego');
  });
});

describe('a condition always comes to an end', () => {
  test('however long a list is', () => {
    const numbers = Array.from({ length: 1_000 }, (_, index) => index);
    const bindings = { profile: { numbers } };
    expect(valueOf('profile.numbers[$count($$.profile.numbers[$ > 0]) > 1]', bindings)).toBe('mismatch D1012');
    expect(valueOf('$distinct(profile.numbers)', bindings)).toBe('mismatch D1012');
    expect(valueOf('$count(profile.numbers)', bindings)).toBe(1_000);
  });

  test('however deep the data is', () => {
    let deep: Value = 1;
    for (let level = 0; level < 20_000; level++) deep = [deep];
    expect(valueOf('profile = event', { profile: deep, event: [deep] })).toBe('mismatch D1011');
    expect(valueOf('$not(profile)', { profile: deep })).toBe('mismatch D1011');
    expect(valueOf('$string(profile)', { profile: deep })).toBe('mismatch D1011');
    expect(valueOf('profile.name', { profile: deep })).toMatch(/^mismatch/);
  });
});

describe('what Step Functions or a synchronous evaluation lacks is refused where it stands', () => {
  test.each<[string, number, RegExp]>([
    ['profil.cart', 0, /did you mean profile/],
    ['profile.a and profle.b', 14, /did you mean profile/],
    ['$countt(profile.a)', 0, /did you mean \$count/],
    ['profile.a = $now()', 12, /write now/],
    ['profile.a == 1', 11, /write =/],
    ['profile.a && profile.b', 11, /write and/],
    ['$profile.a', 0, /without \$/],
    ['$count(profile.a, 1)', 0, /put 1/],
    ['profile.*', 8, /name the field/],
    ['profile.a ?: 1', 12, /a \? a : b/],
    ['profile.a ?? 1', 12, /\$exists/],
    ['$', 1, /begin with a name/],
    ['profile.a ~> $count', 10, /around its input/],
  ])('%s at %i', (source, position, hint) => {
    expect(compileExpression(source)).toEqual({
      ok: false,
      position,
      message: expect.any(String),
      hint: expect.stringMatching(hint),
    });
  });

  test.each([
    '/a/',
    'profile.**',
    'profile.%',
    'profile[]',
    'profile^(a)',
    'profile#$i',
    'profile@$i',
    '{"a": 1}',
    'profile{a: b}',
    '[1..3]',
    '(profile; event)',
    '()',
    '$map(profile, function($x) { $x })',
    '$sum(?)',
    '($x := 1)',
    'profile ~> |a|b|',
    'profile.[a]',
    '[profile.a].b',
    '$eval("1")',
    '$random()',
    '',
    '(',
    '"',
    '\u0000',
    '('.repeat(5_000),
    '('.repeat(1_900) + '1' + ')'.repeat(1_900),
    'profile['.repeat(80) + '1' + ']'.repeat(80),
  ])('%.40s', (source) => {
    expect(compileExpression(source)).toMatchObject({ ok: false, position: expect.any(Number) });
  });
});

test('every function is one that Step Functions has', () => {
  // https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html: all of JSONata's but $eval
  const jsonata =
    'abs append assert average base64decode base64encode boolean ceil clone contains count decodeUrl decodeUrlComponent ' +
    'distinct each encodeUrl encodeUrlComponent error exists filter floor formatBase formatInteger formatNumber fromMillis ' +
    'join keys length lookup lowercase map match max merge millis min not now number pad parseInteger power random reduce ' +
    'replace reverse round shuffle sift single sort split spread sqrt string substring substringAfter substringBefore sum ' +
    'toMillis trim type uppercase zip';
  for (const name of FUNCTIONS.keys()) expect(jsonata.split(' ')).toContain(name);
});
