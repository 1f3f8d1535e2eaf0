import type { Plan, SendNode } from '../plan/nodes.ts';
import { foldPlan } from './fold-plan.ts';

const dayMs = 86_400_000;

/** The most sends one run can come to. @param counts which of them are counted. */
export const mostSends = (plan: Plan, counts: (send: SendNode) => boolean = () => true): number =>
  foldPlan<number>(plan, {
    atEnd: 0,
    of: (node, ways) => (node.kind === 'send' && counts(node) ? 1 : 0) + Math.max(0, ...ways.map(({ value }) => value)),
  });

/** For each number of sends, after how long they can have happened at the earliest, in ms. */
type Earliest = readonly number[];

const soonest = (all: readonly Earliest[]): Earliest =>
  Array.from({ length: Math.max(0, ...all.map(({ length }) => length)) }, (_, i) =>
    Math.min(...all.map((each) => each[i] ?? Infinity)),
  );
const later = (earliest: Earliest, ms: number): Earliest =>
  earliest.map((each) => each + ms).filter((each) => each < dayMs);

/**
 * The most sends of one run within any 24 hours. A click may come at once and a date may be past, so only waits of a written
 * length and time-outs keep sends apart; what is held counts from when it left, and so does the wait after it.
 */
export const mostSendsADay = (plan: Plan, counts: (send: SendNode) => boolean = () => true): number => {
  let most = 0;
  foldPlan<Earliest>(plan, {
    atEnd: [],
    of: (node, ways) => {
      const own = (by: string): number => {
        if (node.kind === 'wait') return 'ms' in node.time ? node.time.ms : 0;
        return node.kind === 'waitFor' && by === 'timeout' ? node.ms : 0;
      };
      const after = soonest(ways.map(({ by, value }) => later(value, own(by))));
      if (node.kind !== 'send' || !counts(node)) return after;
      const from = [0, ...after];
      most = Math.max(most, from.length);
      return from;
    },
  });
  return most;
};
