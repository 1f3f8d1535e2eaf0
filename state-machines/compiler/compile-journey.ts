import {
  afterLastStep,
  afterWait,
  isSpanWait,
  type JourneyDocument,
  type Next,
  nodeAt,
  type Plan,
  type PlanNode,
  planJourney,
  type Segment,
  segmentsOf,
  spanMs,
  type WaitForNode,
  type WaitNode,
  withinReach,
} from '#core/journey';
import { machineProblems } from './machine-problems.ts';
import { roundsPerExecution } from './rounds.ts';
import {
  beginState,
  holdState,
  leftEarly,
  type State,
  stepState,
  untilState,
  untilTitle,
  waitState,
} from './states.ts';

/** A compiled journey: Amazon States Language with `${RunStep}` and `${StateTable}` to be filled in by the stack. */
export type Machine = {
  readonly Comment: string;
  readonly QueryLanguage: 'JSONata';
  readonly StartAt: string;
  readonly States: { readonly [title: string]: State };
};

export const endTitle = 'End';
const beginTitle = 'Begin';

const holdTitle = (title: string): string => `Hold ${title}`;

/** What the states of one machine have in common. */
type Making = {
  readonly plan: Plan;
  readonly segments: readonly Segment[];
  readonly restarts: boolean;
  readonly rounds: { readonly [repeat: string]: number } | undefined;
};

/** Where the time-out of a wait leads; after the last step, to the function that only closes the run. */
const timeoutTitle = (plan: Plan, wait: WaitNode | WaitForNode): string => {
  const [next] = afterWait(wait);
  return next === undefined ? endTitle : nodeAt(plan, next).title;
};

/** The waits for something whose time-out leads to `step`: what they heard at the very end is still to be followed. */
const timingOutTo = (plan: Plan, step: Next): readonly WaitForNode[] =>
  Object.values(plan.nodes).filter((node): node is WaitForNode => node.kind === 'waitFor' && node.timeout === step);

/** Whether an earlier wait leads here that may have been begun anew while its old end was on the way: only a function sees that. */
const followsRestarts = ({ plan, restarts }: Making, step: Next): boolean =>
  restarts && Object.values(plan.nodes).some((node) => node.kind === 'wait' && afterWait(node).includes(step));

const isWait = (node: PlanNode): node is WaitNode | WaitForNode => node.kind === 'wait' || node.kind === 'waitFor';
const isUntil = (node: PlanNode): node is WaitNode => node.kind === 'wait' && !isSpanWait(node);

/** Titles of those steps that are states of their own. */
const titlesOf = ({ plan, segments }: Making, steps: readonly Next[]): readonly string[] => {
  const states = steps.filter((step) => step !== undefined && segments.some(({ entry }) => entry === step));
  return [...new Set(states.map((step) => nodeAt(plan, String(step)).title))];
};

const lateArms = (plan: Plan, step: Next): readonly Next[] =>
  timingOutTo(plan, step).flatMap(({ arms }) => Object.values(arms));

/** Titles of the states a segment can go to other than by its time-out. */
const elsewhere = (making: Making, { entry, wait }: Segment): readonly string[] => {
  const { plan } = making;
  const waits = withinReach(plan, entry).filter((node) => isWait(node) && !isUntil(node) && node.id !== wait?.id);
  const arms = wait === undefined ? [] : afterWait(wait);
  // A date that goes missing, or into the past, sends a run on from here when it had just been sent to wait for it.
  const over = withinReach(plan, entry).filter(isUntil).flatMap(afterWait);
  const steps = [...waits.map(({ id }) => id), ...arms, ...over, ...lateArms(plan, entry)];
  return titlesOf(
    making,
    steps.filter((step) => step !== entry),
  );
};

const untilsFrom = (plan: Plan, entry: Next): readonly string[] =>
  withinReach(plan, entry)
    .filter(isUntil)
    .map(({ title }) => title);

const statesOf = (making: Making, segment: Segment): Record<string, State> => {
  const { plan, restarts, rounds } = making;
  const { entry, wait } = segment;
  const node = nodeAt(plan, entry);
  const isAlone = timingOutTo(plan, entry).length === 0 && !followsRestarts(making, entry);
  if (node.kind === 'wait' && wait?.kind === 'wait' && 'ms' in wait.time && isAlone)
    return { [node.title]: waitState(node.id, { ms: wait.time.ms, restarts }, timeoutTitle(plan, node)) };
  const hold = holdTitle(node.title);
  const step = stepState({
    step: entry,
    elsewhere: elsewhere(making, segment),
    untils: untilsFrom(plan, entry),
    ...(wait === undefined ? {} : { wait: { ms: spanMs(wait), next: timeoutTitle(plan, wait) } }),
    hold,
    ...(rounds === undefined ? {} : { rounds }),
  });
  return { [node.title]: step, [hold]: holdState(node.title) };
};

const untilStates = (making: Making): Record<string, State> =>
  Object.fromEntries(
    Object.values(making.plan.nodes)
      .filter((node): node is WaitNode => isUntil(node) && making.segments.some(({ entry }) => entry === node.id))
      .map((node) => [
        untilTitle(node.title),
        untilState(node, timeoutTitle(making.plan, node), titlesOf(making, afterWait(node))),
      ]),
  );

/** After the last step: the function closes the run, unless the wait before it was restarted or heard something meanwhile. */
const closingStates = (making: Making): Record<string, State> => {
  const closing = { step: afterLastStep, elsewhere: titlesOf(making, lateArms(making.plan, undefined)), untils: [] };
  const hold = holdTitle(endTitle);
  return { [endTitle]: stepState({ ...closing, hold }), [hold]: holdState(endTitle) };
};

/** The pauses of long repeats: states of their own, with which a new execution begins. */
const pausesOf = ({ plan, rounds = {} }: Making): readonly WaitNode[] =>
  Object.values(plan.nodes).flatMap((node) => {
    const pause = node.kind === 'again' && Object.hasOwn(rounds, node.head) ? nodeAt(plan, node.pause) : undefined;
    return pause?.kind === 'wait' ? [pause] : [];
  });

const pauseStates = (making: Making): Record<string, State> =>
  Object.assign(
    {},
    ...pausesOf(making).map((pause) =>
      statesOf(making, { entry: pause.id, ...(isSpanWait(pause) ? { wait: pause } : {}) }),
    ),
  );

const leadsTo = (states: Record<string, State>, title: string): boolean =>
  JSON.stringify(states).includes(`"Next":"${title}"`);

/**
 * Compiles a journey to the fewest states: one per wait, plus one for what follows the last. Deterministic: the same
 * document always gives the same machine.
 *
 * A run that waits n times for spans makes n + 1 transitions. It makes one more for each
 * - message that is held (two: the hold, and the step again) and each wait that was begun anew too late;
 * - wait until a date, which the function has to compute first;
 * - wait that is not the first ahead of a choice: one wait is fused with the function that chooses, the others are states;
 * - wait shorter than 90 seconds after something else, which is a state of its own;
 * - thing that was heard before its wait began.
 */
export const compileJourney = (journey: JourneyDocument): Machine => {
  const plan = planJourney(journey);
  const segments = segmentsOf(plan);
  const making: Making = {
    plan,
    segments,
    restarts: journey.whileOpen === 'restart',
    rounds: roundsPerExecution(plan),
  };
  const steps: Record<string, State> = {
    ...Object.assign({}, ...segments.map((segment) => statesOf(making, segment))),
    ...untilStates(making),
    ...pauseStates(making),
  };
  const first = segments[0] === undefined ? endTitle : nodeAt(plan, segments[0].entry).title;
  const pauses = pausesOf(making).map(({ title }) => title);
  const closes = segments.length === 0 || leadsTo(steps, endTitle);
  const states = { ...steps, ...(closes ? closingStates(making) : {}) };
  return sound({
    Comment: `Compiled from the journey ${journey.name}. Change journey.yaml and run npm run compile.`,
    QueryLanguage: 'JSONata',
    StartAt: pauses.length === 0 ? first : beginTitle,
    States: {
      ...(pauses.length === 0 ? {} : { [beginTitle]: beginState(first, pauses) }),
      ...states,
      ...(leadsTo(states, leftEarly) ? { [leftEarly]: { Type: 'Succeed', Output: {} } } : {}),
    },
  });
};

/** No journey that was checked leads here: it is a mistake of the compiler, and must not be deployed. */
const sound = (machine: Machine): Machine => {
  const problems = machineProblems(machine);
  if (problems.length > 0) throw new Error(`The compiled machine is not right: ${problems.join(' ')}`);
  return machine;
};
