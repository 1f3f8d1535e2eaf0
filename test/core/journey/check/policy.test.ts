import { describe, expect, test } from 'vitest';
import { checkJourney, checkPolicy, JourneyDocument, Policy, proofsOf, type Surroundings } from '#core/journey';

const topics = { promotions: 'marketing', feedback: 'marketing', service: 'transactional' } as const;
const around = (policy: object = {}): Surroundings => ({
  topics,
  messages: { hello: ['email', 'sms'] },
  policy: Policy.parse(policy),
});
const journey = (more: object = {}) => ({
  name: 'offers',
  triggers: [{ signal: 'Product Added' }],
  topic: 'promotions',
  steps: [{ send: { message: 'hello', channels: ['email'] } }],
  ...more,
});
const said = ({ path, message }: { path: readonly (string | number)[]; message: string }) =>
  `${path.join('.')}: ${message}`;
const mistakes = (document: object, policy?: object) =>
  checkJourney(document, around(policy)).problems?.map(said) ?? [];
const warnings = (document: object, policy?: object) => checkJourney(document, around(policy)).warnings.map(said);
const faults = (policy: unknown) => {
  const checked = checkPolicy(policy, { topics });
  return 'problems' in checked ? checked.problems.map(said) : [];
};

describe('what holds for all journeys', () => {
  test('may be nothing, or everything there is', () => {
    expect(checkPolicy(null, { topics })).toEqual({ policy: { caps: [], hours: {} } });
    const whole = {
      caps: [
        { most: 3, per: '7 days', channel: 'sms' },
        { most: 2, per: 'day', reserve: { feedback: 1 } },
      ],
      hours: { sms: { from: '08:00', to: '21:00' } },
      holdout: { percent: 5, period: '2026-q1' },
      sorry: { topics: ['promotions'], complaint: '30 days', csat: { atMost: 2, for: '14 days' } },
    };
    expect(checkPolicy(whole, { topics })).toEqual({ policy: whole });
  });

  test.each([
    [{ caps: [{ most: 0, per: 'day' }] }, /^caps\.0\.most: /],
    [{ caps: [{ most: 2, per: '90 days' }] }, /^caps\.0\.per: /],
    [{ caps: [{ most: 2, per: 'year' }] }, /^caps\.0\.per: /],
    [
      { caps: [{ most: 2, per: 'day', topic: 'promotion' }] },
      /^caps\.0\.topic: There is no topic `promotion`. Did you mean `promotions`/,
    ],
    [{ caps: [{ most: 2, per: 'day', topic: 'service' }] }, /^caps\.0\.topic: No cap counts the transactional topic/],
    [
      { caps: [{ most: 1, per: 'day', reserve: { feedback: 1, promotions: 1 } }] },
      /^caps\.0\.reserve: More is reserved \(2\) than the cap has \(1\)/,
    ],
    [{ caps: [{ most: 1, per: 'day', reserve: { fedback: 1 } }] }, /^caps\.0\.reserve\.fedback: There is no topic/],
    [
      { caps: [{ most: 2, per: 'day', topic: 'promotions', reserve: { feedback: 1 } }] },
      /^caps\.0\.reserve\.feedback: The cap counts `promotions` alone/,
    ],
    [{ hours: { sms: { from: '08:00', to: '08:00' } } }, /^hours\.sms: These hours open and close at the same time/],
    [{ sorry: { topics: ['promos'] } }, /^sorry\.topics\.0: There is no topic/],
    [{ holdout: { percent: 60, period: 'x' } }, /^holdout\.percent: /],
    [{ cap: [] }, /^cap: `cap` is not known here. Did you mean `caps`/],
    ['caps', /^: This is no policy/],
  ])('says what is wrong where, and what to write: %j', (policy, expected) => {
    expect(faults(policy)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('caps of a journey', () => {
  test('have known topics and a priority from 0 to 100', () => {
    expect(mistakes(journey({ caps: { limits: [{ most: 1, per: 'day' }] }, priority: 100 }))).toEqual([]);
    expect(mistakes(journey({ priority: 101 }))).toEqual([expect.stringMatching(/^priority: /)]);
    expect(mistakes(journey({ caps: { limits: [{ most: 1, per: 'day', topic: 'promo' }] } }))).toEqual([
      expect.stringMatching(/^caps\.limits\.0\.topic: There is no topic `promo`/),
    ]);
    expect(mistakes(journey({ caps: { limits: [{ most: 1, per: 'day', topic: 'service' }] } }))).toEqual([
      expect.stringMatching(/transactional/),
    ]);
  });

  test('that hold for less than they last are told', () => {
    const weekly = { limits: [{ most: 1, per: 'week' }] };
    expect(warnings(journey({ caps: weekly }))).toEqual([expect.stringMatching(/Write `atMost: 7 days`/)]);
    expect(warnings(journey({ caps: { ...weekly, atMost: '7 days' } }))).toEqual([]);
    expect(warnings(journey({ caps: { ...weekly, otherwise: 'skip' } }))).toEqual([]);
  });

  test('a topic that the policy keeps every slot from is never sent', () => {
    const policy = { caps: [{ most: 1, per: 'day', reserve: { feedback: 1 } }] };
    expect(mistakes(journey(), policy)).toEqual([
      expect.stringMatching(/^topic: Nothing on the topic `promotions` is ever sent/),
    ]);
    expect(mistakes(journey({ topic: 'feedback' }), policy)).toEqual([]);
    expect(mistakes(journey({ topic: 'service' }), policy)).toEqual([]);
  });
});

test('hours of a journey that the policy closes are never open', () => {
  const policy = { hours: { sms: { from: '08:00', to: '21:00' } } };
  const night = { window: { from: '22:00', to: '07:00', zone: 'customer' } };
  expect(mistakes(journey(night), policy)).toEqual([expect.stringMatching(/^window: Nothing is ever sent by sms/)]);
  const evening = { window: { from: '20:00', to: '23:00', zone: 'customer' } };
  expect(mistakes(journey(evening), policy)).toEqual([]);
});

test('a text message needs no hours of its own where the policy has some', () => {
  const text = journey({ steps: [{ send: { message: 'hello', channels: ['sms'] } }] });
  expect(warnings(text)).toEqual([expect.stringMatching(/may come at night/)]);
  expect(warnings(text, { hours: { sms: { from: '08:00', to: '21:00' } } })).toEqual([]);
});

describe('what is certain of every run', () => {
  const send = { send: { message: 'hello', channels: ['email'] } };
  const proved = (more: object, policy: object = {}) => {
    const document = JourneyDocument.parse(journey({ steps: [send, send, send], ...more }));
    return proofsOf(document, { topics, policy: Policy.parse(policy) });
  };
  const day = 86_400_000;

  test('no more messages a day than the caps let through', () => {
    expect(proved({}).messages.perDay).toBe(3);
    expect(proved({ caps: { limits: [{ most: 1, per: '24 hours' }] } }).messages.perDay).toBe(1);
    expect(proved({}, { caps: [{ most: 1, per: '12 hours' }] }).messages.perDay).toBe(2);
    // A day of the calendar may end in the middle of 24 hours.
    expect(proved({}, { caps: [{ most: 1, per: 'day' }] }).messages.perDay).toBe(2);
    expect(proved({ topic: 'service' }, { caps: [{ most: 1, per: 'day' }] }).messages.perDay).toBe(3);
  });

  test('and every message held for as long as it may be', () => {
    expect(proved({}).longestMs).toBe(0);
    expect(proved({ caps: { limits: [{ most: 1, per: 'day' }], atMost: '2 days' } }).longestMs).toBe(6 * day);
    expect(proved({ caps: { limits: [{ most: 1, per: 'day' }], otherwise: 'skip' } }).longestMs).toBe(0);
    expect(proved({}, { caps: [{ most: 1, per: 'day' }] }).longestMs).toBe(3 * day);
  });
});
