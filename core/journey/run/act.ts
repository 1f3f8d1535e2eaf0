import type { Json, JsonObject } from '#core/signal';
import type { Enrolment, Entry, Parent } from './enrolment.ts';

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
      readonly seenBefore: Enrolment['seenBefore'];
      readonly parent?: Parent;
      readonly hops?: number;
      /** The customer is in the holdout: the run is over as it begins, and only counts. */
      readonly isHeldOut?: true;
      readonly at: number;
    })
  | (AboutRun & { readonly do: 'restart'; readonly version: number; readonly at: number })
  | (AboutRun & { readonly do: 'update'; readonly entry: Entry })
  | (AboutRun & { readonly do: 'exit'; readonly reason: string; readonly at: number })
  | (AboutRun & {
      readonly do: 'hear';
      readonly version: number;
      readonly step: string;
      /** The step in this round of its repeat. */
      readonly stepKey: string;
      readonly winner: string;
      /** What the step's notes say of it: the winner as `outcome`, and the event where the journey reads it. */
      readonly note: JsonObject;
      readonly at: number;
    })
  /** A date the run waits for has changed: the wait ends then, or at once when it is past; without one, it is missing. */
  | (AboutRun & { readonly do: 'replan'; readonly version: number; readonly step: string; readonly at: number })
  /** Something came back about a message: `steps.<step>.<field>` becomes when. */
  | (AboutRun & { readonly do: 'note'; readonly step: string; readonly field: string; readonly at: number })
  | (AboutRun & {
      readonly do: 'goal';
      readonly goal: number;
      readonly at: number;
      readonly value: Json;
      readonly event: string;
    })
  | (AboutRun & { readonly do: 'forget' });
