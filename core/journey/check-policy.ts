import { cappedTopicFindings } from './check/around/cap-findings.ts';
import { schemaProblems } from './check/form/schema-problems.ts';
import {
  entriesAt,
  fieldOf,
  type Finding,
  isWritten,
  listAt,
  type Path,
  type Problem,
  type Surroundings,
  textAt,
  wordsOf,
} from './check/problem.ts';
import { topicFindings } from './check/steps/send-findings.ts';
import { Policy } from './document/policy.ts';

const reserveFindings = (limit: unknown, path: Path, around: Surroundings): readonly Finding[] => {
  const reserved = entriesAt(limit, 'reserve');
  const sum = reserved.reduce((total, [, most]) => total + (typeof most === 'number' ? most : 0), 0);
  const [most, counted] = [fieldOf(limit, 'most'), textAt(limit, 'topic')];
  const at = [...path, 'reserve'];
  return [
    ...reserved.flatMap(([topic]) => topicFindings(topic, [...at, topic], around)),
    ...reserved
      .filter(([topic]) => counted !== undefined && topic !== counted)
      .map(([topic]) => ({
        path: [...at, topic],
        message: `The cap counts \`${counted}\` alone: there is nothing to keep for \`${topic}\`. Leave one of them out.`,
      })),
    ...(typeof most === 'number' && sum > most
      ? [{ path: at, message: `More is reserved (${sum}) than the cap has (${most}). Reserve fewer, or allow more.` }]
      : []),
  ];
};

const isShut = (hours: unknown): boolean =>
  fieldOf(hours, 'from') !== undefined && fieldOf(hours, 'from') === fieldOf(hours, 'to');

const meaning = (raw: unknown, around: Surroundings): readonly Finding[] => [
  ...listAt(raw, 'caps').flatMap((limit, i) => [
    ...cappedTopicFindings(limit, ['caps', i], around),
    ...reserveFindings(limit, ['caps', i], around),
  ]),
  ...entriesAt(raw, 'hours').flatMap(([channel, hours]) =>
    isShut(hours)
      ? [{ path: ['hours', channel], message: 'These hours open and close at the same time; give them some length.' }]
      : [],
  ),
  ...listAt(fieldOf(raw, 'sorry'), 'topics').flatMap((topic, i) =>
    topicFindings(topic, ['sorry', 'topics', i], around),
  ),
];

/** Reads what holds for the marketing of every journey. Everything wrong with it is said at once, each with its place. */
export const checkPolicy = (
  raw: unknown,
  { topics }: Pick<Surroundings, 'topics'>,
): { readonly policy: Policy } | { readonly problems: readonly Problem[] } => {
  const written = raw ?? {};
  if (!isWritten(written))
    return { problems: [{ path: [], message: 'This is no policy: it has `caps`, `hours`, `holdout` and `sorry`.' }] };
  const parsed = Policy.safeParse(written, { error: wordsOf });
  const malformed = parsed.success ? [] : schemaProblems(parsed.error, { raw: written, schema: Policy });
  const isMalformed = ({ path }: Finding): boolean => malformed.some((each) => each.path.join('.') === path.join('.'));
  const meant = meaning(written, { topics, messages: {} }).filter((finding) => !isMalformed(finding));
  const problems = [...malformed, ...meant.map(({ path, message }) => ({ path, message }))];
  return parsed.success && problems.length === 0 ? { policy: parsed.data } : { problems };
};
