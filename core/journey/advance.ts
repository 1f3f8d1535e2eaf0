import { nodeAt, type Next, type Plan, type SendNode, type WaitForNode, type WaitNode } from './plan.ts';

/** What became of a send. `reason` is the named reason of a withheld or failed message. */
export type SendOutcome =
  | { readonly status: 'sent' | 'unknown' }
  | { readonly status: 'withheld' | 'failed'; readonly reason: string };

/** What just happened to a run. */
export type Happening =
  | { readonly reached: Next }
  | { readonly sent: string; readonly outcome: SendOutcome }
  | { readonly timedOut: string }
  | { readonly heard: string; readonly winner: string }
  | { readonly exited: string };

/** What the run does next: the caller performs it and reports back what happened. */
export type Move =
  | { readonly do: 'send'; readonly node: SendNode }
  | { readonly do: 'wait'; readonly node: WaitNode | WaitForNode }
  | { readonly do: 'end'; readonly reason: string };

/** Whether a condition of the journey holds for this customer now. */
export type Holds = (condition: string) => boolean;

/** The reason of a run that came to the end of its steps. */
export const completed = 'completed';

const reach = (plan: Plan, next: Next, holds: Holds): Move => {
  if (next === undefined) return { do: 'end', reason: completed };
  const node = nodeAt(plan, next);
  switch (node.kind) {
    case 'send':
      return { do: 'send', node };
    case 'wait':
    case 'waitFor':
      return { do: 'wait', node };
    case 'branch':
      return reach(plan, (node.choices.find(({ when }) => holds(when)) ?? { next: node.otherwise }).next, holds);
    case 'end':
      return { do: 'end', reason: node.reason };
  }
};

const afterSend = (plan: Plan, id: string, outcome: SendOutcome): { next: Next } | { end: string } => {
  const node = nodeAt(plan, id);
  if (node.kind !== 'send') throw new Error(`"${id}" is no send.`);
  const failed = outcome.status === 'withheld' || outcome.status === 'failed';
  return failed && node.send.otherwise === 'end' ? { end: outcome.reason } : { next: node.next };
};

const afterTimeout = (plan: Plan, id: string): Next => {
  const node = nodeAt(plan, id);
  if (node.kind === 'wait') return node.next;
  if (node.kind === 'waitFor') return node.timeout;
  throw new Error(`"${id}" is no wait.`);
};

const afterHearing = (plan: Plan, id: string, winner: string): Next => {
  const node = nodeAt(plan, id);
  if (node.kind !== 'waitFor') throw new Error(`"${id}" waits for nothing.`);
  return node.arms[winner];
};

/**
 * The meaning of every step: one move forward from what just happened. Pure and total; the state machine, the tests and
 * a preview all go through it, so that they cannot disagree.
 */
export const advance = (plan: Plan, happening: Happening, holds: Holds): Move => {
  if ('exited' in happening) return { do: 'end', reason: happening.exited };
  if ('reached' in happening) return reach(plan, happening.reached, holds);
  if ('timedOut' in happening) return reach(plan, afterTimeout(plan, happening.timedOut), holds);
  if ('heard' in happening) return reach(plan, afterHearing(plan, happening.heard, happening.winner), holds);
  const after = afterSend(plan, happening.sent, happening.outcome);
  return 'end' in after ? { do: 'end', reason: after.end } : reach(plan, after.next, holds);
};

/** Where the arm of what was heard leads: to a step, whose state is its own, or to the end of the run. */
export type Arm = { readonly step: string } | { readonly ends: string };

/** As `advance` for what was heard, for whoever only sends the state machine on. */
export const armOf = (plan: Plan, heard: { readonly step: string; readonly winner: string }, holds: Holds): Arm => {
  const move = advance(plan, { heard: heard.step, winner: heard.winner }, holds);
  const step = afterHearing(plan, heard.step, heard.winner);
  return move.do === 'end' || step === undefined ? { ends: move.do === 'end' ? move.reason : completed } : { step };
};
