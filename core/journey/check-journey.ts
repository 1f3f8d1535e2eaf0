import { compileExpression } from '#core/expression';
import type { Channel } from '#core/profile';
import type * as z from 'zod';
import { didYouMean } from './closest-word.ts';
import { durationMs } from './duration.ts';
import { JourneyDocument, type StepDocument, stepKindNames } from './journey.ts';

/** What is wrong with a journey, where (path in the document), and what to write instead. */
export type Problem = { readonly path: readonly (string | number)[]; readonly message: string };

/** What a journey may refer to. */
export type Surroundings = {
  readonly topics: { readonly [topic: string]: 'marketing' | 'transactional' };
  /** The channels each message of the journey's folder is written for. */
  readonly messages: { readonly [message: string]: readonly Channel[] };
};

type Path = Problem['path'];
const yearMs = 365 * 86_400_000;

type Issue = z.core.$ZodIssue;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const at = (value: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>(
    (inner, key) => (isRecord(inner) || Array.isArray(inner) ? Reflect.get(inner, key) : undefined),
    value,
  );

/** Of a step that fits no kind, the complaint of the kind it means to be. */
const issuesOfUnion = (issue: Issue & { code: 'invalid_union' }, raw: unknown): readonly Issue[] => {
  const value = at(raw, issue.path);
  const kind = isRecord(value) ? stepKindNames.findIndex((name) => name in value) : -1;
  const chosen = issue.errors.length === stepKindNames.length ? issue.errors[kind] : issue.errors.at(-1);
  return (chosen ?? []).map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }));
};

const known = (path: readonly PropertyKey[]): readonly string[] =>
  path.length === 0
    ? Object.keys(JourneyDocument.shape)
    : path.includes('steps') || path.includes('then')
      ? [...stepKindNames, 'id']
      : [];

const problemsOf = (issue: Issue, raw: unknown): readonly Problem[] => {
  const path = issue.path.map((key) => (typeof key === 'number' ? key : String(key)));
  if (issue.code === 'invalid_union') {
    const inner = issuesOfUnion(issue, raw);
    if (inner.length > 0) return inner.flatMap((each) => problemsOf(each, raw));
    const value = at(raw, issue.path);
    const wrong = isRecord(value) ? (Object.keys(value).find((key) => key !== 'id') ?? '') : '';
    return [{ path, message: `This is no step.${didYouMean(wrong, stepKindNames)}` }];
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `\`${key}\` is not known here.${didYouMean(key, known(issue.path))}`,
    }));
  if (issue.code === 'invalid_type' && at(raw, issue.path) === undefined)
    return [{ path, message: `\`${String(issue.path.at(-1) ?? 'the journey')}\` is missing.` }];
  if (issue.code === 'invalid_value')
    return [
      {
        path,
        message: `\`${String(at(raw, issue.path))}\` is not possible here.${didYouMean(String(at(raw, issue.path)), issue.values.map(String))}`,
      },
    ];
  return [{ path, message: `${issue.message[0]?.toUpperCase() ?? ''}${issue.message.slice(1)}.` }];
};

type Visit = (step: StepDocument, path: Path, steps: readonly StepDocument[]) => void;

const walk = (steps: readonly StepDocument[], path: Path, visit: Visit): void =>
  steps.forEach((step, i) => {
    const here = [...path, i];
    visit(step, here, steps);
    if ('branch' in step) {
      step.branch.forEach(({ then }, n) => walk(then, [...here, 'branch', n, 'then'], visit));
      walk(step.otherwise ?? [], [...here, 'otherwise'], visit);
    }
    if ('waitFor' in step)
      Object.entries(step.then ?? {}).forEach(([winner, arm]) => walk(arm, [...here, 'then', winner], visit));
  });

const checkExpression = (source: string | undefined, path: Path): readonly Problem[] => {
  const expression = source === undefined ? undefined : compileExpression(source);
  return expression === undefined || expression.ok
    ? []
    : [
        {
          path,
          message:
            `This condition cannot be used: ${expression.message} (at character ${expression.position}). ${expression.hint}`.trim(),
        },
      ];
};

const checkSend = (
  step: Extract<StepDocument, { send: unknown }>,
  path: Path,
  around: Surroundings,
): readonly Problem[] => {
  const { send } = step;
  const problems: Problem[] = [];
  const written = around.messages[send.message];
  if (written === undefined)
    problems.push({
      path: [...path, 'send', 'message'],
      message: `There is no message \`${send.message}\`.${didYouMean(send.message, Object.keys(around.messages))}`,
    });
  const channels = send.channels === 'preferred' ? (send.among ?? []) : send.channels;
  if (send.channels === 'preferred' && send.among === undefined)
    problems.push({
      path: [...path, 'send', 'channels'],
      message: '`preferred` needs `among: [sms, push]`: the channels this message is written for.',
    });
  for (const channel of channels)
    if (written !== undefined && !written.includes(channel))
      problems.push({
        path: [...path, 'send'],
        message: `The message \`${send.message}\` is not written for ${channel}; it has ${written.join(', ')}.`,
      });
  if (send.topic !== undefined && around.topics[send.topic] === undefined)
    problems.push({
      path: [...path, 'send', 'topic'],
      message: `There is no topic \`${send.topic}\`.${didYouMean(send.topic, Object.keys(around.topics))}`,
    });
  return problems;
};

const checkWaitFor = (
  step: Extract<StepDocument, { waitFor: unknown }>,
  path: Path,
  sends: ReadonlySet<string>,
): readonly Problem[] => {
  const winners = Object.keys(step.waitFor);
  const arms = Object.keys(step.then ?? {})
    .filter((arm) => arm !== 'timeout' && !winners.includes(arm))
    .map((arm) => ({
      path: [...path, 'then', arm],
      message: `Nothing called \`${arm}\` is waited for.${didYouMean(arm, [...winners, 'timeout'])}`,
    }));
  const clicks = Object.entries(step.waitFor).flatMap(([winner, awaited]) =>
    typeof awaited === 'string' && !sends.has(awaited)
      ? [
          {
            path: [...path, 'waitFor', winner],
            message: `There is no send step with the id \`${awaited}\` before this.${didYouMean(awaited, [...sends])}`,
          },
        ]
      : [],
  );
  return [...arms, ...clicks];
};

const checkMeaning = (journey: JourneyDocument, around: Surroundings): readonly Problem[] => {
  const problems: Problem[] = [];
  const ids = new Set<string>();
  const sends = new Set<string>();
  walk(journey.steps, ['steps'], (step, path, steps) => {
    if (step.id !== undefined && ids.has(step.id))
      problems.push({ path: [...path, 'id'], message: `Two steps are called \`${step.id}\`; give one another id.` });
    if (step.id !== undefined) ids.add(step.id);
    if ('end' in step && step !== steps.at(-1))
      problems.push({ path, message: 'The steps after this `end` are never reached; remove them or move the `end`.' });
    if ('send' in step) {
      problems.push(...checkSend(step, path, around));
      if (step.id !== undefined) sends.add(step.id);
    }
    const wait = 'wait' in step ? step.wait : 'waitFor' in step ? step.within : undefined;
    if (wait !== undefined && (durationMs(wait) ?? 0) > yearMs)
      problems.push({ path, message: 'A wait is at most 1 year: a state machine runs no longer.' });
    if (wait !== undefined && (durationMs(wait) ?? 0) <= 0)
      problems.push({ path, message: 'A wait takes some time: write `5 minutes` or more.' });
    if ('waitFor' in step) problems.push(...checkWaitFor(step, path, sends));
    if ('branch' in step)
      step.branch.forEach(({ when }, n) => problems.push(...checkExpression(when, [...path, 'branch', n, 'when'])));
  });
  journey.triggers.forEach((trigger, i) => problems.push(...checkExpression(trigger.where, ['triggers', i, 'where'])));
  journey.exit.forEach((exit, i) =>
    problems.push(
      ...checkExpression('when' in exit ? exit.when : exit.where, ['exit', i, 'when' in exit ? 'when' : 'where']),
    ),
  );
  journey.goals.forEach((goal, i) => problems.push(...checkExpression(goal.value, ['goals', i, 'value'])));
  if (around.topics[journey.topic] === undefined)
    problems.push({
      path: ['topic'],
      message: `There is no topic \`${journey.topic}\`.${didYouMean(journey.topic, Object.keys(around.topics))}`,
    });
  if (journey.window !== undefined && journey.window.from === journey.window.to)
    problems.push({ path: ['window'], message: 'The window opens and closes at the same time; give it some hours.' });
  return problems;
};

export type Checked =
  | { readonly journey: JourneyDocument; readonly problems?: never }
  | { readonly problems: readonly Problem[]; readonly journey?: never };

/** Reads a journey as its author wrote it. Everything wrong with it is said at once, each with its place and a proposal. */
export const checkJourney = (raw: unknown, around: Surroundings): Checked => {
  const parsed = JourneyDocument.safeParse(raw);
  if (!parsed.success) return { problems: parsed.error.issues.flatMap((issue) => problemsOf(issue, raw)) };
  const problems = checkMeaning(parsed.data, around);
  return problems.length > 0 ? { problems } : { journey: parsed.data };
};
