import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Cap, decideSend, type Rival, type SendDecision, type SendFacts, type SendRequest } from '#core/decision';
import { emptyProfile, viewProfile } from '#core/profile';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-03-25T12:00:00Z');
const granted = { '*': { granted: true, at: '2026-01-01T00:00:00.000Z', id: 'm' } };

const request: SendRequest = {
  send: 'reminder',
  journey: 'offers',
  topic: 'promotions',
  topicClass: 'marketing',
  isDouble: false,
  channels: ['email'],
  preferredFirst: false,
  hours: {},
  zoneUnknown: 'UTC',
  caps: { limits: [], otherwise: 'hold', atMostMs: 40 * day },
  priority: 50,
  enteredAt: start,
  dueAt: start,
};
const facts: SendFacts = {
  profile: {
    ...viewProfile(emptyProfile()),
    email: 'ada@example.com',
    phone: '+447700900123',
    timezone: 'Europe/Berlin',
  },
  gate: { version: 1, consents: { email: granted, sms: granted } },
  configured: ['email', 'sms', 'push'],
  quieted: [],
  rivals: [],
  switchedOff: [],
  draw: () => 0.5,
  sending: { mode: 'live', allowed: [] },
  now: start,
};

type Ask = {
  readonly at: number;
  readonly send?: string;
  readonly channel?: 'email' | 'sms';
  readonly topic?: string;
  readonly journey?: string;
  readonly rivals?: readonly Rival[];
};
const decide = (limits: readonly Cap[], slots: readonly string[], ask: Ask, more: Partial<SendRequest> = {}) =>
  decideSend(
    {
      ...request,
      send: ask.send ?? 'reminder',
      channels: [ask.channel ?? 'email'],
      topic: ask.topic ?? 'promotions',
      journey: ask.journey ?? 'offers',
      dueAt: ask.at,
      caps: { ...request.caps, limits },
      ...more,
    },
    { ...facts, gate: { ...facts.gate, slots }, rivals: ask.rivals ?? [], now: ask.at },
  );

const caps = fc.record(
  {
    most: fc.integer({ min: 1, max: 4 }),
    per: fc.constantFrom<Cap['per']>(
      { ms: hour },
      { ms: day },
      { ms: 7 * day },
      { calendar: 'day' },
      { calendar: 'week' },
      { calendar: 'month' },
    ),
    channel: fc.constantFrom('email', 'sms'),
    topic: fc.constantFrom('promotions', 'feedback'),
    journey: fc.constantFrom('offers', 'tips'),
    said: fc.constant('some'),
  },
  { requiredKeys: ['most', 'per', 'said'] },
) as fc.Arbitrary<Cap>;

const asks = fc.array(
  fc.record({
    after: fc.oneof(fc.integer({ min: 0, max: 3 * hour }), fc.integer({ min: 0, max: 2 * day })),
    channel: fc.constantFrom('email', 'sms'),
    topic: fc.constantFrom('promotions', 'feedback'),
    journey: fc.constantFrom('offers', 'tips'),
    isGivenBack: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 5, maxLength: 40 },
);

type Sent = { readonly at: number; readonly channel: string; readonly topic: string; readonly journey: string };
const counts = (cap: Cap, sent: Sent): boolean =>
  (cap.channel ?? sent.channel) === sent.channel &&
  (cap.topic ?? sent.topic) === sent.topic &&
  (cap.journey ?? sent.journey) === sent.journey;

/** The day, week or month of an instant in Berlin, told apart by a name: written without the code under test. */
const periodOf = (unit: 'day' | 'week' | 'month', at: number): string => {
  const date = new Date(at).toLocaleDateString('sv', { timeZone: 'Europe/Berlin' });
  if (unit === 'day') return date;
  if (unit === 'month') return date.slice(0, 7);
  const noon = Date.parse(`${date}T12:00:00Z`);
  return new Date(noon - ((new Date(noon).getUTCDay() + 6) % 7) * day).toISOString().slice(0, 10);
};

const mostWithin = ({ per }: Cap, sent: readonly Sent[]): number => {
  if ('calendar' in per)
    return Math.max(
      0,
      ...[...Map.groupBy(sent, ({ at }) => periodOf(per.calendar, at)).values()].map((all) => all.length),
    );
  return Math.max(0, ...sent.map(({ at }) => sent.filter((each) => each.at > at - per.ms && each.at <= at).length));
};

describe('caps', () => {
  test('are never exceeded, whatever comes when, and whatever is given back', () => {
    fc.assert(
      fc.property(fc.array(caps, { minLength: 1, maxLength: 3 }), asks, (limits, all) => {
        let [slots, at, n]: [readonly string[], number, number] = [[], start, 0];
        const sent: Sent[] = [];
        for (const { after, isGivenBack, ...what } of all) {
          at += after;
          const decision = decide(limits, slots, { at, send: `send-${n++}`, ...what });
          if (decision.do !== 'send') continue;
          slots = decision.taken?.slots ?? slots;
          if (isGivenBack) slots = slots.filter((slot) => slot !== decision.taken?.slot);
          else sent.push({ at, ...what });
        }
        for (const cap of limits) {
          const counted = sent.filter((each) => counts(cap, each));
          expect(mostWithin(cap, counted)).toBeLessThanOrEqual(cap.most);
        }
        expect(slots.join('').length).toBeLessThan(900);
      }),
      { numRuns: 150 },
    );
  });

  test('let a held message go at the instant it is held for, and not a second before', () => {
    fc.assert(
      fc.property(fc.array(caps, { minLength: 1, maxLength: 3 }), asks, (limits, all) => {
        let [slots, at, n]: [readonly string[], number, number] = [[], start, 0];
        for (const { after, isGivenBack: _, ...what } of all) {
          at += after;
          const send = `send-${n++}`;
          const decision = decide(limits, slots, { at, send, ...what });
          if (decision.do === 'send') slots = decision.taken?.slots ?? slots;
          if (decision.do !== 'hold') continue;
          const then = (now: number): SendDecision['do'] => decide(limits, slots, { at: now, send, ...what }).do;
          expect(then(decision.until)).toBe('send');
          expect(decision.until).toBeGreaterThan(at);
          expect(then(decision.until - 1)).not.toBe('send');
        }
      }),
      { numRuns: 60 },
    );
  });
});

const twoADay: Cap = { most: 2, per: { calendar: 'day' }, said: '2 per day' };
const fill = (limits: readonly Cap[], times: readonly number[], what: Partial<Ask> = {}): readonly string[] =>
  times.reduce<readonly string[]>((slots, at, n) => {
    const decision = decide(limits, slots, { ...what, at, send: `before-${n}` });
    if (decision.do !== 'send') throw new Error(`The message before was not sent: ${decision.reason}`);
    return decision.taken?.slots ?? slots;
  }, []);

test('the third message of one day waits for midnight where the customer is', () => {
  const slots = fill([twoADay], [start, start + hour]);
  const decision = decide([twoADay], slots, { at: start + 2 * hour });
  expect(decision).toMatchObject({ do: 'hold', reason: 'frequency-cap', until: Date.parse('2026-03-25T23:00:00Z') });
  expect(decision.checks.at(-1)).toEqual({ check: 'caps', result: 'wait', detail: '2 of 2 per day' });
});

test('hold, skip or end, as the journey says; never for longer than it says', () => {
  const slots = fill([twoADay], [start, start + hour]);
  const third = (more: Partial<SendRequest['caps']>) =>
    decide([twoADay], slots, { at: start + 2 * hour }, { caps: { ...request.caps, limits: [twoADay], ...more } });
  expect(third({ otherwise: 'skip' })).toMatchObject({ do: 'withhold', reason: 'frequency-cap', end: false });
  expect(third({ otherwise: 'end' })).toMatchObject({ do: 'withhold', end: true });
  expect(third({ atMostMs: 8 * hour })).toMatchObject({ do: 'withhold', reason: 'frequency-cap' });
  expect(third({ atMostMs: 9 * hour })).toMatchObject({ do: 'hold' });
});

test('every cap has its reason', () => {
  const reason = (cap: Partial<Cap>): unknown => {
    const limits = [{ ...twoADay, most: 1, ...cap }];
    const decision = decide(limits, fill(limits, [start]), { at: start + hour });
    return decision.do === 'hold' ? decision.reason : decision.do;
  };
  expect(reason({})).toBe('frequency-cap');
  expect(reason({ channel: 'email' })).toBe('channel-cap');
  expect(reason({ topic: 'promotions' })).toBe('topic-cap');
  expect(reason({ journey: 'offers', channel: 'email' })).toBe('journey-cap');
  expect(reason({ channel: 'sms' })).toBe('send');
});

test('a slot that is kept for a topic is for that topic alone', () => {
  const reserved: Cap = { ...twoADay, reserve: { feedback: 1 } };
  const one = fill([reserved], [start]);
  expect(decide([reserved], one, { at: start + hour }).do).toBe('hold');
  expect(decide([reserved], one, { at: start + hour, topic: 'feedback' }).do).toBe('send');
  const survey = fill([reserved], [start], { topic: 'feedback' });
  expect(decide([reserved], survey, { at: start + hour }).do).toBe('send');
});

test('a transactional message is neither counted nor held', () => {
  const slots = fill([twoADay], [start, start + hour]);
  const receipt = decide([twoADay], slots, { at: start + 2 * hour }, { topicClass: 'transactional' });
  expect(receipt).toMatchObject({ do: 'send' });
  expect(receipt).not.toHaveProperty('taken');
});

describe('of messages that wait for the same slot', () => {
  const limits: readonly Cap[] = [{ ...twoADay, most: 1 }];
  const slots = fill(limits, [start]);
  const midnight = Date.parse('2026-03-25T23:00:00Z');
  const rival = (more: Partial<Rival>): Rival => ({
    journey: 'tips',
    topic: 'promotions',
    channel: 'email',
    priority: 50,
    dueAt: start + hour,
    enteredAt: start,
    until: midnight,
    ...more,
  });
  const against = (more: Partial<Rival>, at = midnight) => {
    const decision = decide(limits, slots, { at, rivals: [rival(more)] }, { dueAt: start + 2 * hour });
    return decision.do === 'hold' ? new Date(decision.until).toISOString() : decision.do;
  };

  test('the one with the higher priority goes first, then the older one', () => {
    expect(against({ priority: 60 })).toBe('2026-03-25T23:01:00.000Z');
    expect(against({ priority: 40 })).toBe('send');
    expect(against({ dueAt: start + hour })).toBe('2026-03-25T23:01:00.000Z');
    expect(against({ dueAt: start + 3 * hour })).toBe('send');
  });

  test('who does not come within a minute has lost its turn, and who comes later does not count yet', () => {
    expect(against({ priority: 60 }, midnight + 60_000)).toBe('send');
    expect(against({ priority: 60, until: midnight + hour })).toBe('send');
  });

  test('who comes at a rate is waited for from when it could have come', () => {
    const late = { priority: 60, until: midnight + hour, comesFrom: midnight };
    expect(against(late)).toBe('2026-03-26T00:01:00.000Z');
    expect(against(late, midnight + hour / 2)).toBe('2026-03-26T00:01:00.000Z');
    expect(against({ ...late, comesFrom: midnight + hour / 2 })).toBe('send');
    expect(against({ ...late, priority: 40 })).toBe('send');
  });

  test('a rival for another cap is none', () => {
    const sms: readonly Cap[] = [{ ...twoADay, most: 1, channel: 'email' }];
    const taken = fill(sms, [start]);
    const decision = decide(sms, taken, { at: midnight, rivals: [rival({ priority: 60, channel: 'sms' })] });
    expect(decision.do).toBe('send');
  });
});
