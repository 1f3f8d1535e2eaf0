import type { Json } from '#core/signal';
import type { Entry } from './enrolment.ts';

/** One run: the same key may be in a journey again later, which is another occurrence. */
type AboutRun = { readonly journey: string; readonly enrol: string; readonly occurrence: number };

/**
 * What a profile owes after a signal: decided once, stored with the profile, then performed. Every act may be performed
 * again without harm, because a crash between performing and forgetting repeats it.
 */
export type Act =
  | (AboutRun & {
      readonly do: 'enrol';
      readonly version: number;
      readonly machine: string;
      readonly key: string;
      readonly entry: Entry;
      readonly at: number;
    })
  | (AboutRun & { readonly do: 'restart'; readonly version: number; readonly at: number })
  | (AboutRun & { readonly do: 'update'; readonly entry: Entry })
  | (AboutRun & { readonly do: 'exit'; readonly reason: string; readonly at: number })
  | (AboutRun & {
      readonly do: 'hear';
      readonly version: number;
      readonly step: string;
      readonly winner: string;
      readonly at: number;
    })
  | (AboutRun & {
      readonly do: 'goal';
      readonly goal: number;
      readonly at: number;
      readonly value: Json;
      readonly event: string;
    })
  | (AboutRun & { readonly do: 'forget' });
