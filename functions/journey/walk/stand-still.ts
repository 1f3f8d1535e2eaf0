import {
  afterLastStep,
  endOfSpan,
  holdPrefix,
  isPaused,
  isSpanWait,
  nextOf,
  type Pause,
  type Plan,
  type SpanWait,
  spanMs,
  stoppedByHand,
} from '#core/journey';
import type { Frozen, StoredRun } from '../../aws/enrolment-store.ts';
import { finish, holdUntil } from '../../aws/runs.ts';
import { end, keyOf, note, type StepStores, type Walk } from './walk.ts';

/** Who stands still looks again after this, should nobody call. */
const looksAgainMs = 7 * 86_400_000;

/** The run as it was before it stood still. */
const thawed = (run: StoredRun): StoredRun => {
  const { frozen, step: _, deadline: __, ...rest } = run;
  if (frozen === undefined || run.step !== frozen.is) return run;
  return {
    ...rest,
    frozen,
    ...(frozen.step === undefined ? {} : { step: frozen.step }),
    ...(frozen.due === undefined ? {} : { deadline: frozen.due }),
  };
};

/** How long a wait is with those right before it: from one plain wait to the next the state machine goes by itself. */
const chainMs = (plan: Plan, wait: SpanWait): number => {
  const [before, ...others] = Object.values(plan.nodes).filter((node) => nextOf(node).includes(wait.id));
  const isChained = wait.kind === 'wait' && others.length === 0 && before?.kind === 'wait' && isSpanWait(before);
  return spanMs(wait) + (isChained ? chainMs(plan, before) : 0);
};

/** The wait whose time-out has led here, unless it heard something. */
const waitBefore = (walk: Walk): SpanWait | undefined => {
  const { run, call, stored } = walk;
  const { nodes } = stored.plan;
  const node = run.step !== undefined && Object.hasOwn(nodes, run.step) ? nodes[run.step] : undefined;
  if (node === undefined || !isSpanWait(node)) return undefined;
  const next = node.kind === 'waitFor' ? node.timeout : node.next;
  if (call.step !== (next ?? afterLastStep)) return undefined;
  return node.kind === 'waitFor' && run.heard[keyOf(walk, node.id)] !== undefined ? undefined : node;
};

/** When the wait is over if pauses do not count; undefined while one lasts. */
const overAt = ({ run, stored }: Walk, wait: SpanWait, pauses: readonly Pause[]): number | undefined => {
  const ms = chainMs(stored.plan, wait);
  return endOfSpan((run.deadline ?? 0) - ms, ms, pauses);
};

type Standing = {
  readonly since: number;
  readonly until: number;
  readonly wait: SpanWait | undefined;
  /** Whether somebody calls it back: else it holds until the instant. */
  readonly isCalled: boolean;
};

const freeze = async (
  walk: Walk,
  { since, until, wait, isCalled }: Standing,
  { frozenRuns }: StepStores,
): Promise<true> => {
  const { call, run, now } = walk;
  const frozen: Frozen = {
    is: `${holdPrefix}${wait?.id ?? call.step}`,
    at: since,
    until,
    ...(run.step === undefined ? {} : { step: run.step }),
    ...(run.deadline === undefined ? {} : { due: run.deadline }),
  };
  const isOpen = await frozenRuns.freeze(call.customer, run, { frozen, isCalled, at: now });
  await (isOpen ? holdUntil(call.token, until) : finish(call.token));
  return true;
};

/** A message is due when it would have been sent, had nobody paused: what expires is counted from then. */
const noteDue = (walk: Walk, due: number): void => {
  const { run, stored, call } = walk;
  const { nodes } = stored.plan;
  const node = Object.hasOwn(nodes, call.step) ? nodes[call.step] : undefined;
  if (node?.kind !== 'send' || run.steps[node.id]?.['status'] === 'held') return;
  note(walk, { [node.id]: { status: 'held', dueAt: due } });
};

/**
 * What becomes of a run while its journey is paused or stopped. Paused, it stands still where it is; afterwards, a wait that
 * a pause overlapped goes on for as long. Stopped, it is over.
 * @returns whether the state machine was told, so that nothing else is to be done
 */
export const standsStill = async (walk: Walk, stores: StepStores): Promise<boolean> => {
  const control = await stores.controls.recent(walk.call.journey);
  if (control === undefined) return false;
  const { pauses, stoppedAt } = control;
  if (stoppedAt !== undefined && walk.run.enteredAt <= stoppedAt) {
    await end(walk, stoppedByHand, stores);
    return true;
  }
  if (pauses.length === 0) return false;
  const stoodSince = walk.run.step === walk.run.frozen?.is ? walk.run.frozen?.at : undefined;
  walk.run = thawed(walk.run);
  const wait = waitBefore(walk);
  const standing = { since: stoodSince ?? walk.now, wait };
  if (isPaused(pauses)) return freeze(walk, { ...standing, until: walk.now + looksAgainMs, isCalled: true }, stores);
  const over = wait === undefined ? undefined : overAt(walk, wait, pauses);
  if (over !== undefined && over > walk.now + 1000)
    return freeze(walk, { ...standing, until: over, isCalled: false }, stores);
  if (stoodSince !== undefined) noteDue(walk, over ?? stoodSince);
  return false;
};
