import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { feedbackSignal, messageReport } from '#core/feedback';
import { type MessageReport, readReports, settledBy, writeReport } from '#core/message';
import type { Signal } from '#core/signal';

const kinds = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'delayed',
  'bounced',
  'complained',
  'undelivered',
  'rejected',
] as const;
const report: fc.Arbitrary<MessageReport> = fc.record(
  {
    kind: fc.constantFrom(...kinds),
    at: fc.integer({ min: 0, max: 4e12 }).map((ms) => new Date(ms).toISOString()),
    detail: fc.stringMatching(/^[A-Z_]{1,20}$/),
  },
  { requiredKeys: ['kind', 'at'] },
);

test('a row keeps what was reported, once, and in the order it happened', () => {
  fc.assert(
    fc.property(fc.array(report), fc.infiniteStream(fc.nat()), (all, chance) => {
      const rows = all.map(writeReport);
      const shuffled = [...rows, ...rows]
        .map((row) => [chance.next().value, row] as const)
        .toSorted(([a], [b]) => a - b)
        .map(([, row]) => row);
      const kept = readReports(new Set(shuffled));
      expect(kept).toEqual(readReports(new Set(rows)));
      expect(kept.map(({ at }) => at)).toEqual(kept.map(({ at }) => at).toSorted());
      expect(settledBy(kept)).toBe(settledBy(all));
    }),
  );
  expect(readReports(['nonsense', 7, '2026 flew'])).toEqual([]);
});

describe('whether it left', () => {
  const at = '2026-01-01T00:00:00.000Z';
  const of = (...all: readonly MessageReport['kind'][]) => settledBy(all.map((kind) => ({ kind, at })));
  test('nobody knows while nothing is reported', () => expect(of()).toBeUndefined());
  test('it did, by whatever is said of a message that is there', () => {
    for (const kind of ['sent', 'delivered', 'opened', 'clicked', 'delayed', 'bounced', 'complained'] as const) {
      expect(of(kind)).toBe('SENT');
      expect(of('rejected', kind)).toBe('SENT');
      expect(of(kind, 'undelivered')).toBe('SENT');
    }
  });
  test('it did not, when all that is said is that it was refused', () => {
    expect(of('rejected')).toBe('FAILED');
    expect(of('undelivered')).toBe('FAILED');
  });
});

describe('an event of a provider', () => {
  const customer = 'c'.repeat(26);
  const enrol = 'd'.repeat(26);
  const tags = { customer: [customer], journey: ['cart'], run: [`${enrol}-2`], step: ['tip_2'], stage: ['test'] };
  const signalOf = (source: string, detail: object): Signal => {
    const parsed = feedbackSignal({ source, time: '2026-01-05T09:00:00Z', detail }, 0);
    if (parsed?.signal === undefined) throw new Error('no signal');
    return parsed.signal;
  };
  const ses = (eventType: string, part: string, more: object = {}) =>
    signalOf('aws.ses', {
      eventType,
      mail: { messageId: 'ses-1', timestamp: '2026-01-05T09:00:00.000Z', tags },
      [part]: { timestamp: '2026-01-05T09:00:05.000Z', ...more },
    });
  const send = { customer, enrol, occurrence: 2, step: 'tip@2' };

  test.each([
    [ses('Send', 'send'), { kind: 'sent' }],
    [ses('Delivery', 'delivery'), { kind: 'delivered' }],
    [ses('Bounce', 'bounce', { bounceType: 'Permanent' }), { kind: 'bounced', detail: 'Permanent' }],
    [ses('Complaint', 'complaint'), { kind: 'complained' }],
    [ses('Reject', 'reject', { reason: 'Bad content' }), { kind: 'rejected' }],
    [ses('DeliveryDelay', 'deliveryDelay'), { kind: 'delayed' }],
    [ses('Open', 'open', { userAgent: 'Mozilla/5.0' }), { kind: 'opened', detail: 'machine' }],
    [
      ses('Click', 'click', { link: 'https://shop.example', userAgent: 'Mozilla/5.0 (X) Firefox' }),
      { kind: 'clicked' },
    ],
  ])('tells of the message it is about, by its tags: $event', (signal, expected) => {
    const at = '2026-01-05T09:00:05.000Z';
    expect(messageReport(signal)).toEqual({ send, provider: 'ses-1', report: { at, ...expected } });
  });

  test('of an SMS tells why it did not arrive', () => {
    const context = { customer, journey: 'cart', run: `${enrol}-2`, step: 'tip_2', stage: 'test' };
    const detail = {
      eventType: 'TEXT_TTL_EXPIRED',
      isFinal: true,
      messageId: 'sms-1',
      eventTimestamp: 1767603605000,
      context,
    };
    expect(messageReport(signalOf('aws.sms-voice', detail))).toMatchObject({
      send,
      report: { kind: 'undelivered', detail: 'TTL_EXPIRED' },
    });
  });

  test('about no message of ours, or anything else that happened, tells nothing', () => {
    const sent = ses('Send', 'send');
    expect(messageReport({ ...sent, event: 'Product Added' })).toBeUndefined();
    expect(messageReport({ ...sent, subject: { user: 'ada' } })).toBeUndefined();
    for (const odd of [
      {},
      { enrol: 7, occurrence: '1', step: 'x' },
      { enrol, occurrence: 'often', step: 'x' },
      { enrol, occurrence: '0', step: 'x' },
    ])
      expect(messageReport({ ...sent, properties: odd })).toBeUndefined();
  });
});
