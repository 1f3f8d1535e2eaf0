import { Temporal } from 'temporal-polyfill';
import type { Next } from './schedule-expression.ts';

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** AWS's own last year. */
const LAST_YEAR = 2199;

type Field = { readonly name: string; readonly from: number; readonly to: number; readonly names?: readonly string[] };
const FIELDS: readonly Field[] = [
  { name: 'minutes', from: 0, to: 59 },
  { name: 'hours', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12, names: MONTHS },
  { name: 'day of week', from: 1, to: 7, names: WEEKDAYS },
  { name: 'year', from: 1970, to: LAST_YEAR },
];

/**
 * AWS's six fields: minutes hours day-of-month month day-of-week year, with `*`, `?`, lists, ranges, steps and names. `L`, `W`
 * and `#` are refused. A time a clock change skips does not fire; one it repeats fires once, as AWS Scheduler does it.
 */
export const cronExpression = (body: string, zone: string): Next => {
  const parts = body.trim().split(/\s+/);
  if (parts.length !== FIELDS.length) throw unsupported(body, 'six fields are needed');
  if ((parts[2] === '?') === (parts[4] === '?')) throw unsupported(body, 'exactly one of the two day fields must be ?');
  const [minutes, hours, days, months, weekdays, years] = FIELDS.map((field, index) =>
    valuesOf(field, parts[index] ?? '', body),
  );
  if (!minutes || !hours || !days || !months || !weekdays || !years) throw unsupported(body, 'six fields are needed');
  const isDay = (date: Temporal.PlainDate) =>
    years.has(date.year) && months.has(date.month) && days.has(date.day) && weekdays.has((date.dayOfWeek % 7) + 1);
  const times = [...hours].flatMap((hour) => [...minutes].map((minute) => Temporal.PlainTime.from({ hour, minute })));

  return (after) => {
    const start = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(zone).toPlainDate();
    for (let date = start; date.year <= LAST_YEAR; date = nextDate(date, years, months)) {
      if (!isDay(date)) continue;
      const found = times.flatMap((time) => instantAt(date, time, zone)).find((at) => at > after);
      if (found !== undefined) return found;
    }
    return undefined;
  };
};

/** The next day, or the first day of the next month or year where the whole one is out of the question. */
const nextDate = (
  date: Temporal.PlainDate,
  years: ReadonlySet<number>,
  months: ReadonlySet<number>,
): Temporal.PlainDate => {
  if (!years.has(date.year)) return date.with({ month: 1, day: 1 }).add({ years: 1 });
  return months.has(date.month) ? date.add({ days: 1 }) : date.with({ day: 1 }).add({ months: 1 });
};

const instantAt = (date: Temporal.PlainDate, time: Temporal.PlainTime, zone: string): readonly number[] => {
  const zoned = date.toZonedDateTime({ timeZone: zone, plainTime: time });
  return zoned.toPlainTime().equals(time) ? [zoned.epochMilliseconds] : [];
};

const valuesOf = (field: Field, text: string, body: string): ReadonlySet<number> =>
  new Set(
    text
      .split(',')
      .flatMap((part) => rangeOf(field, part, body))
      .sort((a, b) => a - b),
  );

const rangeOf = (field: Field, part: string, body: string): readonly number[] => {
  const [, range = '', step = '1'] = /^([^/]+)(?:\/(\d+))?$/.exec(part) ?? [];
  const [first = '', last] = range.split('-');
  const isAny = range === '*' || range === '?';
  const from = isAny ? field.from : numberOf(field, first, body);
  const to = isAny
    ? field.to
    : last === undefined
      ? part.includes('/')
        ? field.to
        : from
      : numberOf(field, last, body);
  if (to < from || Number(step) < 1) throw unsupported(body, `${part} is no range of ${field.name}`);
  return Array.from({ length: Math.floor((to - from) / Number(step)) + 1 }, (_, index) => from + index * Number(step));
};

const numberOf = (field: Field, text: string, body: string): number => {
  const named = field.names?.indexOf(text.toUpperCase()) ?? -1;
  const value = named >= 0 ? named + field.from : /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= field.from && value <= field.to)) throw unsupported(body, `${text} is not supported as ${field.name}`);
  return value;
};

const unsupported = (body: string, reason: string): Error => new Error(`Schedule cron(${body}): ${reason}`);
