import fc from 'fast-check';
import { expect, test } from 'vitest';
import { durationMs, spokenDuration } from '#core/journey';

test('people and machines write durations their own way', () => {
  expect(durationMs('4 hours')).toBe(14_400_000);
  expect(durationMs('PT4H')).toBe(14_400_000);
  expect(durationMs('1 day')).toBe(86_400_000);
  expect(durationMs('P1DT12H')).toBe(129_600_000);
  for (const nonsense of ['4', 'four hours', 'P', 'PT', '4 fortnights', '-1 hour', ''])
    expect(durationMs(nonsense)).toBeUndefined();
});

test('a duration said is the duration meant', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000_000 }), (seconds) => {
      expect(durationMs(spokenDuration(seconds * 1000))).toBe(seconds * 1000);
    }),
  );
});
