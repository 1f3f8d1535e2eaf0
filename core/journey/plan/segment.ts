import { type Next, nextOf, nodeAt, type Plan, type PlanNode, type WaitForNode, type WaitNode } from './nodes.ts';

/** A wait shorter than this is not fused with the sends before it: run-step's time-out (30 s) and a send's lease (30 s) must fit. */
export const shortestFusedWaitMs = 90_000;

/** A wait whose length the author wrote down: the state machine can be told of it before the step is reached. */
export type SpanWait = WaitForNode | (WaitNode & { readonly time: { readonly ms: number } });

export const isSpanWait = (wait: PlanNode): wait is SpanWait =>
  wait.kind === 'waitFor' || (wait.kind === 'wait' && 'ms' in wait.time);

export const spanMs = (wait: SpanWait): number => (wait.kind === 'waitFor' ? wait.ms : wait.time.ms);

/**
 * One state of the compiled machine: everything from `entry` up to and including the wait it ends in. A state whose entry
 * is a plain wait needs no function at all.
 */
export type Segment = { readonly entry: string; readonly wait?: SpanWait };

/** Waits that a run can come to from `from` before it comes to any other. */
export const waitsAhead = (plan: Plan, from: Next, seen = new Set<string>()): readonly string[] => {
  if (from === undefined || seen.has(from)) return [];
  seen.add(from);
  const node = nodeAt(plan, from);
  if (node.kind === 'wait' || node.kind === 'waitFor') return [node.id];
  return nextOf(node).flatMap((next) => waitsAhead(plan, next, seen));
};

/** Where a run goes on from a wait that is over as it begins: its date is past or missing, its condition holds already. */
const pastWait = (node: WaitNode | WaitForNode): readonly Next[] => {
  if (node.kind === 'wait') return isSpanWait(node) ? [] : nextOf(node);
  return Object.entries(node.awaited).flatMap(([winner, each]) => ('when' in each ? [node.arms[winner]] : []));
};

/**
 * Every step one function call can get to from `from`: it stops at waits, and goes on through those that may be over as
 * they begin.
 */
export const withinReach = (plan: Plan, from: Next): readonly PlanNode[] => {
  const found = new Map<string, PlanNode>();
  const visit = (at: Next): void => {
    if (at === undefined || found.has(at)) return;
    const node = nodeAt(plan, at);
    found.set(at, node);
    (node.kind === 'wait' || node.kind === 'waitFor' ? pastWait(node) : nextOf(node)).forEach(visit);
  };
  visit(from);
  return [...found.values()];
};

/**
 * The wait that a state beginning at `entry` ends in: the first ahead, in the author's order, that is long enough. Who comes
 * to another one pays a transition more.
 */
const fusedWait = (plan: Plan, entry: string): SpanWait | undefined => {
  const waits = waitsAhead(plan, entry).map((id) => nodeAt(plan, id));
  return waits.find(
    (wait): wait is SpanWait => isSpanWait(wait) && (wait.id === entry || spanMs(wait) >= shortestFusedWaitMs),
  );
};

/** An `end` is a state only where a run begins or a time-out leads to it: nobody else is there to close the run. */
const isState = (plan: Plan, at: Next): at is string => at !== undefined && nodeAt(plan, at).kind !== 'end';

/** What a state is told to do when a run has come to the end of its steps; no step may be called so. */
export const afterLastStep = 'END';

/** All states of the compiled machine, the first one first. A wait until a date is a state of its own. */
export const segmentsOf = (plan: Plan): readonly Segment[] => {
  const segments = new Map<string, Segment>();
  /** Where the state machine goes by itself. */
  const goInto = (entry: Next): void => {
    if (entry !== undefined && !isState(plan, entry)) segments.set(entry, { entry });
    add(entry);
  };
  const add = (entry: Next): void => {
    if (!isState(plan, entry) || segments.has(entry)) return;
    const wait = fusedWait(plan, entry);
    segments.set(entry, wait === undefined ? { entry } : { entry, wait });
    for (const node of withinReach(plan, entry)) {
      if (node.kind !== 'wait' && node.kind !== 'waitFor') continue;
      if (node.id !== wait?.id) add(node.id);
      if (node.id !== wait?.id && isSpanWait(node)) continue;
      const [timeout, ...arms] = afterWait(node);
      goInto(timeout);
      arms.forEach(add);
    }
  };
  goInto(plan.first);
  return [...segments.values()];
};

/** Where a wait can lead: its time-out first, then the arms of what it can hear or miss. */
export const afterWait = (wait: WaitNode | WaitForNode): readonly Next[] => nextOf(wait);

/** The state that begins at `entry`. */
export const segmentAt = (plan: Plan, entry: string): Segment => {
  const wait = fusedWait(plan, entry);
  return wait === undefined ? { entry } : { entry, wait };
};
