import * as z from 'zod';
import { durationMs } from './duration.ts';

const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;

/**
 * From where an instant is counted: when the step is reached, when the run began, a date the author wrote (with an offset, or
 * a day in the customer's zone), or a date of the profile or the entry.
 */
export type Base =
  | { readonly is: 'now' }
  | { readonly is: 'entry' }
  | { readonly is: 'date'; readonly date: string }
  | { readonly is: 'trait'; readonly name: string }
  | { readonly is: 'property'; readonly path: string };

/** An instant as an author writes it after `until`. */
export type InstantDocument =
  | { readonly bestTime: true }
  | {
      readonly bestTime?: never;
      readonly base: Base;
      readonly plusMs: number;
      /** Local time of day, `HH:MM`. */
      readonly at?: string;
      /** ISO number of a weekday, Monday is 1. */
      readonly weekday?: number;
    };

const clock = String.raw`(?:[01]\d|2[0-3]):[0-5]\d`;
const onlyClock = new RegExp(`^(${clock})$`);
const onWeekday = new RegExp(String.raw`^(${weekdays.join('|')}) at (${clock})$`, 'i');
const writtenDate = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?(?:Z|[+-]\d\d:\d\d))?$/;
const fromBase = new RegExp(String.raw`^([a-zA-Z_][\w.]*|\d{4}-[\dT:Z+-]+)(?: ([+-]) ([^@]+?))?(?: at (${clock}))?$`);

/** Words that look like a trait and were surely meant otherwise. */
const noTrait = new Set<string>([...weekdays, 'best', 'now', 'today', 'tonight', 'tomorrow', 'noon', 'midnight']);

const isDate = (word: string): boolean =>
  writtenDate.test(word) && z.iso.date().safeParse(word.slice(0, 10)).success && !Number.isNaN(Date.parse(word));

const baseOf = (word: string): Base | undefined => {
  if (noTrait.has(word.toLowerCase())) return undefined;
  if (word === 'entry') return { is: 'entry' };
  if (/^\d/.test(word)) return isDate(word) ? { is: 'date', date: word } : undefined;
  if (word.startsWith('entry.properties.')) return { is: 'property', path: word.slice('entry.properties.'.length) };
  return word.includes('.') ? undefined : { is: 'trait', name: word };
};

/**
 * Reads what follows `until`: `09:00`, `Monday at 09:00`, `entry + 3 days at 09:00`, `trial_ends_at - 2 days` (a date
 * among the traits), `entry.properties.ships_on at 18:00`, `2026-12-01 at 09:00`, `2026-12-01T09:00:00+01:00`, `best time`. Undefined when it is none of these.
 */
export const instantOf = (text: string): InstantDocument | undefined => {
  if (text === 'best time') return { bestTime: true };
  const [, time] = onlyClock.exec(text) ?? [];
  if (time !== undefined) return { base: { is: 'now' }, plusMs: 0, at: time };
  const [, day, on] = onWeekday.exec(text) ?? [];
  if (day !== undefined && on !== undefined)
    return {
      base: { is: 'now' },
      plusMs: 0,
      at: on,
      weekday: weekdays.findIndex((each) => each === day.toLowerCase()) + 1,
    };
  const [, word, sign, duration, at] = fromBase.exec(text) ?? [];
  const base = word === undefined ? undefined : baseOf(word);
  const ms = duration === undefined ? 0 : durationMs(duration);
  if (base === undefined || ms === undefined) return undefined;
  return { base, plusMs: sign === '-' ? -ms : ms, ...(at === undefined ? {} : { at }) };
};

/** How long a wait lasts: a span, or up to an instant. */
export type WaitTime = { readonly ms: number } | { readonly until: InstantDocument };

export const waitTimeOf = (text: string): WaitTime | undefined => {
  if (!text.startsWith('until ')) {
    const ms = durationMs(text);
    return ms === undefined ? undefined : { ms };
  }
  const until = instantOf(text.slice('until '.length));
  return until === undefined ? undefined : { until };
};

export const WaitTimeText = z
  .string()
  .refine((text) => waitTimeOf(text) !== undefined, {
    error:
      'write a wait as `4 hours`, `PT4H`, `until 09:00`, `until Monday at 09:00`, `until entry + 3 days at 09:00`, `until trial_ends_at - 2 days` (a trait) or `until best time`',
  })
  .describe('A duration, or `until` an instant: `4 hours`, `until 09:00`, `until trial_ends_at - 2 days`.');
