import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextOpening } from '#core/decision';

const at = (iso: string): number => Date.parse(iso);
const day = { from: '08:00', to: '21:00' };

test('inside the window it is now, outside it is the next opening, in the customer’s zone', () => {
  expect(nextOpening(day, 'Europe/Paris', at('2026-01-05T12:00:00Z'))).toBe(at('2026-01-05T12:00:00Z'));
  expect(nextOpening(day, 'Europe/Paris', at('2026-01-05T23:00:00Z'))).toBe(at('2026-01-06T07:00:00Z'));
  expect(nextOpening(day, 'America/New_York', at('2026-01-05T12:59:00Z'))).toBe(at('2026-01-05T13:00:00Z'));
  expect(nextOpening(day, 'UTC', at('2026-01-05T21:00:00Z'))).toBe(at('2026-01-06T08:00:00Z'));
});

test('a window over midnight is open on both sides of it', () => {
  const night = { from: '20:00', to: '06:00' };
  expect(nextOpening(night, 'UTC', at('2026-01-05T23:00:00Z'))).toBe(at('2026-01-05T23:00:00Z'));
  expect(nextOpening(night, 'UTC', at('2026-01-05T05:59:00Z'))).toBe(at('2026-01-05T05:59:00Z'));
  expect(nextOpening(night, 'UTC', at('2026-01-05T06:00:00Z'))).toBe(at('2026-01-05T20:00:00Z'));
});

test('a closed day or a day that is not named opens on the next one that is', () => {
  const weekdays = { ...day, days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const };
  expect(nextOpening(weekdays, 'UTC', at('2026-01-09T22:00:00Z'))).toBe(at('2026-01-12T08:00:00Z'));
  const holiday = { ...weekdays, closed: ['2026-01-12'] };
  expect(nextOpening(holiday, 'UTC', at('2026-01-09T22:00:00Z'))).toBe(at('2026-01-13T08:00:00Z'));
  expect(nextOpening(holiday, 'UTC', at('2026-01-12T12:00:00Z'))).toBe(at('2026-01-13T08:00:00Z'));
  const onlyMondays = { ...day, days: ['mon'] as const, closed: ['2026-01-12', '2026-01-19'] };
  expect(nextOpening(onlyMondays, 'UTC', at('2026-01-06T12:00:00Z'))).toBe(at('2026-01-26T08:00:00Z'));
});

test('a window over midnight belongs to the day on which it opens', () => {
  const fridayNight = { from: '20:00', to: '02:00', days: ['fri'] as const };
  expect(nextOpening(fridayNight, 'UTC', at('2026-01-10T01:00:00Z'))).toBe(at('2026-01-10T01:00:00Z'));
  expect(nextOpening(fridayNight, 'UTC', at('2026-01-09T01:00:00Z'))).toBe(at('2026-01-09T20:00:00Z'));
});

test('an opening that the clock change skips is the first instant after it', () => {
  const hours = { from: '02:30', to: '21:00' };
  expect(nextOpening(hours, 'Europe/Paris', at('2026-03-29T00:30:00Z'))).toBe(at('2026-03-29T01:00:00Z'));
});

test('the next opening is open, and never in the past', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Paris', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kolkata');
  const time = fc
    .integer({ min: 0, max: 1439 })
    .map((m) => `${String(Math.floor(m / 60)).padStart(2, '0')}:${String(m % 60).padStart(2, '0')}`);
  const instants = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });
  fc.assert(
    fc.property(zones, time, time, instants, (zone, from, to, now) => {
      fc.pre(from !== to);
      const opens = nextOpening({ from, to }, zone, now);
      expect(opens).toBeGreaterThanOrEqual(now);
      expect(opens - now).toBeLessThan(26 * 3_600_000);
    }),
  );
});
