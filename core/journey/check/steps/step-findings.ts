import { stepKindNames, Steps } from '../../document/steps.ts';
import { longestWay } from '../../proofs/durations.ts';
import { eventNameFindings } from '../around/event-name-findings.ts';
import { sameFindings } from '../around/property-findings.ts';
import { stepNames } from '../conditions/readable.ts';
import {
  entriesAt,
  type Finding,
  fieldOf,
  type Surroundings,
  textAt,
  warning,
  wordsOf,
  type Written,
} from '../problem.ts';
import { answerFindings, type Sends } from './answer-findings.ts';
import { choiceFindings } from './choice-findings.ts';
import { gotoFindings, idleGotoFindings, unreachableFindings } from './flow-findings.ts';
import { heardFindings } from './heard-findings.ts';
import { type LocatedPlan, locatePlan } from '../walk/located-plan.ts';
import { sendFindings } from './send-findings.ts';
import { startFindings } from './start-findings.ts';
import { stepExpressionFindings } from './step-expressions.ts';
import { dateFindings, timeFindings, tooLong, yearMs } from './time-findings.ts';
import { channelsWritten, type Place, visitSteps } from '../walk/visit.ts';

/** A step whose kind nobody knows may have been meant as a send: what refers to it is not its own mistake. */
const maySend = (step: Written): boolean =>
  Object.hasOwn(step, 'send') || !stepKindNames.some((kind) => Object.hasOwn(step, kind));

const idFindings = (steps: unknown): readonly Finding[] => {
  const ids = new Set<string>();
  const found: Finding[] = [];
  visitSteps(steps, (step, { path }) => {
    const id = textAt(step, 'id');
    if (id === undefined) return;
    if (ids.has(id))
      found.push({ path: [...path, 'id'], message: `Two steps are called \`${id}\`; give one another id.` });
    ids.add(id);
  });
  return found;
};

/** The wait for an answer is a step of its own, and what it heard is found by its name. */
const answerIdFindings = (steps: unknown): readonly Finding[] => {
  const answers = new Map<string, string>();
  visitSteps(steps, (step) => {
    const id = textAt(step, 'id');
    if (id !== undefined && fieldOf(step['task'], 'outcomes') !== undefined) answers.set(`${id}-answer`, id);
    if (id !== undefined && fieldOf(step['start'], 'wait') === true) answers.set(`${id}-ended`, id);
  });
  const found: Finding[] = [];
  visitSteps(steps, (step, { path }) => {
    const id = textAt(step, 'id') ?? '';
    const asking = answers.get(id);
    if (asking === undefined) return;
    const message = `\`${id}\` is what the answer to \`${asking}\` is called; take another id.`;
    found.push({ path: [...path, 'id'], message });
  });
  return found;
};

const idsOf = (steps: unknown): ReadonlySet<string> => {
  const ids = new Set<string>();
  visitSteps(steps, (step) => ids.add(textAt(step, 'id') ?? ''));
  return ids;
};

const repeatFindings = (step: Written, { path, isInRepeat }: Place): readonly Finding[] => {
  if (!Object.hasOwn(step, 'repeat')) return [];
  const at = [...path, 'repeat'];
  if (isInRepeat)
    return [
      {
        path: at,
        message:
          'A repeat within a repeat has no bound one could read. Let the inner one be a journey of its own and `start` it.',
      },
    ];
  return fieldOf(step['repeat'], 'times') === 1
    ? [
        warning(
          [...at, 'times'],
          'A repeat of one round repeats nothing. Write its steps without `repeat`, or more rounds.',
        ),
      ]
    : [];
};

/** What can be seen in a single step, whatever its neighbours are. */
const singleFindings = (step: Written, place: Place, journey: unknown, around: Surroundings): readonly Finding[] => {
  const { path } = place;
  return [
    ...sendFindings(step['send'], [...path, 'send'], journey, around),
    ...startFindings(step['start'], [...path, 'start'], journey, around),
    ...timeFindings(step, path),
    ...dateFindings(step, path),
    ...choiceFindings(step, path),
    ...repeatFindings(step, place),
    ...idleGotoFindings(step, place),
    ...entriesAt(step, 'waitFor').flatMap(([winner, awaited]) => [
      ...eventNameFindings(awaited, 'on', [...path, 'waitFor', winner]),
      ...sameFindings(awaited, [...path, 'waitFor', winner], journey),
    ]),
  ];
};

/** References from step to step, in reading order. */
const referenceFindings = (steps: unknown): readonly Finding[] => {
  const ids = idsOf(steps);
  const sends = new Map<string, readonly string[]>();
  const found: Finding[] = [];
  visitSteps(steps, (step, place) => {
    const id = textAt(step, 'id');
    if (id !== undefined && maySend(step)) sends.set(id, channelsWritten(step['send']));
    const before: Sends = sends;
    found.push(...answerFindings(step, place.path, before), ...gotoFindings(step, place, ids));
  });
  return found;
};

const wayFindings = ({ plan }: LocatedPlan): readonly Finding[] => {
  if (longestWay(plan) > yearMs)
    return [
      {
        path: ['steps'],
        message:
          'The waits of the longest way add up to more than 1 year: a state machine runs no longer. Shorten them, or `start` another journey.',
      },
    ];
  return [];
};

/** The plan of steps that are well formed, have names of their own and lead forward; undefined of others. */
const planOf = (steps: unknown, wrong: readonly Finding[]): LocatedPlan | undefined => {
  const isTangled = wrong.some(({ path }) => ['id', 'goto', 'repeat'].includes(String(path.at(-1))));
  const parsed = isTangled ? undefined : Steps.safeParse(steps, { error: wordsOf });
  return parsed?.success === true ? locatePlan(parsed.data) : undefined;
};

/** What is wrong with the steps beyond their form. Steps that are badly formed are looked at as far as they go. */
export const stepFindings = (
  journey: unknown,
  around: Surroundings,
): { readonly findings: readonly Finding[]; readonly located: LocatedPlan | undefined } => {
  const steps = fieldOf(journey, 'steps');
  const single: Finding[] = [];
  visitSteps(steps, (step, place) => single.push(...singleFindings(step, place, journey, around)));
  const references = referenceFindings(steps);
  const ids = [...idFindings(steps), ...answerIdFindings(steps)];
  const located = planOf(steps, [...ids, ...single, ...references]);
  const expressions: Finding[] = [];
  visitSteps(steps, (step, { path }) => {
    const before = () => {
      const node = located?.nodeOf(path);
      return node === undefined ? undefined : located?.before(node.id);
    };
    const notes = () => stepNames(before());
    expressions.push(
      ...stepExpressionFindings(step, path, journey, notes),
      ...heardFindings(step, path, around, before),
    );
  });
  const isTooLong = single.some(({ message }) => message === tooLong);
  const planned =
    located === undefined ? [] : [...unreachableFindings(located), ...(isTooLong ? [] : wayFindings(located))];
  // An `otherwise` nobody needs is told as such; that its steps are never reached says the same.
  const places = new Set(single.map(({ path }) => path.join('.')));
  const isTold = ({ path }: Finding): boolean => places.has(path.slice(0, -1).join('.'));
  return {
    findings: [...ids, ...single, ...references, ...expressions, ...planned.filter((each) => !isTold(each))],
    located,
  };
};
