import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  afterLastStep,
  drawsOf,
  type Enrolment,
  isOpen,
  nodeAt,
  type Sight,
  sightOf,
  stepKey,
  type StepNotes,
  type WaitForNode,
} from '#core/journey';
import { type ContextView, type Profile, type ProfileView, viewProfile, withConfirmation } from '#core/profile';
import type { StoredRun } from '../../aws/enrolment-store.ts';
import type { FrozenRuns } from '../../aws/frozen-runs.ts';
import type { JourneyControl } from '../../aws/journey-control.ts';
import type { JourneyStore, StoredJourney } from '../../aws/journey-store.ts';
import type { Circumstances, RunChange, RunStore } from '../../aws/run-store.ts';
import { finish, goTo, holdUntil } from '../../aws/runs.ts';
import { lookAgainIf } from '../../aws/send-ledger.ts';
import type { Outlet } from '../send-step.ts';
import type { Outside } from './outside.ts';

/** What the state machine says: which run, from which step on, and the token of the state it is in. */
export type StepCall = {
  readonly customer: string;
  readonly journey: string;
  readonly version: number;
  readonly enrol: string;
  readonly occurrence: number;
  readonly step: string;
  /** When the state was entered, ISO 8601: waits count from here, also when the function is tried again. */
  readonly enteredAt: string;
  readonly token: string;
  /** After how many rounds of which repeat the run goes on in a new execution; absent where one is enough. */
  readonly rounds?: { readonly [repeat: string]: number } | undefined;
};

export type StepStores = {
  readonly runs: RunStore;
  readonly journeys: JourneyStore;
  readonly controls: Pick<JourneyControl, 'recent'>;
  readonly frozenRuns: FrozenRuns;
  readonly outlet: Outlet;
  readonly outside: Outside;
  /** Epoch milliseconds. */
  readonly clock: () => number;
};

/** A step on its way: what it sees, what it has done and must still write down. */
export type Walk = {
  readonly call: StepCall;
  readonly stored: StoredJourney;
  now: number;
  seen: Circumstances;
  /** As it is with the notes that are still to be written. */
  run: StoredRun;
  notes: StepNotes;
  writes: TransactWriteItem[];
};

type View = ProfileView & ContextView;

/** A step looks at its profile many times, at one instant. */
const views = new WeakMap<Profile, { readonly now: number; readonly view: View }>();

/** The profile as it reads now. */
export const profileOf = ({ seen: { profile }, now, stored }: Walk): View => {
  const known = views.get(profile);
  if (known?.now === now) return known.view;
  const view = withConfirmation(viewProfile(profile, now), stored.confirm);
  views.set(profile, { now, view });
  return view;
};

export const sightFrom = (walk: Walk): Sight => sightOf(walk.run, profileOf(walk), drawsOf(walk.call.customer));

/** What a step is called in this round of its repeat. */
export const keyOf = ({ stored, run }: Walk, step: string): string => stepKey(stored.plan, step, run.steps);

/** Notes something of a step, to be written down with the next change of the run. */
export const note = (walk: Walk, notes: StepNotes): void => {
  walk.notes = { ...walk.notes, ...notes };
  walk.run = { ...walk.run, steps: { ...walk.run.steps, ...notes } };
};

export const runIn = (
  seen: Circumstances,
  call: { readonly enrol: string; readonly occurrence: number },
): StoredRun | undefined =>
  seen.enrolments.find(({ enrol, occurrence }) => enrol === call.enrol && occurrence === call.occurrence);

/** Reads everything again. @returns whether the run is still open */
export const look = async (walk: Walk, { runs }: StepStores): Promise<boolean> => {
  walk.seen = await runs.load(walk.call.customer);
  const run = runIn(walk.seen, walk.call);
  if (run === undefined) return false;
  const { token: _, ...rest } = run;
  // Its token stays the one this attempt found first: only that wait is it to replace.
  const found = walk.run.token === undefined ? {} : { token: walk.run.token };
  walk.run = { ...rest, ...found, steps: { ...run.steps, ...walk.notes } };
  return isOpen(run);
};

/** What became of a claim, not why there was none. */
const isSettlement = ({ Update, Delete }: TransactWriteItem): boolean => (Update ?? Delete) !== undefined;

/**
 * Writes what the step leaves behind, and how far it has come. A run that was left meanwhile keeps only what became of its
 * sends.
 * @param step where the run goes on when the function is tried again
 * @throws when another attempt has come first: this one is to look anew, or nobody waits for it any more
 */
export const leave = async (
  walk: Walk,
  change: RunChange,
  step: string,
  { runs }: StepStores,
): Promise<'done' | 'changed'> => {
  const { call, run, notes, writes: others } = walk;
  const passed = { state: call.step, entered: call.enteredAt, step };
  walk.writes = [];
  const refused = await runs.change(call.customer, run, { change, notes, others, passed, attempt: call.token });
  if (refused === undefined) {
    walk.notes = {};
    return 'done';
  }
  lookAgainIf(refused, others);
  const { index, item } = refused;
  const isOurs = item?.['token'] === run.token || item?.['token'] === call.token;
  const isMovedOn = index === others.length && item !== undefined && isOpen(item) && !isOurs;
  const settlements = isMovedOn ? others.filter(isSettlement) : others;
  if (settlements.length > 0) {
    const kept = isMovedOn ? {} : notes;
    await runs.change(call.customer, run, { change: { note: true }, notes: kept, others: settlements });
  }
  if (isMovedOn) throw new Error('Another attempt has carried the run on.');
  return 'changed';
};

/** Writes down what is not yet. */
export const settle = async (walk: Walk, step: string, stores: StepStores): Promise<void> => {
  if (walk.writes.length > 0 || Object.keys(walk.notes).length > 0) await leave(walk, { note: true }, step, stores);
};

const rowOf = ({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): string => {
  const { pk, sk } = Put?.Item ?? Update?.Key ?? Delete?.Key ?? ConditionCheck?.Key ?? {};
  return JSON.stringify([pk, sk]);
};

/**
 * Keeps what is to be written with the next change of the run. A transaction takes each row once: where one is there
 * already, it is written down first.
 * @param step where the run goes on when the function is tried again
 */
export const writeLater = async (
  walk: Walk,
  writes: readonly TransactWriteItem[],
  step: string,
  stores: StepStores,
): Promise<void> => {
  const rows = new Set(walk.writes.map(rowOf));
  if (writes.some((each) => rows.has(rowOf(each)))) await settle(walk, step, stores);
  walk.writes.push(...writes);
};

export const end = async (walk: Walk, reason: string, stores: StepStores): Promise<undefined> => {
  await leave(walk, { end: { at: walk.now, reason } }, walk.call.step, stores);
  await finish(walk.call.token);
  return undefined;
};

/** Comes back to a send later. */
export const hold = async (walk: Walk, step: string, until: number, stores: StepStores): Promise<undefined> => {
  const { token } = walk.call;
  const left = await leave(walk, { hold: { step, token, deadline: until } }, step, stores);
  if (left === 'changed') await finish(token);
  else await holdUntil(token, until);
  return undefined;
};

const goingTo = 'goto:';

/** The state an earlier attempt had already sent the run on to. */
export const sentOnTo = (passed: string): string | undefined =>
  passed.startsWith(goingTo) ? passed.slice(goingTo.length) : undefined;

/** The wait the row still names, where it waits for something and its time-out leads to this state. */
export const timesOutInto = ({ run, stored: { plan } }: Walk, step: string): WaitForNode | undefined => {
  const node = run.step !== undefined && Object.hasOwn(plan.nodes, run.step) ? plan.nodes[run.step] : undefined;
  return node?.kind === 'waitFor' && step === (node.timeout ?? afterLastStep) ? node : undefined;
};

/** On to another state. A later attempt at this one only says so again. */
export const goToStep = async (walk: Walk, step: string, stores: StepStores): Promise<undefined> => {
  const passed = `${goingTo}${step}`;
  // Else the next call would take it for that time-out.
  if (timesOutInto(walk, step) !== undefined) await leave(walk, { note: true }, passed, stores);
  else await settle(walk, passed, stores);
  await goTo(walk.call.token, nodeAt(walk.stored.plan, step).title);
  return undefined;
};

/** The customer's other open runs, those of the same journey among them. */
export const others = ({ seen, call }: Walk): readonly Enrolment[] =>
  seen.enrolments.filter((each) => each.enrol !== call.enrol && isOpen(each));
