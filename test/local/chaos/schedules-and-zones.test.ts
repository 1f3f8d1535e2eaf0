import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scheduleExpression } from '../../../local/events/schedule/schedule-expression.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

/** Whole, half and three-quarter hours, summer time of half an hour, summer time that pauses for Ramadan, and a day that never was. */
const ZONES = [
  'UTC',
  'Europe/Zurich',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'Africa/Casablanca',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Australia/Lord_Howe',
  'Pacific/Chatham',
  'Pacific/Apia',
] as const;

type Local = { readonly date: string; readonly hour: number; readonly minute: number };
const formats = new Map(
  ZONES.map((timeZone) => [
    timeZone,
    new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' }),
  ]),
);
const localTime = (at: number, zone: (typeof ZONES)[number]): Local => {
  const [date = '', time = ''] = formats.get(zone)!.format(at).split(' ');
  const [hour, minute] = time.split(':').map(Number);
  return { date, hour: hour!, minute: minute! };
};

const occurrences = (expression: string, zone: string, window: { from: number; to: number }): string[] => {
  const next = scheduleExpression(expression, zone, window.from);
  const found: string[] = [];
  for (let at = next(window.from); at !== undefined && at <= window.to; at = next(at))
    found.push(new Date(at).toISOString());
  return found;
};

/** Every instant of a window at which the clock on the wall shows a time; of two on one day, the first. */
const onTheWall = (
  wanted: { hour: number; minute: number },
  zone: (typeof ZONES)[number],
  window: { from: number; to: number },
): string[] => {
  const seen = new Set<string>();
  const found: string[] = [];
  // Where clocks change on the window's first day, the first of two may lie before it.
  for (let at = window.from - 2 * DAY; at <= window.to; at += 15 * MINUTE) {
    const { date, hour, minute } = localTime(at + (wanted.minute % 15) * MINUTE, zone);
    if (hour !== wanted.hour || minute !== wanted.minute || seen.has(date)) continue;
    seen.add(date);
    const instant = at + (wanted.minute % 15) * MINUTE;
    if (instant > window.from && instant <= window.to) found.push(new Date(instant).toISOString());
  }
  return found;
};

describe('a daily schedule', () => {
  test('fires whenever the clock on the wall of its zone shows its time: once a day, not at all where the hour is skipped', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 23 }),
        fc.integer({ min: 0, max: 59 }),
        fc.integer({ min: Date.UTC(2010, 0) / DAY, max: Date.UTC(2036, 0) / DAY }),
        (zone, hour, minute, day) => {
          const window = { from: day * DAY, to: (day + 9) * DAY };
          expect(occurrences(`cron(${minute} ${hour} * * ? *)`, zone, window)).toEqual(
            onTheWall({ hour, minute }, zone, window),
          );
        },
      ),
      { numRuns: 250 },
    );
  });

  test.each([
    ['Europe/Zurich', '2026-03-29', '2026-10-25'],
    ['America/New_York', '2026-03-08', '2026-11-01'],
    ['America/St_Johns', '2026-03-08', '2026-11-01'],
    ['Africa/Casablanca', '2026-02-15', '2026-03-22'],
    ['Australia/Lord_Howe', '2026-10-04', '2026-04-05'],
    ['Pacific/Chatham', '2026-09-27', '2026-04-05'],
    ['Pacific/Apia', '2011-12-30', '2011-12-29'],
  ] as const)('is right at every quarter of an hour around the changes of %s', (zone, ...days) => {
    for (const day of days)
      for (let quarter = 0; quarter < 5 * 4; quarter += 1) {
        const [hour, minute] = [Math.floor(quarter / 4), (quarter % 4) * 15];
        const window = { from: Date.parse(day) - 3 * DAY, to: Date.parse(day) + 3 * DAY };
        expect([day, hour, minute, occurrences(`cron(${minute} ${hour} * * ? *)`, zone, window)]).toEqual([
          day,
          hour,
          minute,
          onTheWall({ hour, minute }, zone, window),
        ]);
      }
  });
});

describe('a schedule on days of the calendar', () => {
  test('fires on 29 February in leap years alone, not in 2100', () => {
    const window = { from: Date.UTC(2090, 0), to: Date.UTC(2113, 0) };
    const years = occurrences('cron(0 0 29 2 ? *)', 'UTC', window).map((at) => Number(at.slice(0, 4)));
    expect(years).toEqual([2092, 2096, 2104, 2108, 2112]);
  });

  test('fires on just the days that a calendar has for its fields', () => {
    const part = (from: number, to: number) =>
      fc.oneof(
        fc.constant({ text: '*', has: () => true }),
        fc
          .uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: 3 })
          .map((list) => ({ text: list.join(','), has: (value: number) => list.includes(value) })),
        fc
          .tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 0, max: to - from }))
          .map(([first, length]) => ({ first, last: Math.min(to, first + length) }))
          .map(({ first, last }) => ({
            text: `${first}-${last}`,
            has: (value: number) => value >= first && value <= last,
          })),
        fc.tuple(fc.integer({ min: from, max: to }), fc.integer({ min: 1, max: 7 })).map(([first, step]) => ({
          text: `${first}/${step}`,
          has: (value: number) => value >= first && (value - first) % step === 0,
        })),
      );
    fc.assert(
      fc.property(part(1, 31), part(1, 12), part(1, 7), fc.boolean(), (days, months, weekdays, isWeekly) => {
        const from = Date.UTC(2026, 11, 31);
        const to = from + 800 * DAY;
        const expected: string[] = [];
        for (let at = from + DAY; at <= to; at += DAY) {
          const date = new Date(at);
          const isDay = isWeekly ? weekdays.has(date.getUTCDay() + 1) : days.has(date.getUTCDate());
          if (isDay && months.has(date.getUTCMonth() + 1)) expected.push(date.toISOString());
        }
        const fields = isWeekly ? `? ${months.text} ${weekdays.text}` : `${days.text} ${months.text} ?`;
        expect(occurrences(`cron(0 0 ${fields} *)`, 'UTC', { from, to })).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });
});
