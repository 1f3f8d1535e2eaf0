import type { JourneyDocument } from '../document/journey.ts';

export type EntryRate = NonNullable<JourneyDocument['entryRate']>;

/** How many entered in the window of the clock that began at `from` (epoch milliseconds). */
export type Entered = { readonly from: number; readonly count: number };

const minuteMs = 60_000;
const windowMs = { second: 1000, minute: minuteMs, hour: 60 * minuteMs } as const;

/** The second, minute or hour an instant lies in. */
export const windowOf = ({ per }: EntryRate, now: number): number => now - (now % windowMs[per]);

/**
 * How many more may enter now, given how many have in this window. Those of an hour are spread over its minutes: a rate is
 * there to spare what comes after, and a burst every hour would not.
 */
export const mayEnterNow = (rate: EntryRate, now: number, entered: Entered | undefined): number => {
  const from = windowOf(rate, now);
  const soFar = entered?.from === from ? entered.count : 0;
  const share = rate.per === 'hour' ? (Math.floor((now - from) / minuteMs) + 1) / 60 : 1;
  return Math.max(0, Math.ceil(rate.most * share) - soFar);
};
