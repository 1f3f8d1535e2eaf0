import '../world/environment.ts';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Signal } from '#core/signal';
import { lookupRows } from '../../../functions/aws/lookup-rows.ts';
import { tables } from '../world/environment.ts';
import { inEveryOrder } from '../world/every-order.ts';
import { at, minute, monday, refolds, startWorld, stopWorld } from '../world/world.ts';
import { expectTruth, headOf, links, seenOf, stateOf } from './identity-truth.ts';
import { ids, logStream } from './log-stream.ts';

beforeAll(startWorld);
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  refolds.length = 0;
});

test('an anonymous id that a thousand users share, all at once, is that of the one who had it first', async () => {
  const counter = ids.idOf({ anonymous: 'till' });
  const users = Array.from({ length: 1000 }, (_, n) => ids.idOf({ user: `customer-${n}` }));
  const left = users.map((to, n) => ({
    from: counter,
    to,
    at: monday + ((n * 7919) % 1000) * minute,
    messageId: `m-${n}`,
  }));
  const [first] = left.toSorted((one, other) => one.at - other.at);
  const worker = async (): Promise<void> => {
    for (let claim = left.shift(); claim !== undefined; claim = left.shift()) await links.claim(claim);
  };
  await Promise.all(Array.from({ length: 25 }, worker));
  expect(await links.chainOf(counter)).toEqual([counter, first!.to]);
  // Whoever reads a customer does not read the thousand others.
  expect(await links.partitionsOf(users[7]!)).toEqual([users[7]]);
  expect(await links.partitionsOf(first!.to)).toEqual([first!.to, counter]);
  // Every claim is known: the next one has it when the first is taken back.
  await links.undo(first!, { by: 'Olga', at: new Date(monday).toISOString() });
  const [, second] = (await links.linksOf(counter)).toSorted((one, other) => one.at - other.at);
  expect(await links.chainOf(counter)).toEqual([counter, second!.to]);
}, 60_000);

test('an address and an id that many users share, folded together, make one of nobody', async () => {
  const many = 120;
  const stream = logStream();
  const all = Array.from({ length: many }, (_, n): Signal => ({
    messageId: `counter-${n}`,
    type: 'identify',
    event: 'Identified',
    // The one who comes last was there first.
    timestamp: new Date(monday + (n === many - 1 ? -1 : n) * minute).toISOString(),
    subject: { user: `guest-${n}`, anonymous: 'counter' },
    properties: {},
    traits: { email: 'counter@shop.example' },
    context: {},
  }));
  const seen: Signal = { ...all[0]!, messageId: 'seen', type: 'track', event: 'Product Viewed', traits: {} };
  const touched = { ...seen, subject: { anonymous: 'counter' } };
  await stream.ingest([touched]);
  await stream.settle();
  await stream.ingest(all);
  await stream.foldBatch(stream.waiting.splice(0));
  await stream.settle();
  expect(refolds).toEqual([]);
  await expectTruth([touched, ...all]);
  const last = ids.idOf({ user: `guest-${many - 1}` });
  expect(await seenOf(last)).toEqual({ Identified: 1, 'Product Viewed': 1 });
  // What leads to them says no more than that nobody can be told by it, and no profile grows by the others.
  const hash = ids.lookupHash({ kind: 'email', value: 'counter@shop.example' });
  expect(await lookupRows(tables.state).find('email', hash)).toHaveLength(100);
  expect(JSON.stringify(await stateOf(last)).length).toBeLessThan(3000);
}, 60_000);

test('whoever claims an id in the very moment its owner is taken away has it afterwards', async () => {
  let world = 0;
  const orders = await inEveryOrder(
    async () => {
      world += 1;
      const [phone, one, other] = [{ anonymous: `p-${world}` }, { user: `o-${world}` }, { user: `v-${world}` }].map(
        ids.idOf,
      );
      const [first, second] = [
        { from: phone!, to: one!, at: monday, messageId: 'm-1' },
        { from: phone!, to: other!, at: monday + minute, messageId: 'm-2' },
      ];
      await links.claim(first);
      return {
        actors: {
          claim: () => links.claim(second),
          undo: () => links.undo(first, { by: 'Olga', at: new Date(monday).toISOString() }),
        },
        holds: async (order) => expect([order, await headOf(phone!)]).toEqual([order, other]),
      };
    },
    { interruptions: 2 },
  );
  expect(orders).toBeGreaterThan(20);
}, 60_000);
