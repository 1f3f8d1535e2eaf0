import { nodeAt, type Next, type Plan, type WaitForNode, type WaitNode } from './plan.ts';

/** A wait shorter than this is not fused with the sends before it: run-step's time-out (30 s) and a send's lease (30 s) must fit. */
export const shortestFusedWaitMs = 90_000;

/**
 * One state of the compiled machine: everything from `entry` up to and including the wait it ends in. A state whose entry
 * is a plain wait needs no function at all.
 */
export type Segment = { readonly entry: string; readonly wait?: WaitNode | WaitForNode };

/** The wait that a state beginning at `entry` ends in, if it is the same on every path and long enough. */
const fusedWait = (plan: Plan, entry: string): WaitNode | WaitForNode | undefined => {
  const seen = new Set<string>();
  for (let at: Next = entry; at !== undefined && !seen.has(at);) {
    seen.add(at);
    const node = nodeAt(plan, at);
    if (node.kind === 'wait' || node.kind === 'waitFor')
      return at === entry || node.ms >= shortestFusedWaitMs ? node : undefined;
    if (node.kind !== 'send') return undefined;
    at = node.next;
  }
  return undefined;
};

/** Waits that a run can come to from `from` before it comes to any other. */
const reachableWaits = (plan: Plan, from: Next, seen = new Set<string>()): readonly string[] => {
  if (from === undefined || seen.has(from)) return [];
  seen.add(from);
  const node = nodeAt(plan, from);
  switch (node.kind) {
    case 'wait':
    case 'waitFor':
      return [node.id];
    case 'send':
      return reachableWaits(plan, node.next, seen);
    case 'branch':
      return [...node.choices.map(({ next }) => next), node.otherwise].flatMap((next) =>
        reachableWaits(plan, next, seen),
      );
    case 'end':
      return [];
  }
};

/** An `end` is a state only where a time-out leads to it: nobody else is there to close the run. */
const isState = (plan: Plan, at: Next): at is string => at !== undefined && nodeAt(plan, at).kind !== 'end';

/** What a state is told to do when a run has come to the end of its steps; no step may be called so. */
export const afterLastStep = 'END';

/** All states of the compiled machine, the first one first. */
export const segmentsOf = (plan: Plan): readonly Segment[] => {
  const segments = new Map<string, Segment>();
  const add = (entry: Next): void => {
    if (!isState(plan, entry) || segments.has(entry)) return;
    const wait = fusedWait(plan, entry);
    segments.set(entry, wait === undefined ? { entry } : { entry, wait });
    if (wait === undefined) return reachableWaits(plan, entry).forEach(add);
    const [timeout, ...arms] = afterWait(wait);
    if (timeout !== undefined && !isState(plan, timeout)) segments.set(timeout, { entry: timeout });
    [timeout, ...arms].forEach(add);
  };
  add(plan.first);
  return [...segments.values()];
};

/** Where a wait can lead: its time-out first, then the arms of what it can hear. */
export const afterWait = (wait: WaitNode | WaitForNode): readonly Next[] =>
  wait.kind === 'wait' ? [wait.next] : [wait.timeout, ...Object.values(wait.arms)];

/** The state that begins at `entry`. */
export const segmentAt = (plan: Plan, entry: string): Segment => {
  const wait = fusedWait(plan, entry);
  return wait === undefined ? { entry } : { entry, wait };
};
