import { localInstant } from '#core/decision';
import type { ProfileView } from '#core/profile';
import type { JsonObject } from '#core/signal';
import { Temporal } from 'temporal-polyfill';
import type { InstantDocument } from '../document/instant.ts';
import { valuesAt } from '../run/event-paths.ts';
import type { WaitForNode, WaitNode } from './nodes.ts';

/** What the end of a wait may depend on. Instants are epoch milliseconds. */
export type WaitContext = {
  readonly now: number;
  readonly enteredAt: number;
  readonly profile: Pick<ProfileView, 'timezone' | 'traits'>;
  readonly entry: { readonly properties: JsonObject };
  /** The journey's zone, for customers whose own is not known. */
  readonly zone: string;
};

/** Numbers below this are seconds: the year 5138 in seconds, 1973 in milliseconds. */
const mostSeconds = 1e11;

const instantOf = (value: unknown, zone: string): number | undefined => {
  if (typeof value === 'number' && Number.isFinite(value)) return value < mostSeconds ? value * 1000 : value;
  if (typeof value !== 'string') return undefined;
  const dateOnly = /^\d{4}-\d\d-\d\d$/.test(value);
  if (!dateOnly) {
    const ms = Date.parse(value);
    return Number.isNaN(ms) ? undefined : ms;
  }
  try {
    return Temporal.PlainDate.from(value).toZonedDateTime(zone).epochMilliseconds;
  } catch {
    return undefined;
  }
};

const isInstant = (ms: number): boolean => Math.abs(ms) <= 8.64e15;

/** An hour of the day, 0 to 23, at which a customer reacts most: the trait `best_hour`. */
const bestHour = (traits: WaitContext['profile']['traits']): number | undefined => {
  const hour = Object.hasOwn(traits, 'best_hour') ? traits['best_hour'] : undefined;
  return typeof hour === 'number' && Number.isInteger(hour) && hour >= 0 && hour < 24 ? hour : undefined;
};

type AtClock = { readonly at: string; readonly weekday?: number };

/** The next time a clock in the zone shows `at` (on that weekday), not before `from`. */
const nextClock = (from: number, { at, weekday }: AtClock, zone: string): number => {
  const local = Temporal.Instant.fromEpochMilliseconds(from).toZonedDateTimeISO(zone).toPlainDate();
  for (let days = 0; days <= 8; days++) {
    const day = local.add({ days });
    if (weekday !== undefined && day.dayOfWeek !== weekday) continue;
    const then = localInstant(day, at, zone);
    if (then >= from) return then;
  }
  return from;
};

const dayMs = 86_400_000;

/** Whole days are days of the calendar where a time of day is named. */
const onDay = (base: number, plusMs: number, { at, zone }: { at: string; zone: string }): number => {
  const days = Math.trunc(plusMs / dayMs);
  const local = Temporal.Instant.fromEpochMilliseconds(base + (plusMs - days * dayMs)).toZonedDateTimeISO(zone);
  return localInstant(local.toPlainDate().add({ days }), at, zone);
};

const baseOf = (instant: Extract<InstantDocument, { base: unknown }>, context: WaitContext, zone: string) => {
  const { base } = instant;
  switch (base.is) {
    case 'now':
      return context.now;
    case 'entry':
      return context.enteredAt;
    case 'date':
      return instantOf(base.date, zone);
    case 'trait': {
      const { traits } = context.profile;
      return instantOf(Object.hasOwn(traits, base.name) ? traits[base.name] : undefined, zone);
    }
    case 'property':
      return instantOf(valuesAt(context.entry.properties, base.path)[0], zone);
  }
};

const untilOf = (instant: InstantDocument, context: WaitContext): number | undefined => {
  const zone = context.profile.timezone ?? context.zone;
  if (instant.bestTime === true) {
    const hour = bestHour(context.profile.traits);
    return hour === undefined ? undefined : nextClock(context.now, { at: `${String(hour).padStart(2, '0')}:00` }, zone);
  }
  const { plusMs, at, weekday } = instant;
  const base = baseOf(instant, context, zone);
  if (base === undefined || !isInstant(base + plusMs)) return undefined;
  if (at === undefined) return base + plusMs;
  return instant.base.is === 'now'
    ? nextClock(base, { at, ...(weekday === undefined ? {} : { weekday }) }, zone)
    : onDay(base, plusMs, { at, zone });
};

/** A wait never outlasts its state machine. */
const longestMs = 365 * dayMs;

/**
 * When a wait that begins now is over, epoch milliseconds: an instant in the past is now. Undefined when the date it waits
 * for is missing.
 */
export const endOfWait = (node: WaitNode | WaitForNode, context: WaitContext): number | undefined => {
  if (node.kind === 'waitFor') return context.now + node.ms;
  if ('ms' in node.time) return context.now + node.time.ms;
  const until = untilOf(node.time.until, context);
  return until === undefined ? undefined : Math.min(Math.max(until, context.now), context.now + longestMs);
};
