import { stepKindNames, Steps } from '../journey.ts';
import { planJourney } from '../plan.ts';
import { conditionProblems, type Readable, READABLE } from './condition-problems.ts';
import { longestWay, waitMs, yearMs } from './longest-way.ts';
import {
  didYouMean,
  entriesAt,
  fieldOf,
  isWritten,
  listAt,
  type Path,
  type Problem,
  type Surroundings,
  textAt,
  type Written,
  wordsOf,
} from './problem.ts';

type Visit = (step: Written, path: Path, isLast: boolean) => void;

/** Visits every step in reading order, however badly written its neighbours are. */
const walk = (steps: unknown, path: Path, visit: Visit): void => {
  if (!Array.isArray(steps)) return;
  steps.forEach((step: unknown, i) => {
    if (!isWritten(step)) return;
    const here = [...path, i];
    visit(step, here, i === steps.length - 1);
    listAt(step, 'branch').forEach((choice, n) => walk(fieldOf(choice, 'then'), [...here, 'branch', n, 'then'], visit));
    walk(fieldOf(step, 'otherwise'), [...here, 'otherwise'], visit);
    entriesAt(step, 'then').forEach(([winner, arm]) => walk(arm, [...here, 'then', winner], visit));
  });
};

const isChannel = (value: unknown): value is 'email' | 'sms' | 'push' =>
  value === 'email' || value === 'sms' || value === 'push';

export const topicProblems = (topic: unknown, path: Path, { topics }: Surroundings): readonly Problem[] =>
  typeof topic !== 'string' || Object.hasOwn(topics, topic)
    ? []
    : [{ path, message: `There is no topic \`${topic}\`.${didYouMean(topic, Object.keys(topics))}` }];

const messageProblems = (send: Written, path: Path, { messages }: Surroundings): readonly Problem[] => {
  const message = textAt(send, 'message');
  if (message === undefined) return [];
  const written = Object.hasOwn(messages, message) ? messages[message] : undefined;
  if (written === undefined) {
    const unknown = `There is no message \`${message}\`.${didYouMean(message, Object.keys(messages))}`;
    return [{ path: [...path, 'message'], message: unknown }];
  }
  const wanted = listAt(send, send['channels'] === 'preferred' ? 'among' : 'channels').filter(isChannel);
  return wanted
    .filter((channel) => !written.includes(channel))
    .map((channel) => ({
      path,
      message: `The message \`${message}\` is not written for ${channel}; it has ${written.join(', ')}.`,
    }));
};

const sendProblems = (send: unknown, path: Path, around: Surroundings): readonly Problem[] => {
  if (!isWritten(send)) return [];
  const isUndecided = send['channels'] === 'preferred' && send['among'] === undefined;
  const undecided = {
    path: [...path, 'channels'],
    message: '`preferred` needs `among: [sms, push]`: the channels this message is written for.',
  };
  return [
    ...messageProblems(send, path, around),
    ...(isUndecided ? [undecided] : []),
    ...topicProblems(send['topic'], [...path, 'topic'], around),
  ];
};

const awaitedProblems = (awaited: unknown, path: Path, sends: ReadonlySet<string>): readonly Problem[] => {
  if (typeof awaited !== 'string')
    return conditionProblems(textAt(awaited, 'where'), [...path, 'where'], READABLE['waitFor.where']);
  if (sends.has(awaited)) return [];
  const message = `There is no send step with the id \`${awaited}\` before this.${didYouMean(awaited, [...sends])}`;
  return [{ path, message }];
};

const waitForProblems = (step: Written, path: Path, sends: ReadonlySet<string>): readonly Problem[] => {
  if (!Object.hasOwn(step, 'waitFor')) return [];
  const winners = entriesAt(step, 'waitFor').map(([winner]) => winner);
  const arms = entriesAt(step, 'then')
    .filter(([arm]) => arm !== 'timeout' && !winners.includes(arm))
    .map(([arm]) => ({
      path: [...path, 'then', arm],
      message: `Nothing called \`${arm}\` is waited for.${didYouMean(arm, [...winners, 'timeout'])}`,
    }));
  const clash = {
    path: [...path, 'waitFor', 'timeout'],
    message: '`timeout` is what follows when nothing came in time; call what is waited for something else.',
  };
  const awaited = entriesAt(step, 'waitFor').flatMap(([winner, each]) =>
    awaitedProblems(each, [...path, 'waitFor', winner], sends),
  );
  return [...arms, ...(winners.includes('timeout') ? [clash] : []), ...awaited];
};

/** What a branch may read. Only of sends anything is noted; which there are is known once all steps are well written. */
const readableInBranch = (steps: unknown): Readable => {
  const written = Steps.safeParse(steps, { error: wordsOf });
  if (!written.success) return READABLE['branch.when'];
  const nodes = Object.values(planJourney({ steps: written.data }).nodes);
  const sends = nodes.filter(({ kind }) => kind === 'send').map(({ id }) => [id, 'any'] as const);
  return { ...READABLE['branch.when'], steps: Object.fromEntries(sends) };
};

const branchProblems = (step: Written, path: Path, readable: Readable): readonly Problem[] =>
  listAt(step, 'branch').flatMap((choice, n) =>
    conditionProblems(textAt(choice, 'when'), [...path, 'branch', n, 'when'], readable),
  );

const timeProblems = (step: Written, path: Path): readonly Problem[] => {
  const ms = waitMs(step);
  if (ms !== undefined && ms <= 0) return [{ path, message: 'A wait takes some time: write `5 minutes` or more.' }];
  if (ms === undefined || ms <= yearMs) return [];
  return [{ path, message: 'A wait is at most 1 year: a state machine runs no longer.' }];
};

const wayProblems = (steps: unknown): readonly Problem[] =>
  longestWay(steps) <= yearMs
    ? []
    : [
        {
          path: ['steps'],
          message: 'The waits of the longest way add up to more than 1 year: a state machine runs no longer.',
        },
      ];

/** A step whose kind nobody knows may have been meant as a send: what refers to it is not its own mistake. */
const maySend = (step: Written): boolean =>
  Object.hasOwn(step, 'send') || !stepKindNames.some((kind) => Object.hasOwn(step, kind));

/** What is wrong with the steps beyond their form. Steps that are badly formed are looked at as far as they go. */
export const stepProblems = (steps: unknown, around: Surroundings): readonly Problem[] => {
  const problems: Problem[] = [...wayProblems(steps)];
  const readable = readableInBranch(steps);
  const ids = new Set<string>();
  const sends = new Set<string>();
  walk(steps, ['steps'], (step, path, isLast) => {
    const id = textAt(step, 'id');
    if (id !== undefined && ids.has(id))
      problems.push({ path: [...path, 'id'], message: `Two steps are called \`${id}\`; give one another id.` });
    if (id !== undefined) ids.add(id);
    if (id !== undefined && maySend(step)) sends.add(id);
    if (Object.hasOwn(step, 'end') && !isLast)
      problems.push({ path, message: 'The steps after this `end` are never reached; remove them or move the `end`.' });
    problems.push(
      ...sendProblems(step['send'], [...path, 'send'], around),
      ...timeProblems(step, path),
      ...waitForProblems(step, path, sends),
      ...branchProblems(step, path, readable),
    );
  });
  return problems;
};
