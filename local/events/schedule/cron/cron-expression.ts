import { Cron } from 'croner';
import { Temporal } from 'temporal-polyfill';
import { cronFields } from './cron-fields.ts';
import type { Next } from '../schedule-expression.ts';

/** AWS's own last year. */
const LAST_YEAR = 2199;

/**
 * AWS's six fields: minutes hours day-of-month month day-of-week year, with `*`, `?`, lists, ranges, steps, names, `L`, `W` and
 * `#`. A time a clock change skips does not fire; one it repeats fires once, as AWS Scheduler does it. Throws on what AWS refuses.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html#cron-based
 */
export const cronExpression = (body: string, zone: string): Next => {
  const { minutes, hours, days, months, weekdays, years } = cronFields(body);
  const calendar = calendarOf(`0 0 0 ${days} ${months} ${weekdays} ${years}`);
  const minutesOfDay = hours.flatMap((hour) => minutes.map((minute) => hour * 60 + minute));

  return (after) => {
    const start = Temporal.Instant.fromEpochMilliseconds(after).toZonedDateTimeISO(zone);
    const today = start.toPlainDate();
    const now = start.hour * 60 + start.minute;
    for (let date = calendar(today); date !== undefined; date = calendar(date.add({ days: 1 }))) {
      const isToday = date.equals(today);
      for (const minute of minutesOfDay) {
        // Of a time that comes twice the first counts, so what the clock on the wall has shown today lies behind.
        if (isToday && minute <= now) continue;
        const at = instantAt(date, minute, zone);
        if (at !== undefined && at > after) return at;
      }
    }
    return undefined;
  };
};

/** The first day of the pattern that is not before `date`. Days are those of UTC here, which skips none. */
const calendarOf = (pattern: string): ((date: Temporal.PlainDate) => Temporal.PlainDate | undefined) => {
  const cron = new Cron(pattern, { timezone: 'UTC', alternativeWeekdays: true });
  return (date) => {
    const before = Date.UTC(date.year, date.month - 1, date.day) - 1_000;
    const found = cron.nextRun(new Date(before));
    return found === null || found.getUTCFullYear() > LAST_YEAR
      ? undefined
      : Temporal.PlainDate.from(found.toISOString().slice(0, 10));
  };
};

/** `undefined` for a time that this day does not have. */
const instantAt = (date: Temporal.PlainDate, minuteOfDay: number, zone: string): number | undefined => {
  const time = Temporal.PlainTime.from({ hour: Math.floor(minuteOfDay / 60), minute: minuteOfDay % 60 });
  const zoned = date.toZonedDateTime({ timeZone: zone, plainTime: time });
  return zoned.toPlainTime().equals(time) ? zoned.epochMilliseconds : undefined;
};
