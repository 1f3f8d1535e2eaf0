import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { emptyProfile, foldSignal } from '#core/profile';
import { unwatched, watched } from '../world/calls.ts';
import { type Row, fold, refold, shoes, shopper, somebody } from '../world/customer.ts';
import { inEveryOrder } from '../world/every-order.ts';
import {
  at,
  cartAbandonment,
  context,
  hour,
  journeyOf,
  minute,
  monday,
  publish,
  refolds,
  startWorld,
  stopWorld,
} from '../world/world.ts';

const againAndAgain = journeyOf({
  name: 'again-and-again',
  triggers: [{ signal: 'Start again and again' }],
  reentry: { after: '1 minute' },
  exit: [{ on: 'Leave again and again' }],
  steps: [{ wait: '1 day' }],
});

const whenever = journeyOf({
  name: 'whenever',
  triggers: [{ signal: 'Start whenever' }],
  reentry: { after: '0 minutes' },
  exit: [{ on: 'Leave whenever' }],
  steps: [{ wait: '1 day' }],
});

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
  await publish(againAndAgain);
  await publish(whenever);
  // The pause before another try is chance; here it is none.
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  refolds.length = 0;
});

const seen = async (who: Awaited<ReturnType<typeof somebody>>): Promise<Record<string, [number, number, number]>> =>
  JSON.parse((await who.profile())!.body).seen;

describe('a profile', () => {
  const something = fc.oneof(
    fc.record({ event: fc.constantFrom('Product Viewed', 'Product Added', 'Order Completed'), n: fc.nat(3) }),
    fc.record({ trait: fc.constantFrom('plan', 'city', 'consent'), n: fc.nat(3) }),
  );
  type Thing = { event: string; n: number } | { trait: string; n: number };
  const detailOf = (thing: Thing): object => {
    if ('event' in thing)
      return {
        type: 'track',
        event: thing.event,
        properties: { cart_id: `c-${thing.n}`, product_id: `p-${thing.n}`, revenue: 1.1 },
      };
    return {
      type: 'identify',
      traits: { [thing.trait]: thing.trait === 'consent' ? { email: thing.n > 1 } : thing.n },
    };
  };
  const history = fc.array(fc.tuple(something, fc.nat(20)), { minLength: 1, maxLength: 7 }).chain((things) =>
    fc.record({
      things: fc.constant(things),
      arrival: fc.shuffledSubarray([...things.keys()], { minLength: things.length }),
      ends: fc.uniqueArray(fc.nat(things.length), { maxLength: 4 }),
      again: fc.array(fc.nat(10), { maxLength: 2 }),
    }),
  );

  test('is the same whatever order its signals come in, however they are batched, and when batches come twice', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ things, arrival, ends, again }) => {
        const who = somebody();
        const rows: Row[] = [];
        for (const n of arrival)
          rows.push(await who.say(detailOf(things[n]![0]), { time: monday - things[n]![1] * minute }));
        const cuts = [0, ...ends.toSorted((a, b) => a - b), rows.length];
        const batches = cuts
          .slice(1)
          .map((end, i) => rows.slice(cuts[i], end))
          .filter((batch) => batch.length > 0);
        for (const batch of batches) await fold(...batch);
        for (const n of again) await fold(...batches[n % batches.length]!);
        const inTheirOrder = rows.map(({ signal }) => signal).toSorted((a, b) => (a.messageId < b.messageId ? -1 : 1));
        const pure = inTheirOrder.reduce(foldSignal, emptyProfile());
        const stored = JSON.parse((await who.profile())!.body);
        expect({ ...stored, seen: Object.entries(stored.seen).toSorted() }).toEqual({
          ...pure,
          seen: Object.entries(pure.seen).toSorted(),
        });
        expect(refolds).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });

  test('loses nothing when two folds come at once', async () => {
    const orders = await inEveryOrder(
      async () => {
        const who = somebody();
        const [one, other] = [
          await who.identify({ plan: 'gold', consent: { email: true } }),
          await who.track('Product Added', shoes),
        ];
        return {
          actors: { one: () => fold(one), other: () => fold(other) },
          holds: async () => {
            const { body, owed } = (await who.profile())!;
            expect(owed).toBeUndefined();
            expect(JSON.parse(body).seen).toMatchObject({
              Identified: [1, monday, monday],
              'Product Added': [1, monday, monday],
            });
            expect((await who.rows()).get('GATE')).toMatchObject({ version: 1 });
            expect(await who.runs()).toHaveLength(1);
            expect(who.executions()).toHaveLength(1);
          },
        };
      },
      { interruptions: 2 },
    );
    expect(orders).toBeGreaterThan(50);
  });

  test('and its gate say the same of consent when two changes of it come at once', async () => {
    const orders = await inEveryOrder(
      async () => {
        const who = somebody();
        const [no, yes] = [
          await who.identify({ consent: { email: false } }),
          await who.identify({ consent: { sms: true } }),
        ];
        return {
          actors: { no: () => fold(no), yes: () => fold(yes) },
          holds: async () => {
            const gate = JSON.parse((await who.rows()).get('GATE')!['consents']);
            expect(gate).toMatchObject({ email: { '*': { granted: false } }, sms: { '*': { granted: true } } });
          },
        };
      },
      { interruptions: 2 },
    );
    expect(orders).toBeGreaterThan(20);
  });

  test('counts a row once that a refold has already seen in the log', async () => {
    const who = somebody();
    const first = await who.track('Product Viewed');
    await fold(first);
    const late = await who.track('Product Viewed', {}, { received: monday + 2000 });
    at(monday + 3000);
    await fold(first);
    expect(await seen(who)).toMatchObject({ 'Product Viewed': [2, monday, monday] });
    await fold(late);
    expect(await seen(who)).toMatchObject({ 'Product Viewed': [2, monday, monday] });
    const next = await who.track('Product Viewed', {}, { received: monday + 20_000 });
    await fold(next);
    expect((await seen(who))['Product Viewed']![0]).toBe(3);
  });

  test('counts a row once that came while a slow refold was under way', async () => {
    const who = somebody();
    const first = await who.track('Product Viewed');
    await fold(first);
    let late: Row | undefined;
    const before = async (operation: string): Promise<void> => {
      if (operation !== 'Query' || late !== undefined) return;
      at(monday + 40_000);
      late = await unwatched(() => who.track('Product Viewed'));
    };
    await watched({ before }, () => fold(first));
    expect((await seen(who))['Product Viewed']![0]).toBe(2);
    at(monday + 45_000);
    await fold(late!);
    expect((await seen(who))['Product Viewed']![0]).toBe(2);
  });

  test('goes on when the log was restored from a backup: its new stream counts from the beginning', async () => {
    const who = await shopper();
    const row = await who.identify({ consent: { email: false } });
    const { dynamodb } = row.record;
    await fold({
      ...row,
      record: {
        ...row.record,
        eventSourceARN: 'arn:aws:dynamodb:eu-central-1:0:table/Log/stream/2027',
        dynamodb: { ...dynamodb!, SequenceNumber: '100' },
      },
    });
    const gate = (await who.rows()).get('GATE');
    expect(JSON.parse(gate!['consents']).email['*']).toMatchObject({ granted: false });
  });
});

describe('a batch that is delivered again', () => {
  test('changes nothing and performs nothing twice', async () => {
    const who = await shopper();
    const batch = [
      await who.track('Product Added', shoes),
      await who.track('Product Added', { ...shoes, product_id: 'laces' }),
    ];
    await fold(...batch);
    await who.until(monday + hour);
    const [before, due] = [await who.rows(), who.executions()[0]!.dueAt];
    await fold(...batch);
    const after = await who.rows();
    for (const rows of [before, after]) delete rows.get('PROFILE')!['refoldedAt'];
    for (const rows of [before, after]) delete rows.get('PROFILE')!['folds'];
    expect([...after]).toEqual([...before]);
    expect(who.executions()[0]!.dueAt).toBe(due);
    expect(who.executions()).toHaveLength(1);
  });

  test('does not take back a wait that was begun anew since', async () => {
    const who = await shopper();
    await fold(await who.track('Product Added', shoes));
    await who.until(monday + hour);
    const laces = await who.track('Product Added', { ...shoes, product_id: 'laces' });
    await fold(laces);
    await who.until(monday + 2 * hour);
    await fold(await who.track('Product Added', { ...shoes, product_id: 'polish' }));
    await fold(laces);
    expect(await who.runs()).toMatchObject([{ deadline: monday + 6 * hour }]);
  });

  test('starts nothing anew where the same signal might begin another run at once', async () => {
    const who = await shopper();
    const batch = [await who.track('Start whenever'), await who.track('Leave whenever')];
    await fold(...batch);
    await fold(...batch);
    expect(await who.runs()).toMatchObject([{ occurrence: 1, exitReason: 'Leave whenever' }]);
  });

  test('does not let a customer in again who has left meanwhile', async () => {
    const who = await shopper();
    const added = await who.track('Start again and again', { cart_id: 'x' });
    const gone = await who.track('Leave again and again');
    await fold(added);
    await fold(gone);
    at(monday + 2 * minute);
    await fold(added);
    expect((await who.runs()).map(({ occurrence, exitReason }) => [occurrence, exitReason])).toEqual([
      [1, 'Leave again and again'],
    ]);
  });
});

test('a call that was given up writes nothing any more once another has taken its place', async () => {
  const who = await shopper();
  const row = await who.track('Product Added', shoes);
  const { handler } = await import('../../../functions/profile/fold-profile.ts');
  const end = Date.now() + 30_000;
  const late = { ...context, getRemainingTimeInMillis: () => end - Date.now() };
  let written: unknown;
  const before = async (operation: string): Promise<void> => {
    if (operation !== 'BatchExecuteStatement' || written !== undefined) return;
    at(monday + 2 * minute);
    await unwatched(() => fold(row));
    written = await who.profile();
  };
  await watched({ before }, () => handler({ Records: [row.record] }, late));
  expect(await who.profile()).toEqual(written);
  expect(await refold(...refolds.splice(0, 1))).toEqual([]);
  expect(refolds).toEqual([]);
  expect(who.executions()).toHaveLength(1);
});

describe('a customer', () => {
  test('who left and came back in one batch stays in when the batch is delivered again', async () => {
    const who = await shopper();
    await fold(await who.track('Start again and again'));
    at(monday + 2 * minute);
    const batch = [await who.track('Leave again and again'), await who.track('Start again and again')];
    await fold(...batch);
    expect(await who.runs()).toMatchObject([{ occurrence: 2 }]);
    await fold(...batch);
    expect((await who.runs())[0]).not.toHaveProperty('exitedAt');
  });

  test('who adds a product and buys it in one batch is in no journey', async () => {
    const who = await shopper();
    await fold(await who.track('Product Added', shoes), await who.track('Order Completed', { cart_id: 'cart-1' }));
    expect((await who.runs()).map(({ exitReason }) => exitReason)).toEqual(['Order Completed']);
    await who.until(monday + 48 * hour);
    expect(who.got()).toEqual([]);
    expect(who.executions().map(({ status, path }) => [status, path.at(-1)])).toEqual([['succeeded', 'Left early']]);
  });

  test('with two carts is in the journey twice, and buying one leaves the other', async () => {
    const who = await shopper();
    await fold(
      await who.track('Product Added', shoes),
      await who.track('Product Added', { cart_id: 'cart-2', product_id: 'hat' }),
    );
    await who.until(monday + hour);
    await fold(await who.track('Order Completed', { cart_id: 'cart-1', products: [{ product_id: 'shoes' }] }));
    const runs = new Map((await who.runs()).map((run) => [run['key'], run['exitReason']]));
    expect([...runs].toSorted()).toEqual([
      ['cart-1', 'Order Completed'],
      ['cart-2', undefined],
    ]);
    expect(
      who
        .executions()
        .map(({ status }) => status)
        .toSorted(),
    ).toEqual(['running', 'succeeded']);
  });

  test('may come back with the same cart after seven days, not before, and an order then still finds the run', async () => {
    const who = await shopper();
    await fold(await who.track('Product Added', shoes));
    await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
    const weekLater = monday + 7 * 24 * hour;
    await who.until(weekLater - 1000);
    await fold(await who.track('Product Added', shoes));
    expect(await who.runs()).toMatchObject([{ occurrence: 1 }]);
    await who.until(weekLater + 1000);
    await fold(await who.track('Order Completed', { cart_id: 'cart-1' }), await who.track('Product Added', shoes));
    expect(await who.runs()).toMatchObject([{ occurrence: 2 }]);
    expect(who.executions()).toHaveLength(2);
    await who.until(weekLater + hour);
    await fold(await who.track('Order Completed', { cart_id: 'cart-1' }));
    expect(await who.runs()).toMatchObject([{ occurrence: 2, exitReason: 'Order Completed' }]);
    await who.until(weekLater + 48 * hour);
    expect(who.got()).toEqual([]);
  });

  test('whose one signal both enters and leaves a journey stops nobody', async () => {
    const who = await shopper();
    await fold(await who.track('Product Added', shoes));
    await who.until(monday + hour);
    await fold(await who.track('Product Added', { ...shoes, quantity: 0 }));
    expect(refolds).toEqual([]);
    expect(await who.runs()).toMatchObject([{ exitReason: 'profile.cart.items = 0' }]);
  });

  test('is known to the gate with their consent before they enter a journey', async () => {
    const who = somebody();
    let consented: unknown;
    const before = async (operation: string): Promise<void> => {
      if (operation === 'PutItem' || operation === 'StartExecution')
        consented ??= (await who.rows()).get('GATE')?.['consents'];
    };
    await watched({ before }, async () =>
      fold(await who.identify({ consent: { email: true } }), await who.track('Product Added', shoes)),
    );
    expect(JSON.parse(String(consented)).email['*'].granted).toBe(true);
  });
});
