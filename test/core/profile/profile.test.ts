import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyProfile, foldSignal, type Profile, viewProfile } from '#core/profile';
import type { JsonObject, Signal } from '#core/signal';

let made = 0;
const signal = (event: string, fields: Partial<Signal> = {}): Signal => {
  made += 1;
  return {
    messageId: `m${String(made).padStart(6, '0')}`,
    type: 'track',
    event,
    timestamp: new Date(Date.parse('2026-01-05T09:00:00Z') + made * 1000).toISOString(),
    subject: { user: 'u1' },
    properties: {},
    traits: {},
    context: {},
    ...fields,
  };
};
const track = (event: string, properties: JsonObject) => signal(event, { properties });
const identify = (traits: JsonObject) => signal('Identified', { type: 'identify', traits });
const fold = (signals: readonly Signal[]): Profile => signals.reduce(foldSignal, emptyProfile());
const view = (...signals: readonly Signal[]) => viewProfile(fold(signals));

const mug = { product_id: 'mug', name: 'Mug', price: 9.5, quantity: 2, image_url: 'https://shop.example/mug.jpg' };
const tea = { product_id: 'tea', name: 'Tea', price: '4.10' };

describe('who a customer is', () => {
  test('ids, name, zone and preference are read from what was said last', () => {
    const profile = view(
      signal('X', { subject: { user: 'u1', anonymous: 'a1' } }),
      identify({
        email: ' Ada@Shop.EXAMPLE ',
        firstName: 'Ada',
        timezone: 'Europe/Paris',
        prefers: 'sms',
        plan: 'basic',
      }),
      identify({ plan: 'gold' }),
    );
    expect(profile).toMatchObject({
      userId: 'u1',
      anonymousId: 'a1',
      email: 'Ada@shop.example',
      firstName: 'Ada',
      timezone: 'Europe/Paris',
      prefers: 'sms',
      traits: { plan: 'gold' },
    });
  });

  test.each([
    'nobody',
    'a@b',
    'a b@c.example',
    'a@b.example\r\nBcc: x@y.example',
    '<a@b.example>',
    'a@b.example,c@d.example',
    7,
  ])('%j is no email address', (email) => {
    expect(view(identify({ email })).email).toBeUndefined();
  });

  test.each([
    [{ phone: '+49 151 23456789' }, '+4915123456789'],
    [{ phone: '(202) 555-0123', country: 'US' }, '+12025550123'],
    [{ phone: '06 12 34 56 78', address: { country: 'fr' } }, '+33612345678'],
    [{ phone: '(202) 555-0123' }, undefined],
    [{ phone: '+1 555' }, undefined],
    [{ phone: 'call me at +12025550123' }, undefined],
  ])('%j is %s', (traits, phone) => {
    const profile = view(identify(traits));
    expect(profile.phone).toBe(phone);
    expect(profile.traits['phone']).toBe(traits.phone);
  });

  test.each(['Mars/Olympus', '+02:00', '', 7])('%j is no zone', (timezone) => {
    expect(view(identify({ timezone })).timezone).toBeUndefined();
  });

  test('a trait set to null is gone, the traits of a group are not the customer’s', () => {
    const group = signal('Group Joined', { type: 'group', traits: { name: 'Initech' } });
    expect(view(identify({ plan: 'gold' }), identify({ plan: null }), group).traits).toEqual({});
  });

  test('devices are known by their token, newest first, until the app is uninstalled', () => {
    const opened = (token: string, os: string) =>
      signal('Application Opened', { context: { device: { token }, os: { name: os } } });
    const gone = () => signal('Application Uninstalled', { context: { device: { token: 't1', type: 'ios' } } });
    const listed = () => identify({ devices: [{ token: 't3', platform: 'ios' }] });
    expect(view(opened('t1', 'iOS'), opened('t2', 'Android'), listed()).devices).toEqual([
      { token: 't3', platform: 'ios' },
      { token: 't2', platform: 'android' },
      { token: 't1', platform: 'ios' },
    ]);
    expect(view(opened('t1', 'iOS'), gone()).devices).toEqual([]);
    expect(view(opened('t4', 'Windows')).devices).toEqual([]);
  });
});

describe('the cart', () => {
  test('added products are in it, with their fields, value and currency', () => {
    const { cart } = view(
      track('Product Added', { ...mug, cart_id: 'c1', currency: 'eur' }),
      track('Product Added', tea),
    );
    expect(cart).toMatchObject({ id: 'c1', items: 2, value: 23.1, currency: 'EUR' });
    expect(cart.products).toEqual([
      expect.objectContaining({ product_id: 'mug', quantity: 2, name: 'Mug', image_url: mug.image_url }),
      { product_id: 'tea', quantity: 1, name: 'Tea', price: '4.10' },
    ]);
  });

  test('a removed product is out, and so is one with quantity 0', () => {
    expect(view(track('Product Added', mug), track('Product Removed', { product_id: 'mug' })).cart.items).toBe(0);
    expect(view(track('Product Added', mug), track('Product Added', { ...mug, quantity: 0 })).cart.items).toBe(0);
  });

  test('an order takes its products out and leaves the others', () => {
    const { cart, orders } = view(
      track('Product Added', mug),
      track('Product Added', tea),
      track('Order Completed', { revenue: 19, products: [{ product_id: 'mug' }] }),
    );
    expect(cart.products.map(({ product_id }) => product_id)).toEqual(['tea']);
    expect(orders).toMatchObject({ count: 1, value: 19 });
  });

  test('an order that names no products empties the cart, a cancelled one changes nothing', () => {
    expect(view(track('Product Added', mug), track('Order Completed', { total: 19 })).cart.items).toBe(0);
    expect(view(track('Product Added', mug), track('Order Cancelled', { products: [mug] })).cart.items).toBe(1);
  });

  test('a viewed cart is the whole cart, a started checkout adds what it carries', () => {
    const added = track('Product Added', mug);
    const seen = track('Cart Viewed', { cart_id: 'c2', products: [tea] });
    expect(view(added, seen).cart).toMatchObject({ id: 'c2', items: 1 });
    expect(view(added, seen, track('Checkout Started', { products: [mug] })).cart.items).toBe(2);
  });

  test('what arrives late does not come back into the cart', () => {
    const added = track('Product Added', mug);
    const removed = track('Product Removed', { product_id: 'mug' });
    const other = track('Product Added', tea);
    const emptied = track('Cart Viewed', { products: [] });
    expect(view(removed, added).cart.items).toBe(0);
    expect(view(emptied, other).cart.items).toBe(0);
  });

  test('older shops name a product by id or sku', () => {
    const { products } = view(track('Product Added', { id: 7, price: 1 }), track('Product Added', { sku: 's1' })).cart;
    expect(products.map(({ product_id }) => product_id)).toEqual(['7', 's1']);
  });
});

describe('what was seen and bought', () => {
  test('every event is counted, with the first and the last time', () => {
    const [one, two] = [signal('Page Viewed'), signal('Page Viewed')];
    expect(view(two, one).seen).toEqual({ 'Page Viewed': { count: 2, firstAt: one.timestamp, lastAt: two.timestamp } });
  });

  test('orders add up to the cent', () => {
    const orders = Array.from({ length: 10 }, () => track('Order Completed', { revenue: 0.1 }));
    expect(view(...orders).orders).toEqual({ count: 10, value: 1, lastAt: orders.at(-1)!.timestamp });
  });

  test('an order with a nonsensical value still counts', () => {
    expect(view(track('Order Completed', { revenue: 'a lot' })).orders).toMatchObject({ count: 1, value: 0 });
  });
});

describe('a profile stays small', () => {
  const bytes = (profile: Profile) => Buffer.byteLength(JSON.stringify(profile));

  test('an ordinary shopper takes about a kilobyte', () => {
    const uuid = (n: number) => `7f8e6a52-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const shopper = [
      identify({
        email: 'ada@shop.example',
        firstName: 'Ada',
        timezone: 'Europe/Paris',
        consent: { email: true, sms: true },
      }),
      signal('Page Viewed', { type: 'page' }),
      track('Product Viewed', mug),
      track('Product Added', { ...mug, cart_id: 'c1', currency: 'EUR' }),
      track('Product Added', tea),
      track('Checkout Started', {}),
    ].map((each, index) => Object.assign({}, each, { messageId: uuid(index) }));
    expect(bytes(fold(shopper))).toBeLessThan(1100);
  });

  test('a producer that never stops is bounded', () => {
    const flood = Array.from({ length: 400 }, (_, n) => [
      identify({ [`trait ${n}`]: 'x'.repeat(600), consent: { email: { [`topic ${n}`]: true } } }),
      track(`Event ${n}`, {}),
      track('Product Added', {
        product_id: `p${n}`,
        note: 'x'.repeat(290),
        more: 'y'.repeat(290),
        name: 'z'.repeat(290),
      }),
      signal('X', { context: { device: { token: `t${n}`, type: 'ios' } } }),
    ]).flat();
    const profile = fold(flood);
    const { traits, cart, devices, seen, consent } = viewProfile(profile);
    expect(Object.keys(traits)).toHaveLength(200);
    expect(Object.hasOwn(traits, 'trait 399')).toBe(true);
    expect(cart.items).toBe(50);
    expect(devices).toHaveLength(10);
    expect(Object.keys(seen)).toHaveLength(100);
    expect(Object.keys(consent.email ?? {})).toHaveLength(150);
    expect(bytes(profile)).toBeLessThan(300_000);
  });

  /** As much of everything as a profile may keep, and more, written in one letter; `size` is a trait's, in bytes. */
  const full = (letter: string, size: number): Profile => {
    const weight = Buffer.byteLength(JSON.stringify(letter)) - 2;
    const fill = (bytes: number) => letter.repeat(Math.max(1, Math.floor(bytes / weight)));
    const product = (n: number) => ({
      product_id: `${fill(240)}${n}`,
      ...Object.fromEntries(['name', 'note', 'sku', 'url'].map((name) => [name, fill(size / 2)])),
    });
    const flood = Array.from({ length: 200 }, (_, n) => [
      identify({ [`${fill(80)}${n}`]: fill(size), consent: { email: { [`${'t'.repeat(60)}${n}`]: true } } }),
      signal(`${fill(190)}${n}`, { context: { device: { token: `${fill(480)}${n}`, type: 'ios' } } }),
      ...(n < 60 ? [track('Product Added', product(n))] : []),
    ]).flat();
    return fold(flood.map((each) => Object.assign({}, each, { messageId: `${each.messageId}${'0'.repeat(30)}` })));
  };

  test.each(['a', 'ж', '漢', '😀', '\u0001'])('below 300 KB when full, written in %j', (letter) => {
    fc.assert(
      fc.property(fc.integer({ min: 900, max: 2_900 }), (size) => {
        expect(bytes(full(letter, size))).toBeLessThan(300_000);
      }),
      { numRuns: 2, examples: [[500]] },
    );
  });

  test('a value too long to keep is passed over', () => {
    expect(view(identify({ bio: 'short' }), identify({ bio: 'x'.repeat(2000) })).traits).toEqual({ bio: 'short' });
  });

  test('a product too long to keep is kept with what a reminder needs', () => {
    const fields = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`field${n}`, 'x'.repeat(200)]));
    expect(view(track('Product Added', { ...tea, ...fields })).cart.products).toEqual([
      { product_id: 'tea', name: 'Tea', price: '4.10', quantity: 1 },
    ]);
  });
});

test('names of JavaScript itself are ordinary names', () => {
  const evil = ['__proto__', 'constructor', 'toString'];
  const profile = view(
    ...evil.map((name) => track('Product Added', { product_id: name })),
    ...evil.map((name) => signal(name)),
    ...evil.map((name) => identify(JSON.parse(`{"${name}":1}`))),
  );
  expect(profile.cart.products.map(({ product_id }) => product_id)).toEqual(evil);
  expect(Object.keys(profile.seen)).toEqual(expect.arrayContaining(evil));
  expect(Object.keys(profile.traits)).toEqual(expect.arrayContaining(evil));
  expect(Object.hasOwn(Object.prototype, '1')).toBe(false);
});

const name = fc.constantFrom('a', 'b', 'c', '__proto__', 'consent', 'email', 'phone');
const product = fc.record(
  {
    product_id: fc.constantFrom('p1', 'p2', 'p3'),
    quantity: fc.integer({ min: 0, max: 3 }),
    price: fc.constantFrom(0.1, 0.2, '0.3', 18.99),
  },
  { requiredKeys: ['product_id'] },
);
const properties = fc.oneof(
  product,
  fc.record(
    { products: fc.array(product, { maxLength: 3 }), revenue: fc.constantFrom(0.1, 0.2, 0.3, 25) },
    { requiredKeys: [] },
  ),
  fc.record({ cart_id: fc.constantFrom('c1', 'c2'), currency: fc.constantFrom('eur', 'usd') }),
  fc.record(
    { channel: fc.constantFrom('email', 'sms', '*'), topic: fc.constantFrom('news', '*'), granted: fc.boolean() },
    { requiredKeys: ['granted'] },
  ),
);
const events = fc.constantFrom(
  'Product Added',
  'Product Removed',
  'Cart Viewed',
  'Checkout Started',
  'Order Completed',
  'Consent Changed',
  'Page Viewed',
);
/** Few instants and few names, so that ties and overwriting are the rule. */
const signals = fc
  .array(
    fc.record({
      type: fc.constantFrom('track', 'identify', 'group'),
      event: events,
      at: fc.integer({ min: 0, max: 5 }),
      properties,
      traits: fc.dictionary(
        name,
        fc.oneof(fc.integer(), fc.constant(null), fc.record({ email: fc.boolean(), push: fc.boolean() })),
      ),
      user: fc.constantFrom('u1', 'u2'),
      token: fc.constantFrom('t1', 't2'),
    }),
    { maxLength: 14 },
  )
  .map((drafts) =>
    drafts.map(({ type, event, at, properties, traits, user, token }, index): Signal => ({
      messageId: `id-${index}`,
      type: type as Signal['type'],
      event,
      timestamp: new Date(Date.parse('2026-01-05T09:00:00Z') + at).toISOString(),
      subject: { user },
      properties: properties as JsonObject,
      traits: traits as JsonObject,
      context: { device: { token, type: 'ios' } },
    })),
  );
const shuffled = signals.chain((list) =>
  fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length })),
);

describe('the order in which signals arrive does not matter', () => {
  test('to anything in the profile', () => {
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(fold(other)).toEqual(fold(one));
        expect(viewProfile(fold(other))).toEqual(viewProfile(fold(one)));
      }),
      { numRuns: 500 },
    );
  });

  test('even when there is more than a profile keeps', () => {
    const many = fc.array(
      fc.tuple(fc.integer({ min: 0, max: 70 }), fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 9 })),
      {
        minLength: 150,
        maxLength: 250,
      },
    );
    const flood = many.map((list) =>
      list.map(([n, at, kind], index): Signal => {
        const timestamp = new Date(Date.parse('2026-01-05T09:00:00Z') + at).toISOString();
        const it = { messageId: `id-${index}`, timestamp };
        if (kind === 0) return Object.assign(track('Cart Viewed', { products: [{ product_id: `p${n}` }] }), it);
        if (kind < 3) return Object.assign(track('Product Removed', { product_id: `p${n}` }), it);
        if (kind < 7) return Object.assign(track('Product Added', { product_id: `p${n}` }), it);
        if (kind === 7) return Object.assign(signal('X', { context: { device: { token: `t${n}`, type: 'ios' } } }), it);
        const topics = Object.fromEntries(Array.from({ length: 9 }, (_, m) => [`t${n * 9 + m}`, kind === 8]));
        return Object.assign(identify({ ...topics, consent: { email: topics } }), it, {
          event: `Event ${n}${'x'.repeat(n)}`,
        });
      }),
    );
    fc.assert(
      fc.property(
        flood.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([one, other]) => {
          expect(fold(other)).toEqual(fold(one));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('even when a producer invents an event name a day', () => {
    const names = fc.shuffledSubarray(
      Array.from({ length: 300 }, (_, n) => [n % 130, n % 7] as const),
      { minLength: 200 },
    );
    const visits = names.map((list) =>
      list.map(([n, at]): Signal => {
        const timestamp = new Date(Date.parse('2026-01-05T09:00:00Z') + at).toISOString();
        return Object.assign(signal(`Event ${n}`), { timestamp });
      }),
    );
    fc.assert(
      fc.property(
        visits.chain((list) => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        ([one, other]) => {
          expect(Object.keys(fold(one).seen).length).toBeLessThanOrEqual(100);
          expect(fold(other)).toEqual(fold(one));
        },
      ),
      { numRuns: 10 },
    );
  });

  test('and a signal folded twice changes counts only', () => {
    fc.assert(
      fc.property(signals, fc.nat(), (list, pick) => {
        const again = list[pick % Math.max(list.length, 1)];
        const { writes } = fold(list);
        expect(fold(again ? [...list, again] : list).writes).toEqual(writes);
      }),
    );
  });
});
