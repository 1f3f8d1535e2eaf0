import type { SendNode, Plan, PlanNode, WaitNode } from '../plan/nodes.ts';
import { foldPlan } from './fold-plan.ts';

const dayMs = 86_400_000;

/** A day may have an hour more, where the clock is set back. */
const longestDayMs = dayMs + 3_600_000;

/** The longest a wait takes by itself, in ms. Of a date that only the customer's data knows: nothing. */
export const longestWaitMs = ({ time }: Pick<WaitNode, 'time'>): number => {
  if ('ms' in time) return time.ms;
  const { until } = time;
  if (until.bestTime === true) return longestDayMs;
  if (until.base.is === 'now') return until.weekday === undefined ? longestDayMs : longestDayMs + 6 * dayMs;
  return until.base.is === 'entry' ? Math.max(0, until.plusMs) + (until.at === undefined ? 0 : longestDayMs) : 0;
};

/** Whether a wait ends at a date that only the customer's data knows. */
export const isForDate = (node: PlanNode): boolean =>
  node.kind === 'wait' &&
  'until' in node.time &&
  node.time.until.bestTime !== true &&
  (node.time.until.base.is === 'trait' || node.time.until.base.is === 'property');

/** The longest way through a plan, in ms. @param heldMs how long a send may be held. */
export const longestWay = (plan: Plan, heldMs: (send: SendNode) => number = () => 0): number =>
  foldPlan<number>(plan, {
    atEnd: 0,
    of: (node, ways) => {
      const own = node.kind === 'waitFor' ? node.ms : node.kind === 'send' ? heldMs(node) : 0;
      const wait = node.kind === 'wait' ? longestWaitMs(node) : 0;
      return own + Math.max(0, ...ways.map(({ by, value }) => value + (by === 'missing' ? 0 : wait)));
    },
  });
