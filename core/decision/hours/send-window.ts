import { Temporal } from 'temporal-polyfill';

/** Hours in which messages may leave, in one zone. `from` later than `to` spans midnight. Times are `HH:MM`. */
export type OpenHours = { readonly from: string; readonly to: string };

export type Weekday = 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat' | 'sun';

/** Days on which they may: absent, all. A window over midnight belongs to the day on which it opens. */
export type OpenDays = {
  readonly days?: readonly Weekday[] | undefined;
  /** ISO dates on which nothing leaves. */
  readonly closed?: readonly string[];
};

const weekdays: readonly Weekday[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

const twoDigits = (number: number): string => String(number).padStart(2, '0');

const clockTime = (at: Temporal.ZonedDateTime): string => {
  const { hour, minute } = at.toPlainTime();
  return `${twoDigits(hour)}:${twoDigits(minute)}`;
};

const isOpenOn = ({ days, closed = [] }: OpenDays, date: Temporal.PlainDate): boolean => {
  const weekday = weekdays[date.dayOfWeek - 1];
  const isDay = days === undefined || (weekday !== undefined && days.includes(weekday));
  return isDay && !closed.includes(date.toString());
};

const isOpen = (window: OpenHours & OpenDays, local: Temporal.ZonedDateTime): boolean => {
  const { from, to } = window;
  const [at, today] = [clockTime(local), local.toPlainDate()];
  if (from < to) return from <= at && at < to && isOpenOn(window, today);
  return (at >= from && isOpenOn(window, today)) || (at < to && isOpenOn(window, today.subtract({ days: 1 })));
};

/**
 * When a clock in the zone shows this time on this day, epoch milliseconds: a time that a clock change skips is the first
 * instant after the gap; one that happens twice, the first.
 */
export const localInstant = (day: Temporal.PlainDate, time: string, zone: string): number => {
  const then = day.toZonedDateTime({ timeZone: zone, plainTime: time });
  const isSkipped = clockTime(then) !== time;
  return ((isSkipped ? then.getTimeZoneTransition('previous') : undefined) ?? then).epochMilliseconds;
};

/**
 * `now` when the window is open in the zone, else the next instant it opens; both epoch milliseconds.
 */
export const nextOpening = (window: OpenHours & OpenDays, zone: string, now: number): number => {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  if (isOpen(window, local)) return now;
  const today = local.toPlainDate();
  // Seven days to the next weekday, and one for each day it may be closed.
  for (let days = 0; days <= 8 + 7 * (window.closed?.length ?? 0); days++) {
    const day = today.add({ days });
    if (!isOpenOn(window, day)) continue;
    const opens = localInstant(day, window.from, zone);
    if (opens > now) return opens;
  }
  throw new Error('A window that never opens.');
};
