import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Crash, crashing, services } from '../world/calls.ts';
import { fold, refold, type Row, shoes, shopper, somebody, type Somebody } from '../world/customer.ts';
import { inEveryOrder } from '../world/every-order.ts';
import { machineArn, makeMachine, removeMachine } from '../world/step-functions.ts';
import {
  at,
  cartAbandonment,
  hour,
  journeyOf,
  minute,
  monday,
  publish,
  putRow,
  queueAccepts,
  refolds,
  startWorld,
  stopWorld,
} from '../world/world.ts';

const welcome = journeyOf({
  name: 'welcome',
  triggers: [{ signal: 'Signed Up' }],
  steps: [{ wait: '1 day' }],
});

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
  await publish(welcome);
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  refolds.length = 0;
});

/** What a customer's rows say, without the counts of how often they were written, and ids that differ from one to the next. */
const rowsToCompare = async (who: Somebody): Promise<unknown> => {
  const { folds: _, refoldedAt: __, seq: ___, stream: _____, ...profile } = (await who.rows()).get('PROFILE')!;
  const { fold: ____, ...gate } = (await who.rows()).get('GATE')!;
  const runs = (await who.runs()).toSorted((a, b) => (a['key'] < b['key'] ? -1 : 1));
  const all = { ...profile, body: JSON.parse(profile['body']), runs: profile['runs']?.size, gate, rows: runs };
  const known = JSON.stringify(all).replaceAll(who.id, 'customer').replaceAll(who.user, 'user');
  return JSON.parse(
    known
      .replaceAll(/m-\d+/g, 'm')
      .replaceAll(/[a-z2-7]{26}/g, 'enrol')
      .replaceAll(/token-\d+/g, 'token')
      .replaceAll(/@[0-9a-f]{8}/g, '@id'),
  );
};

/** So that what is said has an order. */
const said = async (who: Somebody, ...details: readonly object[]): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for (const detail of details) rows.push(await who.say(detail, { time: Date.now() + rows.length - details.length }));
  return rows;
};
const track = (event: string, properties: object): object => ({ type: 'track', event, properties });

const consentAndCart = (who: Somebody): Promise<readonly Row[]> =>
  said(who, { type: 'identify', traits: { consent: { email: true } } }, track('Product Added', shoes));

const orderAndCart = (who: Somebody): Promise<readonly Row[]> =>
  said(
    who,
    track('Order Completed', { cart_id: 'cart-1' }),
    track('Product Added', { cart_id: 'cart-2', product_id: 'hat' }),
  );

/** A customer with an open cart buys it and fills another; and what was before that. */
const stories = { 'enters a journey': consentAndCart, 'leaves one and enters another': orderAndCart } as const;

describe('a fold that dies at any of its calls to AWS', () => {
  for (const [name, rowsOf] of Object.entries(stories))
    for (const dead of [true, false])
      for (const when of ['before', 'after'] as const)
        test(`${name}: ${dead ? 'the process dies' : 'the call fails'} ${when} it arrives, and the next delivery makes it good`, async () => {
          const begun = async (): Promise<{ who: Somebody; rows: readonly Row[] }> => {
            at(monday);
            const who = somebody();
            if (rowsOf === orderAndCart) {
              await fold(...(await consentAndCart(who)));
              await who.until(monday + hour);
            }
            return { who, rows: await rowsOf(who) };
          };
          const { who: lucky, rows: luckyRows } = await begun();
          const { calls } = await crashing({ at: 0, when, dead }, () => fold(...luckyRows));
          expect(calls.length).toBeGreaterThan(6);
          const wanted = await rowsToCompare(lucky);

          for (let n = 1; n <= calls.length; n++) {
            const { who, rows } = await begun();
            refolds.length = 0;
            const crash: Crash = { at: n, when, dead };
            const broken = await crashing(crash, () => fold(...rows));
            at(Date.now() + minute);
            if (broken.error !== undefined) await fold(...rows);
            expect(await refold(...refolds)).toEqual([]);
            expect(await rowsToCompare(who), `${when} ${broken.calls[n - 1]}`).toEqual(wanted);
            expect(who.executions().length).toBe(lucky.executions().length);
            expect(who.executions().map(({ status }) => status)).toEqual(
              lucky.executions().map(({ status }) => status),
            );
          }
        });

  test('loses nothing of what it owed to another fold that had read the profile before', async () => {
    await inEveryOrder(
      async () => {
        const who = await shopper();
        const [one, other] = [await who.track('Product Added', shoes), await who.track('Signed Up')];
        const queued = (row: Row): string => JSON.stringify({ customer: who.id, messageIds: [row.signal.messageId] });
        await refold(queued(one).replace(one.signal.messageId, 'none'));
        return {
          actors: {
            dying: async () => {
              // Dies with its first call after the profile is written.
              const afterTheWrite = (calls: readonly string[]): boolean => calls.at(-2) === 'UpdateItem';
              await crashing({ at: afterTheWrite, when: 'before', dead: true }, () => refold(queued(one)));
            },
            other: () => refold(queued(other)),
          },
          holds: async () => {
            await refold(queued(one), queued(other));
            expect((await who.runs()).map(({ journey }) => journey).toSorted()).toEqual([
              'cart-abandonment',
              'welcome',
            ]);
            expect(who.executions()).toHaveLength(2);
            expect((await who.profile())!.owed).toBeUndefined();
          },
        };
      },
      { interruptions: 1 },
    );
  });
});

const diesBefore =
  (operation: string) =>
  (act: () => Promise<unknown>): Promise<unknown> =>
    crashing({ at: (calls) => calls.at(-1) === operation, when: 'before', dead: true }, act);

test('a slow fold does not forget what a faster one owes since', async () => {
  await inEveryOrder(
    async () => {
      const who = await shopper();
      const [slow, fast] = [await who.identify({ consent: { email: false } }), await who.track('Signed Up')];
      return {
        actors: { slow: () => fold(slow), fast: () => diesBefore('StartExecution')(() => fold(fast)) },
        holds: async () => {
          await fold(fast);
          expect(who.executions()).toHaveLength(1);
        },
      };
    },
    { interruptions: 1 },
  );
});

test('an act that is performed again after its run is over harms nobody', async () => {
  const who = await shopper();
  const batch = [await who.track('Product Added', shoes), await who.track('Order Completed', { cart_id: 'cart-1' })];
  // The goal, the exit, and then what was owed is forgotten.
  const settles = (calls: readonly string[]): boolean =>
    calls.includes('StartExecution') && calls.at(-1) === 'BatchExecuteStatement';
  await crashing({ at: settles, when: 'before', dead: true }, () => fold(...batch));
  await who.until(monday + minute);
  expect(who.executions()).toMatchObject([{ status: 'succeeded' }]);
  const { owed } = (await who.profile())!;
  expect(owed).toContain('enrol');
  refolds.length = 0;
  await fold(...batch);
  expect(refolds).toEqual([]);
  expect((await who.profile())!.owed).toBeUndefined();
});

test('a run that begins anew while its forgetting is still owed is found by the next order', async () => {
  const who = await shopper();
  await fold(await who.track('Product Added', shoes), await who.track('Order Completed', { cart_id: 'cart-1' }));
  await who.until(monday + 8 * 24 * hour);
  const another = await who.track('Order Completed', { order_id: 'another', products: [{ product_id: 'hat' }] });
  // Forgets the run of the first week, and dies before it has.
  const forgets = (calls: readonly string[]): boolean => calls.at(-1) === 'UpdateItem';
  await crashing({ at: forgets, when: 'before', dead: true }, () => fold(another));
  expect((await who.profile())!.owed).toContain('forget');
  await fold(await who.track('Product Added', shoes));
  expect(await who.runs()).toMatchObject([{ occurrence: 2 }]);
  await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
  expect(await who.runs()).toMatchObject([{ exitReason: 'Order Completed' }]);
});

describe('a customer who cannot be folded', () => {
  test('is set aside, and everybody else in the batch is folded', async () => {
    const [poisoned, healthy] = [somebody(), somebody()];
    const bad = poisoned.recordOf('m-bad', { receivedAt: new Date(monday).toISOString(), signal: '{"broken' });
    const good = await poisoned.track('Product Viewed');
    await fold({ record: bad, signal: good.signal }, good, await healthy.track('Product Viewed'));
    expect(refolds.map((body) => JSON.parse(body))).toEqual([
      { customer: poisoned.id, messageIds: ['m-bad', good.signal.messageId] },
    ]);
    expect(await healthy.profile()).toBeDefined();
  });

  test('stays in the queue as long as their log cannot be read, and nobody else does', async () => {
    const [poisoned, healthy] = [somebody(), somebody()];
    const row = await healthy.track('Product Viewed');
    await putRow('log', { pk: `C#${poisoned.id}`, sk: 'm-bad', at: 'x', receivedAt: 'x', signal: '{"broken' });
    const bodies = [
      { customer: poisoned.id, messageIds: ['m-bad'] },
      { customer: healthy.id, messageIds: [row.signal.messageId] },
    ];
    expect(await refold(...bodies.map((body) => JSON.stringify(body)))).toEqual(['0']);
    expect(await healthy.profile()).toBeDefined();
  });

  test('whom the queue does not take either comes again with the batch', async () => {
    const who = somebody();
    const bad = who.recordOf('m-bad', { receivedAt: new Date(monday).toISOString(), signal: '{"broken' });
    services.sqs.on(SendMessageCommand).rejects(new Error('no queue'));
    await expect(fold({ record: bad, signal: (await who.track('x')).signal })).rejects.toThrow('no queue');
    queueAccepts();
  });
});

/** What the queue is told of a signal whose fold failed. */
const setAside = (who: Somebody, ...rows: readonly Row[]): string =>
  JSON.stringify({ customer: who.id, messageIds: rows.map(({ signal }) => signal.messageId) });

describe('a refold from the queue', () => {
  test('performs what is still due', async () => {
    const who = somebody();
    const rows = [await who.identify({ consent: { email: true } }), await who.track('Product Added', shoes)];
    expect(await refold(setAside(who, ...rows))).toEqual([]);
    expect(await who.runs()).toHaveLength(1);
    expect((await who.rows()).get('GATE')).toMatchObject({ version: 1 });
    await refold(setAside(who, ...rows));
    expect(await who.runs()).toHaveLength(1);
    expect(who.executions()).toHaveLength(1);
  });

  test('follows the order of events, not that of their ids', async () => {
    const who = await shopper();
    const added = await who.say(
      { type: 'track', event: 'Product Added', messageId: 'z', properties: shoes },
      { time: monday - 2000 },
    );
    const bought = await who.say(
      { type: 'track', event: 'Order Completed', messageId: 'a', properties: { cart_id: 'cart-1' } },
      { time: monday - 1000 },
    );
    await refold(setAside(who, added, bought));
    expect((await who.runs()).map(({ exitReason }) => exitReason)).toEqual(['Order Completed']);
  });

  test('of a product that was bought meanwhile reminds nobody of it', async () => {
    const who = await shopper();
    const added = await who.track('Product Added', shoes);
    at(monday + minute);
    await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
    at(monday + 5 * minute);
    await refold(setAside(who, added));
    await who.until(monday + 48 * hour);
    expect(who.got()).toEqual([]);
    expect((await who.runs()).map(({ exitReason }) => exitReason)).toEqual(['Order Completed']);
  });

  test('leaves the waits alone that were begun anew meanwhile', async () => {
    const who = await shopper();
    const first = await who.track('Product Added', shoes);
    await fold(first);
    await who.until(monday + 2 * hour);
    await fold(await who.track('Product Added', { ...shoes, product_id: 'laces' }));
    at(monday + 3 * hour);
    await refold(setAside(who, first));
    await who.until(monday + 6 * hour - 1000);
    expect(who.got()).toEqual([]);
    await who.until(monday + 6 * hour + 1000);
    expect(who.got()).toEqual(['email']);
  });
});

describe('while no execution can be started', () => {
  const cannotStart = (): void => {
    removeMachine(machineArn('welcome'));
  };
  const canStartAgain = (): void => makeMachine(welcome.journey, machineArn('welcome'));

  test('an order of the same batch ends the other journey all the same', async () => {
    const who = await shopper();
    await fold(await who.track('Product Added', shoes));
    await who.until(monday + hour);
    cannotStart();
    await fold(await who.track('Signed Up'), await who.track('Order Completed', { cart_id: 'cart-1' }));
    const [cart] = (await who.runs()).filter(({ journey }) => journey === 'cart-abandonment');
    expect(cart).toMatchObject({ exitReason: 'Order Completed' });
    canStartAgain();
    expect(await refold(...refolds)).toEqual([]);
    expect(
      who
        .executions()
        .map(({ status }) => status)
        .toSorted(),
    ).toEqual(['running', 'succeeded']);
  });

  test('a later order and a later no are heard at once, and what could not be started is made good', async () => {
    const who = await shopper();
    await fold(await who.track('Product Added', shoes));
    await who.until(monday + hour);
    cannotStart();
    await fold(await who.track('Signed Up'));
    await fold(await who.identify({ consent: { email: false } }));
    await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
    const gate = (await who.rows()).get('GATE');
    expect(JSON.parse(gate!['consents']).email['*'].granted).toBe(false);
    const [cart] = (await who.runs()).filter(({ journey }) => journey === 'cart-abandonment');
    expect(cart).toMatchObject({ exitReason: 'Order Completed' });
    canStartAgain();
    expect(await refold(...refolds)).toEqual([]);
    expect(who.executions()).toHaveLength(2);
    expect((await who.profile())!.owed).toBeUndefined();
  });
});

test('an act that comes late does not touch the next run with the same key', async () => {
  const who = await shopper();
  await fold(await who.track('Product Added', shoes));
  await who.until(monday + hour);
  // Performs the exit, and dies before it is forgotten.
  const order = await who.track('Order Completed', { cart_id: 'cart-1' });
  await crashing({ at: (calls) => calls.at(-2) === 'SendTaskSuccess', when: 'before', dead: true }, () => fold(order));
  expect((await who.profile())!.owed).toContain('exit');
  const [run] = await who.runs();
  // Somebody lets them in again by request, before the next delivery.
  const { exitedAt: _, exitReason: __, token: ___, step: ____, deadline: _____, ...fresh } = run!;
  at(monday + hour + minute);
  await putRow('state', { ...fresh, occurrence: 2, enteredAt: Date.now() });
  await fold(order);
  expect((await who.runs())[0]).not.toHaveProperty('exitReason');
});
