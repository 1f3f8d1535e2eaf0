import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { carryOn, fold, shoes, shopper, type Somebody, twinOf } from '../world/customer.ts';
import { inEveryOrder } from '../world/every-order.ts';
import { closing, meetAt, precedes, scene } from '../world/scene.ts';
import { at, cartAbandonment, hour, journeyOf, monday, publish, startWorld, stopWorld } from '../world/world.ts';

/** Both arms go on after the wait; `late` begins its time-out with a wait. */
const withArms = (name: string, late: readonly object[]) =>
  journeyOf({
    name,
    triggers: [{ signal: `Start ${name}` }],
    exit: [{ on: 'Order Completed' }],
    steps: [
      { id: 'first', send: { message: 'cart-reminder', channels: ['email'] } },
      {
        id: 'answer',
        waitFor: { clicked: 'first' },
        within: '1 day',
        then: {
          clicked: [
            { id: 'thanks', send: { message: 'last-call', channels: ['sms'] } },
            { wait: '1 hour' },
            { end: 'thanked' },
          ],
          timeout: [
            ...late,
            { id: 'nudge', send: { message: 'cart-reminder', channels: ['email'] } },
            { wait: '2 hours' },
            { end: 'nudged' },
          ],
        },
      },
    ],
  });

/** Two answers are waited for. */
const question = journeyOf({
  name: 'question',
  triggers: [{ signal: 'Start question' }],
  steps: [
    {
      id: 'answer',
      waitFor: { yes: { on: 'Said Yes' }, no: { on: 'Said No' } },
      within: '1 day',
      then: {
        yes: [
          { id: 'thanks', send: { message: 'last-call', channels: ['sms'] } },
          { wait: '1 hour' },
          { end: 'agreed' },
        ],
        no: [{ end: 'declined' }],
        timeout: [{ end: 'silent' }],
      },
    },
  ],
});

const device = { device: { token: 'tok', type: 'ios' } };
let fresh: Somebody;
let waiting: Somebody;
let entered: Somebody;
let asked: Somebody;
let beforeTwoArms: Somebody;
let withTwoArms: Somebody;
let withLateArm: Somebody;

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  await publish(cartAbandonment);
  await publish(question);
  await publish(withArms('two-arms', []));
  await publish(withArms('late-arm', [{ wait: '2 hours' }]));

  const begun = async (event: string, until: number): Promise<Somebody> => {
    at(monday);
    const who = await shopper();
    await fold(await who.say({ type: 'track', event, properties: shoes, context: device }));
    await who.until(until);
    return who;
  };
  fresh = await begun('Product Added', monday + 4 * hour - 1);
  waiting = await begun('Product Added', monday + 5 * hour);
  at(monday);
  entered = await shopper();
  await fold(await entered.track('Product Added', shoes));
  beforeTwoArms = await shopper();
  await fold(await beforeTwoArms.say({ type: 'track', event: 'Start two-arms', properties: shoes }));
  asked = await begun('Start question', monday + hour);
  withTwoArms = await begun('Start two-arms', monday + hour);
  withLateArm = await begun('Start late-arm', monday + hour);
}, 60_000);
afterAll(stopWorld);

const ordered = (who: Somebody) => who.track('Order Completed', { cart_id: 'cart-1' });

const clicks = async (who: Somebody, step = 'reminder') => {
  const [run] = await who.runs();
  return who.track('Email Link Clicked', { enrol: run!['enrol'], step, human: true });
};

test('an order ends the run once, whether it comes before, within or after the reminder, and nothing is claimed after it', async () => {
  await inEveryOrder(
    async () => {
      const it = await scene(fresh, { isOver: true });
      const order = await ordered(it.who);
      return {
        actors: { machine: it.machine, order: it.event('acknowledged', () => fold(order)) },
        holds: async () => {
          const { reason, got } = await closing(it);
          expect(reason).toBe('Order Completed');
          expect(got.length).toBeLessThanOrEqual(1);
          if (precedes(it.happened, 'acknowledged', 'claim')) expect(got).toEqual([]);
        },
      };
    },
    { interruptions: 2, meetAt },
  );
});

test('a click is heard once, also when it comes before the wait for it is registered', async () => {
  await inEveryOrder(
    async () => {
      const it = await scene(fresh, { isOver: true });
      const click = await clicks(it.who);
      return {
        actors: { machine: it.machine, click: it.event('acknowledged', () => fold(click)) },
        holds: async () => {
          await carryOn(it.execution);
          expect(it.execution).toMatchObject({ status: 'succeeded' });
          const { reason, got } = await closing(it);
          expect(reason).toBe('responded');
          expect(got).toEqual(['email']);
        },
      };
    },
    { interruptions: 2, meetAt },
  );
});

test('an order at the very end of the wait: no last call is claimed after it, and one reason closes the run', async () => {
  await inEveryOrder(
    async () => {
      const it = await scene(waiting, { isOver: true });
      const order = await ordered(it.who);
      return {
        actors: { machine: it.machine, order: it.event('acknowledged', () => fold(order)) },
        holds: async () => {
          const { reason, got } = await closing(it);
          if (got.length === 0) expect(reason).toBe('Order Completed');
          else expect(['Order Completed', 'completed']).toContain(reason);
          if (precedes(it.happened, 'acknowledged', 'claim')) expect(got).toEqual([]);
        },
      };
    },
    { interruptions: 2, meetAt },
  );
});

test('a click at the very end of the wait ends the run, or the last call had been claimed before', async () => {
  await inEveryOrder(
    async () => {
      const it = await scene(waiting, { isOver: true });
      const click = await clicks(it.who);
      return {
        actors: { machine: it.machine, click: it.event('acknowledged', () => fold(click)) },
        holds: async () => {
          const { reason, got } = await closing(it);
          expect(['responded', 'completed']).toContain(reason);
          if (got.length === 0) expect(reason).toBe('responded');
          if (precedes(it.happened, 'acknowledged', 'claim')) expect(got).toEqual([]);
        },
      };
    },
    { interruptions: 2, meetAt },
  );
});

for (const [name, template] of [
  ['a message', () => withTwoArms],
  ['a wait', () => withLateArm],
] as const)
  test(`a click at the very end of a wait whose time-out begins with ${name}: one arm is followed, not both`, async () => {
    await inEveryOrder(
      async () => {
        const it = await scene(template(), { isOver: true });
        const click = await clicks(it.who, 'first');
        return {
          actors: { machine: it.machine, click: it.event('acknowledged', () => fold(click)) },
          holds: async () => {
            const { reason, got } = await closing(it);
            expect([reason, got]).toBeOneOf([
              ['thanked', ['sms']],
              ['nudged', ['email']],
            ]);
            if (precedes(it.happened, 'acknowledged', 'looked')) expect(reason).toBe('thanked');
          },
        };
      },
      { interruptions: 2, meetAt },
    );
  });

test('a click that comes before the wait for it is registered leads to its arm, with all its steps', async () => {
  const orders = await inEveryOrder(
    async () => {
      at(monday);
      const who = await twinOf(beforeTwoArms);
      const execution = who.executions()[0]!;
      const click = await clicks(who, 'first');
      return {
        actors: { machine: () => carryOn(execution), click: () => fold(click) },
        holds: async () =>
          expect(await closing({ who, execution })).toEqual({ reason: 'thanked', got: ['email', 'sms'] }),
      };
    },
    { interruptions: 2, meetAt },
  );
  expect(orders).toBeGreaterThan(10);
});

test('a click in the email of an earlier run with the same cart is not heard by the next', async () => {
  at(monday);
  const who = await shopper();
  await fold(await who.track('Product Added', shoes));
  await who.until(monday + 5 * hour);
  await fold(await ordered(who));
  await who.until(monday + 8 * 24 * hour);
  await fold(await who.track('Product Added', shoes));
  const [run] = await who.runs();
  const about = { enrol: run!['enrol'], step: 'reminder', human: true };
  await fold(await who.track('Email Link Clicked', { ...about, occurrence: '1' }));
  await who.until(monday + 8 * 24 * hour + 5 * hour);
  expect((await who.runs())[0]).toMatchObject({ occurrence: 2, step: 'response' });
  await fold(await who.track('Email Link Clicked', { ...about, occurrence: '2' }));
  expect((await who.runs())[0]).toMatchObject({ endReason: 'responded' });
});

test('an order while the first wait is being registered ends the run, and nothing is sent', async () => {
  const orders = await inEveryOrder(
    async () => {
      const who = await twinOf(entered);
      const execution = who.executions()[0]!;
      at(monday);
      const order = await ordered(who);
      return {
        actors: { machine: () => carryOn(execution), order: () => fold(order) },
        holds: async () => expect(await closing({ who, execution })).toEqual({ reason: 'Order Completed', got: [] }),
      };
    },
    { meetAt },
  );
  expect(orders).toBeGreaterThan(10);
});

test('one more product while the wait runs out: there is one reminder, and after an acknowledged one it waits four hours more', async () => {
  await inEveryOrder(
    async () => {
      const it = await scene(fresh, { isOver: true });
      const added = await it.who.track('Product Added', { ...shoes, product_id: 'laces' });
      return {
        actors: {
          machine: it.machine,
          product: it.event('acknowledged', () => fold(added)),
        },
        holds: async () => {
          await it.who.until(monday + 7 * hour);
          if (precedes(it.happened, 'acknowledged', 'looked')) expect(it.who.got()).toEqual([]);
          await it.who.until(monday + 9 * hour);
          expect(it.who.got()).toEqual(['email']);
          expect((await closing(it)).got).toEqual(['email', 'sms']);
        },
      };
    },
    { interruptions: 1, meetAt },
  );
});

test('two answers at once: the first is followed, and only that', async () => {
  const orders = await inEveryOrder(
    async () => {
      const it = await scene(asked, { isOver: false });
      at(monday + 2 * hour);
      const [yes, no] = [await it.who.track('Said Yes'), await it.who.track('Said No')];
      return {
        actors: { yes: () => fold(yes), no: () => fold(no) },
        holds: async () => {
          const { reason, got } = await closing(it);
          const [run] = await it.who.runs();
          expect([run!['heard'].answer, reason, got]).toBeOneOf([
            ['yes', 'agreed', ['sms']],
            ['no', 'declined', []],
          ]);
        },
      };
    },
    { interruptions: 1, meetAt },
  );
  expect(orders).toBeGreaterThan(5);
});

test('an order and a click at once close the run once', async () => {
  await inEveryOrder(
    async () => {
      const it = await scene(waiting, { isOver: false });
      at(monday + 6 * hour);
      const [order, click] = [await ordered(it.who), await clicks(it.who)];
      return {
        actors: { order: () => fold(order), click: () => fold(click) },
        holds: async () => {
          const { reason, got } = await closing(it);
          expect(['Order Completed', 'responded']).toContain(reason);
          expect(got).toEqual([]);
        },
      };
    },
    { interruptions: 1, meetAt },
  );
});

test('an order delivered twice at once closes the run once', async () => {
  await inEveryOrder(
    async () => {
      const it = await scene(waiting, { isOver: false });
      at(monday + 6 * hour);
      const order = await ordered(it.who);
      return {
        actors: { once: () => fold(order), again: () => fold(order) },
        holds: async () => expect(await closing(it)).toEqual({ reason: 'Order Completed', got: [] }),
      };
    },
    { interruptions: 1, meetAt },
  );
});
