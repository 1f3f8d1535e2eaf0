import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  consentGranted,
  consentsOf,
  emptyProfile,
  foldSignal,
  headsOf,
  identityNews,
  isBefore,
  isFull,
  lookupsOf,
  ownerAmong,
  pairsOf,
  type Profile,
} from '#core/profile';
import { parseEvent, type Json, type JsonObject, type Signal } from '#core/signal';

let made = 0;
const monday = Date.parse('2026-01-05T09:00:00Z');
const signal = (fields: Partial<Signal>, minute = (made += 1)): Signal => ({
  messageId: `m${String((made += 1)).padStart(6, '0')}`,
  type: 'track',
  event: 'X',
  timestamp: new Date(monday + minute * 60_000).toISOString(),
  subject: { user: 'u1' },
  properties: {},
  traits: {},
  context: {},
  ...fields,
});
const identify = (traits: JsonObject, subject: Signal['subject'] = { user: 'u1' }, minute?: number): Signal =>
  signal({ type: 'identify', event: 'Identified', traits, subject }, minute);
const alias = (previousId: Json, user = 'u1', minute?: number): Signal =>
  signal({ type: 'alias', event: 'Aliased', subject: { user }, properties: { previousId } }, minute);
const fold = (...signals: readonly Signal[]): Profile => signals.reduce(foldSignal, emptyProfile());
const inOrder = (profile: Profile): string => JSON.stringify(profile);

describe('what a customer can be looked up by', () => {
  test('several addresses, numbers, devices and ids elsewhere are all kept', () => {
    const profile = fold(
      identify({ email: ' Ada@Shop.EXAMPLE ', phone: '06 12 34 56 78', address: { country: 'FR' } }),
      identify({ email: 'ada@work.example', externalIds: [{ id: 'c-1', type: 'crm', collection: 'users' }] }),
      signal({
        context: {
          externalIds: [{ id: 42, type: 'loyalty' }],
          device: { token: 'token-1', type: 'ios' },
        },
      }),
    );
    expect(lookupsOf(profile).map(({ kind, value }) => `${kind} ${value}`)).toEqual(
      expect.arrayContaining([
        'email ada@shop.example',
        'email ada@work.example',
        'phone +33612345678',
        'external crm:c-1',
        'external loyalty:42',
        'device token-1',
      ]),
    );
  });

  test.each<[string, JsonObject]>([
    ['no address', { email: 'nobody' }],
    ['a number without its country', { phone: '555-0123' }],
    ['ids that are no list', { externalIds: 'c-1' }],
    ['an id without a type', { externalIds: [{ id: 'c-1' }] }],
    ['an empty id', { externalIds: [{ id: ' ', type: 'crm' }] }],
    ['an id that is an object', { externalIds: [{ id: {}, type: 'crm' }, null, 7] }],
    ['an id without end', { externalIds: [{ id: 'x'.repeat(10_000), type: 'crm' }] }],
  ])('%s is none', (_, traits) => {
    expect(lookupsOf(fold(identify(traits)))).toEqual([]);
  });

  test('what a group has is not its members', () => {
    const group = signal({ type: 'group', event: 'Group Joined', traits: { email: 'office@shop.example' } });
    expect(lookupsOf(fold(group))).toEqual([]);
  });

  test('a customer who changes their address every day keeps ten', () => {
    const all = Array.from({ length: 40 }, (_, n) => identify({ email: `ada+${n}@shop.example` }));
    expect(lookupsOf(fold(...all))).toHaveLength(10);
  });

  test('is news once', () => {
    const first = fold(identify({ email: 'ada@shop.example' }, { user: 'u1', anonymous: 'a1' }, 1));
    const again = foldSignal(first, identify({ email: 'ADA@shop.example' }, { user: 'u1', anonymous: 'a1' }, 2));
    expect(identityNews(emptyProfile(), first)).toEqual({
      lookups: [{ kind: 'email', value: 'ada@shop.example' }],
      lost: [],
      anonymous: [{ user: 'u1', other: 'a1', at: monday + 60_000 }],
      alias: [],
    });
    expect(identityNews(first, again)).toEqual({ lookups: [], lost: [], anonymous: [], alias: [] });
  });
});

describe('ids that a signal names together', () => {
  test.each<[string, Signal, readonly string[]]>([
    ['both ids', signal({ subject: { user: 'u1', anonymous: 'a1' } }), ['anonymous a1']],
    ['an alias', alias('old'), ['anonymous old', 'alias old']],
    ['an alias that is a number', alias(17), ['anonymous 17', 'alias 17']],
    ['an alias to oneself', alias('u1'), []],
    ['an alias of nobody', alias(null), []],
    ['an alias that is empty', alias(''), []],
    ['an alias of "null"', alias('null'), []],
    ['an alias of "undefined"', alias(' undefined '), []],
    ['an alias that is an object', alias({ id: 'x' }), []],
    ['an alias without end', alias('x'.repeat(5000)), []],
    ['an alias without a user', { ...alias('old'), subject: { anonymous: 'a1' } }, []],
    ['a track that says previousId', signal({ properties: { previousId: 'old' } }), []],
  ])('%s', (_, said, pairs) => {
    expect(pairsOf(said).map(({ kind, other }) => `${kind} ${other}`)).toEqual(pairs);
  });

  test.each(['', 'null', 'undefined', 'NaN', '[object Object]', null])('%j is nobody', (id) => {
    const parsed = (ids: object) =>
      parseEvent({ 'detail-type': 'x', source: 'shop', detail: { type: 'track', event: 'X', ...ids } }, monday);
    expect(parsed({ userId: id, anonymousId: id }).refusal).toMatchObject({ reason: 'no-identity' });
    expect(parsed({ userId: 'u1', anonymousId: id }).signal?.subject).toEqual({ user: 'u1' });
  });

  test('a user has fifty anonymous ids at most, and which does not depend on what came first', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...Array(70).keys()], { minLength: 70 }), (order) => {
        const all = Array.from({ length: 70 }, (_, n) => signal({ subject: { user: 'u1', anonymous: `a${n}` } }, n));
        const { links } = fold(...order.map((n) => all[n]!));
        expect(Object.keys(links!.anonymous!['u1']!).toSorted()).toEqual(
          Array.from({ length: 50 }, (_, n) => `a${n}`).toSorted(),
        );
      }),
      { numRuns: 20 },
    );
  });

  test('an id of JavaScript itself is an id like another', () => {
    const profile = fold(
      signal({ subject: { user: '__proto__', anonymous: 'constructor' } }),
      alias('toString', '__proto__'),
    );
    const { anonymous } = identityNews(emptyProfile(), JSON.parse(JSON.stringify(profile)));
    expect(anonymous.map(({ user, other }) => `${user} ${other}`)).toEqual([
      '__proto__ constructor',
      '__proto__ toString',
    ]);
  });
});

describe('a profile', () => {
  const ids = fc.constantFrom('u1', 'u2');
  const said = fc.oneof(
    fc.record({
      user: ids,
      anonymous: fc.constantFrom('a1', 'a2'),
      email: fc.constantFrom('a@x.example', 'b@x.example'),
    }),
    fc.record({ anonymous: fc.constantFrom('a1', 'a2'), consent: fc.boolean() }),
    fc.record({ user: ids, consent: fc.boolean() }),
    fc.record({ user: ids, previous: fc.constantFrom('u1', 'u2', 'a1') }),
    fc.record({ user: ids, event: fc.constantFrom('Order Completed', 'Product Viewed', 'CSAT', 'Zebra') }),
  );
  const signalOf = (each: Record<string, unknown>, minute: number): Signal => {
    const subject = {
      ...(each['user'] === undefined ? {} : { user: String(each['user']) }),
      ...(each['anonymous'] === undefined ? {} : { anonymous: String(each['anonymous']) }),
    };
    if (typeof each['previous'] === 'string') return alias(each['previous'], String(each['user']), minute);
    if (typeof each['event'] === 'string') return signal({ event: each['event'], subject }, minute);
    const traits = {
      ...(typeof each['email'] === 'string' && { email: each['email'] }),
      ...(typeof each['consent'] === 'boolean' && {
        consent: { email: each['consent'], sms: { news: !each['consent'] } },
      }),
    };
    return identify(traits, subject, minute);
  };

  test('is the same, to the byte, in whatever order its signals come', () => {
    fc.assert(
      fc.property(
        fc
          .array(fc.tuple(said, fc.nat(12)), { minLength: 1, maxLength: 12 })
          .chain((things) =>
            fc.tuple(fc.constant(things), fc.shuffledSubarray([...things.keys()], { minLength: things.length })),
          ),
        ([things, order]) => {
          const signals = things.map(([each, minute]) => signalOf(each, minute));
          const shuffled = order.map((n) => signals[n]!);
          expect(inOrder(fold(...shuffled))).toBe(inOrder(fold(...signals)));
          expect(consentsOf(fold(...shuffled))).toEqual(consentsOf(fold(...signals)));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('with names invented without end, fifty thousand of them, stays as small as ever, and says so', () => {
    let profile = emptyProfile();
    for (let n = 0; n < 60; n++) {
      const invented = Array.from({ length: 850 }, (_, each) => [`invented-${n}-${each}`, each] as const);
      const traits = { ...Object.fromEntries(invented), email: `${n}@x.example` };
      profile = foldSignal(profile, identify(traits, { user: 'u1', anonymous: `a${n}` }));
    }
    expect(isFull(profile)).toBe(true);
    const traits = profile.writes.flatMap(([, , set]) => Object.keys(set)).filter((key) => key.startsWith('trait:'));
    expect(traits).toHaveLength(200);
    expect(Object.keys(profile.links!.anonymous!['u1']!)).toHaveLength(50);
    expect(inOrder(profile).length).toBeLessThan(40_000);
  });
});

describe('consents of two who become one', () => {
  const consent = (granted: boolean, subject: Signal['subject'], minute: number): Signal =>
    identify({ consent: { email: granted } }, subject, minute);
  const [user, anonymous] = [{ user: 'u1' }, { anonymous: 'a1' }];
  const joinsAt = (minute: number): Signal => signal({ subject: { user: 'u1', anonymous: 'a1' } }, minute);
  const may = (...signals: readonly Signal[]): boolean => consentGranted(consentsOf(fold(...signals)), 'email', 'news');

  test('a no of either holds, whoever said it first', () => {
    expect(may(consent(false, anonymous, 1), consent(true, user, 2), joinsAt(5))).toBe(false);
    expect(may(consent(true, anonymous, 1), consent(false, user, 2), joinsAt(5))).toBe(false);
    expect(may(consent(false, user, 1), consent(true, anonymous, 2), joinsAt(5))).toBe(false);
    expect(may(consent(true, user, 1), consent(false, anonymous, 2), joinsAt(5))).toBe(false);
  });

  test('a yes of one alone is kept', () => {
    expect(may(consent(true, anonymous, 1), joinsAt(5))).toBe(true);
    expect(may(consent(true, user, 1), joinsAt(5))).toBe(true);
    expect(may(consent(true, user, 1), consent(true, anonymous, 2), joinsAt(5))).toBe(true);
  });

  test('what is said afterwards is the last word', () => {
    const before = [consent(false, anonymous, 1), consent(true, user, 2), joinsAt(5)];
    expect(may(...before, consent(true, user, 6))).toBe(true);
    expect(may(...before, consent(true, anonymous, 6))).toBe(true);
    expect(may(...before, consent(true, user, 6), consent(false, user, 7))).toBe(false);
    const unsubscribed = signal(
      {
        event: 'Consent Changed',
        subject: { customer: 'c'.repeat(26) },
        properties: { channel: 'email', granted: false },
      },
      8,
    );
    expect(may(...before, consent(true, user, 6), unsubscribed)).toBe(false);
  });

  test('another device that joins later takes nothing back', () => {
    const joins = signal({ subject: { user: 'u1', anonymous: 'a2' } }, 9);
    expect(may(consent(false, anonymous, 1), joinsAt(5), consent(true, user, 6), joins)).toBe(true);
  });

  test('a whole no of one outweighs a topic the other had granted before', () => {
    const news = identify({ consent: { email: { news: true } } }, anonymous, 3);
    expect(may(consent(false, user, 1), news, joinsAt(5))).toBe(false);
    const userNews = identify({ consent: { email: { news: true } } }, user, 3);
    expect(may(consent(false, anonymous, 1), userNews, joinsAt(5))).toBe(false);
    expect(may(consent(false, user, 1), identify({ consent: { email: { news: true } } }, user, 3))).toBe(true);
  });

  test('so it is with two users whom an alias makes one', () => {
    const old = { user: 'u0' };
    expect(may(consent(false, old, 1), consent(true, user, 2), alias('u0', 'u1', 5))).toBe(false);
    expect(may(consent(false, old, 1), alias('u0', 'u1', 5), consent(true, user, 6))).toBe(true);
  });

  test('without a link, all was said by one', () => {
    expect(may(consent(false, anonymous, 1), consent(true, anonymous, 2))).toBe(true);
  });
});

describe('groups', () => {
  test('aliases make one of all they touch, in any order, also in circles', () => {
    const edges = [
      ['a', 'b'],
      ['b', 'c'],
      ['c', 'a'],
      ['d', 'd'],
      ['f', 'e'],
    ] as const;
    const customers = ['a', 'b', 'c', 'd', 'e', 'f'];
    for (const order of [edges, edges.toReversed(), edges.map(([a, b]) => [b, a] as const)])
      expect(Object.fromEntries(headsOf(customers, order))).toEqual({ a: 'a', b: 'a', c: 'a', d: 'd', e: 'e', f: 'e' });
  });

  test('an anonymous id belongs to whoever was seen with it first', () => {
    const claims = [
      { by: 'b', at: 2 },
      { by: 'a', at: 2 },
      { by: 'c', at: 3 },
    ];
    expect(ownerAmong(claims)).toEqual({ by: 'a', at: 2 });
    expect(ownerAmong(claims.toReversed())).toEqual({ by: 'a', at: 2 });
    expect(ownerAmong([])).toBeUndefined();
    expect(isBefore({ by: 'z', at: 1 }, { by: 'a', at: 2 })).toBe(true);
  });
});
