import '../world/environment.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { MOST_USERS } from '#core/profile';
import { hashWith } from '../../../functions/aws/keyed-hash.ts';
import { profileStore } from '../../../functions/aws/profile-store.ts';
import { customerFinder } from '../../../functions/customer/store/find-customer.ts';
import { headOf } from '../../../functions/profile/identity/head-of.ts';
import { upload, members, openOffice } from '../segment/office.ts';
import { customerKey, tables } from '../world/environment.ts';
import { monday, startWorld, stopWorld } from '../world/world.ts';
import { links } from './identity-truth.ts';
import { ids } from './log-stream.ts';

beforeAll(async () => {
  await startWorld();
  openOffice();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(stopWorld);

const finder = customerFinder(tables.state, hashWith(customerKey));
const profiles = profileStore(tables);
const said = (from: string, to: string) => ({ from, to, at: monday, messageId: `${from}-${to}` });

/** Users by their ids in the alphabet of hashes, the last first: each merge has another head than the one before. */
const usersNamed = (world: string, many: number): readonly (readonly [customer: string, user: string])[] =>
  Array.from({ length: many }, (_, n) => `${world}-${n}`)
    .map((user) => [ids.idOf({ user }), user] as const)
    .toSorted(([one], [other]) => (one < other ? 1 : -1));

test('whoever was merged as often as there may be users in a group is found by their very first id', async () => {
  const users = usersNamed('long', MOST_USERS);
  const phone = ids.idOf({ anonymous: 'long-phone' });
  await links.claim(said(phone, users[0]![0]));
  for (const [n, [customer]] of users.entries()) if (n > 0) await links.unite(said(users[n - 1]![0], customer));
  const head = users.at(-1)![0];
  expect(await links.chainOf(phone)).toHaveLength(MOST_USERS + 1);
  expect(await finder.findBy('anonymous', 'long-phone')).toEqual({ is: 'one', customer: head });
  expect(await finder.find(phone)).toEqual({ is: 'one', customer: head });
  expect(await finder.findBy('user', users[0]![1])).toEqual({ is: 'one', customer: head });
  expect(await headOf(phone, profiles)).toBe(head);
  await upload('long', 'anonymousId\nlong-phone');
  expect((await members('long')).body).toMatchObject({ members: [head] });
});

const sizesOf = async (customers: readonly string[]): Promise<readonly number[]> => {
  const heads = await Promise.all(customers.map(async (each) => (await links.chainOf(each)).at(-1)));
  return [...Map.groupBy(heads, (head) => head).values()].map(({ length }) => length).toSorted((a, b) => a - b);
};
const unite = async (pairs: readonly (readonly [string, string])[]): Promise<void> => {
  for (const [from, to] of pairs) await links.unite(said(from, to));
};
const olga = { by: 'Olga', at: new Date(monday).toISOString() };

test('a group that was split is measured anew: neither part grows beyond twenty, and neither is refused before', async () => {
  const all = usersNamed('split', 2 * MOST_USERS + 4).map(([customer]) => customer);
  const [first = '', second = '', ...others] = all.toReversed();
  const crowd = others.slice(0, MOST_USERS - 2);
  await unite([[second, first], ...crowd.map((each) => [each, second] as const)]);
  expect(await sizesOf(all)).toContain(MOST_USERS);
  await links.undo({ from: second, to: first }, olga);
  const [one, ...more] = others.slice(crowd.length);
  await unite(more.slice(0, 3).map((each) => [each, second] as const));
  await unite([one!, ...more.slice(3)].map((each) => [each, first] as const));
  expect((await sizesOf(all)).filter((size) => size > 1)).toEqual([MOST_USERS, MOST_USERS]);
});
