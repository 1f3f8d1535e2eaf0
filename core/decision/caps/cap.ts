import { Temporal } from 'temporal-polyfill';
import type { CapReason, Channel } from '../gate.ts';

export type CalendarUnit = 'day' | 'week' | 'month';

/** So many messages to one customer in any such time (`ms`), or in each day, week (from Monday) or month of theirs. */
export type Cap = {
  readonly most: number;
  readonly per: { readonly ms: number } | { readonly calendar: CalendarUnit };
  /** Only messages on this channel, on this topic, of this journey. */
  readonly channel?: Channel;
  readonly topic?: string;
  readonly journey?: string;
  /** Of `most`, so many are kept for a topic. */
  readonly reserve?: { readonly [topic: string]: number };
  /** As its author says it: `3 per 7 days`. */
  readonly said: string;
};

/** What a cap looks at of a message. */
export type Counted = { readonly channel: Channel; readonly topic: string; readonly journey: string };

export const isCounted = (cap: Cap, { channel, topic, journey }: Counted): boolean =>
  (cap.channel ?? channel) === channel && (cap.topic ?? topic) === topic && (cap.journey ?? journey) === journey;

export const reasonOf = ({ journey, topic, channel }: Cap): CapReason => {
  if (journey !== undefined) return 'journey-cap';
  if (topic !== undefined) return 'topic-cap';
  return channel === undefined ? 'frequency-cap' : 'channel-cap';
};

const startOf = (unit: CalendarUnit, zone: string, now: number): Temporal.PlainDate => {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  if (unit === 'day') return today;
  return unit === 'week' ? today.subtract({ days: today.dayOfWeek - 1 }) : today.with({ day: 1 });
};

const midnight = (day: Temporal.PlainDate, zone: string): number => day.toZonedDateTime(zone).epochMilliseconds;

/** From when on messages count, now. Where the zone is not certain, the day that began first counts. */
export const countsSince = ({ per }: Cap, zones: readonly string[], now: number): number =>
  'ms' in per ? now - per.ms + 1 : Math.min(...zones.map((zone) => midnight(startOf(per.calendar, zone, now), zone)));

/** When the next day, week or month has begun in every zone. */
export const nextPeriod = (unit: CalendarUnit, zones: readonly string[], now: number): number =>
  Math.max(...zones.map((zone) => midnight(startOf(unit, zone, now).add({ [`${unit}s`]: 1 }), zone)));

const daysOf = { day: 2, week: 8, month: 32 } as const;

/** For how many days a message must be remembered for this cap: a day of the calendar may have 25 hours. */
export const rememberedDays = ({ per }: Cap): number =>
  'ms' in per ? Math.ceil(per.ms / 86_400_000) : daysOf[per.calendar];
