import { Temporal } from 'temporal-polyfill';

/** Hours in which messages may leave, in one zone. `from` later than `to` spans midnight. Times are `HH:MM`. */
export type OpenHours = { readonly from: string; readonly to: string };

const clockTime = (at: Temporal.ZonedDateTime): string => at.toPlainTime().toString({ smallestUnit: 'minute' });

const isOpen = ({ from, to }: OpenHours, at: string): boolean =>
  from < to ? from <= at && at < to : at >= from || at < to;

/**
 * `now` when the window is open in the zone, else the next instant it opens; both epoch milliseconds.
 * An opening time that a clock change skips opens with the first instant after the gap; one that happens twice, the first time.
 */
export const nextOpening = (hours: OpenHours, zone: string, now: number): number => {
  const local = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone);
  if (isOpen(hours, clockTime(local))) return now;
  const opensToday = local.toPlainDate().toZonedDateTime({ timeZone: zone, plainTime: hours.from });
  const opens =
    opensToday.epochMilliseconds > now
      ? opensToday
      : local.toPlainDate().add({ days: 1 }).toZonedDateTime({ timeZone: zone, plainTime: hours.from });
  return opens.epochMilliseconds;
};
