import type { Enrolment } from '#core/journey';

/** One run: the same key may come again. */
export const keyOf = ({ enrol, occurrence }: Enrolment): string => `${enrol}#${occurrence}`;

/** Counts by name. */
export type Counts = { [name: string]: number };

/** What happened at one step, in runs. */
export type StepTally = {
  reached: number;
  sent: number;
  held: number;
  timedOut: number;
  withheld: Counts;
  /** Why messages were held first: hours, caps. */
  heldFor: Counts;
  heard: Counts;
  /** Of a split or a decision: who went where. */
  arms: Counts;
  /** Runs that ended here, by reason. */
  ended: Counts;
  /** Runs that are still here. */
  waiting: number;
};

/** The runs of one group of customers, and how many of them reached each goal. */
export type GroupTally = { runs: number; goals: Counts; thousandths: Counts };

/** Everything that is kept of a simulation: counts only, which add up to the same in any order. */
export type Tally = {
  customers: number;
  entered: number;
  runs: number;
  heldOut: number;
  signals: number;
  steps: { [id: string]: StepTally };
  /** Runs that went from one step to another: `from>to`. */
  ways: Counts;
  messages: Counts;
  ended: Counts;
  open: number;
  groups: { [group: string]: GroupTally };
  /** Finished runs by how many minutes they took. */
  minutes: Counts;
  transitions: number;
  invocations: number;
};

export const emptyTally = (): Tally => ({
  customers: 0,
  entered: 0,
  runs: 0,
  heldOut: 0,
  signals: 0,
  steps: {},
  ways: {},
  messages: {},
  ended: {},
  open: 0,
  groups: {},
  minutes: {},
  transitions: 0,
  invocations: 0,
});

export const count = (counts: Counts, name: string, by = 1): void => {
  counts[name] = (Object.hasOwn(counts, name) ? (counts[name] ?? 0) : 0) + by;
};

export const stepTally = ({ steps }: Tally, id: string): StepTally =>
  (steps[id] ??= {
    reached: 0,
    sent: 0,
    held: 0,
    timedOut: 0,
    withheld: {},
    heldFor: {},
    heard: {},
    arms: {},
    ended: {},
    waiting: 0,
  });

export const groupTally = ({ groups }: Tally, group: string): GroupTally =>
  (groups[group] ??= { runs: 0, goals: {}, thousandths: {} });

const addCounts = (into: Counts, from: Counts): void =>
  Object.entries(from).forEach(([name, each]) => count(into, name, each));

const addStep = (into: StepTally, from: StepTally): void => {
  for (const key of ['reached', 'sent', 'held', 'timedOut', 'waiting'] as const) into[key] += from[key];
  for (const key of ['withheld', 'heldFor', 'heard', 'arms', 'ended'] as const) addCounts(into[key], from[key]);
};

const addGroup = (into: GroupTally, from: GroupTally): void => {
  into.runs += from.runs;
  addCounts(into.goals, from.goals);
  addCounts(into.thousandths, from.thousandths);
};

/** Adds the counts of other customers to these. */
export const addTally = (into: Tally, from: Tally): Tally => {
  for (const key of [
    'customers',
    'entered',
    'runs',
    'heldOut',
    'signals',
    'open',
    'transitions',
    'invocations',
  ] as const)
    into[key] += from[key];
  for (const key of ['ways', 'messages', 'ended', 'minutes'] as const) addCounts(into[key], from[key]);
  Object.entries(from.steps).forEach(([id, each]) => addStep(stepTally(into, id), each));
  Object.entries(from.groups).forEach(([group, each]) => addGroup(groupTally(into, group), each));
  return into;
};
