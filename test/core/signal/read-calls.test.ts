import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Json, type JsonObject, MAX_SIGNAL_BYTES, parseEvent, readCalls } from '#core/signal';

const receivedAt = Date.parse('2026-01-05T09:00:00.250Z');
const callsOf = (name: string, body: unknown) => {
  const { calls, refusal } = readCalls(name, body, receivedAt);
  if (!calls) throw new Error(`refused: ${JSON.stringify(refusal)}`);
  return calls;
};
const detailOf = (name: string, body: unknown) => callsOf(name, body)[0]!.event.detail as JsonObject;
const call = { userId: 'u1', event: 'X' };

describe('a call as it goes on to the bus', () => {
  test('has the type its path says, an id, and both times', () => {
    const timestamp = '2026-01-05T08:59:00.000Z';
    expect(detailOf('track', { ...call, messageId: 'm1', timestamp, type: 'identify', writeKey: 'k' })).toEqual({
      ...call,
      type: 'track',
      messageId: 'm1',
      timestamp,
      originalTimestamp: timestamp,
      receivedAt: '2026-01-05T09:00:00.250Z',
    });
  });

  test('without a time happened when we heard of it', () => {
    const detail = detailOf('track', call);
    expect(detail).toMatchObject({ timestamp: '2026-01-05T09:00:00.250Z' });
    expect(detail).not.toHaveProperty('originalTimestamp');
  });

  test('without an id has the same one when it is sent again', () => {
    const timed = { ...call, timestamp: '2026-01-05T08:59:00.000Z' };
    const again = readCalls('track', { ...timed, sentAt: '2026-01-05T09:07:00Z' }, receivedAt + 420_000).calls![0]!;
    expect(again.messageId).toBe(callsOf('track', timed)[0]!.messageId);
  });

  test('takes context and sentAt from its batch where it has none of its own', () => {
    const body = {
      context: { app: 'shop', library: 'batch' },
      sentAt: '2026-01-05T10:00:00.250Z',
      batch: [
        { ...call, type: 'track', timestamp: '2026-01-05T10:00:00.000Z', context: { library: 'own' } },
        { ...call, type: 'track', timestamp: '2026-01-05T10:00:00.000Z', sentAt: '2026-01-05T11:00:00.250Z' },
      ],
    };
    const [one, other] = callsOf('batch', body).map(({ event }) => event.detail as JsonObject);
    expect(one).toMatchObject({ context: { app: 'shop', library: 'own' }, timestamp: '2026-01-05T09:00:00.000Z' });
    expect(other).toMatchObject({ context: body.context, timestamp: '2026-01-05T08:00:00.000Z' });
  });

  test('is read from the bus as the same signal, whatever the bus makes of its time', () => {
    const timestamp = fc.date({ min: new Date('2020-01-01'), max: new Date('2026-01-05'), noInvalidDate: true });
    const skew = fc.integer({ min: -86_400_000, max: 86_400_000 });
    fc.assert(
      fc.property(timestamp, skew, fc.string({ minLength: 1, maxLength: 20 }), (at, ahead, name) => {
        const sentAt = new Date(receivedAt + ahead).toISOString();
        const body = { ...call, timestamp: at.toISOString(), sentAt, properties: { name } };
        const [read] = callsOf('track', body);
        if (read!.refusal) return;
        const onBus = { ...read!.event, time: '2026-01-05T09:00:00Z' };
        const { signal } = parseEvent(onBus, receivedAt + 5_000);
        const { timestamp, messageId } = read!.event.detail as JsonObject;
        expect(signal).toMatchObject({ messageId, timestamp });
        const expected = Math.abs(ahead) > 1_000 ? at.getTime() - ahead : at.getTime();
        expect(Date.parse(signal!.timestamp)).toBe(expected > receivedAt + 300_000 ? receivedAt : expected);
      }),
    );
  });
});

describe('a producer’s clock on the bus', () => {
  const parse = (detail: JsonObject) =>
    parseEvent({ source: 'shop', 'detail-type': 'track', time: '2026-01-05T09:00:00Z', detail }, receivedAt).signal;
  const said = { ...call, timestamp: '2026-01-05T11:59:00Z', sentAt: '2026-01-05T12:00:00Z' };

  test('is put right by when the bus heard of it', () => {
    expect(parse(said)?.timestamp).toBe('2026-01-05T08:59:00.000Z');
  });

  test('is not put right twice: whoever received the call before has done it', () => {
    const done = { ...call, timestamp: '2026-01-05T08:59:00Z', sentAt: '2026-01-05T12:00:00Z' };
    expect(parse({ ...done, receivedAt: '2026-01-05T09:00:00Z' })?.timestamp).toBe('2026-01-05T08:59:00.000Z');
    expect(parse({ ...done, originalTimestamp: said.timestamp })?.timestamp).toBe('2026-01-05T08:59:00.000Z');
  });

  test('that leads before there was anything is not followed', () => {
    expect(parse({ ...said, timestamp: '2025-01-01T00:00:00Z', sentAt: '9999-01-01T00:00:00Z' })?.timestamp).toBe(
      '2025-01-01T00:00:00.000Z',
    );
  });
});

describe('what is refused says where in the request it stands', () => {
  const refusalsOf = (name: string, body: unknown) => callsOf(name, body).map(({ refusal }) => refusal);

  test('in a call on its own', () => {
    const [refusal] = refusalsOf('track', { event: 'X', userId: 7.5 });
    expect(refusal).toMatchObject({ reason: 'bad-field', path: 'userId' });
    expect(refusal?.message).toMatch(/^userId must be/);
    expect(refusalsOf('group', { anonymousId: true })[0]?.path).toBe('anonymousId');
  });

  test('in a batch', () => {
    const batch = [
      { type: 'track', ...call },
      { type: 'nonsense', userId: 'u' },
      7,
      { type: 'track', ...call, traits: 1 },
    ];
    expect(refusalsOf('batch', { batch }).map((refusal) => refusal?.path)).toEqual([
      undefined,
      'batch[1].type',
      'batch[2]',
      'batch[3].traits',
    ]);
    expect(refusalsOf('batch', { batch })[1]?.message).toMatch(/^batch\[1\]\.type is "nonsense"/);
  });

  test('the whole of it', () => {
    for (const body of [null, 'text', [], 7]) expect(readCalls('track', body, receivedAt).refusal?.path).toBe('$');
    expect(readCalls('batch', { batch: 'x' }, receivedAt).refusal).toMatchObject({
      reason: 'bad-field',
      path: 'batch',
    });
    const many = { batch: Array.from({ length: 2_501 }, () => call) };
    expect(readCalls('batch', many, receivedAt).refusal).toMatchObject({ reason: 'too-large', path: 'batch' });
  });

  test('what would only just not fit with what we add', () => {
    const room = MAX_SIGNAL_BYTES - JSON.stringify({ ...call, properties: { text: '' }, type: 'track' }).length;
    const [fits, not] = [room - 400, room].map((length) =>
      refusalsOf('track', { ...call, properties: { text: 'x'.repeat(length) } }),
    );
    expect(fits).toEqual([undefined]);
    expect(not![0]).toMatchObject({ reason: 'too-large', path: '$' });
  });

  test('what no queue would carry', () => {
    expect(refusalsOf('track', { ...call, properties: { text: 'a\uFFFFb' } })[0]).toMatchObject({
      reason: 'bad-field',
    });
  });

  test('whatever JSON arrives, every call is an event for the bus or refused', () => {
    const field = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom('track', 'u1', 'X', 1767603600000));
    const names = [
      'type',
      'event',
      'userId',
      'messageId',
      'timestamp',
      'sentAt',
      'context',
      'traits',
      'batch',
      '__proto__',
    ];
    const object = fc.dictionary(fc.constantFrom(...names), field);
    fc.assert(
      fc.property(fc.oneof(object, fc.record({ batch: fc.array(fc.oneof(object, fc.jsonValue())) })), (body) => {
        const given: Json = JSON.parse(JSON.stringify(body));
        for (const name of ['batch', 'track', 'alias']) {
          const { calls = [] } = readCalls(name, given, receivedAt);
          for (const { event, refusal, messageId } of calls) {
            if (refusal) expect(refusal.path).not.toMatch(/^detail/);
            else expect(parseEvent(event, receivedAt).signal?.messageId).toBe(messageId);
          }
        }
      }),
    );
  });
});

test('what Segue caused eight times over is taken, and no more: nothing goes in circles for ever', () => {
  const parse = (hops: Json) =>
    parseEvent({ source: 'shop', 'detail-type': 'X', detail: { ...call, context: { hops } } }, receivedAt);
  expect(parse(8).signal).toBeDefined();
  expect(parse(9).refusal).toMatchObject({ reason: 'too-many-hops', path: 'detail.context.hops' });
  expect(parse('many').signal).toBeDefined();
});
