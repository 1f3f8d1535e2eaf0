import { conditionProblems, READABLE } from './check/condition-problems.ts';
import { fieldOf, isWritten, listAt, type Problem, type Surroundings, textAt, wordsOf } from './check/problem.ts';
import { schemaProblems } from './check/schema-problems.ts';
import { stepProblems, topicProblems } from './check/step-problems.ts';
import { JourneyDocument } from './journey.ts';

export type { Problem, Surroundings } from './check/problem.ts';

const exitProblems = (exit: unknown, i: number): readonly Problem[] => [
  ...conditionProblems(textAt(exit, 'when'), ['exit', i, 'when'], READABLE['exit.when']),
  ...conditionProblems(textAt(exit, 'where'), ['exit', i, 'where'], READABLE['exit.where']),
];

const windowProblems = (window: unknown): readonly Problem[] => {
  const opens = textAt(window, 'from');
  return opens === undefined || opens !== textAt(window, 'to')
    ? []
    : [{ path: ['window'], message: 'The window opens and closes at the same time; give it some hours.' }];
};

/** What is wrong beyond the form: names of nothing, conditions that never hold, steps never reached. */
const meaningProblems = (raw: unknown, around: Surroundings): readonly Problem[] => [
  ...stepProblems(fieldOf(raw, 'steps'), around),
  ...listAt(raw, 'triggers').flatMap((trigger, i) =>
    conditionProblems(textAt(trigger, 'where'), ['triggers', i, 'where'], READABLE['trigger.where']),
  ),
  ...listAt(raw, 'exit').flatMap(exitProblems),
  ...listAt(raw, 'goals').flatMap((goal, i) =>
    conditionProblems(textAt(goal, 'value'), ['goals', i, 'value'], READABLE['goal.value']),
  ),
  ...topicProblems(fieldOf(raw, 'topic'), ['topic'], around),
  ...listAt(raw, 'quiets').flatMap((topic, i) => topicProblems(topic, ['quiets', i], around)),
  ...windowProblems(fieldOf(raw, 'window')),
];

const isAt = (place: Problem, other: Problem): boolean => place.path.join('.') === other.path.join('.');

export type Checked =
  | { readonly journey: JourneyDocument; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly journey?: never };

/** Reads a journey as its author wrote it. Everything wrong with it is said at once, each with its place and a proposal. */
export const checkJourney = (raw: unknown, around: Surroundings): Checked => {
  if (!isWritten(raw)) {
    const is = raw === null || raw === undefined || raw === '' ? 'The file is empty' : 'This is no journey';
    return { problems: [{ path: [], message: `${is}: a journey begins with \`name:\`.` }] };
  }
  const parsed = JourneyDocument.safeParse(raw, { error: wordsOf });
  const malformed = parsed.success ? [] : schemaProblems(parsed.error, raw);
  const meant = meaningProblems(raw, around).filter((problem) => !malformed.some((other) => isAt(problem, other)));
  return parsed.success && meant.length === 0 ? { journey: parsed.data } : { problems: [...malformed, ...meant] };
};
