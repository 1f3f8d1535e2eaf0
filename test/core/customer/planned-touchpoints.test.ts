import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plannedTouchpoints, sayExits, sayTouchpoint, type Touchpoint } from '#core/customer';
import { flow, passTime, type River, source, type World } from '#core/flow';
import { drawsOf, isOpen, JourneyDocument, planJourney } from '#core/journey';
import { consentsOf, viewProfile } from '#core/profile';
import { parseEvent } from '#core/signal';

const monday = Date.parse('2026-01-05T09:00:00Z');
const hour = 3_600_000;

type Steps = readonly object[];
const topics = { promotions: 'marketing' } as const;

const journeyOf = (steps: Steps, more: object = {}) => {
  const document = { name: 'walk', topic: 'promotions', triggers: [{ signal: 'Start' }], steps, ...more };
  const journey = JourneyDocument.parse(document);
  return { journey, plan: planJourney(journey), version: 1, machine: 'walk' };
};

const said = (detail: object, time = monday) => {
  const envelope = { 'detail-type': 'track', source: 'shop', time: new Date(time).toISOString() };
  const { signal } = parseEvent({ ...envelope, detail: { userId: 'ada', ...detail } }, time);
  if (signal === undefined) throw new Error('no signal');
  return signal;
};

const traits = { email: 'ada@example.com', phone: '+447700900123', timezone: 'Europe/Berlin', prefers: 'sms' };

/** Ada has entered the journey, and it has come as far as it comes at once. */
const entered = (live: ReturnType<typeof journeyOf>, consent: object = { email: true, sms: true }) => {
  const world: World = { journeys: [live], topics };
  const signals = [
    said({ type: 'identify', messageId: '1', traits: { ...traits, consent } }),
    said({ type: 'track', event: 'Start', messageId: '2' }),
  ];
  const river = signals.reduce<River>((soFar, signal) => flow(soFar, signal, { world, now: monday }), source('ada'));
  return { world, river };
};

const planned = (live: ReturnType<typeof journeyOf>, { river }: ReturnType<typeof entered>): readonly Touchpoint[] => {
  const [run] = river.runs;
  if (run === undefined || !isOpen(run)) return [];
  const draw = drawsOf('ada');
  const facts = {
    profile: viewProfile(river.profile, monday),
    gate: { version: 1, consents: consentsOf(river.profile) },
    configured: ['email', 'sms', 'push'] as const,
    quieted: [],
    rivals: [],
    switchedOff: [],
    sending: { mode: 'live', allowed: [] } as const,
    draw,
    now: monday,
  };
  return plannedTouchpoints({ published: { ...live, topics }, run, facts });
};

const says = (steps: Steps, more: object = {}, consent?: object): readonly string[] => {
  const live = journeyOf(steps, more);
  return planned(live, entered(live, consent)).map((each) =>
    sayTouchpoint(each, sayExits(live.journey), 'Europe/Berlin'),
  );
};

const send = { send: { message: 'hello', channels: ['email'] } };
const wait = { wait: '4 hours' };

describe('what comes next is told', () => {
  test('with its hour on the customer’s clock, its channel and what would stop it', () => {
    expect(
      says([wait, { send: { message: 'last-call', channels: 'preferred', among: ['email', 'sms'] } }], {
        exit: [{ on: 'Order Completed' }],
      }),
    ).toEqual(['Mon 5 Jan 14:00 SMS `last-call`, unless `Order Completed` comes']);
  });

  test('at the hour at which it may leave', () => {
    const window = { from: '15:00', to: '21:00', zone: 'customer' };
    expect(says([wait, send], { window })).toEqual(['Mon 5 Jan 15:00 email `hello`']);
  });

  test('both ways of a branch, each with its condition', () => {
    const branch = {
      branch: [{ when: 'profile.orders.count > 0', then: [send] }],
      otherwise: [{ send: { message: 'welcome', channels: ['sms'] } }],
    };
    expect(says([wait, branch])).toEqual([
      'Mon 5 Jan 14:00 SMS `welcome`, if neither `profile.orders.count > 0`',
      'Mon 5 Jan 14:00 email `hello`, if `profile.orders.count > 0`',
    ]);
  });

  test('that it would not be sent, and why', () => {
    expect(says([wait, send], {}, { sms: true })).toEqual([
      'Mon 5 Jan 14:00 message `hello`, as things stand not sent: the customer has not agreed to this topic on any channel it may use',
    ]);
  });

  test('of people as well: the task they will have', () => {
    expect(says([wait, { task: { to: 'support', title: 'Call them' } }])).toEqual([
      'Mon 5 Jan 14:00 task for support: Call them',
    ]);
  });
});

const steps: fc.Arbitrary<Steps> = fc.letrec<{ list: object[]; step: object }>((tie) => ({
  list: fc.array(tie('step'), { minLength: 1, maxLength: 3 }),
  step: fc.oneof(
    { depthSize: 'small', maxDepth: 3 },
    fc.integer({ min: 2, max: 40 }).map((hours) => ({ wait: `${hours} hours` })),
    fc.constant(send),
    fc.record({
      waitFor: fc.constantFrom(
        { bought: { on: 'Order Completed' } },
        { rich: { when: 'profile.orders.value > 1' } },
        { known: { when: 'profile.timezone = "Europe/Berlin"' } },
      ),
      within: fc.constantFrom('3 hours', '2 days'),
      then: fc.record({ timeout: tie('list') }),
    }),
    fc.record({
      branch: fc
        .record({ when: fc.constantFrom('profile.cart.items > 0', 'profile.prefers = "sms"'), then: tie('list') })
        .map((one) => [one]),
      otherwise: tie('list'),
    }),
    fc.record({ a: tie('list'), b: tie('list') }).map(({ a, b }) => ({
      split: [
        { arm: 'a', percent: 50, then: a },
        { arm: 'b', percent: 50, then: b },
      ],
    })),
    fc
      .record({ every: fc.constant('1 day'), times: fc.integer({ min: 1, max: 3 }), steps: fc.constant([send]) })
      .map((repeat) => ({ repeat })),
  ),
})).list;

test('of a customer of whom nothing more is heard, exactly what is expected is sent', () => {
  fc.assert(
    fc.property(steps, (list) => {
      const live = journeyOf([wait, ...list]);
      const at = entered(live);
      const expected = planned(live, at).filter(({ isExpected }) => isExpected);
      const { sent } = passTime(at.river, monday + 60 * 24 * hour, at.world);
      const told = expected.map((each) => ({ at: each.at, step: each.step }));
      expect(told).toEqual(
        sent.slice(0, told.length).map(({ at: when, step }) => ({ at: when, step: step.replace(/@.*/, '') })),
      );
      expect(told.length).toBe(Math.min(sent.length, 12));
    }),
  );
});
