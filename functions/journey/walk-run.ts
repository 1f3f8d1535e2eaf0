import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import {
  advance,
  afterLastStep,
  armOf,
  dueAt,
  durationMs,
  type Enrolment,
  type Happening,
  type Holds,
  holds,
  isOpen,
  lostExecution,
  type Move,
  nodeAt,
  segmentAt,
} from '#core/journey';
import { viewProfile } from '#core/profile';
import type { JourneyStore, StoredJourney } from '../aws/journey-store.ts';
import type { Circumstances, RunChange, RunStore } from '../aws/run-store.ts';
import { finish, goTo, holdUntil } from '../aws/runs.ts';
import { type Outlet, type Sent, sendStep } from './send-step.ts';

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
};

export type StepStores = {
  readonly runs: RunStore;
  readonly journeys: JourneyStore;
  readonly outlet: Outlet;
  /** Epoch milliseconds. */
  readonly clock: () => number;
};

type Heard = { readonly step: string; readonly winner: string };

type Notes = Record<string, { [field: string]: string | number }>;

/** A step on its way: what it sees, what it has done and must still write down. */
type Walk = {
  readonly call: StepCall;
  readonly stored: StoredJourney;
  now: number;
  seen: Circumstances;
  run: Enrolment;
  readonly notes: Notes;
  writes: TransactWriteItem[];
};

const conditionOf =
  (walk: Walk): Holds =>
  (source) =>
    holds(source, {
      profile: viewProfile(walk.seen.profile),
      entry: walk.run.entry,
      steps: { ...walk.run.steps, ...walk.notes },
    });

const runOf = (seen: Circumstances, call: StepCall): Enrolment | undefined =>
  seen.enrolments.find(({ enrol, occurrence }) => enrol === call.enrol && occurrence === call.occurrence);

/** A wait that was begun anew while its old end was already on the way: the run comes back when it is really over. */
const notYetOver = ({ call, run, stored, now }: Walk): number | undefined => {
  const node = run.step === undefined ? undefined : stored.plan.nodes[run.step];
  // The wait this very state ends in: an earlier attempt registered it, and this one does so again.
  const isOwn = call.step !== afterLastStep && segmentAt(stored.plan, call.step).wait?.id === run.step;
  if (isOwn) return undefined;
  const isEarly = node?.kind === 'wait' && run.deadline !== undefined && run.deadline > now + 1000;
  return isEarly ? run.deadline : undefined;
};

/** What a wait heard as its time ran out: the state machine was sent on before it could be woken. What was heard counts. */
const heardAtTheEnd = ({ call, run, stored }: Walk): Heard | undefined => {
  const node = run.step === undefined ? undefined : stored.plan.nodes[run.step];
  const winner = node?.kind === 'waitFor' ? run.heard[node.id] : undefined;
  if (node?.kind !== 'waitFor' || winner === undefined) return undefined;
  const hasTimedOut = call.step === (node.timeout ?? afterLastStep) && node.arms[winner] !== node.timeout;
  return hasTimedOut ? { step: node.id, winner } : undefined;
};

const quietedTopics = async ({ seen, call }: Walk, { journeys }: StepStores): Promise<readonly string[]> => {
  const others = seen.enrolments.filter((each) => each.journey !== call.journey && isOpen(each));
  const found = await Promise.all(others.map((each) => journeys.version(each.journey, each.version)));
  return found.flatMap(({ journey }) => journey.quiets);
};

const look = async (walk: Walk, { runs }: StepStores): Promise<boolean> => {
  walk.seen = await runs.load(walk.call.customer);
  const run = runOf(walk.seen, walk.call);
  if (run !== undefined) walk.run = run;
  return run !== undefined && isOpen(run);
};

const send = async (walk: Walk, move: Extract<Move, { do: 'send' }>, stores: StepStores): Promise<Sent> => {
  const { call, stored, run, seen, now } = walk;
  return sendStep(
    {
      customer: call.customer,
      run,
      stored,
      node: move.node,
      profile: viewProfile(seen.profile),
      gate: seen.gate,
      quieted: await quietedTopics(walk, stores),
      dueAt: dueAt(run, move.node.id, now),
      now,
      owner: call.token.slice(-24),
    },
    stores.outlet,
  );
};

/** Writes what the step leaves behind. A run that was left meanwhile keeps only what became of its sends. */
const leave = async (walk: Walk, change: RunChange, { runs }: StepStores): Promise<'done' | 'changed'> => {
  const { call, run, notes } = walk;
  const others = walk.writes;
  walk.writes = [];
  const refused = await runs.change(call.customer, run, { change, notes, others });
  if (refused === undefined) return 'done';
  // The run has moved on: the settlements must not be lost with it.
  if (others.length > 0) await runs.change(call.customer, run, { change: { note: true }, notes, others });
  return 'changed';
};

const end = async (walk: Walk, reason: string, stores: StepStores): Promise<undefined> => {
  await leave(walk, { end: { at: walk.now, reason } }, stores);
  await finish(walk.call.token);
  return undefined;
};

const hold = async (walk: Walk, until: number, stores: StepStores): Promise<undefined> => {
  if (walk.writes.length > 0 || Object.keys(walk.notes).length > 0) await leave(walk, { note: true }, stores);
  await holdUntil(walk.call.token, until);
  return undefined;
};

/** Minutes until a throttled message is tried again: a rate recovers in one, a daily quota in hours. */
const patience = [1, 5, 15, 60] as const;
const minuteMs = 60_000;
const dayMs = 86_400_000;

/** The provider takes nothing now: the message is held for longer each time, and given up when it would be too late. */
const comeBackLater = async (
  walk: Walk,
  { node }: Extract<Move, { do: 'send' }>,
  leastMs: number,
  stores: StepStores,
): Promise<Happening | undefined> => {
  const due = dueAt(walk.run, node.id, walk.now);
  const tries = Number(walk.run.steps[node.id]?.['throttled'] ?? 0) + 1;
  const minutes = patience[Math.min(tries, patience.length) - 1] ?? 60;
  const until = walk.now + Math.max(leastMs, minutes * minuteMs);
  const latest = due + (node.send.expires === undefined ? dayMs : (durationMs(node.send.expires) ?? dayMs));
  if (until > latest) {
    const outcome = { status: 'withheld', reason: 'throttled' } as const;
    walk.notes[node.id] = { ...outcome, at: walk.now };
    return { sent: node.id, outcome };
  }
  walk.notes[node.id] = { status: 'held', dueAt: due, throttled: tries };
  return hold(walk, until, stores);
};

const afterSend = async (
  walk: Walk,
  move: Extract<Move, { do: 'send' }>,
  stores: StepStores,
): Promise<Happening | undefined> => {
  const { id } = move.node;
  walk.now = stores.clock();
  const sent = await send(walk, move, stores);
  if ('again' in sent)
    return (await look(walk, stores)) ? { reached: id } : end(walk, walk.run.exitReason ?? 'exited', stores);
  if ('exited' in sent) return end(walk, 'exited', stores);
  if ('busyUntil' in sent) return hold(walk, sent.busyUntil + 1000, stores);
  walk.writes.push(...sent.write);
  if ('throttledForMs' in sent) return comeBackLater(walk, move, sent.throttledForMs, stores);
  if ('holdUntil' in sent) {
    walk.notes[id] = { status: 'held', dueAt: dueAt(walk.run, id, walk.now) };
    return hold(walk, sent.holdUntil, stores);
  }
  const { outcome, channel } = sent;
  const reason = 'reason' in outcome ? { reason: outcome.reason } : {};
  walk.notes[id] = { status: outcome.status, at: walk.now, ...reason, ...(channel === undefined ? {} : { channel }) };
  if (sent.ends === true && 'reason' in outcome) return { exited: outcome.reason };
  return { sent: id, outcome };
};

/** What was awaited came before the wait began, or with its end: on to its arm, a state of its own, or to the end. */
const goOnAsHeard = async (walk: Walk, heard: Heard, stores: StepStores): Promise<undefined> => {
  const arm = armOf(walk.stored.plan, heard, conditionOf(walk));
  if ('ends' in arm) return end(walk, arm.ends, stores);
  await goTo(walk.call.token, nodeAt(walk.stored.plan, arm.step).title);
  return undefined;
};

const afterWait = async (
  walk: Walk,
  move: Extract<Move, { do: 'wait' }>,
  stores: StepStores,
): Promise<Happening | undefined> => {
  const { node } = move;
  const { call } = walk;
  if (segmentAt(walk.stored.plan, call.step).wait?.id !== node.id) {
    if (walk.writes.length > 0) await leave(walk, { note: true }, stores);
    await goTo(call.token, node.title);
    return undefined;
  }
  const deadline = Date.parse(call.enteredAt) + node.ms;
  const wait = { step: node.id, token: call.token, deadline, hears: node.kind === 'waitFor' };
  if ((await leave(walk, { wait }, stores)) === 'done') return undefined;
  if (!(await look(walk, stores))) return end(walk, walk.run.exitReason ?? 'exited', stores);
  const winner = walk.run.heard[node.id];
  if (winner === undefined) throw new Error('The wait could not be registered.');
  return goOnAsHeard(walk, { step: node.id, winner }, stores);
};

/** From one step to the next wait, end, hold or other state; the last thing done is always the word to the state machine. */
const follow = async (walk: Walk, first: Happening, stores: StepStores): Promise<void> => {
  for (let happening: Happening | undefined = first; happening !== undefined;) {
    const move = advance(walk.stored.plan, happening, conditionOf(walk));
    if (move.do === 'end') happening = await end(walk, move.reason, stores);
    else if (move.do === 'send') happening = await afterSend(walk, move, stores);
    else happening = await afterWait(walk, move, stores);
  }
};

/** The run if it is open, or closed only because its execution had died, which then goes on. */
const asOpen = async (customer: string, run: Enrolment, { runs }: StepStores): Promise<Enrolment | undefined> => {
  if (isOpen(run)) return run;
  if (run.exitedAt !== undefined || run.endReason?.startsWith(lostExecution) !== true) return undefined;
  await runs.reopen(customer, run);
  const { endedAt: _, endReason: __, ...open } = run;
  return open;
};

/** Carries a run one state further. Everything is read again from its row, so that a call may come late or twice. */
export const walkRun = async (call: StepCall, stores: StepStores): Promise<void> => {
  const seen = await stores.runs.load(call.customer);
  const found = runOf(seen, call);
  const run = found === undefined ? undefined : await asOpen(call.customer, found, stores);
  if (run === undefined) return finish(call.token);
  const stored = await stores.journeys.version(call.journey, call.version);
  const walk: Walk = { call, stored, now: stores.clock(), seen, run, notes: {}, writes: [] };
  const notOver = notYetOver(walk);
  if (notOver !== undefined) return holdUntil(call.token, notOver);
  const heard = heardAtTheEnd(walk);
  if (heard !== undefined) return goOnAsHeard(walk, heard, stores);
  const step = call.step === afterLastStep ? undefined : nodeAt(stored.plan, call.step).id;
  return follow(walk, { reached: step }, stores);
};
