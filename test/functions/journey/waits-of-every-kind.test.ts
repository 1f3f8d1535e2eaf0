import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { carryOn, fold, type Row, shoes, shopper, type Somebody, twinOf } from '../world/customer.ts';
import { inEveryOrder } from '../world/every-order.ts';
import { closing, meetAt, precedes, scene } from '../world/scene.ts';
import { at, hour, journeyOf, minute, monday, publish, refolds, startWorld, stopWorld } from '../world/world.ts';

const arms = {
  yes: [
    { id: 'thanks', send: { message: 'last-call', channels: ['push', 'sms'] } },
    { wait: '1 hour' },
    { end: 'thanked' },
  ],
  timeout: [
    { id: 'nudge', send: { message: 'cart-reminder', channels: ['email'] } },
    { wait: '2 hours' },
    { end: 'nudged' },
  ],
};
const first = { id: 'first', send: { message: 'last-call', channels: ['sms'] } };
const waitsFor = (yes: object) => [first, { id: 'answer', waitFor: { yes }, within: '1 day', then: arms }];

/** Every kind of thing a wait can hear, and what says it. */
const kinds = {
  'an event': {
    name: 'on-event',
    steps: waitsFor({ on: 'Said Yes' }),
    says: (who: Somebody) => who.track('Said Yes'),
  },
  'an event with a condition': {
    name: 'on-where',
    steps: waitsFor({ on: 'Said Yes', where: 'event.properties.sure = true', same: ['cart_id'] }),
    says: (who: Somebody) => who.track('Said Yes', { sure: true, cart_id: 'cart-1' }),
  },
  'something that becomes true': {
    name: 'when-true',
    steps: waitsFor({ when: 'profile.traits.plan = "gold"' }),
    says: (who: Somebody) => who.identify({ plan: 'gold' }),
  },
  'a reply': {
    name: 'on-reply',
    steps: waitsFor({ reply: 'first' }),
    says: (who: Somebody) => who.track('SMS Received', { text: 'YES' }),
  },
  'the answer to a task': {
    name: 'on-task',
    steps: [
      first,
      { id: 'ask', task: { to: 'support', title: 'Ask', outcomes: ['yes', 'no'], due: '1 day' }, then: arms },
    ],
    says: async (who: Somebody) => {
      const [run] = await who.runs();
      return who.track('Task Answered', { enrol: run!['enrol'], occurrence: 1, step: 'ask', outcome: 'yes' });
    },
  },
} as const;
type Kind = (typeof kinds)[keyof typeof kinds];

const device = { device: { token: 'tok', type: 'ios' } };
const entered = new Map<Kind, Somebody>();
const waiting = new Map<Kind, Somebody>();

const trial = journeyOf({
  name: 'trial',
  triggers: [{ signal: 'Start trial' }],
  exit: [{ on: 'Order Completed' }],
  steps: [
    { id: 'ending', wait: 'until trial_ends_at - 1 day', otherwise: [{ end: 'no-trial' }] },
    { id: 'hello', send: { message: 'last-call', channels: ['sms'] } },
  ],
});
let onTrial: Somebody;

const begun = async (event: string, traits: object = {}): Promise<Somebody> => {
  at(monday);
  const who = await shopper(traits);
  await fold(await who.say({ type: 'track', event, properties: shoes, context: device }));
  return who;
};

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await publish(trial);
  for (const { name, steps } of Object.values(kinds)) {
    const triggers = [{ signal: `Start ${name}` }];
    await publish(journeyOf({ name, triggers, exit: [{ on: 'Order Completed' }], steps }));
  }
  for (const kind of Object.values(kinds)) {
    entered.set(kind, await begun(`Start ${kind.name}`));
    const who = await begun(`Start ${kind.name}`);
    await who.until(monday + hour);
    waiting.set(kind, who);
  }
  onTrial = await begun('Start trial', { trial_ends_at: '2026-01-09T09:00:00Z' });
}, 60_000);
afterAll(stopWorld);
beforeEach(() => at(monday));

const ordered = (who: Somebody): Promise<Row> => who.track('Order Completed', { cart_id: 'cart-1' });
const thanked = { reason: 'thanked', got: ['sms', 'push'] };

for (const [what, kind] of Object.entries(kinds))
  describe(`a wait for ${what}`, () => {
    test('that comes while the message before the wait is on its way is found as the wait begins', async () => {
      const orders = await inEveryOrder(
        async () => {
          at(monday);
          const who = await twinOf(entered.get(kind)!);
          const execution = who.executions()[0]!;
          const says = await kind.says(who);
          const happened: string[] = [];
          return {
            actors: {
              machine: () => carryOn(execution).then(() => happened.push('registered')),
              says: () => (happened.push('said'), fold(says)),
            },
            holds: async () => {
              await carryOn(execution);
              const { reason, got } = await closing({ who, execution });
              // A reply to a text that is not known to have left yet answers nothing.
              if (what === 'a reply' && reason === 'nudged') return expect(got).toEqual(['sms', 'email']);
              expect({ reason, got }).toEqual(thanked);
            },
          };
        },
        { interruptions: 1, meetAt },
      );
      expect(orders).toBeGreaterThan(3);
    });

    test('that comes while it waits leads to its arm, once, however often it is told', async () => {
      const who = await begun(`Start ${kind.name}`);
      await who.until(monday + 2 * hour);
      const says = await kind.says(who);
      await fold(says);
      await fold(says);
      const execution = who.executions()[0]!;
      await carryOn(execution);
      await fold(says);
      const { reason, got } = await closing({ who, execution });
      expect({ reason, got }).toEqual(thanked);
      expect(execution.path.filter((title) => title === 'thanks')).toHaveLength(1);
    });

    test('that comes at the very end of the wait: one arm is followed, not both', async () => {
      await inEveryOrder(
        async () => {
          const it = await scene(waiting.get(kind)!, { isOver: true });
          const says = await kind.says(it.who);
          return {
            actors: { machine: it.machine, says: it.event('acknowledged', () => fold(says)) },
            holds: async () => {
              const { reason, got } = await closing(it);
              expect([reason, got]).toBeOneOf([
                ['thanked', ['push']],
                ['nudged', ['email']],
              ]);
              if (precedes(it.happened, 'acknowledged', 'looked')) expect(reason).toBe('thanked');
            },
          };
        },
        { interruptions: 1, meetAt },
      );
    });

    test('that comes with an order closes the run once, and its arm is followed only before that', async () => {
      await inEveryOrder(
        async () => {
          const it = await scene(waiting.get(kind)!, { isOver: false });
          at(monday + 6 * hour);
          const [order, says] = [await ordered(it.who), await kind.says(it.who)];
          return {
            actors: { order: () => fold(order), says: () => fold(says) },
            holds: async () => {
              const { reason, got } = await closing(it);
              expect(reason).toBe('Order Completed');
              expect(got).toEqual([]);
            },
          };
        },
        { interruptions: 1, meetAt },
      );
    });
  });

describe('a wait until a date', () => {
  const moved = (who: Somebody, date: string | null) => who.identify({ trial_ends_at: date });
  const day = 24 * hour;

  test('that changes while it is being begun ends at the date of then, whoever is faster', async () => {
    const orders = await inEveryOrder(
      async () => {
        at(monday);
        const who = await twinOf(onTrial);
        const execution = who.executions()[0]!;
        // Of two dates said at the same instant, chance would take one.
        at(monday + 1000);
        const later = await moved(who, '2026-01-12T09:00:00Z');
        return {
          actors: { machine: () => carryOn(execution), date: () => fold(later) },
          holds: async () => {
            await who.until(monday + 6 * day - minute);
            expect(refolds).toEqual([]);
            expect(who.got()).toEqual([]);
            await who.until(monday + 6 * day + minute);
            expect(who.got()).toEqual(['sms']);
            expect(execution).toMatchObject({ status: 'succeeded' });
          },
        };
      },
      { interruptions: 1, meetAt: /ENROL#|PROFILE|taskToken|stateMachineArn/ },
    );
    expect(orders).toBeGreaterThan(10);
  });

  test('that changes at its very end is over once, at one of the two', async () => {
    await inEveryOrder(
      async () => {
        at(monday);
        const who = await twinOf(onTrial);
        const execution = who.executions()[0]!;
        await who.until(monday + 3 * day - 1);
        at(execution.dueAt);
        const later = await moved(who, '2026-01-12T09:00:00Z');
        return {
          actors: { machine: () => who.until(execution.dueAt), date: () => fold(later) },
          holds: async () => {
            await who.until(monday + 7 * day);
            expect(who.got()).toEqual(['sms']);
            expect(execution).toMatchObject({ status: 'succeeded' });
          },
        };
      },
      { interruptions: 1, meetAt },
    );
  });

  test.each([
    ['is moved into the past: it goes on at once', '2026-01-01', 'completed', ['sms']],
    ['is taken away: it goes where its author wants', null, 'no-trial', []],
  ])('that %s', async (_, date, reason, got) => {
    const who = await twinOf(onTrial);
    await who.until(monday + hour);
    await fold(await moved(who, date));
    await carryOn(who.executions()[0]!);
    expect(await who.runs()).toMatchObject([{ endReason: reason }]);
    expect(who.got()).toEqual(got);
    expect(who.executions()).toMatchObject([{ status: 'succeeded' }]);
  });

  test('ends with an order that comes while it is being begun, and nothing is sent', async () => {
    await inEveryOrder(
      async () => {
        at(monday);
        const who = await twinOf(onTrial);
        const execution = who.executions()[0]!;
        const order = await ordered(who);
        return {
          actors: { machine: () => carryOn(execution), order: () => fold(order) },
          holds: async () => expect(await closing({ who, execution })).toEqual({ reason: 'Order Completed', got: [] }),
        };
      },
      { interruptions: 1, meetAt },
    );
  });
});
