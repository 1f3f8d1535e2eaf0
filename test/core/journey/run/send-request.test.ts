import { describe, expect, test } from 'vitest';
import { type JourneyDocument, nodeAt, Policy, sendId, sendRequest, topicOf } from '#core/journey';
import { day, liveOf, now, runOf } from './running.ts';

const hour = 3_600_000;
const topics = { promotions: 'marketing', receipts: 'transactional' } as const;

type Around = {
  readonly journey?: object;
  readonly send?: object;
  readonly policy?: object;
  readonly confirm?: readonly string[];
  readonly now?: number;
};

/** What the send of a journey asks, due two hours ago. */
const asks = ({ journey: fields = {}, send = {}, policy, confirm, now: at = now }: Around = {}) => {
  const step = { id: 'hello', send: { message: 'hello', channels: ['email', 'sms'], ...send } };
  const live = liveOf({ topic: 'promotions', ...fields }, step);
  const node = nodeAt(live.plan, 'hello');
  if (node.kind !== 'send') throw new Error('No send.');
  const run = { ...runOf(live), enrol: 'e', occurrence: 2, enteredAt: now - day };
  const published = {
    journey: live.journey,
    topics,
    ...(policy === undefined ? {} : { policy: Policy.parse(policy) }),
    ...(confirm === undefined ? {} : { confirm }),
  };
  return sendRequest(published, node, { run, key: 'hello@2', dueAt: now - 2 * hour, now: at });
};

describe('a message asks to be sent', () => {
  test('as what the ledger calls it: its run, and its step in this round', () => {
    expect(sendId({ run: { enrol: 'e', occurrence: 2 }, key: 'tip@3' })).toBe('e#2#tip@3');
    expect(asks()).toMatchObject({ send: 'e#2#hello@2', journey: 'j' });
  });

  test('since it was due, and since its run began', () => {
    expect(asks()).toMatchObject({ dueAt: now - 2 * hour, enteredAt: now - day });
  });

  test('on the topic of the journey, unless it has its own', () => {
    expect(asks()).toMatchObject({ topic: 'promotions', topicClass: 'marketing' });
    expect(asks({ send: { topic: 'receipts' } })).toMatchObject({ topic: 'receipts', topicClass: 'transactional' });
    const { journey } = liveOf({ topic: 'promotions' });
    const node = { send: { topic: undefined } } as Parameters<typeof topicOf>[1];
    expect(topicOf(journey satisfies JourneyDocument, node)).toBe('promotions');
  });

  test('as marketing, where nobody says what the topic is', () => {
    expect(asks({ journey: { topic: 'news' } })).toMatchObject({ topicClass: 'marketing' });
  });

  test('with a consent that was confirmed, where its topic asks for one', () => {
    expect(asks({ confirm: ['promotions'] }).isDouble).toBe(true);
    expect([asks({ confirm: ['news'] }).isDouble, asks().isDouble]).toEqual([false, false]);
  });

  test('by its channels in their order, or by the one the customer prefers', () => {
    expect(asks()).toMatchObject({ channels: ['email', 'sms'], preferredFirst: false });
    const preferred = { channels: 'preferred', among: ['push', 'email'] };
    expect(asks({ send: preferred })).toMatchObject({ channels: ['push', 'email'], preferredFirst: true });
  });

  test('with the priority and the zone of its journey', () => {
    expect(asks()).toMatchObject({ priority: 50, zoneUnknown: 'UTC' });
    const urgent = { priority: 80, zone: 'Asia/Tokyo' };
    expect(asks({ journey: urgent })).toMatchObject({ priority: 80, zoneUnknown: 'Asia/Tokyo' });
  });

  test('until it expires, counted from when it was due', () => {
    expect(asks({ send: { expires: '18 hours' } }).expiresAt).toBe(now + 16 * hour);
    expect(asks()).not.toHaveProperty('expiresAt');
  });

  test('in the hours of the policy, and in its journey’s own', () => {
    const sms = { from: '08:00', to: '21:00' };
    expect(asks({ policy: { hours: { sms } } }).hours).toEqual({ sms });
    const window = { from: '10:00', to: '18:00', zone: 'customer', otherwise: 'skip', atMost: '3 hours' };
    expect(asks({ journey: { window } }).window).toMatchObject({ ...window, atMostMs: 3 * hour });
    expect([asks().hours, 'window' in asks()]).toEqual([{}, false]);
  });
});

describe('a message is counted', () => {
  test('by the caps of the policy, then by those of its journey', () => {
    const { caps } = asks({
      policy: {
        caps: [
          { most: 4, per: 'day' },
          { channel: 'sms', most: 3, per: '7 days' },
          { topic: 'promotions', most: 20, per: 'month', reserve: { feedback: 1 } },
        ],
      },
      journey: { caps: { limits: [{ most: 1, per: 'week' }], otherwise: 'end', atMost: '7 days' } },
    });
    expect(caps).toStrictEqual({
      limits: [
        { most: 4, per: { calendar: 'day' }, said: '4 per day' },
        { most: 3, per: { ms: 7 * day }, channel: 'sms', said: '3 per 7 days' },
        { most: 20, per: { calendar: 'month' }, topic: 'promotions', reserve: { feedback: 1 }, said: '20 per month' },
        { most: 1, per: { calendar: 'week' }, journey: 'j', said: '1 per week' },
      ],
      otherwise: 'end',
      atMostMs: 7 * day,
    });
  });

  test('by none, where nobody set one; one too many would be held for a day', () => {
    expect(asks().caps).toEqual({ limits: [], otherwise: 'hold', atMostMs: day });
    expect(asks({ journey: { caps: {} } }).caps).toEqual({ limits: [], otherwise: 'hold', atMostMs: day });
    const skipping = { caps: { otherwise: 'skip', atMost: '2 hours' } };
    expect(asks({ journey: skipping }).caps).toEqual({ limits: [], otherwise: 'skip', atMostMs: 2 * hour });
  });

  test('by the budget of its journey’s day, which begins anew at midnight there', () => {
    const budget = { messages: 100, per: 'day' };
    const late = Date.parse('2026-01-05T23:30:00Z');
    expect(asks({ journey: { budget }, now: late }).budget).toEqual({
      messages: 100,
      day: '2026-01-05',
      againAt: Date.parse('2026-01-06T00:00:00Z'),
    });
    expect(asks({ journey: { budget, zone: 'Asia/Tokyo' }, now: late }).budget).toEqual({
      messages: 100,
      day: '2026-01-06',
      againAt: Date.parse('2026-01-06T15:00:00Z'),
    });
    expect(asks()).not.toHaveProperty('budget');
  });
});

describe('a message stays away', () => {
  test('from the holdout the policy draws', () => {
    const holdout = { percent: 10, period: '2026-q1' };
    expect(asks({ policy: { holdout } }).holdout).toEqual(holdout);
    expect([asks({ policy: {} }), asks()].map((request) => 'holdout' in request)).toEqual([false, false]);
  });

  test('from who has reason to be angry, for as long as the policy says', () => {
    const all = { topics: ['promotions'], complaint: '30 days', csat: { atMost: 2, for: '14 days' } };
    expect(asks({ policy: { sorry: all } }).sorry).toStrictEqual({
      topics: ['promotions'],
      complaintMs: 30 * day,
      csat: { atMost: 2, ms: 14 * day },
    });
    expect(asks({ policy: { sorry: { topics: ['news'] } } }).sorry).toStrictEqual({ topics: ['news'] });
    expect([asks({ policy: {} }), asks()].map((request) => 'sorry' in request)).toEqual([false, false]);
  });
});
