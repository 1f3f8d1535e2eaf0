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

  test.each([
    { per: 'month', more: {}, wait: 'a month', held: '1 day', atMost: '31 days' },
    { per: 'week', more: { atMost: '2 days' }, wait: 'a week', held: '2 days', atMost: '7 days' },
    { per: 'day', more: { atMost: '2 hours' }, wait: 'a day', held: '2 hours', atMost: '1 day' },
    { per: '3 days', more: {}, wait: '3 days', held: '1 day', atMost: '3 days' },
  ])('per $per may make a message wait for longer than it is held', ({ per, more, wait, held, atMost }) => {
    const limits = [
      { most: 1, per: '1 hour' },
      { most: 1, per },
    ];
    expect(warnings(journey({ caps: { limits, ...more } }))).toEqual([
      `caps.limits.1: A message that is one too many may wait for up to ${wait}, and is held for ${held} at most, then skipped. Write \`atMost: ${atMost}\` beside \`limits\`, or \`otherwise: skip\`.`,
    ]);
    expect(warnings(journey({ caps: { limits, atMost } }))).toEqual([]);
  });

  test('may not count what no cap counts, in the second of them', () => {
    const limits = [
      { most: 1, per: 'day', topic: 'feedback' },
      { most: 1, per: 'day', topic: 'service' },
    ];
    expect(mistakes(journey({ caps: { limits } }))).toEqual([
      'caps.limits.1.topic: No cap counts the transactional topic `service`. Name a marketing topic, or none.',
    ]);
  });

  test('a topic that the policy keeps every slot from is never sent', () => {
    const policy = { caps: [{ most: 1, per: 'day', reserve: { feedback: 1 } }] };
    expect(mistakes(journey(), policy)).toEqual([
      expect.stringMatching(/^topic: Nothing on the topic `promotions` is ever sent/),
    ]);
    expect(mistakes(journey(), policy)).toEqual([
      'topic: Nothing on the topic `promotions` is ever sent: `policy.yaml` allows 1 per day and keeps them all for others. Reserve fewer there.',
    ]);
    expect(mistakes(journey({ topic: 'feedback' }), policy)).toEqual([]);
    expect(mistakes(journey({ topic: 'service' }), policy)).toEqual([]);
  });

  test('a topic that the policy keeps some slots from is sent in the others', () => {
    const kept = (cap: object) => mistakes(journey(), { caps: [{ most: 2, per: 'day', ...cap }] });
    expect(kept({ reserve: { feedback: 1 } })).toEqual([]);
    expect(kept({ reserve: { feedback: 2 } })).toHaveLength(1);
    expect(kept({ reserve: { feedback: 2 }, channel: 'sms' })).toEqual([]);
    expect(kept({ reserve: { feedback: 2 }, topic: 'feedback' })).toEqual([]);
    expect(kept({ reserve: { feedback: 2 }, topic: 'promotions' })).toHaveLength(1);
    expect(kept({})).toEqual([]);
    expect(kept({ reserve: { promotions: 1, feedback: 1 } })).toEqual([]);
  });
});

test('hours of a journey that the policy closes are never open', () => {
  const policy = { hours: { sms: { from: '08:00', to: '21:00' } } };
  const night = { window: { from: '22:00', to: '07:00', zone: 'customer' } };
  expect(mistakes(journey(night), policy)).toEqual([expect.stringMatching(/^window: Nothing is ever sent by sms/)]);
  const evening = { window: { from: '20:00', to: '23:00', zone: 'customer' } };
  expect(mistakes(journey(evening), policy)).toEqual([]);
});

describe('hours of a journey and those of the policy', () => {
  const told = (own: readonly [from: string, to: string], general: readonly [from: string, to: string]): number => {
    const [from, to] = own;
    const policy = { hours: { sms: { from: general[0], to: general[1] } } };
    return mistakes(journey({ window: { from, to, zone: 'customer' } }), policy).length;
  };
  test.each([
    [
      ['08:00', '10:00'],
      ['10:00', '12:00'],
    ],
    [
      ['10:00', '12:00'],
      ['08:00', '10:00'],
    ],
    [
      ['22:00', '08:00'],
      ['08:00', '22:00'],
    ],
    [
      ['08:00', '22:00'],
      ['22:00', '08:00'],
    ],
  ] as const)('%j and %j have no moment in common', (own, general) => expect(told(own, general)).toBe(1));
  test.each([
    [
      ['08:00', '10:01'],
      ['10:00', '12:00'],
    ],
    [
      ['10:00', '12:00'],
      ['08:00', '10:01'],
    ],
    [
      ['09:00', '10:00'],
      ['08:00', '22:00'],
    ],
    [
      ['08:00', '22:00'],
      ['09:00', '10:00'],
    ],
    [
      ['10:00', '12:00'],
      ['10:00', '12:00'],
    ],
    [
      ['22:00', '08:01'],
      ['08:00', '22:00'],
    ],
    [
      ['21:00', '06:00'],
      ['23:00', '05:00'],
    ],
    [
      ['23:00', '06:00'],
      ['22:00', '05:00'],
    ],
    [
      ['22:00', '06:00'],
      ['05:00', '21:00'],
    ],
  ] as const)('%j and %j have one', (own, general) => expect(told(own, general)).toBe(0));

  const policy = { hours: { sms: { from: '08:00', to: '21:00' } } };
  test('are compared by channel', () => {
    const window = (per: object) => ({ from: '09:00', to: '20:00', zone: 'customer', per });
    const night = { from: '22:00', to: '07:00' };
    expect(mistakes(journey({ window: window({ sms: night }) }), policy)).toEqual([
      'window.per.sms: Nothing is ever sent by sms: `policy.yaml` opens it from 08:00 to 21:00. Choose hours within these.',
    ]);
    expect(mistakes(journey({ window: window({ email: night }) }), policy)).toEqual([]);
    expect(
      mistakes(journey({ window: { ...window({ sms: { from: '09:00', to: '20:00' } }), ...night } }), policy),
    ).toEqual([]);
  });
  test('are compared only where both are of the customer', () => {
    const window = { from: '22:00', to: '07:00', zone: 'Europe/Paris' };
    expect(mistakes(journey({ window }), policy)).toEqual([]);
    expect(mistakes(journey({ window: { ...window, zone: 'customer' } }))).toEqual([]);
    expect(mistakes(journey({ window: { from: '22:00', zone: 'customer' } }), policy)).toEqual([
      'window.to: `to` is missing.',
    ]);
  });
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
