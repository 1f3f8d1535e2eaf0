import '../world/environment.ts';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Signal } from '#core/signal';
import { lookupRows } from '../../../functions/aws/lookup-rows.ts';
import { tables } from '../world/environment.ts';
import { crashing } from '../world/calls.ts';
import { at, hour, minute, monday, refolds, startWorld, stopWorld } from '../world/world.ts';
import { expectTruth, headOf, links, logOf, seenOf } from './identity-truth.ts';
import { ids, logStream, type LogStream } from './log-stream.ts';

const lookups = lookupRows(tables.state);

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
});
afterAll(stopWorld);
let world = 0;
let made = 0;
let stream: LogStream;
beforeEach(() => {
  at(monday);
  refolds.length = 0;
  world += 1;
  stream = logStream();
});

/** Names of this test alone. */
const own = (id: string): string => `${id}.${world}`;

const signal = (fields: Partial<Signal> & Pick<Signal, 'subject'>, minutes = (made += 1)): Signal => ({
  messageId: `m-${String((made += 1)).padStart(5, '0')}.${world}`,
  type: 'track',
  event: fields.type === 'identify' ? 'Identified' : fields.type === 'alias' ? 'Aliased' : 'Product Viewed',
  timestamp: new Date(monday - 10 * hour + minutes * minute).toISOString(),
  properties: {},
  traits: {},
  context: {},
  ...fields,
});
const user = (id: string) => ({ user: own(id) });
const anonymous = (id: string) => ({ anonymous: own(id) });
const both = (u: string, a: string) => ({ ...user(u), ...anonymous(a) });
const alias = (previous: string, to: string, minutes?: number): Signal =>
  signal({ type: 'alias', subject: user(to), properties: { previousId: own(previous) } }, minutes);

describe('who is who', () => {
  test('what somebody did before they said who they are is theirs', async () => {
    const before = [signal({ subject: anonymous('a') }), signal({ subject: anonymous('a') })];
    await stream.ingest(before);
    await stream.settle();
    expect(await seenOf(ids.idOf(anonymous('a')))).toEqual({ 'Product Viewed': 2 });
    const known = signal({ type: 'identify', subject: both('u', 'a'), traits: { email: 'Ada@Shop.example' } });
    await stream.ingest([known]);
    await stream.settle();
    await expectTruth([...before, known]);
    expect(await seenOf(ids.idOf(user('u')))).toEqual({ 'Product Viewed': 2, Identified: 1 });
    expect(await links.linksOf(ids.idOf(user('u')))).toMatchObject([
      { kind: 'anonymous', from: ids.idOf(anonymous('a')), messageId: known.messageId },
    ]);
    const late = signal({ subject: anonymous('a') });
    await stream.ingest([late]);
    await stream.settle();
    await expectTruth([...before, known, late]);
  });

  const subject = fc.oneof(
    fc.record({ user: fc.constantFrom('u1', 'u2', 'u3') }),
    fc.record({ anonymous: fc.constantFrom('a1', 'a1', 'a2') }),
    fc.record({ user: fc.constantFrom('u1', 'u2', 'u3'), anonymous: fc.constantFrom('a1', 'a1', 'a1', 'a2') }),
  );
  const said = fc.oneof(
    { weight: 4, arbitrary: fc.record({ is: fc.constant('track' as const), subject, minute: fc.nat(9) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        is: fc.constant('alias' as const),
        to: fc.constantFrom('u1', 'u2', 'u3'),
        previous: fc.constantFrom('u1', 'u2', 'u3', 'a1'),
        minute: fc.nat(9),
      }),
    },
  );
  const seenWith = (one: string, other: string) =>
    fc.record({
      is: fc.constant('track' as const),
      subject: fc.record({ user: fc.constantFrom(one, other), anonymous: fc.constant('a1') }),
      minute: fc.nat(9),
    });
  const onPhone = fc.record({
    is: fc.constant('track' as const),
    subject: fc.constant({ anonymous: 'a1' }),
    minute: fc.nat(9),
  });
  const things = fc
    .tuple(onPhone, seenWith('u1', 'u2'), seenWith('u2', 'u3'), fc.array(said, { maxLength: 6 }))
    .map(([one, two, three, more]) => [one, two, three, ...more]);
  const history = things.chain((things) =>
    fc.record({
      things: fc.constant(things),
      arrival: fc.shuffledSubarray([...things.keys()], { minLength: things.length }),
      again: fc.array(fc.nat(20), { maxLength: 3 }),
      chances: fc.infiniteStream(fc.nat(1000)),
    }),
  );

  test('is the same whatever order signals come in, however often, in whatever batches, and whatever is done first', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ things, arrival, again, chances }) => {
        world += 1;
        at(monday);
        stream = logStream();
        const pick = (most: number): number => (most < 2 ? 0 : Number(chances.next().value) % most);
        const named = (ids: { user?: string; anonymous?: string }) =>
          Object.fromEntries(Object.entries(ids).map(([kind, id]) => [kind, own(id)]));
        const signals = things.map((thing) =>
          thing.is === 'track'
            ? signal({ subject: named(thing.subject) }, thing.minute)
            : alias(thing.previous, thing.to, thing.minute),
        );
        const folded = [];
        for (const n of arrival) {
          await stream.ingest([signals[n]!]);
          at(Date.now() + minute);
          while (stream.waiting.length > 0 && pick(2) === 1) folded.push(await stream.foldSome(pick));
          if (refolds.length > 0 && pick(2) === 1) await stream.refoldOne(pick);
          if (pick(3) === 0) await stream.settle(pick);
        }
        await stream.settle(pick);
        for (const n of again) {
          await stream.ingest([signals[n % signals.length]!]);
          if (folded.length > 0) await stream.foldBatch(folded[n % folded.length]!);
          await stream.settle(pick);
        }
        await expectTruth(signals);
        expect(refolds).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });
});

const settled = async (...signals: readonly Signal[]): Promise<readonly Signal[]> => {
  await stream.ingest(signals);
  await stream.settle();
  return signals;
};

describe('an anonymous id', () => {
  test('shared by thousands, like that of a counter, makes one of nobody', async () => {
    const all = Array.from({ length: 16 }, (_, n) => signal({ subject: both(`k${n}`, 'counter') }, 100 - n));
    const touched = signal({ subject: anonymous('counter') }, 200);
    await settled(...all.slice(0, 8), touched, ...all.slice(8));
    await expectTruth([...all, touched]);
    // It belongs to whoever was first, and only what has no user's id comes with it.
    expect(await headOf(ids.idOf(anonymous('counter')))).toBe(ids.idOf(user('k15')));
    expect(await logOf(ids.idOf(user('k0')))).toEqual([all[0]!.messageId]);
  });

  test('goes to whoever had it first, also when that is learned last', async () => {
    const rows = await settled(signal({ subject: anonymous('a') }, 1), signal({ subject: both('u2', 'a') }, 5));
    expect(await seenOf(ids.idOf(user('u2')))).toEqual({ 'Product Viewed': 2 });
    const earlier = await settled(signal({ subject: both('u1', 'a') }, 3));
    await expectTruth([...rows, ...earlier]);
    expect(await seenOf(ids.idOf(user('u1')))).toEqual({ 'Product Viewed': 2 });
    expect(await seenOf(ids.idOf(user('u2')))).toEqual({ 'Product Viewed': 1 });
  });

  test('is let go by a user who had fifty before it', async () => {
    const many = Array.from({ length: 50 }, (_, n) => signal({ subject: both('u', `a${n}`) }, 10 + n));
    await settled(signal({ subject: anonymous('late') }, 1), signal({ subject: both('u', 'late') }, 90));
    expect(await headOf(ids.idOf(anonymous('late')))).toBe(ids.idOf(user('u')));
    await settled(...many);
    expect(await headOf(ids.idOf(anonymous('late')))).toBe(ids.idOf(anonymous('late')));
    expect(await seenOf(ids.idOf(anonymous('late')))).toEqual({ 'Product Viewed': 1 });
    expect(await seenOf(ids.idOf(user('u')))).toEqual({ 'Product Viewed': 51 });
  });
});

describe('two users', () => {
  test('are never made one by a device they share', async () => {
    const rows = await settled(
      signal({ subject: both('u1', 'a') }),
      signal({ subject: both('u2', 'a') }),
      signal({ subject: user('u1'), type: 'identify', traits: { email: 'family@shop.example' } }),
      signal({
        subject: user('u2'),
        type: 'identify',
        traits: { email: 'Family@shop.example', phone: '+447700900123' },
      }),
    );
    await expectTruth(rows);
    expect(await headOf(ids.idOf(user('u1')))).not.toBe(await headOf(ids.idOf(user('u2'))));
    const hash = ids.lookupHash({ kind: 'email', value: 'family@shop.example' });
    expect(await lookups.find('email', hash)).toEqual([ids.idOf(user('u1')), ids.idOf(user('u2'))].toSorted());
    expect(await lookups.find('phone', ids.lookupHash({ kind: 'phone', value: '+447700900123' }))).toEqual([
      ids.idOf(user('u2')),
    ]);
  });

  test.each([
    [
      'a → b → c',
      [
        ['a', 'b'],
        ['b', 'c'],
      ],
    ],
    [
      'b → c, then a → b',
      [
        ['b', 'c'],
        ['a', 'b'],
      ],
    ],
    [
      'a circle',
      [
        ['a', 'b'],
        ['b', 'c'],
        ['c', 'a'],
      ],
    ],
    [
      'to and fro',
      [
        ['a', 'b'],
        ['b', 'a'],
      ],
    ],
    [
      'an alias to oneself',
      [
        ['a', 'a'],
        ['a', 'b'],
      ],
    ],
    [
      'twice the same',
      [
        ['a', 'b'],
        ['a', 'b'],
      ],
    ],
  ] as const)('are made one by aliases: %s', async (_, aliases) => {
    const seen = ['a', 'b', 'c'].map((id) => signal({ subject: user(id) }));
    const said = aliases.map(([previous, to]) => alias(previous, to));
    await settled(...seen, ...said);
    await expectTruth([...seen, ...said]);
    const more = await settled(...['c', 'a', 'b'].map((id) => signal({ subject: user(id) })));
    await expectTruth([...seen, ...said, ...more]);
    expect(refolds).toEqual([]);
  });

  test('are not made one beyond twenty', async () => {
    await settled(...Array.from({ length: 24 }, (_, n) => alias(`u${n}`, `u${n + 1}`)));
    const groups = Map.groupBy(
      await Promise.all(Array.from({ length: 25 }, (_, n) => headOf(ids.idOf(user(`u${n}`))))),
      (head) => head,
    );
    expect(Math.max(...[...groups.values()].map(({ length }) => length))).toBe(20);
    const [head] = [...groups].find(([, group]) => group.length === 20)!;
    const users = new Set(Array.from({ length: 25 }, (_, n) => ids.idOf(user(`u${n}`))));
    expect((await links.partitionsOf(head)).filter((each) => users.has(each))).toHaveLength(20);
  }, 60_000);
});

describe('a merge that was a mistake', () => {
  const split = (from: string, to: string): Promise<void> => {
    refolds.push(JSON.stringify({ split: { from, to, by: 'Olga' } }));
    return stream.settle();
  };

  test('is undone: each has what was theirs, and it stays so', async () => {
    const theirs = [signal({ subject: anonymous('a') }), signal({ subject: anonymous('a') })];
    const known = [signal({ subject: user('u') }), signal({ subject: both('u', 'a') })];
    await settled(...theirs, ...known);
    const [a, u] = [ids.idOf(anonymous('a')), ids.idOf(user('u'))];
    expect(await seenOf(u)).toEqual({ 'Product Viewed': 4 });
    await split(a, u);
    expect(await seenOf(a)).toEqual({ 'Product Viewed': 2 });
    expect(await seenOf(u)).toEqual({ 'Product Viewed': 2 });
    expect(await logOf(u)).toEqual(known.map(({ messageId }) => messageId).toSorted());
    expect(await links.linksOf(a)).toMatchObject([
      { from: a, to: u, undoneBy: 'Olga', messageId: known[1]!.messageId },
    ]);
    await settled(signal({ subject: both('u', 'a') }), signal({ subject: anonymous('a') }));
    expect(await seenOf(a)).toEqual({ 'Product Viewed': 3 });
    expect(await seenOf(u)).toEqual({ 'Product Viewed': 3 });
    await split(a, u);
    expect(await seenOf(a)).toEqual({ 'Product Viewed': 3 });
  });

  test('of several users is undone where it was made, and nowhere else', async () => {
    await settled(
      ...['a', 'b', 'c', 'd'].map((id) => signal({ subject: user(id) })),
      alias('a', 'b'),
      alias('b', 'c'),
      alias('c', 'd'),
      signal({ subject: both('d', 'phone') }),
      signal({ subject: anonymous('phone') }),
    );
    await split(ids.idOf(user('b')), ids.idOf(user('c')));
    const head = async (id: string) => headOf(ids.idOf(user(id)));
    expect(await head('a')).toBe(await head('b'));
    expect(await head('c')).toBe(await head('d'));
    expect(await head('a')).not.toBe(await head('c'));
    expect(await headOf(ids.idOf(anonymous('phone')))).toBe(await head('d'));
    expect(await seenOf(await head('a'))).toEqual({ 'Product Viewed': 2, Aliased: 1 });
    expect(await seenOf(await head('c'))).toEqual({ 'Product Viewed': 4, Aliased: 2 });
  });
});

describe('a merge that breaks off', () => {
  test('at any call to AWS is made good', async () => {
    for (let n = 1, isOver = false; !isOver; n += 2) {
      world += 1;
      stream = logStream();
      const rows = await settled(signal({ subject: anonymous('a') }), signal({ subject: user('u0') }));
      const said = [
        alias('u0', 'u'),
        signal({ subject: both('u', 'a'), type: 'identify', traits: { email: 'ada@shop.example' } }),
      ];
      await stream.ingest(said);
      let calls = 0;
      await crashing(
        { at: (all) => (calls = all.length) === n, when: n % 4 === 1 ? 'before' : 'after', dead: n % 3 !== 0 },
        () => stream.settle(),
      );
      isOver = calls < n;
      // What was being done is delivered again, and what was set aside with it.
      await stream.again();
      await stream.settle();
      await expectTruth([...rows, ...said]);
      expect(refolds).toEqual([]);
    }
  }, 60_000);
});
