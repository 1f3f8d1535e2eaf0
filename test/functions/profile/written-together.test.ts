import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { crashing } from '../world/calls.ts';
import { fold, somebody } from '../world/customer.ts';
import { at, monday, refolds, startWorld, stopWorld } from '../world/world.ts';

beforeAll(startWorld);
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
