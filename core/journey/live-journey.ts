import type { JourneyDocument } from './document/journey.ts';
import type { Plan } from './plan/nodes.ts';

/** One published version of a journey, ready to be followed. */
export type PublishedJourney = {
  readonly journey: JourneyDocument;
  readonly plan: Plan;
  readonly version: number;
  /** The topics whose consent counts once it is confirmed (double opt-in). */
  readonly confirm?: readonly string[];
};

/** The version new runs start with, and the state machine version they start on. */
export type LiveJourney = PublishedJourney & { readonly machine: string };

/** A run a profile remembers, so that an event finds the runs it may concern without reading them all. */
export type RunReference = { readonly journey: string; readonly version: number; readonly enrol: string };

/** The reference as text, and back. */
export const writeRun = ({ journey, version, enrol }: RunReference): string => `${journey}#${version}#${enrol}`;
export const readRun = (text: string): RunReference => {
  const [journey = '', version = '', enrol = ''] = text.split('#');
  return { journey, version: Number(version), enrol };
};

/** What a run's `step` begins with while a message is held. */
export const holdPrefix = 'hold:';
