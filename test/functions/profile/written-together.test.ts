import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { writeRun } from '#core/journey';
import { profileStore } from '../../../functions/aws/profile-store.ts';
import { crashing, unwatched, watched } from '../world/calls.ts';
import { fold, shoes, shopper, somebody } from '../world/customer.ts';
import { tables } from '../world/environment.ts';
import { at, cartAbandonment, minute, monday, publish, refolds, startWorld, stopWorld } from '../world/world.ts';

beforeAll(async () => {
  await startWorld();
  await publish(cartAbandonment);
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  refolds.length = 0;
});

type Who = ReturnType<typeof somebody>;
const people = (count: number): readonly Who[] => Array.from({ length: count }, () => somebody());
const viewing = (all: readonly Who[]) => Promise.all(all.map((who) => who.track('Product Viewed')));
const timesSeen = async (who: Who): Promise<number> =>
  JSON.parse((await who.profile())!.body).seen['Product Viewed'][0];

/** The calls a fold makes, none of which fails. */
const callsOf = async (act: () => Promise<unknown>): Promise<readonly string[]> =>
  (await crashing({ at: 999, when: 'after', dead: false }, act)).calls;

test('the profiles of thirty customers are written in two calls, when they are new and when they are known', async () => {
  const all = people(30);
  for (const times of [1, 2]) {
    const rows = await viewing(all);
    const calls = await callsOf(() => fold(...rows));
    expect(calls).toEqual(['BatchGetItem', 'BatchExecuteStatement', 'BatchExecuteStatement']);
    expect(await Promise.all(all.map(timesSeen))).toEqual(all.map(() => times));
  }
  expect(refolds).toEqual([]);
});

test('a customer whom another fold wrote in between is folded again, and nobody is counted twice', async () => {
  const all = people(5);
  await fold(...(await viewing(all)));
  const [twice, rows] = [await all[2]!.track('Product Viewed'), await viewing(all)];
  const calls = await callsOf(() => Promise.all([fold(...rows), fold(twice)]));
  expect(calls.filter((call) => call === 'BatchExecuteStatement').length).toBeGreaterThan(2);
  expect(await Promise.all(all.map(timesSeen))).toEqual([2, 2, 3, 2, 2]);
});

const shoppers = (count: number): Promise<readonly Who[]> => Promise.all(people(count).map(() => shopper()));
const filling = (all: readonly Who[], cart: string) =>
  Promise.all(all.map((who) => who.track('Product Added', { ...shoes, cart_id: cart })));
const counted = (calls: readonly string[]) =>
  Object.fromEntries([...Map.groupBy(calls, (call) => call)].map(([call, all]) => [call, all.length]));

test('thirty customers enter a journey with one call each, that which starts it, and a few for all of them', async () => {
  const all = await shoppers(30);
  for (const cart of ['one', 'two']) {
    const rows = await filling(all, cart);
    const calls = counted(await callsOf(() => fold(...rows)));
    expect(Object.keys(calls).toSorted()).toEqual(['BatchExecuteStatement', 'BatchGetItem', 'StartExecution']);
    expect(calls).toMatchObject({ StartExecution: 30 });
    expect(calls['BatchGetItem']! + calls['BatchExecuteStatement']!).toBeLessThan(20);
  }
  for (const who of all) {
    expect(who.executions()).toHaveLength(2);
    expect((await who.runs()).map(({ key }) => key).toSorted()).toEqual(['one', 'two']);
    expect((await who.profile())!).toMatchObject({ runs: new Set([expect.any(String), expect.any(String)]) });
    expect((await who.profile())!.owed).toBeUndefined();
  }
  expect(refolds).toEqual([]);
});

const requested = writeRun({ journey: 'cart-abandonment', version: 1, enrol: 'requested' });

test('a run that a request adds while others are entered is not lost', async () => {
  const [who] = await shoppers(1);
  const rows = await filling([who!], 'one');
  const store = profileStore({ state: tables.state, log: tables.log });
  let isAdded = false;
  await watched(
    {
      before: async (operation) => {
        if (operation !== 'BatchExecuteStatement' || isAdded) return;
        isAdded = true;
        await unwatched(() => store.addRun(who!.id, requested));
      },
    },
    () => fold(...rows),
  );
  const { runs } = (await who!.profile())! as unknown as { readonly runs: ReadonlySet<string> };
  expect(runs.size).toBe(2);
  expect([...runs]).toContain(requested);
  expect(who!.executions()).toHaveLength(1);
});

test('who has nothing but a run that was requested is folded beside others', async () => {
  const all = people(3);
  await profileStore({ state: tables.state, log: tables.log }).addRun(all[1]!.id, requested);
  const rows = await viewing(all);
  expect(await callsOf(() => fold(...rows))).toEqual(['BatchGetItem', 'BatchExecuteStatement']);
  expect(await Promise.all(all.map(timesSeen))).toEqual([1, 1, 1]);
  expect((await all[1]!.profile())!).toMatchObject({ runs: new Set([requested]) });
});

test('who enters a second time, once the first run is over, takes its place', async () => {
  const all = await shoppers(2);
  await fold(...(await filling(all, 'one')));
  for (const who of all) await fold(await who.track('Order Completed', { cart_id: 'one' }));
  at(monday + 8 * 24 * 60 * minute);
  await fold(...(await filling(all, 'one')));
  for (const who of all) expect(await who.runs()).toMatchObject([{ occurrence: 2 }]);
});
