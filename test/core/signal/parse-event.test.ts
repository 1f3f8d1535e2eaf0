import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contentHash, type Json, type JsonObject, MAX_SIGNAL_BYTES, parseEvent } from '#core/signal';

const now = Date.parse('2026-01-05T09:00:00.500Z');
const envelope = (detail: unknown, more: JsonObject = {}) => ({
  version: '0',
  id: '6f1c9d7e-0000-4000-8000-000000000001',
  'detail-type': 'Signal',
  source: 'shop',
  time: '2026-01-05T09:00:00Z',
  detail,
  ...more,
});
const accepted = (detail: unknown, more: JsonObject = {}) => {
  const { signal, refusal } = parseEvent(envelope(detail, more), now);
  if (!signal) throw new Error(`refused: ${JSON.stringify(refusal)}`);
  return signal;
};
const reasonFor = (detail: unknown, more: JsonObject = {}) => parseEvent(envelope(detail, more), now).refusal?.reason;

describe('shapes a source system may send', () => {
  test('a Segment track call is taken as it is', () => {
    const signal = accepted({
      type: 'track',
      event: 'Order Completed',
      userId: 'u1',
      anonymousId: 'a1',
      messageId: 'm1',
      timestamp: '2026-01-05T10:00:00+02:00',
      properties: { revenue: 25 },
      context: { traits: { email: 'ada@shop.example' } },
    });
    expect(signal).toEqual({
      type: 'track',
      event: 'Order Completed',
      messageId: 'm1',
      timestamp: '2026-01-05T08:00:00.000Z',
      subject: { user: 'u1', anonymous: 'a1' },
      properties: { revenue: 25 },
      traits: { email: 'ada@shop.example' },
      context: { traits: { email: 'ada@shop.example' } },
    });
  });

  test('the old spelling "action" is a call too', () => {
    expect(accepted({ action: 'track', event: 'Viewed Product', userId: 'u1' })).toMatchObject({
      type: 'track',
      event: 'Viewed Product',
    });
  });

  test.each([
    ['identify', 'Identified'],
    ['page', 'Page Viewed'],
    ['screen', 'Screen Viewed'],
    ['group', 'Group Joined'],
    ['alias', 'Aliased'],
  ])('a call %s is the event "%s"', (type, event) => {
    expect(accepted({ type, userId: 'u1' })).toMatchObject({ type, event });
  });

  test('a page carries its name, an alias the id before', () => {
    expect(
      accepted({ type: 'page', userId: 'u1', name: 'Home', properties: { url: 'https://x.example' } }).properties,
    ).toEqual({
      name: 'Home',
      url: 'https://x.example',
    });
    expect(accepted({ type: 'alias', userId: 'u1', previousId: 'old' }).properties).toEqual({ previousId: 'old' });
  });

  test('the short form is a track call', () => {
    expect(accepted({ event: 'Store Visited', anonymousId: 'a1', properties: { store: 7 } })).toMatchObject({
      type: 'track',
      event: 'Store Visited',
      subject: { anonymous: 'a1' },
      properties: { store: 7 },
    });
  });

  test('the detail-type names the event of a plain detail, with or without properties', () => {
    const product = { product_id: 'p1', name: 'Mug', category: 'Kitchen', price: 9 };
    const more = { 'detail-type': 'Product Added' };
    const nested = accepted({ userId: 'u1', properties: product }, more);
    const flat = accepted({ userId: 'u1', ...product }, more);
    expect(nested).toMatchObject({ type: 'track', event: 'Product Added', properties: product });
    expect(flat).toEqual(nested);
  });

  test('a type of the shop is a property, as long as something else names the event', () => {
    const order = { type: 'order', userId: 'u1', total: 25 };
    const named = accepted({ ...order, event: 'Order Completed' });
    expect(named).toMatchObject({ type: 'track', event: 'Order Completed', properties: { type: 'order', total: 25 } });
    expect(accepted({ ...order, event: ' ' }, { 'detail-type': 'Order Completed' })).toEqual(named);
    expect(accepted(order, { 'detail-type': 'Order Completed' })).toEqual(named);
    expect(accepted({ ...order, action: 'track', event: 'Order Completed' })).toMatchObject({ event: named.event });
    expect(accepted({ ...order, event: 'X', properties: { total: 1 } }).properties).toEqual({ total: 1 });
    expect(accepted({ type: 'customer', userId: 'u1', traits: {} }, { 'detail-type': 'identify' }).type).toBe(
      'identify',
    );
  });

  test.each(['track', 'Signal', 'event', ''])(
    'a type of the shop is refused when nothing names the event: %j',
    (type) => {
      const { refusal } = parseEvent(envelope({ type: 'order', userId: 'u1' }, { 'detail-type': type }), now);
      expect(refusal).toMatchObject({ reason: 'unknown-shape', path: 'detail.type' });
      expect(refusal?.message).toContain('detail.type is "order"');
      expect(refusal?.message).toContain('track, identify, page, screen, group, alias');
    },
  );

  test('a detail-type that is a call is that call', () => {
    expect(accepted({ userId: 'u1', traits: { plan: 'x' } }, { 'detail-type': 'Identify' })).toMatchObject({
      type: 'identify',
      traits: { plan: 'x' },
    });
  });

  test('a CloudEvent is read field by field', () => {
    const event = {
      specversion: '1.0',
      id: 'ce-1',
      type: 'Store Visited',
      source: '/till/4',
      subject: 'u1',
      time: '2026-01-05T08:59:00Z',
      data: { store: 7 },
    };
    expect(accepted(event)).toEqual({
      type: 'track',
      event: 'Store Visited',
      messageId: 'ce-1',
      timestamp: '2026-01-05T08:59:00.000Z',
      subject: { user: 'u1' },
      properties: { store: 7 },
      traits: {},
      context: {},
    });
    expect(parseEvent(envelope({ ...event, id: 1 }), now).refusal).toMatchObject({
      reason: 'bad-field',
      path: 'detail.id',
    });
  });
});

describe('whom a signal is about', () => {
  test('a numeric userId is the same customer as its digits', () => {
    expect(accepted({ event: 'X', userId: 42 }).subject).toEqual({ user: '42' });
  });

  test.each(['', '  ', 'null', 'undefined', '[object Object]', null])('userId %j is nobody', (userId) => {
    expect(reasonFor({ event: 'X', userId })).toBe('no-identity');
    expect(accepted({ event: 'X', userId, anonymousId: 'a1' }).subject).toEqual({ anonymous: 'a1' });
  });

  test('a producer cannot speak for a customer by our own id', () => {
    const customer = 'abcdefghijklmnopqrstuvwxyz';
    const change = {
      event: 'Consent Changed',
      customer,
      context: { customer },
      properties: { channel: 'email', granted: false },
    };
    expect(reasonFor(change)).toBe('no-identity');
    expect(accepted({ ...change, userId: 'u1' }).subject).toEqual({ user: 'u1' });
  });

  test('our journeys may, whatever they say, and tasks for their answers', () => {
    const customer = 'abcdefghijklmnopqrstuvwxyz';
    const said = (event: string, source: string) =>
      parseEvent(envelope({ event, context: { customer } }, { source }), now);
    expect(said('Cart Reviewed', 'segue.journey').signal?.subject).toEqual({ customer });
    expect(said('Task Answered', 'segue.tasks').signal?.subject).toEqual({ customer });
    expect(said('Cart Reviewed', 'segue.tasks').refusal?.reason).toBe('no-identity');
    expect(said('Cart Reviewed', 'segue.else').refusal?.reason).toBe('no-identity');
  });

  test('our own preference pages may, for a change of consent only', () => {
    const ours = { source: 'segue.preferences' };
    const customer = 'abcdefghijklmnopqrstuvwxyz';
    const change = {
      type: 'track',
      event: 'Consent Changed',
      context: { customer },
      properties: { channel: 'email', granted: false },
    };
    expect(accepted(change, ours).subject).toEqual({ customer });
    expect(reasonFor({ ...change, event: 'Order Completed' }, ours)).toBe('no-identity');
    expect(reasonFor({ ...change, context: { customer: '../x' } }, ours)).toBe('no-identity');
  });
});

describe('when it happened and which it is', () => {
  test('a timestamp may be milliseconds since 1970', () => {
    expect(accepted({ event: 'X', userId: 'u1', timestamp: now - 1 }).timestamp).toBe('2026-01-05T09:00:00.499Z');
  });

  test('without a timestamp the event bus tells the time, without that the clock', () => {
    expect(accepted({ event: 'X', userId: 'u1' }).timestamp).toBe('2026-01-05T09:00:00.000Z');
    expect(accepted({ event: 'X', userId: 'u1' }, { time: 'soon' }).timestamp).toBe('2026-01-05T09:00:00.500Z');
  });

  test('a clock that runs ahead does not win over what is said later', () => {
    expect(accepted({ event: 'X', userId: 'u1', timestamp: '2027-01-01T00:00:00Z' }).timestamp).toBe(
      '2026-01-05T09:00:00.000Z',
    );
    expect(accepted({ event: 'X', userId: 'u1', timestamp: '2026-01-05T09:00:00.900Z' }).timestamp).toBe(
      '2026-01-05T09:00:00.900Z',
    );
  });

  test.each([
    'yesterday',
    '2026-02-31T10:00:00Z',
    '2026-01-05T09:00:00',
    '05/01/2026',
    '',
    1767603600,
    -1,
    true,
    {},
    '0001-01-01T00:00:00Z',
    '1970-01-01T00:00:00Z',
    '1970-01-01T00:00:00.001Z',
    '+275760-09-13T00:00:00.000Z',
    0,
  ])('timestamp %j is no date', (timestamp) => {
    expect(reasonFor({ event: 'X', userId: 'u1', timestamp })).toBe('bad-timestamp');
  });

  test('the same signal without a messageId has the same id again, whatever the order of its fields', () => {
    const one = accepted({ event: 'X', userId: 'u1', timestamp: now, properties: { a: 1, b: { c: 2, d: 3 } } });
    const other = accepted(
      { properties: { b: { d: 3, c: 2 }, a: 1 }, timestamp: now, userId: 'u1', event: 'X' },
      { time: '2026-01-05T09:03:00Z' },
    );
    expect(one.messageId).toMatch(/^[0-9a-f]{32}$/);
    expect(other.messageId).toBe(one.messageId);
  });

  test('the same product put into the cart on another day is another signal', () => {
    const added = { event: 'Product Added', userId: 'u1', properties: { product_id: 'p1' } };
    expect(accepted(added).messageId).not.toBe(accepted(added, { time: '2026-01-08T09:00:00Z' }).messageId);
  });
});

describe('what is refused, and why', () => {
  const nested = (depth: number): JsonObject => (depth === 0 ? {} : { in: nested(depth - 1) });

  test.each([
    ['unknown-shape', 'no object', null],
    ['unknown-shape', 'text', 'text'],
    ['unknown-shape', 'a list', []],
    ['unknown-shape', 'a type of call that does not exist', { type: 'explode', userId: 'u1' }],
    ['unknown-shape', 'an old CloudEvent', { specversion: '0.3', type: 'X', subject: 'u1' }],
    ['no-identity', 'an event of nobody', { event: 'X' }],
    ['no-identity', 'any other event', { anything: 1 }],
    [
      'too-large',
      '64 KB of umlauts',
      { event: 'X', userId: 'u1', properties: { note: 'ü'.repeat(MAX_SIGNAL_BYTES / 2) } },
    ],
    ['too-deep', 'nine levels', { event: 'X', userId: 'u1', properties: nested(7) }],
    [
      'forbidden-key',
      '__proto__ deep in a list',
      { event: 'X', userId: 'u1', properties: JSON.parse('{"a":[{"__proto__":{"admin":true}}]}') },
    ],
    ['forbidden-key', 'constructor', { event: 'X', userId: 'u1', context: { constructor: 1 } }],
    ['forbidden-key', 'prototype', { event: 'X', userId: 'u1', prototype: {} }],
    ['bad-field', 'an object as userId', { event: 'X', userId: { id: 1 } }],
    ['bad-field', 'true as userId', { event: 'X', userId: true }],
    ['bad-field', 'a userId that lost its last digits', { event: 'X', userId: 2 ** 60 }],
    ['bad-field', 'a userId of 257 characters', { event: 'X', userId: 'u'.repeat(257) }],
    ['bad-field', 'half a character in userId', { event: 'X', userId: 'u\uD800' }],
    ['bad-field', 'a blank event', { event: '  ', userId: 'u1' }],
    ['bad-field', 'an event called constructor', { event: 'constructor', userId: 'u1' }],
    ['bad-field', 'an event of 201 characters', { event: 'x'.repeat(201), userId: 'u1' }],
    ['bad-field', 'an event of 201 bytes', { event: '漢'.repeat(67), userId: 'u1' }],
    ['bad-field', 'a track call without an event', { type: 'track', userId: 'u1' }],
    ['bad-field', 'a messageId of 257 characters', { event: 'X', userId: 'u1', messageId: 'm'.repeat(257) }],
    ['bad-field', 'a number as messageId', { event: 'X', userId: 'u1', messageId: 5 }],
    ['bad-field', 'a line break in an event', { event: 'X\r\nBcc: all@shop.example', userId: 'u1' }],
    ['bad-field', 'a zero byte in userId', { event: 'X', userId: 'u\u0000' }],
    ['bad-field', 'broken UTF-8 in userId', { event: 'X', userId: 'u\uFFFD' }],
    ['bad-field', 'a delete character in messageId', { event: 'X', userId: 'u1', messageId: 'm\u007F' }],
    ['bad-field', 'infinity deep down', { event: 'X', userId: 'u1', properties: JSON.parse('{"a":[{"b":-1e999}]}') }],
    ['bad-timestamp', 'a sentAt that is no date', { event: 'X', userId: 'u1', sentAt: 'now' }],
    ['bad-field', 'a list as properties', { event: 'X', userId: 'u1', properties: [] }],
    ['bad-field', 'text as traits', { event: 'X', userId: 'u1', traits: 'none' }],
  ])('%s: %s', (reason, _what, detail) => {
    const { refusal } = parseEvent(envelope(detail), now);
    expect(refusal?.reason).toBe(reason);
    expect(refusal?.message).toMatch(/\.$/);
    expect(refusal?.path).not.toBe('');
  });

  test('something that is no EventBridge event is an unknown shape', () => {
    for (const other of [null, 7, 'text', [], {}, { event: 'X', userId: 'u1' }])
      expect(parseEvent(other, now).refusal?.reason).toBe('unknown-shape');
  });

  test('eight levels and 64 KB are still taken', () => {
    expect(accepted({ event: 'X', userId: 'u1', properties: nested(6) }).event).toBe('X');
    const room = MAX_SIGNAL_BYTES - JSON.stringify({ event: 'X', userId: 'u1', properties: { note: '' } }).length;
    expect(accepted({ event: 'X', userId: 'u1', properties: { note: 'x'.repeat(room) } }).event).toBe('X');
    expect(reasonFor({ event: 'X', userId: 'u1', properties: { note: 'x'.repeat(room + 1) } })).toBe('too-large');
  });

  test('a hundred thousand levels do not exhaust the stack', () => {
    const deep: unknown = JSON.parse(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    expect(reasonFor({ event: 'X', userId: 'u1', properties: { deep } })).toBe('too-deep');
  });

  test('a refusal does not quote what the customer wrote', () => {
    for (const detail of [{ event: 'X', userId: { email: 'ada@canary.example' } }, { type: 'ada@canary.example' }])
      expect(JSON.stringify(parseEvent(envelope(detail), now).refusal)).not.toContain('canary');
  });
});

test('whatever JSON arrives is a signal or a refusal, never an exception, and reads the same twice', () => {
  const field = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom('u1', 'track', 'identify', 'X', '1.0', 1767603600000),
  );
  const detail = fc.dictionary(
    fc.oneof(
      fc.constantFrom('type', 'action', 'event', 'userId', 'anonymousId', 'messageId', 'timestamp', 'properties'),
      fc.constantFrom('traits', 'context', 'specversion', 'subject', 'id', 'time', 'data', '__proto__', 'constructor'),
      fc.string(),
    ),
    field,
  );
  fc.assert(
    fc.property(fc.oneof(detail, fc.jsonValue()), fc.string(), (it, detailType) => {
      const event = JSON.parse(JSON.stringify(envelope(it, { 'detail-type': detailType })));
      const first = parseEvent(event, now);
      expect(parseEvent(event, now)).toEqual(first);
      expect(first.signal?.timestamp ?? '2026-01-05T09:00:00.000Z').toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
      expect(Object.keys(first.signal?.subject ?? { nobody: true })).not.toHaveLength(0);
    }),
    { numRuns: 500 },
  );
});

test('contents that differ in a word have different ids', () => {
  const words = [
    'Created',
    'Deleted',
    'Started',
    'Ended',
    'Installed',
    'Removed',
    'Opened',
    'Closed',
    'Added',
    'Viewed',
  ];
  const nouns = ['Account', 'Conversation', 'Application', 'Cart', 'Product', 'Order'];
  const all = nouns.flatMap((noun) => words.map((word) => `${noun} ${word}`));
  expect(new Set(all.map((event) => accepted({ event, userId: 'u1' }).messageId)).size).toBe(all.length);
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      fc.pre(JSON.stringify(a) !== JSON.stringify(b));
      expect(contentHash(a as Json)).not.toBe(contentHash(b as Json));
    }),
  );
});
