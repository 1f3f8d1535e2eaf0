import { describe, expect, test } from 'vitest';
import { compileMapping, mappingReader } from '#core/signal';

const now = Date.parse('2026-01-05T09:00:00.500Z');
const event = {
  version: '0',
  id: 'event-1',
  source: 'shopify',
  'detail-type': 'order',
  time: '2026-01-05T09:00:00Z',
  detail: { customer: { id: 7 }, lines: [{ sku: 'a' }, { sku: 'b' }] },
};
const read = async (signal: string, given: unknown = event) =>
  (await mappingReader({ orders: signal })({ mapping: 'orders', event: given }, now)) ?? [];
const refusalOf = async (signal: string) => (await read(signal))[0]?.refusal;

describe('what a mapping makes of an event', () => {
  test('is a signal with the event’s own id and time', async () => {
    const [made] = await read(`{ 'event': 'Order Completed', 'userId': detail.customer.id }`);
    expect(made?.signal).toMatchObject({
      messageId: 'event-1',
      event: 'Order Completed',
      subject: { user: '7' },
      timestamp: '2026-01-05T09:00:00.000Z',
    });
  });

  test('may be several signals, told apart by their place', async () => {
    const made = await read(`detail.lines.{ 'event': 'Line', 'userId': 'u', 'properties': { 'sku': sku } }`);
    expect(made.map(({ signal }) => [signal?.messageId, signal?.properties])).toEqual([
      ['event-1', { sku: 'a' }],
      ['event-1:1', { sku: 'b' }],
    ]);
  });

  test('may be nothing, said by an empty list; nothing at all is a mistake', async () => {
    expect(await read('[]')).toEqual([]);
    expect(await refusalOf('detail.missing')).toMatchObject({ reason: 'not-mapped', path: 'mapping' });
  });

  test('is checked like any other signal, and says which one and which field', async () => {
    const [good, bad] = await read(`[{ 'event': 'X', 'userId': 'u' }, { 'event': 'X' }, 7]`);
    expect(good?.signal).toBeDefined();
    expect(bad?.refusal).toMatchObject({ reason: 'no-identity', path: 'signal[1].userId' });
    expect(await refusalOf(`{ 'userId': 'u' }`)).toMatchObject({ reason: 'bad-field', path: 'signal[0].event' });
    expect(await refusalOf('7')).toMatchObject({ reason: 'not-mapped', path: 'signal[0]' });
  });

  test('cannot be a customer’s by our own id', async () => {
    const own = `{ 'event': 'Consent Changed', 'context': { 'customer': 'abcdefghijklmnopqrstuvwxyz' } }`;
    const [made] = await read(own, { ...event, source: 'segue.preferences' });
    expect(made?.refusal?.reason).toBe('no-identity');
  });

  test('says JSONata’s code when the data is not what it expects, and quotes nothing of it', async () => {
    const refusal = await refusalOf(`{ 'event': 'X', 'userId': $sum(detail.customer) }`);
    expect(refusal?.message).toMatch(/JSONata [TD]\d+/);
    expect(refusal?.message).not.toContain('7');
  });

  test('ends, whatever the event makes it do', async () => {
    const refusal = await refusalOf('($f := function($n) { $f($n + 1) + 1 }; $f(0))');
    expect(refusal?.reason).toBe('not-mapped');
    expect((await refusalOf('[1..100000]'))?.reason).toBe('not-mapped');
  });

  test('of a mapping nobody has is refused, and a message that names none is for others', async () => {
    const reader = mappingReader({});
    expect((await reader({ mapping: 'gone', event }, now))?.[0]?.refusal?.reason).toBe('not-mapped');
    expect((await reader({ mapping: '__proto__', event }, now))?.[0]?.refusal?.reason).toBe('not-mapped');
    for (const other of [null, 7, event, { mapping: 'x' }, { mapping: 1, event }])
      expect(await reader(other, now)).toBeUndefined();
  });
});

describe('an expression that cannot be one', () => {
  const faultOf = (source: string) => {
    const compiled = compileMapping(source);
    return 'fault' in compiled ? compiled.fault : undefined;
  };

  test('is told with its place', () => {
    expect(faultOf(`{ 'a': 1,\n  'b' 2 }`)).toMatchObject({
      position: expect.any(Number),
      message: expect.any(String),
    });
    expect(faultOf('')).toBeDefined();
  });

  test.each(['now', 'millis', 'random', 'shuffle', 'eval'])('$%s gives something else each time', (name) => {
    expect(faultOf(`{ 'event': 'X', 'at': $${name}() }`)).toMatchObject({ position: 22 });
    expect(faultOf(`$map(detail, $${name})`)?.message).toContain(`$${name}`);
  });

  test('a field of such a name is a field', () => {
    expect(faultOf(`{ 'event': 'X', 'at': detail.now }`)).toBeUndefined();
  });
});
