import {
  advance,
  afterLastStep,
  type Happening,
  heardInPassing,
  holdPrefix,
  isOpen,
  lostExecution,
  type Move,
  nodeAt,
  type WaitForNode,
} from '#core/journey';
import type { StoredRun } from '../aws/enrolment-store.ts';
import { finish, goTo, holdUntil } from '../aws/runs.ts';
import { doAct } from './walk/do-act.ts';
import { doSend } from './walk/do-send.ts';
import { doWait, goOnAsHeard, type Heard } from './walk/do-wait.ts';
import { standsStill } from './walk/stand-still.ts';
import {
  end,
  keyOf,
  leave,
  note,
  runIn,
  sentOnTo,
  sightFrom,
  type StepCall,
  type StepStores,
  timesOutInto,
  type Walk,
} from './walk/walk.ts';

export type { StepCall, StepStores } from './walk/walk.ts';

/** Where an earlier attempt at this very state has come to. */
const alreadyAt = ({ call, run: { passed } }: Walk): string | undefined =>
  passed?.state === call.step && passed.entered === call.enteredAt ? passed.step : undefined;

/** The message that was held: the run comes back to it, and looks at no branch again. */
const heldSend = ({ run, stored: { plan } }: Walk): string | undefined => {
  const step = run.step?.startsWith(holdPrefix) === true ? run.step.slice(holdPrefix.length) : undefined;
  if (step === undefined || !Object.hasOwn(plan.nodes, step)) return undefined;
  return run.steps[step]?.['status'] === 'held' ? step : undefined;
};

/** A wait that was begun anew while its old end was already on the way: the run comes back when it is really over. */
const notYetOver = ({ run, stored, now }: Walk): number | undefined => {
  const node = run.step === undefined ? undefined : stored.plan.nodes[run.step];
  const isEarly = node?.kind === 'wait' && run.deadline !== undefined && run.deadline > now + 1000;
  return isEarly ? run.deadline : undefined;
};

/** The wait for something that has just timed out into this state: nobody was sent here from further on. */
const overWait = (walk: Walk): WaitForNode | undefined => {
  const { call, run } = walk;
  const isSentOn = run.passed !== undefined && sentOnTo(run.passed.step) === call.step;
  return isSentOn ? undefined : timesOutInto(walk, call.step);
};

/** What a wait heard as its time ran out: the state machine was sent on before it could be woken. What was heard counts. */
const heardAtTheEnd = (walk: Walk): Heard | undefined => {
  const node = overWait(walk);
  const winner = node === undefined ? undefined : walk.run.heard[keyOf(walk, node.id)];
  if (node === undefined || winner === undefined || node.arms[winner] === node.timeout) return undefined;
  return { step: node.id, winner };
};

/** With what a call begins; a run that is to wait on or go elsewhere begins with nothing. */
const beginning = async (walk: Walk, stores: StepStores): Promise<Happening | undefined> => {
  const { call, stored } = walk;
  const passed = alreadyAt(walk);
  const onTo = passed === undefined ? undefined : sentOnTo(passed);
  if (onTo !== undefined) {
    await goTo(call.token, nodeAt(stored.plan, onTo).title);
    return undefined;
  }
  const again = passed ?? heldSend(walk);
  if (again !== undefined) return { reached: again };
  const early = notYetOver(walk);
  if (early !== undefined) {
    await holdUntil(call.token, early);
    return undefined;
  }
  const heard = heardAtTheEnd(walk);
  if (heard !== undefined) return goOnAsHeard(walk, heard, stores);
  const over = overWait(walk);
  if (over !== undefined && walk.run.heard[keyOf(walk, over.id)] === undefined) return { timedOut: over.id };
  return { reached: call.step === afterLastStep ? undefined : nodeAt(stored.plan, call.step).id };
};

/** Takes down what the steps on the way noted. A wait whose condition held already is over, and heard. */
const passOn = async (walk: Walk, move: Move, stores: StepStores): Promise<void> => {
  note(walk, move.notes);
  if (move.do === 'end') return;
  for (const [step, winner] of heardInPassing(walk.stored.plan, move.notes)) {
    const heard = { key: keyOf(walk, step), winner };
    await leave(walk, { past: { step, at: walk.now, heard } }, move.node.id, stores);
  }
};

const make = async (walk: Walk, move: Move, stores: StepStores): Promise<Happening | undefined> => {
  switch (move.do) {
    case 'end':
      return end(walk, move.reason, stores);
    case 'send':
      return doSend(walk, move.node, stores);
    case 'act':
      return doAct(walk, move.node, stores);
    case 'wait':
      return doWait(walk, move.node, stores);
  }
};

/** From one step to the next wait, end, hold or other state; the last thing done is always the word to the state machine. */
const follow = async (walk: Walk, first: Happening | undefined, stores: StepStores): Promise<void> => {
  for (let happening = first; happening !== undefined;) {
    const move = advance(walk.stored.plan, happening, sightFrom(walk));
    await passOn(walk, move, stores);
    happening = await make(walk, move, stores);
  }
};

/** The run if it is open, or closed only because its execution had died, which then goes on. */
const asOpen = async (customer: string, run: StoredRun, { runs }: StepStores): Promise<StoredRun | undefined> => {
  if (isOpen(run)) return run;
  if (run.exitedAt !== undefined || run.endReason?.startsWith(lostExecution) !== true) return undefined;
  await runs.reopen(customer, run);
  const { endedAt: _, endReason: __, ...open } = run;
  return open;
};

/** Carries a run one state further. Everything is read again from its row, so that a call may come late or twice. */
export const walkRun = async (call: StepCall, stores: StepStores): Promise<void> => {
  const seen = await stores.runs.load(call.customer);
  const found = runIn(seen, call);
  const run = found === undefined ? undefined : await asOpen(call.customer, found, stores);
  if (run === undefined) return finish(call.token);
  const stored = await stores.journeys.version(call.journey, call.version);
  const walk: Walk = { call, stored, now: stores.clock(), seen, run, notes: {}, writes: [] };
  if (alreadyAt(walk) === undefined && (await standsStill(walk, stores))) return;
  await follow(walk, await beginning(walk, stores), stores);
};
