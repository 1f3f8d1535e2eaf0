import { isChannel } from '#core/profile';
import { entryProperties } from '../around/carried.ts';
import { misspeltProperty } from '../around/property-findings.ts';
import {
  didYouMean,
  fieldOf,
  type Finding,
  isWritten,
  type Path,
  type Surroundings,
  textAt,
  warning,
} from '../problem.ts';
import { channelsWritten } from '../walk/visit.ts';

export const topicFindings = (topic: unknown, path: Path, { topics }: Surroundings): readonly Finding[] =>
  typeof topic !== 'string' || Object.hasOwn(topics, topic)
    ? []
    : [{ path, message: `There is no topic \`${topic}\`.${didYouMean(topic, Object.keys(topics))}` }];

const messageFindings = (send: unknown, path: Path, { messages }: Surroundings): readonly Finding[] => {
  const message = textAt(send, 'message');
  if (message === undefined) return [];
  const written = Object.hasOwn(messages, message) ? messages[message] : undefined;
  if (written === undefined) {
    const unknown = `There is no message \`${message}\`.${didYouMean(message, Object.keys(messages))}`;
    return [{ path: [...path, 'message'], message: unknown }];
  }
  return channelsWritten(send)
    .filter(isChannel)
    .filter((channel) => !written.includes(channel))
    .map((channel) => ({
      path,
      message: `The message \`${message}\` is not written for ${channel}; it has ${written.join(', ')}. Write \`messages/${message}.${channel}.…\`, or take another channel.`,
    }));
};

const isProvided = (read: string, variables: readonly string[]): boolean =>
  variables.some((known) => {
    const open = known.endsWith('.*') ? known.slice(0, -2) : undefined;
    return (
      known === read ||
      known.startsWith(`${read}.`) ||
      (open !== undefined && (read === open || read.startsWith(`${open}.`)))
    );
  });

/** What a message reads and nothing provides, or only events that do not carry it. */
const variableFindings = (send: unknown, path: Path, journey: unknown, around: Surroundings): readonly Finding[] => {
  const message = textAt(send, 'message');
  const { reads, variables } = around;
  if (message === undefined || reads === undefined || !Object.hasOwn(reads, message)) return [];
  const at = [...path, 'message'];
  const carried = entryProperties(journey);
  return (reads[message] ?? []).flatMap((read): readonly Finding[] => {
    if (variables !== undefined && !isProvided(read, variables)) {
      const known = variables.filter((each) => !each.endsWith('.*'));
      return [
        {
          path: at,
          message: `The message \`${message}\` reads \`${read}\`, which nothing provides.${didYouMean(read, known)}`,
        },
      ];
    }
    const [root, kind, property = ''] = read.split('.');
    const close = root === 'entry' && kind === 'properties' ? misspeltProperty(property, carried) : undefined;
    if (close === undefined) return [];
    const withheld = 'without it the message is withheld';
    return [
      warning(
        at,
        `The message \`${message}\` reads \`${read}\`, which no trigger of this journey carries by the Segment Spec: ${withheld}. Did you mean \`${close}\`?`,
      ),
    ];
  });
};

/** A text message that may come at night. */
const nightFindings = (
  send: unknown,
  path: Path,
  journey: unknown,
  { topics, policy }: Surroundings,
): readonly Finding[] => {
  const topic = textAt(send, 'topic') ?? textAt(journey, 'topic');
  const isTransactional = topic !== undefined && Object.hasOwn(topics, topic) && topics[topic] === 'transactional';
  const hasHours = policy?.hours.sms !== undefined || fieldOf(journey, 'window') !== undefined;
  if (!channelsWritten(send).includes('sms') || isTransactional || hasHours) return [];
  return [
    warning(
      path,
      'This text message may come at night. Add to the journey `window: { from: "08:00", to: "21:00", zone: customer }`.',
    ),
  ];
};

export const sendFindings = (send: unknown, path: Path, journey: unknown, around: Surroundings): readonly Finding[] => {
  if (!isWritten(send)) return [];
  const isPreferred = send['channels'] === 'preferred';
  const hasAmong = send['among'] !== undefined;
  const undecided = {
    path: [...path, 'channels'],
    message: '`preferred` needs `among: [sms, push]`: the channels this message is written for.',
  };
  const idle = warning([...path, 'among'], '`among` is for `channels: preferred`. Leave it out, or write `preferred`.');
  return [
    ...messageFindings(send, path, around),
    ...variableFindings(send, path, journey, around),
    ...(isPreferred && !hasAmong ? [undecided] : []),
    ...(hasAmong && !isPreferred ? [idle] : []),
    ...topicFindings(send['topic'], [...path, 'topic'], around),
    ...nightFindings(send, path, journey, around),
  ];
};
