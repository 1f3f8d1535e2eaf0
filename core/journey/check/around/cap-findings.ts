import { durationMs } from '../../document/duration.ts';
import type { SharedLimit } from '../../document/caps.ts';
import { fieldOf, type Finding, listAt, type Path, type Surroundings, textAt, warning } from '../problem.ts';
import { topicFindings } from '../steps/send-findings.ts';

const dayMs = 86_400_000;
const calendarMs: { readonly [unit: string]: number } = { day: dayMs, week: 7 * dayMs, month: 31 * dayMs };

/** The longest a message waits until a cap has a slot again. */
const periodMs = (per: string | undefined): number => calendarMs[per ?? ''] ?? durationMs(per ?? '') ?? 0;

const isTransactional = (topic: string | undefined, { topics }: Surroundings): boolean =>
  topic !== undefined && Object.hasOwn(topics, topic) && topics[topic] === 'transactional';

/** A cap on what no cap counts. */
const uncounted = (topic: string | undefined, path: Path, around: Surroundings): readonly Finding[] =>
  isTransactional(topic, around)
    ? [{ path, message: `No cap counts the transactional topic \`${topic}\`. Name a marketing topic, or none.` }]
    : [];

/** What is wrong with the topic a cap counts. */
export const cappedTopicFindings = (limit: unknown, path: Path, around: Surroundings): readonly Finding[] => [
  ...topicFindings(fieldOf(limit, 'topic'), [...path, 'topic'], around),
  ...uncounted(textAt(limit, 'topic'), [...path, 'topic'], around),
];

const limitFindings = (limit: unknown, path: Path, caps: unknown): readonly Finding[] => {
  const per = textAt(limit, 'per');
  const isHeld = (textAt(caps, 'otherwise') ?? 'hold') === 'hold';
  const heldMs = durationMs(textAt(caps, 'atMost') ?? '1 day') ?? 0;
  if (!isHeld || periodMs(per) <= heldMs) return [];
  return [
    warning(
      path,
      `A message that is one too many may wait for up to ${per === 'day' || per === 'week' || per === 'month' ? `a ${per}` : per}, and is held for ${textAt(caps, 'atMost') ?? '1 day'} at most, then skipped. Write \`atMost: ${per === 'day' ? '1 day' : per === 'week' ? '7 days' : per === 'month' ? '31 days' : per}\` beside \`limits\`, or \`otherwise: skip\`.`,
    ),
  ];
};

const isFor = ({ topic: own, reserve = {} }: SharedLimit, topic: string): boolean =>
  (own === undefined || own === topic) && !Object.hasOwn(reserve, topic);

/** A topic that a cap of the policy keeps all slots from. */
const neverFindings = (journey: unknown, around: Surroundings): readonly Finding[] => {
  const topic = textAt(journey, 'topic');
  if (topic === undefined || isTransactional(topic, around)) return [];
  const never = (around.policy?.caps ?? []).find((limit) => {
    const kept = Object.values(limit.reserve ?? {}).reduce((sum, each) => sum + each, 0);
    return limit.channel === undefined && isFor(limit, topic) && kept >= limit.most;
  });
  if (never === undefined) return [];
  const said = `${never.most} per ${never.per}`;
  return [
    {
      path: ['topic'],
      message: `Nothing on the topic \`${topic}\` is ever sent: \`policy.yaml\` allows ${said} and keeps them all for others. Reserve fewer there.`,
    },
  ];
};

/** Caps that count nothing, never let anything through, or hold for less than they last. */
export const capFindings = (journey: unknown, around: Surroundings): readonly Finding[] => {
  const caps = fieldOf(journey, 'caps');
  return [
    ...listAt(caps, 'limits').flatMap((limit, i) => [
      ...cappedTopicFindings(limit, ['caps', 'limits', i], around),
      ...limitFindings(limit, ['caps', 'limits', i], caps),
    ]),
    ...neverFindings(journey, around),
  ];
};
