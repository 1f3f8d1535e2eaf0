import '../world/environment.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Signal } from '#core/signal';
import { hashWith } from '../../../functions/aws/keyed-hash.ts';
import { listRows } from '../../../functions/aws/list-rows.ts';
import { bulkEnrol, bulkRows } from '../../../functions/bulk/desk/bulk-rows.ts';
import { as } from '../customer/desk.ts';
import { openOffice, said, saidIds, segment, upload } from '../segment/office.ts';
import { crashing } from '../world/calls.ts';
import { customerKey, tables } from '../world/environment.ts';
import { at, bus, hour, minute, monday, putRow, refolds, rowsOf, startWorld, stopWorld } from '../world/world.ts';
import { gateOf, isSent } from './gates.ts';
import { headOf, links } from './identity-truth.ts';
import { ids, logStream, type LogStream } from './log-stream.ts';

const agent = as('agent', 'ben');
const lists = listRows(tables.state);
const day = 24 * hour;

beforeAll(async () => {
  await startWorld();
  openOffice();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(stopWorld);

let world = 0;
let made = 0;
let stream: LogStream;
beforeEach(() => begin());

const begin = (): void => {
  at(monday);
  refolds.length = 0;
  bus.length = 0;
  world += 1;
  stream = logStream();
};

type Who = { readonly user?: string; readonly anonymous?: string };
const own = (who: Who): Who =>
  Object.fromEntries(Object.entries(who).map(([kind, id]) => [kind, `${id}.belongs.${world}`]));
const idOf = (who: Who): string => ids.idOf(own(who));
const listName = (name: string): string => `${name}-${world}`;

const signal = (subject: Who, fields: Partial<Signal> = {}): Signal => ({
  messageId: `b-${String((made += 1)).padStart(5, '0')}`,
  type: 'track',
  event: 'Product Viewed',
  timestamp: new Date(Date.now()).toISOString(),
  subject: own(subject),
  properties: {},
  traits: {},
  context: {},
  ...fields,
});
const alias = (previous: string, to: string): Signal =>
  signal({ user: to }, { type: 'alias', event: 'Aliased', properties: { previousId: own({ user: previous }).user! } });

const happens = async (...signals: readonly Signal[]): Promise<void> => {
  await stream.ingest(signals);
  await stream.settle();
};

/** Puts an id into a list, as a file does. @returns whether the list took it */
const isPutIn = async (list: string, who: Who): Promise<boolean> => {
  const [[column, id]] = Object.entries(own(who)) as [[string, string]];
  const { body } = await upload(listName(list), `${column}Id\n${id}`);
  return body['refused'] === 0;
};

const sizeOf = async (list: string): Promise<number> => (await segment(listName(list))).body['size'] ?? 0;
const isIn = async (list: string, who: Who): Promise<boolean> =>
  (await lists.read([listName(list)], [idOf(who)])).get(listName(list))?.get(idOf(who))?.isIn === true;

const split = async (from: Who, to: Who): Promise<void> => {
  refolds.push(JSON.stringify({ split: { from: idOf(from), to: idOf(to), by: 'Olga' } }));
  await stream.settle();
};

const [a, u] = [{ anonymous: 'a' }, { user: 'u' }] as const;
const both = { user: 'u', anonymous: 'a' };

describe('a list somebody was put into before they signed in', () => {
  test('has them as who they are from then on, is as long as before, and says so once', async () => {
    await happens(signal(a), signal(u));
    await isPutIn('press', a);
    await happens(signal(both));
    expect([await isIn('press', a), await isIn('press', u), await sizeOf('press')]).toEqual([false, true, 1]);
    expect(said(idOf(u))).toEqual([`Segment Entered: ${listName('press')}`]);
    // Uploaded again, under whichever id, it is the same.
    for (const who of [a, u])
      expect(
        (await upload(listName('press'), `${Object.keys(who)[0]}Id\n${Object.values(own(who))[0]}`)).body,
      ).toMatchObject({ added: 0, already: 1, refused: 0 });
    expect(await sizeOf('press')).toBe(1);
    expect(new Set(saidIds(idOf(u))).size).toBe(1);
  });

  test('has them once when both of them were in it', async () => {
    await happens(signal(a), signal(u));
    await isPutIn('press', a);
    await isPutIn('press', u);
    expect(await sizeOf('press')).toBe(2);
    await happens(signal(both));
    expect([await isIn('press', u), await sizeOf('press')]).toEqual([true, 1]);
  });

  test('long ago, has them too, and starts nothing by it', async () => {
    await happens(signal(a), signal(u));
    await isPutIn('press', a);
    at(monday + 2 * day);
    await happens(signal(both));
    expect([await isIn('press', u), said(idOf(u))]).toEqual([true, []]);
  });

  test('takes them in as who they are when they are put in under an older id', async () => {
    await happens(signal(a), signal(u), signal(both));
    await isPutIn('press', a);
    expect([await isIn('press', a), await isIn('press', u), await sizeOf('press')]).toEqual([false, true, 1]);
    await split(a, u);
    expect([await isIn('press', a), await isIn('press', u), await sizeOf('press')]).toEqual([true, false, 1]);
    expect(said(idOf(u))).toEqual([`Segment Entered: ${listName('press')}`, `Segment Left: ${listName('press')}`]);
  });

  test('is not entered a second time by what was said of it under the older id', async () => {
    await happens(signal(a), signal(u));
    await isPutIn('press', a);
    const entered = bus.map(({ Detail }) => JSON.parse(Detail)).find(({ event }) => event === 'Segment Entered')!;
    await stream.ingest([
      signal({}, { event: entered.event, messageId: `x-${entered.messageId}`, subject: { customer: idOf(a) } }),
    ]);
    await happens(signal(both));
    const rows = [...(await rowsOf(`C#${idOf(u)}`, 'log')).values()];
    const carried = rows.filter(({ signal }) => JSON.parse(signal).event === 'Segment Entered');
    expect(carried).toMatchObject([{ silent: true, from: idOf(a) }]);
  });
});

describe('promotions that were paused before somebody signed in', () => {
  const pausedUntil = async (who: Who) => (await gateOf(idOf(who))).pausedUntil;

  test('stay paused, and the later pause holds', async () => {
    await happens(signal(a), signal(u));
    await agent.pause(idOf(a), { days: 9, reason: 'asked' });
    await agent.pause(idOf(u), { days: 3, reason: 'asked' });
    await happens(signal(both));
    expect(await pausedUntil(u)).toBe(monday + 9 * day);
  });

  test('go on when somebody says so, however often the merge is done again', async () => {
    await happens(signal(a), signal(u));
    await agent.pause(idOf(a), { days: 9, reason: 'asked' });
    await happens(signal(both));
    await agent.pause(idOf(u), { days: 0, reason: 'asked' });
    refolds.push(JSON.stringify({ settle: idOf(a) }));
    await stream.settle();
    expect(await pausedUntil(u)).toBe(monday);
  });
});

describe('what somebody was sent under another id', () => {
  test('counts for them', async () => {
    await happens(signal(a), signal(u));
    const slots = [await isSent(idOf(a)), await isSent(idOf(u))];
    await happens(signal(both));
    expect((await gateOf(idOf(u))).slots).toEqual(expect.arrayContaining(slots));
  });

  test('counts for both after a split', async () => {
    await happens(signal(a), signal(u), signal(both));
    const slot = await isSent(idOf(u));
    await agent.pause(idOf(u), { days: 9, reason: 'asked' });
    await split(a, u);
    for (const who of [a, u]) {
      const gate = await gateOf(idOf(who));
      expect([gate.slots, gate.pausedUntil]).toEqual([[slot], monday + 9 * day]);
    }
  });

  test('to many, is not sent to them again, nor to either part after a split', async () => {
    const hash = hashWith(customerKey);
    const name = `letter-${world}`;
    const order = { name, campaign: 'letter', version: 1, segment: 'list', perSecond: 1, by: 'kim' };
    await bulkRows(tables.state).create(order, Date.now());
    await happens(signal(a), signal(u));
    const send = `SEND#${bulkEnrol(hash)({ name })}#1#message`;
    await putRow('state', { pk: `C#${idOf(a)}`, sk: send, status: 'SENT', journey: 'letter', claimedAt: 'now' });
    const { version } = await gateOf(idOf(u));
    const got = async (who: Who) => [...(await rowsOf(`C#${idOf(who)}`)).keys()].filter((sk) => sk.startsWith('GOT#'));
    await happens(signal(both));
    expect(await got(u)).toEqual([`GOT#${name}`]);
    expect((await gateOf(idOf(u))).version).toBeGreaterThan(version);
    await split(a, u);
    expect(await got(u)).toEqual([`GOT#${name}`]);
  });

  test('just then, cannot be passed over: a claim that was decided before is refused', async () => {
    await happens(signal(a), signal(u));
    await isSent(idOf(a));
    const before = await gateOf(idOf(a));
    await happens(signal(both));
    expect((await gateOf(idOf(a))).version).toBeGreaterThan(before.version);
  });
});

const users = fc.constantFrom('u1', 'u2', 'u3');
const somebody = fc.oneof(
  users.map((user) => ({ user })),
  fc.constantFrom('a1', 'a2').map((anonymous) => ({ anonymous })),
);
const thing = fc.oneof(
  { weight: 3, arbitrary: fc.record({ is: fc.constant('seen' as const), who: somebody }) },
  {
    weight: 3,
    arbitrary: fc.record({ is: fc.constant('listed' as const), who: somebody, list: fc.constantFrom('l', 'm') }),
  },
  { weight: 2, arbitrary: fc.record({ is: fc.constant('sent' as const), who: somebody }) },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('paused' as const), who: somebody }) },
  {
    weight: 2,
    arbitrary: fc.record({ is: fc.constant('signs in' as const), user: users, anonymous: fc.constantFrom('a1', 'a2') }),
  },
  { weight: 1, arbitrary: fc.record({ is: fc.constant('alias' as const), to: users, previous: users }) },
);
type Thing = typeof thing extends fc.Arbitrary<infer T> ? T : never;

/** Everything that was done to somebody's ids, as whoever they were. */
type Done = {
  readonly listed: Map<string, Set<string>>;
  readonly slots: Map<string, Set<string>>;
  readonly paused: Map<string, number>;
};

const everybody: readonly Who[] = [
  ...['u1', 'u2', 'u3'].map((user) => ({ user })),
  ...['a1', 'a2'].map((anonymous) => ({ anonymous })),
];

const expectBelongings = async ({ listed, slots, paused }: Done): Promise<void> => {
  const heads = new Map(await Promise.all(everybody.map(async (who) => [idOf(who), await headOf(idOf(who))] as const)));
  for (const [list, those] of listed) {
    const members = new Set([...those].map((id) => heads.get(id)!));
    for (const who of everybody)
      expect([list, who, await isIn(list, who)]).toEqual([list, who, members.has(idOf(who))]);
    if (those.size > 0) expect(await sizeOf(list)).toBe(members.size);
  }
  for (const [id, head] of heads) {
    const gate = await gateOf(head);
    expect(gate.slots ?? []).toEqual(expect.arrayContaining([...(slots.get(id) ?? [])]));
    expect(gate.pausedUntil ?? 0).toBeGreaterThanOrEqual(paused.get(id) ?? 0);
  }
};

const befalls = async (thing: Thing, done: Done, n: number): Promise<void> => {
  switch (thing.is) {
    case 'seen':
      return stream.ingest([signal(thing.who)]);
    case 'signs in':
      return stream.ingest([signal({ user: thing.user, anonymous: thing.anonymous })]);
    case 'alias':
      return stream.ingest([alias(thing.previous, thing.to)]);
    case 'listed':
      if (await isPutIn(thing.list, thing.who)) done.listed.get(thing.list)?.add(idOf(thing.who));
      return;
    case 'sent': {
      const head = await headOf(idOf(thing.who));
      done.slots.set(head, new Set([...(done.slots.get(head) ?? []), await isSent(head)]));
      return;
    }
    case 'paused': {
      const { code } = await agent.pause(idOf(thing.who), { days: 10 + n, reason: 'asked' });
      const head = await headOf(idOf(thing.who));
      if (code === 200) done.paused.set(head, Date.now() + (10 + n) * day);
    }
  }
};

describe('lists, pauses and caps', () => {
  test('follow whoever turns out to be another, in any order, wherever it breaks off, and back again', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(thing, { minLength: 6, maxLength: 14 }),
        fc.infiniteStream(fc.nat(1000)),
        async (things, chances) => {
          begin();
          const pick = (most: number): number => (most < 2 ? 0 : Number(chances.next().value) % most);
          const done: Done = {
            listed: new Map([
              ['l', new Set()],
              ['m', new Set()],
            ]),
            slots: new Map(),
            paused: new Map(),
          };
          await happens(...everybody.map((who) => signal(who)));
          for (const [n, each] of things.entries()) {
            at(Date.now() + minute);
            await befalls(each, done, n);
            while (stream.waiting.length > 0 && pick(2) === 1) await stream.foldSome(pick);
            while (refolds.length > 0 && pick(3) > 0) {
              const crash = {
                at: 1 + pick(40),
                when: pick(2) === 0 ? 'before' : 'after',
                dead: pick(2) === 0,
              } as const;
              await crashing(crash, () => stream.refoldOne(pick));
              await stream.look();
            }
          }
          await stream.settle(pick);
          await expectBelongings(done);
          const again = everybody.map((who) => idOf(who)).filter(() => pick(2) === 0);
          refolds.push(...again.map((settle) => JSON.stringify({ settle })));
          await stream.settle(pick);
          await expectBelongings(done);
          const all = (await Promise.all(everybody.map((who) => links.linksOf(idOf(who))))).flat();
          const undone = all[pick(all.length)];
          if (undone === undefined) return;
          refolds.push(JSON.stringify({ split: { from: undone.from, to: undone.to, by: 'Olga' } }));
          await stream.settle(pick);
          await expectBelongings(done);
          expect(refolds).toEqual([]);
        },
      ),
      { numRuns: 8 },
    );
  }, 60_000);
});
