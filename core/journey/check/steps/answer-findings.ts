import {
  didYouMean,
  entriesAt,
  fieldOf,
  type Finding,
  listAt,
  namesAt,
  type Path,
  textAt,
  type Written,
} from '../problem.ts';

/** The channels of the sends so far, by their ids. What may have been meant as a send has any. */
export type Sends = ReadonlyMap<string, readonly string[]>;

const channels = ['email', 'sms', 'push'];

const referenceFindings = (id: string, path: Path, sends: Sends, channel: 'email' | 'sms'): readonly Finding[] => {
  const found = sends.get(id);
  if (found === undefined) {
    const message = `There is no send step with the id \`${id}\` before this.${didYouMean(id, [...sends.keys()])}`;
    return [{ path, message }];
  }
  if (found.includes(channel) || !found.some((each) => channels.includes(each))) return [];
  const what = channel === 'email' ? 'Only a link in an email can be clicked' : 'Only a text message can be replied to';
  return [
    {
      path,
      message: `${what}, and \`${id}\` goes by ${found.join(', ')}. Send it by ${channel}, or wait for an event.`,
    },
  ];
};

const awaitedFindings = (awaited: unknown, path: Path, sends: Sends): readonly Finding[] => {
  if (typeof awaited === 'string') return referenceFindings(awaited, path, sends, 'email');
  const reply = textAt(awaited, 'reply');
  return reply === undefined ? [] : referenceFindings(reply, [...path, 'reply'], sends, 'sms');
};

const twice = (words: readonly string[]): readonly string[] => [
  ...new Set(words.filter((word, i) => words.indexOf(word) !== i)),
];

/** Of names that must differ: those written more than once. */
export const repeatedFindings = (words: readonly string[], path: Path, what: string): readonly Finding[] =>
  twice(words).map((word) => ({ path, message: `Two ${what} are called \`${word}\`; give one another name.` }));

const armFindings = (step: Written, winners: readonly string[], path: Path): readonly Finding[] =>
  entriesAt(step, 'then')
    .filter(([arm]) => arm !== 'timeout' && !winners.includes(arm))
    .map(([arm]) => ({
      path: [...path, 'then', arm],
      message: `Nothing called \`${arm}\` is waited for.${didYouMean(arm, [...winners, 'timeout'])}`,
    }));

const clash = (path: Path): Finding => ({
  path,
  message: '`timeout` is what follows when nothing came in time; call what is waited for something else.',
});

/** `then` of a step that waits for nothing. */
const idleFindings = (step: Written, path: Path, advice: string): readonly Finding[] =>
  fieldOf(step, 'then') === undefined
    ? []
    : [{ path: [...path, 'then'], message: `This step waits for nothing that \`then\` could follow. ${advice}` }];

const taskFindings = (step: Written, path: Path): readonly Finding[] => {
  const task = step['task'];
  const outcomes = namesAt(task, 'outcomes');
  const at = [...path, 'task', 'outcomes'];
  if (fieldOf(task, 'outcomes') === undefined)
    return idleFindings(step, path, 'Name its answers: `outcomes: [done, declined]`.');
  return [
    ...armFindings(step, outcomes, path),
    ...(outcomes.includes('timeout') ? [clash([...at, listAt(task, 'outcomes').indexOf('timeout')])] : []),
    ...repeatedFindings(outcomes, at, 'outcomes'),
  ];
};

/** What is awaited, and the steps per winner, of every step that waits for an answer. */
export const answerFindings = (step: Written, path: Path, sends: Sends): readonly Finding[] => {
  if (Object.hasOwn(step, 'task')) return taskFindings(step, path);
  if (Object.hasOwn(step, 'start'))
    return fieldOf(step['start'], 'wait') === true
      ? armFindings(step, ['ended'], path)
      : idleFindings(step, path, 'Wait for its end with `wait: true`.');
  if (!Object.hasOwn(step, 'waitFor')) return [];
  const awaited = entriesAt(step, 'waitFor');
  const winners = awaited.map(([winner]) => winner);
  return [
    ...armFindings(step, winners, path),
    ...(winners.includes('timeout') ? [clash([...path, 'waitFor', 'timeout'])] : []),
    ...awaited.flatMap(([winner, each]) => awaitedFindings(each, [...path, 'waitFor', winner], sends)),
  ];
};
