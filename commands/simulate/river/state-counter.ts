import type { Moved } from '#core/flow';
import { type Enrolment, isSpanWait, type Next, nodeAt, type Plan, segmentAt } from '#core/journey';
import { keyOf, type Tally } from './tally.ts';

/** A message that was held is looked at again. */
export const isResumed = ({ run, happening }: Moved): boolean =>
  'reached' in happening && run.steps[happening.reached ?? '']?.['status'] === 'held';

const onlyWaits = (plan: Plan, entry: Next): boolean => {
  const node = entry === undefined ? undefined : nodeAt(plan, entry);
  return (node?.kind === 'wait' || node?.kind === 'waitFor') && isSpanWait(node);
};

/**
 * Counts the states that the compiled machines of one customer's runs enter, and the calls of run-step: a state for each
 * wait, with what leads to it fused where that can be; a held message waits in one of its own.
 */
export const stateCounter = (plan: Plan, tally: Tally) => {
  const entries = new Map<string, Next>();

  const enter = (run: Enrolment, entry: Next, states: number): void => {
    tally.transitions += states;
    if (!onlyWaits(plan, entry)) tally.invocations++;
    entries.set(keyOf(run), entry);
  };

  /** @param first the step the run came to first, if to any. */
  const moved = (what: Moved, first: Next): void => {
    const { run, happening, move } = what;
    const isOver = 'reached' in happening || 'timedOut' in happening || 'missing' in happening;
    if (isResumed(what)) enter(run, move.do === 'end' ? undefined : move.node.id, 2);
    // What was heard leads to a state only where there is something to do.
    else if (isOver || ('heard' in happening && move.do !== 'end')) enter(run, first, 1);
    const entry = entries.get(keyOf(run));
    const isFused = entry !== undefined && move.do === 'wait' && segmentAt(plan, entry).wait?.id === move.node.id;
    if (move.do === 'wait' && !isFused) tally.transitions++;
  };

  /** The wait a run is in begins anew, or ends at another time. */
  const goesAgain = (): void => void tally.transitions++;

  return { moved, goesAgain };
};
