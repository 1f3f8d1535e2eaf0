import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfSpan, mayEnterNow, type Pause, windowOf } from '#core/journey';

const instant = fc.integer({ min: 0, max: 100_000 });

/** Pauses one after the other, of which the last may last. */
const pauses = fc
  .tuple(fc.uniqueArray(instant, { maxLength: 8 }), fc.boolean())
  .map(([ends, isOpen]): readonly Pause[] => {
    const sorted = ends.toSorted((a, b) => a - b);
    const pairs = sorted.flatMap((from, i) => (i % 2 === 0 ? [{ from, to: sorted[i + 1] }] : []));
    return pairs.flatMap(({ from, to }): Pause[] => (to === undefined ? (isOpen ? [{ from }] : []) : [{ from, to }]));
  });

/** The time between two instants in which nothing stood still, in milliseconds. */
const activeMs = (pauses: readonly Pause[], from: number, to: number): number =>
  pauses.reduce(
    (left, pause) => left - Math.max(0, Math.min(pause.to ?? to, to) - Math.max(pause.from, from)),
    Math.max(0, to - from),
  );

describe('a wait that a pause overlaps', () => {
  test('is over when as much time has passed as it is long, that of pauses not counted', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 50_000 }), pauses, (began, ms, paused) => {
        const over = endOfSpan(began, ms, paused);
        if (over === undefined) return;
        expect(activeMs(paused, began, over)).toBe(ms);
        // Not a moment later: just before, it was not over.
        expect(activeMs(paused, began, over - 1)).toBe(ms - 1);
      }),
    );
  });

  test('has no end while a pause lasts that it reaches into, and only then', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 1, max: 50_000 }), pauses, (began, ms, paused) => {
        const open = paused.find(({ to }) => to === undefined);
        const isStuck = open !== undefined && activeMs(paused, began, Math.max(began, open.from)) < ms;
        expect(endOfSpan(began, ms, paused) === undefined).toBe(isStuck);
      }),
    );
  });

  test('is over when it would be, if the pauses were before it or after', () => {
    fc.assert(
      fc.property(instant, fc.integer({ min: 0, max: 1000 }), (began, ms) => {
        expect(endOfSpan(began, ms, [{ from: began + ms }])).toBe(began + ms);
        expect(endOfSpan(began, ms, [{ from: 0, to: began }])).toBe(began + ms);
      }),
    );
  });
});

describe('an entry rate', () => {
  const rate = fc.record({ most: fc.integer({ min: 1, max: 500 }), per: fc.constantFrom('second', 'minute', 'hour') });

  test('lets no more in within one second, minute or hour of the clock than it says, and in the end as many', () => {
    fc.assert(
      fc.property(rate, fc.array(fc.integer({ min: 0, max: 3_599_999 }), { maxLength: 80 }), (each, instants) => {
        const counts = new Map<number, number>();
        let entered: { from: number; count: number } | undefined;
        for (const now of instants.toSorted((a, b) => a - b)) {
          const places = mayEnterNow(each, now, entered);
          const from = windowOf(each, now);
          entered = { from, count: (entered?.from === from ? entered.count : 0) + places };
          counts.set(from, entered.count);
        }
        for (const count of counts.values()) expect(count).toBeLessThanOrEqual(each.most);
      }),
    );
    expect(mayEnterNow({ most: 100, per: 'hour' }, 3_599_000, undefined)).toBe(100);
  });

  test('per hour is spread over its minutes', () => {
    expect(mayEnterNow({ most: 120, per: 'hour' }, 0, undefined)).toBe(2);
    expect(mayEnterNow({ most: 120, per: 'hour' }, 60_000, { from: 0, count: 2 })).toBe(2);
    expect(mayEnterNow({ most: 1, per: 'hour' }, 60_000, { from: 0, count: 1 })).toBe(0);
  });
});
