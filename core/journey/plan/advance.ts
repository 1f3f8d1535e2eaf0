import type { JsonObject } from '#core/signal';
import { armDrawn, type Draw } from './draw.ts';
import {
  type ActNode,
  type DecideNode,
  type Next,
  nodeAt,
  type Plan,
  type PlanNode,
  type SendNode,
  type WaitForNode,
  type WaitNode,
} from './nodes.ts';

/** What became of a send. `reason` is the named reason of a withheld or failed message. */
export type SendOutcome =
  | { readonly status: 'sent' | 'unknown' }
  | { readonly status: 'withheld' | 'failed'; readonly reason: string };

/** What became of something done outside. */
export type ActOutcome = { readonly status: 'done' } | { readonly status: 'failed'; readonly reason: string };

/** What just happened to a run. */
export type Happening =
  | { readonly reached: Next }
  | { readonly sent: string; readonly outcome: SendOutcome }
  | { readonly acted: string; readonly outcome: ActOutcome }
  | { readonly timedOut: string }
  /** A wait until a date that is not there. */
  | { readonly missing: string }
  | { readonly heard: string; readonly winner: string }
  | { readonly exited: string };

/** What is known of the steps done so far, by id. */
export type StepNotes = { readonly [step: string]: JsonObject };

/** What the run does next: the caller writes down what the steps passed on the way noted, does it, and reports back. */
export type Move = { readonly notes: StepNotes } & (
  | { readonly do: 'send'; readonly node: SendNode }
  | { readonly do: 'act'; readonly node: ActNode }
  | { readonly do: 'wait'; readonly node: WaitNode | WaitForNode }
  | { readonly do: 'end'; readonly reason: string }
);

/** Chooses among the eligible options of a `decide`: where scores and learning come in. */
export type Choose = (
  node: DecideNode,
  eligible: readonly DecideNode['options'][number][],
) => { readonly option: string; readonly reason: string } | undefined;

/** The first in the author's order. */
export const chooseFirst: Choose = (_, [first]) =>
  first === undefined ? undefined : { option: first.option, reason: 'first-eligible' };

/** What a run sees as it goes on. */
export type Sight = {
  /** What is noted of its steps so far. */
  readonly steps: StepNotes;
  /** Whether a condition of the journey holds for this customer now. */
  readonly holds: (condition: string, steps: StepNotes) => boolean;
  readonly draw: Draw;
  readonly choose: Choose;
};

/** The reason of a run that came to the end of its steps. */
export const completed = 'completed';

/** The rounds a repeat has begun. */
export const roundOf = (steps: StepNotes, repeat: string): number => {
  const round = steps[repeat]?.['round'];
  return typeof round === 'number' ? round : 0;
};

/** What a step is called in what is kept of it: in a later round of a repeat, another thing than in an earlier. */
export const stepKey = (plan: Plan, id: string, steps: StepNotes): string => {
  const { within } = nodeAt(plan, id);
  const round = within === undefined ? 1 : roundOf(steps, within);
  return round <= 1 ? id : `${id}@${round}`;
};

type Passed = { readonly next: Next; readonly note?: JsonObject };

const decided = (node: DecideNode, { holds, steps, choose }: Sight): Passed => {
  const eligible = node.options.filter(({ when }) => when === undefined || holds(when, steps));
  const chosen = choose(node, eligible);
  if (chosen === undefined) return { next: node.otherwise, note: { status: 'decided', reason: 'none-eligible' } };
  const found = eligible.find(({ option }) => option === chosen.option);
  return { next: found?.next, note: { status: 'decided', option: chosen.option, reason: chosen.reason } };
};

/** Through a step that takes no time and does nothing outside; undefined for the others. */
const pass = (node: PlanNode, sight: Sight): Passed | undefined => {
  const { holds, steps } = sight;
  switch (node.kind) {
    case 'branch':
      return { next: (node.choices.find(({ when }) => holds(when, steps)) ?? { next: node.otherwise }).next };
    case 'split': {
      const drawn = armDrawn(node, sight.draw);
      return { next: drawn?.next, note: { status: 'split', arm: drawn?.arm ?? '' } };
    }
    case 'decide':
      return decided(node, sight);
    case 'repeat':
      return node.until !== undefined && holds(node.until, steps)
        ? { next: node.next }
        : { next: node.body, note: { status: 'repeating', round: roundOf(steps, node.id) + 1 } };
    case 'again': {
      const isOver = roundOf(steps, node.head) >= node.times || (node.until !== undefined && holds(node.until, steps));
      return { next: isOver ? node.next : node.pause };
    }
    case 'waitFor':
      return alreadyTrue(node, sight);
    case 'send':
    case 'act':
    case 'wait':
    case 'end':
      return undefined;
  }
};

/** A wait for a condition that holds already is over as it begins. */
const alreadyTrue = ({ awaited, arms }: WaitForNode, { holds, steps }: Sight): Passed | undefined => {
  const [winner] = Object.entries(awaited).find(([, each]) => 'when' in each && holds(each.when, steps)) ?? [];
  return winner === undefined ? undefined : { next: arms[winner], note: { status: 'heard', outcome: winner } };
};

/** The waits a run went past because what they wait for was so already, and what each of them heard. */
export const heardInPassing = (plan: Plan, notes: StepNotes): readonly (readonly [step: string, winner: string])[] =>
  Object.entries(notes).flatMap(([step, { status, outcome }]) =>
    nodeAt(plan, step).kind === 'waitFor' && status === 'heard' ? [[step, String(outcome)] as const] : [],
  );

/** On from a step to the next that takes time, does something outside or ends. Every way there is finite: a loop has a pause. */
const reach = (plan: Plan, from: Next, before: Sight, noted: StepNotes = {}): Move => {
  let notes = noted;
  let sight = { ...before, steps: { ...before.steps, ...noted } };
  for (let at = from; at !== undefined;) {
    const node = nodeAt(plan, at);
    const passed = pass(node, sight);
    if (passed === undefined) return moveOf(node, notes);
    if (passed.note !== undefined) {
      notes = { ...notes, [at]: passed.note };
      sight = { ...sight, steps: { ...sight.steps, [at]: passed.note } };
    }
    at = passed.next;
  }
  return { do: 'end', reason: completed, notes };
};

const moveOf = (node: PlanNode, notes: StepNotes): Move => {
  switch (node.kind) {
    case 'send':
      return { do: 'send', node, notes };
    case 'act':
      return { do: 'act', node, notes };
    case 'wait':
    case 'waitFor':
      return { do: 'wait', node, notes };
    case 'end':
      return { do: 'end', reason: node.reason, notes };
    default:
      throw new Error(`"${node.id}" does nothing by itself.`);
  }
};

const afterSend = (plan: Plan, id: string, outcome: SendOutcome): { next: Next } | { end: string } => {
  const node = nodeAt(plan, id);
  if (node.kind !== 'send') throw new Error(`"${id}" is no send.`);
  const failed = outcome.status === 'withheld' || outcome.status === 'failed';
  return failed && node.send.otherwise === 'end' ? { end: outcome.reason } : { next: node.next };
};

const afterAct = (plan: Plan, id: string, outcome: ActOutcome): { next: Next } | { end: string } => {
  const node = nodeAt(plan, id);
  if (node.kind !== 'act') throw new Error(`"${id}" does nothing outside.`);
  return outcome.status === 'failed' && node.otherwise === 'end' ? { end: outcome.reason } : { next: node.next };
};

const afterTimeout = (plan: Plan, id: string): Next => {
  const node = nodeAt(plan, id);
  if (node.kind === 'wait') return node.next;
  if (node.kind === 'waitFor') return node.timeout;
  throw new Error(`"${id}" is no wait.`);
};

const afterMissing = (plan: Plan, id: string): Next => {
  const node = nodeAt(plan, id);
  if (node.kind !== 'wait') throw new Error(`"${id}" waits for no date.`);
  return node.missing;
};

/** Where the arm of a winner leads. */
export const afterHearing = (plan: Plan, id: string, winner: string): Next => {
  const node = nodeAt(plan, id);
  if (node.kind !== 'waitFor') throw new Error(`"${id}" waits for nothing.`);
  return node.arms[winner];
};

/**
 * The meaning of every step: one move forward from what just happened. Pure and total; the state machine, the tests, the
 * simulator and a preview all go through it, so that they cannot disagree.
 */
export const advance = (plan: Plan, happening: Happening, sight: Sight): Move => {
  if ('exited' in happening) return { do: 'end', reason: happening.exited, notes: {} };
  if ('reached' in happening) return reach(plan, happening.reached, sight);
  if ('timedOut' in happening) {
    const { timedOut: id } = happening;
    const noted = nodeAt(plan, id).kind === 'waitFor' ? { [id]: { status: 'timed-out', outcome: 'timeout' } } : {};
    return reach(plan, afterTimeout(plan, id), sight, noted);
  }
  if ('missing' in happening) return reach(plan, afterMissing(plan, happening.missing), sight);
  if ('heard' in happening) return reach(plan, afterHearing(plan, happening.heard, happening.winner), sight);
  const after =
    'sent' in happening
      ? afterSend(plan, happening.sent, happening.outcome)
      : afterAct(plan, happening.acted, happening.outcome);
  return 'end' in after ? { do: 'end', reason: after.end, notes: {} } : reach(plan, after.next, sight);
};

/** Where the arm of what was heard leads: to a step, whose state is its own, or to the end of the run. */
export type Arm = { readonly step: string } | { readonly ends: string };

/** As `advance` for what was heard, for whoever only sends the state machine on. */
export const armOf = (plan: Plan, heard: { readonly step: string; readonly winner: string }, sight: Sight): Arm => {
  const move = advance(plan, { heard: heard.step, winner: heard.winner }, sight);
  const step = afterHearing(plan, heard.step, heard.winner);
  return move.do === 'end' || step === undefined ? { ends: move.do === 'end' ? move.reason : completed } : { step };
};
