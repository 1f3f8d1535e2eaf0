import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { emptyProfile, foldSignal as foldOne } from '#core/profile';
import { checkSegment, compileSegment, nowhere, placeInSegments, SegmentDocument } from '#core/segment';
import type { Signal } from '#core/signal';
import { anySignal, day, monday, profileOf, track } from './signals.ts';

const minute = 60_000;
const segmentOf = (when: unknown, name = 'some') => compileSegment(SegmentDocument.parse({ name, when }));
const order = (at: number) => track('Order Completed', at, { revenue: 50 });
const live = (...all: readonly ReturnType<typeof segmentOf>[]) => all.map((each) => ({ ...each, fill: 1 }));

describe('a segment', () => {
  test('holds by an expression, a comparison with the clock, and what is made of them', () => {
    const profile = profileOf(order(monday), order(monday));
    const holds = (when: unknown, now = monday) => segmentOf(when).holds(profile, now);
    expect(holds('profile.orders.count = 2')).toBe(true);
    expect(holds({ since: 'profile.orders.lastAt', over: '30 days' })).toBe(false);
    expect(holds({ since: 'profile.orders.lastAt', over: '30 days' }, monday + 30 * day)).toBe(true);
    expect(holds({ since: 'profile.orders.lastAt', under: '30 days' }, monday + 30 * day)).toBe(false);
    expect(holds({ not: 'profile.orders.count = 2' })).toBe(false);
    expect(holds({ any: ['profile.orders.count = 9', 'profile.orders.value = 100'] })).toBe(true);
    expect(holds(['profile.orders.count = 9', 'profile.orders.value = 100'])).toBe(false);
  });

  test('that asks how long ago is false both ways where it never was', () => {
    for (const side of ['over', 'under'])
      expect(segmentOf({ since: 'profile.orders.lastAt', [side]: '1 day' }).holds(emptyProfile(), monday)).toBe(false);
  });

  test('knows a date to come', () => {
    const profile = profileOf({
      ...track('Identified', monday),
      type: 'identify',
      traits: { trial_ends_at: '2026-01-15' },
    });
    const soon = segmentOf({ until: 'profile.traits.trial_ends_at', under: '3 days' });
    expect(soon.nextChange(profile, monday)).toBe(Date.parse('2026-01-12T00:00:00Z'));
    expect(soon.holds(profile, Date.parse('2026-01-14T23:59:00Z'))).toBe(true);
    expect(soon.holds(profile, Date.parse('2026-01-15T00:00:00Z'))).toBe(false);
  });
});

/** Segments that time changes, each in its own way. */
const timed = [
  { since: 'profile.orders.lastAt', over: '30 days' },
  { since: 'profile.orders.lastAt', under: '10 days' },
  { not: { since: 'profile.seen.`Product Viewed`.lastAt', under: '7 days' } },
  { any: ['profile.stage = "loyalty"', { since: 'profile.orders.lastAt', over: '200 days' }] },
  ['profile.orders.count > 0', { since: 'profile.orders.lastAt', over: '5 days' }, 'profile.rfm.recency >= 4'],
  'profile.windows.visits.days7 >= 2',
  'profile.windows.spent.days30 > 100',
  'profile.stage = "purchase"',
];

describe('when time alone may change a segment', () => {
  test.each(timed.map((when) => [JSON.stringify(when), when]))('is told to the very instant: %s', (_, when) => {
    const segment = segmentOf(when);
    fc.assert(
      fc.property(fc.array(anySignal, { maxLength: 12 }), fc.integer({ min: 0, max: 250 }), (signals, days) => {
        const profile = profileOf(...signals);
        const now = monday + days * day;
        const next = segment.nextChange(profile, now);
        const until = next ?? now + 1000 * day;
        // Nothing changes before it, wherever one looks.
        for (let part = 0; part < 1; part += 0.07) {
          const at = now + Math.floor((until - now) * part);
          expect(segment.holds(profile, at)).toBe(segment.holds(profile, now));
        }
        if (next !== undefined) {
          expect(segment.holds(profile, next - 1)).toBe(segment.holds(profile, now));
          expect(next).toBeGreaterThan(now);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('is never, where it asks for nothing that time changes', () => {
    const segment = segmentOf(['profile.orders.count > 0', 'profile.cart.items = 0']);
    expect(segment.nextChange(profileOf(order(monday)), monday)).toBeUndefined();
  });
});

describe('a customer’s segments', () => {
  const all = live(...timed.map((when, n) => segmentOf(when, `s-${n}`)), segmentOf('profile.complaint.open', 'angry'));

  test('are the same in whatever order their signals came, and however they were cut into batches', () => {
    fc.assert(
      fc.property(fc.array(anySignal, { minLength: 1, maxLength: 20 }), fc.nat(), fc.nat(), (signals, turn, cut) => {
        const rotated = signals.map((_, n) => signals[(n + turn) % signals.length]!).toReversed();
        const membersAfter = (batches: readonly (typeof signals)[]) => {
          let [before, membership] = [emptyProfile(), nowhere];
          for (const batch of batches) {
            const after = profileOfMore(before, batch);
            ({ membership } = placeInSegments({ before, after, membership, live: all, now: monday }));
            before = after;
          }
          return Object.keys(membership.in).sort();
        };
        const at = cut % signals.length;
        expect(membersAfter([rotated.slice(0, at), rotated.slice(at)])).toEqual(membersAfter([signals]));
      }),
    );
  });

  test('tell of every entry and exit, and a second look tells nothing', () => {
    const [big] = live(segmentOf('profile.orders.count >= 2', 'big'));
    const [one, two] = [profileOf(order(monday)), profileOf(order(monday), order(monday))];
    const first = placeInSegments({
      before: emptyProfile(),
      after: one,
      membership: nowhere,
      live: [big!],
      now: monday,
    });
    expect(first.moves).toEqual([]);
    const second = placeInSegments({
      before: one,
      after: two,
      membership: first.membership,
      live: [big!],
      now: monday,
    });
    expect(second.moves).toEqual([{ segment: 'big', on: 'entered' }]);
    expect(second.membership.in).toEqual({ big: monday });
    const again = placeInSegments({
      before: two,
      after: two,
      membership: second.membership,
      live: [big!],
      now: monday + 1,
    });
    expect(again).toEqual({ moves: [], membership: second.membership });
  });

  test('are entered quietly by those for whom a new segment held already, and told by those who just did it', () => {
    const some = { ...segmentOf('profile.orders.count >= 1', 'new'), fill: 7 };
    const [none, one, two] = [
      profileOf(track('Hello', monday)),
      profileOf(order(monday)),
      profileOf(order(monday), order(monday)),
    ];
    const known = { fill: 1, in: {} };
    const moves = (before: typeof one, after: typeof one) =>
      placeInSegments({ before, after, membership: known, live: [some], now: monday }).moves;
    expect(moves(one, two)).toEqual([{ segment: 'new', on: 'entered', isQuiet: true }]);
    expect(moves(none, one)).toEqual([{ segment: 'new', on: 'entered' }]);
  });

  test('are left quietly when the segment goes', () => {
    const placed = placeInSegments({
      before: profileOf(order(monday)),
      after: profileOf(order(monday)),
      membership: { fill: 1, in: { gone: monday } },
      live: [],
      now: monday,
    });
    expect(placed).toMatchObject({ moves: [{ segment: 'gone', on: 'left', isQuiet: true }], membership: { in: {} } });
  });

  test('are looked at again in the first minute that changes one, and a later date moves nothing', () => {
    const lapsed = live(segmentOf({ since: 'profile.orders.lastAt', over: '30 days' }, 'lapsed'));
    const bought = (at: number) => profileOf(order(at));
    const at = monday + 1500;
    const first = placeInSegments({
      before: emptyProfile(),
      after: bought(at),
      membership: nowhere,
      live: lapsed,
      now: at,
    });
    const due = monday + 30 * day + minute;
    expect(first).toMatchObject({ dueAt: due, membership: { due } });
    const later = placeInSegments({
      before: bought(at),
      after: bought(at + day),
      membership: first.membership,
      live: lapsed,
      now: at + day,
    });
    expect(later.dueAt).toBeUndefined();
    const onTime = placeInSegments({
      before: bought(at + day),
      after: bought(at + day),
      membership: later.membership,
      live: lapsed,
      now: due,
    });
    expect(onTime).toMatchObject({ moves: [], dueAt: due + day });
  });
});

const profileOfMore = (profile: ReturnType<typeof profileOf>, signals: readonly Signal[]) =>
  signals.reduce((soFar, signal) => foldOne(soFar, signal), profile);

describe('a segment that cannot be used is refused with its place', () => {
  const problems = (when: unknown, name: unknown = 'some') => checkSegment({ name, when }).problems ?? [];

  test.each([
    ['profile.order.count > 1', ['when'], 'There is no `profile.order`. Did you mean `orders`?'],
    ['profile.orders.cont > 1', ['when'], 'There is no `profile.orders.cont`. Did you mean `count`?'],
    [{ all: ['profile.cart.items = 0', 'profil.cart.items = 0'] }, ['when', 'all', 1], '"profil" is nothing'],
    ['profile.windows.visits.day7 > 1', ['when'], 'Did you mean `days7`?'],
    ['profile.satisfaction.csat.lst > 1', ['when'], 'Did you mean `last`?'],
    ['profile.orders.count.x > 1', ['when'], 'There is no `profile.orders.count.x`.'],
    [{ not: 'profile.orders.count >' }, ['when', 'not'], 'cannot be used'],
    [{ since: 'profile.orders.lastat', over: '3 days' }, ['when', 'since'], 'Did you mean `lastAt`?'],
    ['$toMillis(profile.orders.lastAt) < $now()', ['when'], 'since: profile.orders.lastAt'],
    ['now > 3', ['when'], '`since: profile.orders.lastAt`'],
  ])('%j', (when, path, message) => {
    expect(problems(when)).toEqual([{ path, message: expect.stringContaining(message) }]);
  });

  test('by its shape', () => {
    expect(problems({ since: 'profile.orders.lastAt', over: 'a while' })).not.toEqual([]);
    expect(problems({ sinse: 'profile.orders.lastAt', over: '3 days' })).not.toEqual([]);
    expect(problems('profile.orders.count > 1', 'Not A Name')).toEqual([
      { path: ['name'], message: expect.stringContaining('small letters') },
    ]);
    expect(checkSegment({ name: 'some', when: 'profile.email = "a"', where: 1 }).problems).toHaveLength(1);
  });
});
