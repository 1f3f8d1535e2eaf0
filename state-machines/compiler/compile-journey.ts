import {
  afterLastStep,
  afterWait,
  type JourneyDocument,
  type Next,
  nodeAt,
  type Plan,
  planJourney,
  type Segment,
  segmentsOf,
  type WaitForNode,
  type WaitNode,
} from '#core/journey';
import { holdState, leftEarly, type State, stepState, waitState } from './states.ts';

/** A compiled journey: Amazon States Language with `${RunStep}` and `${StateTable}` to be filled in by the stack. */
export type Machine = {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly States: { readonly [title: string]: State };
};

export const endTitle = 'End';

const holdTitle = (title: string): string => `Hold ${title}`;

/** Where the time-out of a wait leads; after the last step, to the function that only closes the run. */
const timeoutTitle = (plan: Plan, wait: WaitNode | WaitForNode): string => {
  const [next] = afterWait(wait);
  return next === undefined ? endTitle : nodeAt(plan, next).title;
};

/** The waits for something whose time-out leads to `step`: what they heard at the very end is still to be followed. */
const timingOutTo = (plan: Plan, step: Next): readonly WaitForNode[] =>
  Object.values(plan.nodes).filter((node): node is WaitForNode => node.kind === 'waitFor' && node.timeout === step);

/** Titles of those steps that are states of their own. */
const titlesOf = (plan: Plan, segments: readonly Segment[], steps: readonly Next[]): readonly string[] => {
  const states = steps.filter((step) => step !== undefined && segments.some(({ entry }) => entry === step));
  return [...new Set(states.map((step) => nodeAt(plan, String(step)).title))];
};

/** Titles of the states a segment can go to other than by its time-out. */
const elsewhere = (plan: Plan, segments: readonly Segment[], { entry, wait }: Segment): readonly string[] => {
  const ahead =
    wait === undefined ? segments.map((each) => each.entry).filter((step) => step !== entry) : afterWait(wait);
  const late = timingOutTo(plan, entry).flatMap(({ arms }) => Object.values(arms));
  return titlesOf(
    plan,
    segments,
    [...ahead, ...late].filter((step) => step !== entry),
  );
};

const statesOf = (
  plan: Plan,
  segments: readonly Segment[],
  segment: Segment,
  restarts: boolean,
): Record<string, State> => {
  const { entry, wait } = segment;
  const node = nodeAt(plan, entry);
  if (node.kind === 'wait' && timingOutTo(plan, entry).length === 0)
    return { [node.title]: waitState(node.id, { ms: node.ms, restarts }, timeoutTitle(plan, node)) };
  const hold = node.kind === 'send' || node.kind === 'branch' || restarts ? holdTitle(node.title) : undefined;
  const step = stepState({
    step: entry,
    elsewhere: elsewhere(plan, segments, segment),
    ...(wait === undefined ? {} : { wait: { ms: wait.ms, next: timeoutTitle(plan, wait) } }),
    ...(hold === undefined ? {} : { hold }),
  });
  return { [node.title]: step, ...(hold === undefined ? {} : { [hold]: holdState(entry, node.title) }) };
};

/** After the last step: the function closes the run, unless the wait before it was restarted or heard something meanwhile. */
const closingStates = (restarts: boolean, late: readonly string[]): Record<string, State> => {
  const hold = holdTitle(endTitle);
  if (!restarts) return { [endTitle]: stepState({ step: afterLastStep, elsewhere: late }) };
  return {
    [endTitle]: stepState({ step: afterLastStep, elsewhere: late, hold }),
    [hold]: holdState(afterLastStep, endTitle),
  };
};

/**
 * Compiles a journey to the fewest states: one per wait, plus one for what follows the last. Deterministic: the same
 * document always gives the same machine.
 */
export const compileJourney = (journey: JourneyDocument): Machine => {
  const plan = planJourney(journey);
  const segments = segmentsOf(plan);
  const restarts = journey.whileOpen === 'restart';
  const states = Object.assign({}, ...segments.map((segment) => statesOf(plan, segments, segment, restarts)));
  const late = titlesOf(
    plan,
    segments,
    timingOutTo(plan, undefined).flatMap(({ arms }) => Object.values(arms)),
  );
  const text = JSON.stringify(states);
  const used = (title: string): boolean => text.includes(`"Next":"${title}"`);
  return {
    Comment: `Compiled from the journey ${journey.name}. Change journey.yaml and run npm run compile.`,
    QueryLanguage: 'JSONata',
    StartAt: segments[0] === undefined ? endTitle : nodeAt(plan, segments[0].entry).title,
    States: {
      ...states,
      ...(used(endTitle) || segments.length === 0 ? closingStates(restarts, late) : {}),
      ...(used(leftEarly) ? { [leftEarly]: { Type: 'Succeed', Output: {} } } : {}),
    },
  };
};
