import {
  armOf,
  endOfWait,
  type Happening,
  isSpanWait,
  nodeAt,
  type Plan,
  roundOf,
  segmentAt,
  type WaitForNode,
  type WaitNode,
} from '#core/journey';
import { continueRun, finish, waitUntil } from '../../aws/runs.ts';
import { end, goToStep, keyOf, leave, look, profileOf, settle, sightFrom, type StepStores, type Walk } from './walk.ts';

export type Heard = { readonly step: string; readonly winner: string };

/** What was awaited came before the wait began, or with its end: on to its arm, a state of its own, or to the end. */
export const goOnAsHeard = async (walk: Walk, heard: Heard, stores: StepStores): Promise<undefined> => {
  const arm = armOf(walk.stored.plan, heard, sightFrom(walk));
  return 'ends' in arm ? end(walk, arm.ends, stores) : goToStep(walk, arm.step, stores);
};

/** When a wait that begins now is over; undefined where the date it waits for is missing. */
const deadlineOf = (walk: Walk, node: WaitNode | WaitForNode): number | undefined => {
  const { enteredAt, entry } = walk.run;
  const { zone } = walk.stored.journey;
  return endOfWait(node, { now: walk.now, enteredAt, entry, profile: profileOf(walk), zone });
};

/** The repeat whose pause this is. */
const pausedRepeat = (plan: Plan, wait: string): string | undefined =>
  Object.values(plan.nodes).flatMap((node) => (node.kind === 'again' && node.pause === wait ? [node.head] : []))[0];

/** The history of an execution is bounded: after so many rounds the run goes on in a new one, which begins with the pause. */
const isToContinue = ({ call, stored, run }: Walk, wait: string): number | undefined => {
  const repeat = pausedRepeat(stored.plan, wait);
  const most = repeat === undefined ? undefined : call.rounds?.[repeat];
  if (repeat === undefined || most === undefined) return undefined;
  const round = roundOf(run.steps, repeat);
  return round % most === 0 ? round : undefined;
};

const goOnElsewhere = async (walk: Walk, wait: string, round: number, stores: StepStores): Promise<undefined> => {
  await settle(walk, wait, stores);
  await continueRun(walk.call.customer, walk.run, nodeAt(walk.stored.plan, wait).title, round);
  await finish(walk.call.token);
  return undefined;
};

/** A wait that is over as it begins: what comes while the run goes on is for the waits after it. */
const past = async (walk: Walk, { id }: WaitNode | WaitForNode, stores: StepStores): Promise<void> => {
  await leave(walk, { past: { step: id, at: walk.now } }, id, stores);
};

/**
 * A wait until an instant. It is written down before the state machine is sent there, so that a date that changes from now
 * on moves it; one that changed while the function was looking is seen when it looks again.
 */
const untilInstant = async (walk: Walk, node: WaitNode, stores: StepStores): Promise<Happening | undefined> => {
  const { token } = walk.call;
  for (;;) {
    const deadline = deadlineOf(walk, node);
    if (deadline === undefined || deadline <= walk.now) {
      await past(walk, node, stores);
      return deadline === undefined ? { missing: node.id } : { timedOut: node.id };
    }
    const left = await leave(walk, { wait: { step: node.id, token, deadline } }, node.id, stores);
    if (left === 'changed' || !(await look(walk, stores))) return end(walk, 'exited', stores);
    if (deadlineOf(walk, node) !== deadline) continue;
    await waitUntil(token, node.title, deadline);
    return undefined;
  }
};

/** Begins a wait: the one this state ends in, or another, which is a state of its own. */
export const doWait = async (
  walk: Walk,
  node: WaitNode | WaitForNode,
  stores: StepStores,
): Promise<Happening | undefined> => {
  const { call, stored } = walk;
  if (!isSpanWait(node)) return untilInstant(walk, node, stores);
  const round = isToContinue(walk, node.id);
  if (round !== undefined) return goOnElsewhere(walk, node.id, round, stores);
  if (segmentAt(stored.plan, call.step).wait?.id !== node.id) return goToStep(walk, node.id, stores);
  const key = keyOf(walk, node.id);
  const length = (deadlineOf(walk, node) ?? walk.now) - walk.now;
  const wait = {
    step: node.id,
    token: call.token,
    deadline: Date.parse(call.enteredAt) + length,
    ...(node.kind === 'waitFor' ? { unlessHeard: key } : {}),
  };
  if ((await leave(walk, { wait }, node.id, stores)) === 'done') return undefined;
  if (!(await look(walk, stores))) return end(walk, walk.run.exitReason ?? 'exited', stores);
  const winner = walk.run.heard[key];
  if (winner === undefined) throw new Error('The wait could not be registered.');
  return goOnAsHeard(walk, { step: node.id, winner }, stores);
};
