import type { Json } from './signal.ts';

const ISO_WITH_ZONE = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d([.,]\d+)?)?([Zz]|[+-]\d\d:?\d\d)$/;
/** 1973-03-03. A smaller number is a time in seconds, an earlier date a clock that was never set: both are mistakes. */
const EARLIEST = 1e11;
/** 9999-12-31: later years are written with six digits and would not sort as text. */
const LATEST = 253_402_300_799_999;
/** Clocks of producers differ by this much without harm. */
const CLOCK_TOLERANCE = 5 * 60_000;

/**
 * Milliseconds since 1970 of an ISO 8601 date-time with `Z` or an offset, or of a number of milliseconds; `undefined` when
 * it is neither. A local time without a zone is no instant, and nothing here happened before 1973.
 */
export const parseTimestamp = (value: Json | undefined): number | undefined => {
  const ms = typeof value === 'number' ? Math.trunc(value) : typeof value === 'string' ? fromText(value) : NaN;
  return ms >= EARLIEST && ms <= LATEST ? ms : undefined;
};

const fromText = (value: string): number => {
  if (!ISO_WITH_ZONE.test(value)) return NaN;
  const ms = Date.parse(value.replace(' ', 'T').replace(',', '.').toUpperCase());
  return hasDay(value) ? ms : NaN;
};

/** JavaScript reads 31 February as 3 March. Every month has 28 days, and most are among them. */
const hasDay = (value: string): boolean => {
  if (value.slice(8, 10) <= '28') return true;
  const day = `${value.slice(0, 10)}T00:00:00.000Z`;
  const ms = Date.parse(day);
  return !Number.isNaN(ms) && new Date(ms).toISOString() === day;
};

/**
 * The instant, unless it lies in the future of the moment we received it: then that moment. A clock that runs ahead would
 * otherwise win over everything said later.
 */
export const notAfterReceipt = (ms: number, receivedAt: number): number =>
  ms > receivedAt + CLOCK_TOLERANCE ? receivedAt : ms;

/** Clocks this close are left alone: the bus tells whole seconds, and a network takes its time. */
const SKEW_TOLERANCE = 1_000;

/**
 * When something happened by our clock, from when it happened and was sent by the producer's: `receivedAt - (sentAt - at)`,
 * as Segment does it. All in milliseconds since 1970. A correction that leads nowhere, before 1973, is not made.
 * @see https://segment.com/docs/connections/spec/common/#timestamps
 */
export const byOurClock = (at: number, { sentAt, receivedAt }: Passage): number => {
  if (sentAt === undefined || Math.abs(receivedAt - sentAt) <= SKEW_TOLERANCE) return at;
  const corrected = at + receivedAt - sentAt;
  return corrected >= EARLIEST ? corrected : at;
};

type Passage = { readonly sentAt: number | undefined; readonly receivedAt: number };
