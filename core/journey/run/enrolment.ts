import type { JsonObject } from '#core/signal';
import { durationMs } from '../document/duration.ts';
import type { JourneyDocument } from '../document/journey.ts';

/** The event a run began with. */
export type Entry = {
  readonly event: string;
  readonly messageId: string;
  readonly timestamp: string;
  readonly properties: JsonObject;
};

/** The step of another run that began this one. */
export type Parent = {
  readonly journey: string;
  readonly enrol: string;
  readonly occurrence: number;
  readonly step: string;
};

/** One customer's way through one journey: the only place where waits and events meet. Instants are epoch milliseconds. */
export type Enrolment = {
  readonly journey: string;
  readonly version: number;
  /** Hash of journey, customer and key: the row's id and what executions carry. */
  readonly enrol: string;
  readonly key: string;
  /** 1 for the first run with this key, then 2 … */
  readonly occurrence: number;
  readonly entry: Entry;
  /** How often each event the journey counts had been seen before. */
  readonly seenBefore: { readonly [event: string]: number };
  readonly parent?: Parent;
  /** How many signals of ours led to the one it began with; absent: none. */
  readonly hops?: number;
  /** The state machine version its execution was started on. */
  readonly machine: string;
  readonly enteredAt: number;
  /** The wait the run is registered in (`hold:` and a step while a message is held), its token and when it is over. */
  readonly step?: string;
  readonly token?: string;
  readonly deadline?: number;
  /** What each `waitFor` heard, by step and round. */
  readonly heard: { readonly [step: string]: string };
  /** What became of each step so far. */
  readonly steps: { readonly [step: string]: JsonObject };
  readonly exitedAt?: number;
  readonly exitReason?: string;
  readonly endedAt?: number;
  readonly endReason?: string;
  /** Goals reached so far, by their number in the document. */
  readonly goals: { readonly [goal: string]: JsonObject };
};

/** What the reason of a run begins with that was closed because its execution had died. */
export const lostExecution = 'execution-';

/** The reason of a run that only counts: its customer is in the holdout. */
export const heldOut = 'holdout';

export const isOpen = (enrolment: Pick<Enrolment, 'exitedAt' | 'endedAt'>): boolean =>
  enrolment.exitedAt === undefined && enrolment.endedAt === undefined;

/** When a step that is or was held could first have been done, epoch milliseconds. */
export const dueAt = ({ steps }: Pick<Enrolment, 'steps'>, step: string, now: number): number => {
  const due = steps[step]?.['dueAt'];
  return typeof due === 'number' ? due : now;
};

export type Eligibility =
  | { readonly eligible: true; readonly occurrence: number }
  | {
      readonly eligible: false;
      readonly reason: 'already-open' | 'too-soon-to-reenter' | 'may-enter-once' | 'not-open-yet' | 'closed';
    };

/** Whether a customer may enter now, given the last run with the same key. */
export const mayEnter = (
  { reentry, open }: Pick<JourneyDocument, 'reentry' | 'open'>,
  last: Enrolment | undefined,
  now: number,
): Eligibility => {
  if (last !== undefined && isOpen(last)) return { eligible: false, reason: 'already-open' };
  if (open?.from !== undefined && now < Date.parse(open.from)) return { eligible: false, reason: 'not-open-yet' };
  if (open?.until !== undefined && now >= Date.parse(open.until)) return { eligible: false, reason: 'closed' };
  if (last === undefined) return { eligible: true, occurrence: 1 };
  if (reentry === undefined) return { eligible: false, reason: 'may-enter-once' };
  const again = last.enteredAt + (durationMs(reentry.after) ?? 0);
  return now < again
    ? { eligible: false, reason: 'too-soon-to-reenter' }
    : { eligible: true, occurrence: last.occurrence + 1 };
};
