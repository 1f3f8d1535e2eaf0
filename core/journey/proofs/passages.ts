import { type Next, nodeAt, type Plan, type PlanNode } from '../plan/nodes.ts';
import { isSpanWait, segmentAt } from '../plan/segment.ts';
import { foldPlan, type Way } from './fold-plan.ts';

/** What is counted on the way through the compiled machine, and which of several ways counts. */
export type Toll = {
  /** For each state entered: one that only waits, or one that calls the function. */
  readonly state: (kind: 'wait' | 'step') => number;
  readonly node?: (node: PlanNode) => number;
  readonly choose: (...ways: number[]) => number;
};

/**
 * What is still to be counted from a step on: where a state begins there, or where a function comes to it on the way. The
 * latter depends on the wait its state ends in: to come to that one costs no state.
 */
type Passage = {
  readonly entered: number;
  readonly arrived: number;
  readonly arrivedIn: ReadonlyMap<string, number>;
};

const isEnd = (plan: Plan, to: Next): boolean => to === undefined || nodeAt(plan, to).kind === 'end';

const within = ({ arrived, arrivedIn }: Passage, wait: string | undefined): number =>
  (wait === undefined ? undefined : arrivedIn.get(wait)) ?? arrived;

/** A passage whose state may end in any wait one of these can come to. @param count what it is then. */
const passing = (ways: readonly Way<Passage>[], count: (wait: string | undefined) => number) => {
  const waits = new Set(ways.flatMap(({ value }) => [...value.arrivedIn.keys()]));
  return { arrived: count(undefined), arrivedIn: new Map([...waits].map((wait) => [wait, count(wait)])) };
};

/**
 * Adds up tolls over the states a run enters, without holds: a state per wait with what leads to it, one more where a
 * branch leads to another wait than the first, and one that closes the run where a time-out ended it.
 */
export const passage = (plan: Plan, { state, node: toll = () => 0, choose }: Toll): number => {
  const behind = (ways: readonly Way<Passage>[]): number =>
    choose(...ways.map(({ by, to, value }) => (by === 'arm' && isEnd(plan, to) ? 0 : value.entered)));

  /** What a wait for a date or a condition may be over with as it begins. */
  const ahead = (node: PlanNode, ways: readonly Way<Passage>[]): readonly Way<Passage>[] => {
    if (node.kind !== 'waitFor') return ways;
    const already = Object.entries(node.awaited).flatMap(([winner, each]) =>
      'when' in each ? [node.arms[winner]] : [],
    );
    return ways.filter(({ by, to }) => by === 'arm' && already.includes(to));
  };

  const ofSpan = (node: PlanNode, ways: readonly Way<Passage>[]): Passage => {
    const after = behind(ways);
    const past = node.kind === 'waitFor' ? ahead(node, ways) : [];
    const count = (own: number) => (wait: string | undefined) =>
      choose(own + after, ...past.map(({ value }) => within(value, wait)));
    const { arrived, arrivedIn } = passing(past, count(state('wait')));
    return {
      entered: state('wait') + after,
      arrived,
      arrivedIn: new Map([...arrivedIn, [node.id, count(0)(node.id)]]),
    };
  };

  const ofDate = (ways: readonly Way<Passage>[]): Passage => {
    const waiting = ways.flatMap(({ by, value }) => (by === 'missing' ? [] : [state('wait') + value.entered]));
    const passed = passing(ways, (wait) => choose(...waiting, ...ways.map(({ value }) => within(value, wait))));
    return { ...passed, entered: state('step') + passed.arrived };
  };

  const of = (node: PlanNode, ways: readonly Way<Passage>[]): Passage => {
    if (node.kind === 'wait' || node.kind === 'waitFor') return isSpanWait(node) ? ofSpan(node, ways) : ofDate(ways);
    const passed = passing(
      ways,
      (wait) => toll(node) + (ways.length === 0 ? 0 : choose(...ways.map(({ value }) => within(value, wait)))),
    );
    const whole = { ...passed, entered: 0 };
    return { ...passed, entered: state('step') + within(whole, segmentAt(plan, node.id).wait?.id) };
  };

  const closing: Passage = { entered: state('step'), arrived: 0, arrivedIn: new Map() };
  return foldPlan<Passage>(plan, { atEnd: closing, of }).entered;
};
