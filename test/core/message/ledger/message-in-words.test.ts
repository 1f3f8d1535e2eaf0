import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  messageIdOf,
  messageInWords,
  type MessageRow,
  readMessageId,
  readMessageRow,
  whyWithheld,
} from '#core/message';

const customer = 'a'.repeat(26);
const enrol = 'b'.repeat(26);
const send = (more: object = {}) => ({
  sk: `SEND#${enrol}#1#last-call`,
  status: 'SENT',
  journey: 'cart-abandonment',
  version: 3,
  message: 'last-call',
  channel: 'sms',
  topic: 'promotions',
  consentVersion: 4,
  checks: 'erasure=yes;channel=yes:sms, not email (no-consent);caps=yes:1 of 3 per 7 days',
  claimedAt: '2026-01-06T13:00:00.000Z',
  settledAt: '2026-01-06T13:00:01.000Z',
  leaseUntil: 1,
  detail: 'sms-1',
  ...more,
});
const rowOf = (row: object): MessageRow => {
  const read = readMessageRow(customer, row);
  if (read === undefined) throw new Error('This is no row.');
  return read;
};

describe('a message says', () => {
  test('when it was sent, how, why it might be, and what came back', () => {
    const reports = new Set([
      '2026-01-06T13:05:00.000Z clicked',
      '2026-01-06T13:00:02.000Z delivered',
      '2026-01-06T13:00:03.000Z opened:machine',
    ]);
    expect(messageInWords(rowOf(send({ reports })))).toEqual([
      '`last-call` was sent on Tue 6 Jan 2026, 13:00 by SMS.',
      'Passed over before: email (no consent).',
      'It was allowed: nothing stood against it in erasure, channel (sms), caps (1 of 3 per 7 days).',
      'What the customer had agreed to was looked up in its version 4.',
      'What came back: delivered on Tue 6 Jan 2026, 13:00; opened (by a machine) on Tue 6 Jan 2026, 13:00; clicked on Tue 6 Jan 2026, 13:05.',
    ]);
  });

  test('all that in the zone of whoever reads', () => {
    expect(messageInWords(rowOf(send()), 'America/New_York')[0]).toBe(
      '`last-call` was sent on Tue 6 Jan 2026, 08:00 by SMS.',
    );
  });

  test('why it was not sent, and what had been looked at before', () => {
    const row = rowOf({
      sk: `WHY#2026-01-06T13:00:00.000Z#${enrol}#1#last-call`,
      verdict: 'withheld',
      reason: 'frequency-cap',
      journey: 'cart-abandonment',
      message: 'last-call',
      checks: 'erasure=yes;channel=yes:sms;caps=no:3 of 3 per 7 days',
    });
    expect(row).toMatchObject({ status: 'WITHHELD', at: '2026-01-06T13:00:00.000Z', step: 'last-call', occurrence: 1 });
    expect(messageInWords(row)).toEqual([
      '`last-call` was not sent on Tue 6 Jan 2026, 13:00: the customer had got as many messages as one may get.',
      'What stood against it: caps (3 of 3 per 7 days). Nothing stood against it in: erasure, channel (sms).',
    ]);
  });

  test.each([
    [
      { status: 'UNKNOWN', detail: 'TimeoutError' },
      'Whether `last-call` left by SMS on Tue 6 Jan 2026, 13:00 is unknown',
    ],
    [{ status: 'FAILED', detail: 'MessageRejected' }, 'its provider refused it (MessageRejected)'],
    [{ status: 'CLAIMED', settledAt: undefined }, '`last-call` is being sent by SMS since'],
    [{ settledBy: 'report' }, 'its provider did not answer, but reported on it later'],
    [
      {
        status: 'FAILED',
        settledBy: 'report',
        detail: 'id',
        reports: new Set(['2026-01-06T13:00:02.000Z undelivered:TTL_EXPIRED']),
      },
      'its provider refused it (TTL_EXPIRED)',
    ],
  ])('what is known of it: %o', (more, words) => {
    expect(messageInWords(rowOf(send(more)))[0]).toContain(words);
  });

  test('that its provider was asked again', () => {
    expect(messageInWords(rowOf(send({ attempts: 3 })))[1]).toContain('asked 3 times');
  });

  test('less, where a row of before keeps less', () => {
    const { checks: _, consentVersion: __, ...old } = send();
    expect(messageInWords(rowOf(old))).toEqual(['`last-call` was sent on Tue 6 Jan 2026, 13:00 by SMS.']);
    expect(messageInWords(rowOf({ ...old, claimedAt: undefined }))[0]).toContain('an unknown time');
  });

  test('that it was sent, when the report of it came in the moment in which nobody knew', () => {
    expect(rowOf(send({ status: 'UNKNOWN', reports: new Set(['2026-01-06T13:00:02.000Z delivered']) })).status).toBe(
      'SENT',
    );
  });

  test('a reason that has no words as it is written', () => {
    expect(whyWithheld('some-reason-of-tomorrow')).toBe('some reason of tomorrow');
    expect(whyWithheld('constructor')).toBe('constructor');
    expect(whyWithheld('')).toBe('nobody wrote down why');
  });
});

test('what is no row of the ledger is none', () => {
  for (const row of [undefined, {}, { sk: 'PROFILE' }, { sk: 'SEND#a#1#b', status: 'LOST' }, { sk: 7 }])
    expect(readMessageRow(customer, row)).toBeUndefined();
});

test('a message and its name are one and the same, in whatever round of a repeat', () => {
  const id = fc.stringMatching(/^[a-z2-7]{26}$/);
  const step = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}(@[1-9][0-9]?)?$/);
  fc.assert(
    fc.property(id, id, fc.integer({ min: 1, max: 999_999_999 }), step, (who, run, occurrence, of) => {
      const name = { customer: who, enrol: run, occurrence, step: of };
      expect(readMessageId(messageIdOf(name))).toEqual(name);
      expect(messageIdOf(name)).toMatch(/^[A-Za-z0-9_-]{1,256}$/);
    }),
  );
  for (const odd of ['', 'x', `${customer}-${enrol}-0x1-a`, `${customer}-${enrol}-1-`, `${customer}-${enrol}-1-a#b`])
    expect(readMessageId(odd)).toBeUndefined();
});
