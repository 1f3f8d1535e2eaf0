import { type JourneyDocument, spokenDuration, type WaitForNode } from '#core/journey';

const listed = (names: string | readonly string[]): string =>
  [names]
    .flat()
    .map((name) => `\`${name}\``)
    .join(' or ');

type Awaited = WaitForNode['awaited'][string];

/** What a wait can hear, after "if". */
export const sayAwaited = (awaited: Awaited): string => {
  if ('clicked' in awaited) return `they click \`${awaited.clicked}\``;
  if ('reply' in awaited) return `they reply to \`${awaited.reply}\``;
  if ('outcome' in awaited) return `\`${awaited.of}\` is answered \`${awaited.outcome}\``;
  if ('ended' in awaited) return `what \`${awaited.ended}\` started ends`;
  if ('when' in awaited) return `\`${awaited.when}\` becomes true`;
  return `${listed(awaited.on)} comes`;
};

const sayNot = (awaited: Awaited): string => {
  if ('clicked' in awaited) return `they do not click \`${awaited.clicked}\``;
  if ('reply' in awaited) return `they do not reply to \`${awaited.reply}\``;
  if ('outcome' in awaited) return `\`${awaited.of}\` is not answered \`${awaited.outcome}\``;
  if ('ended' in awaited) return `what \`${awaited.ended}\` started does not end`;
  if ('when' in awaited) return `\`${awaited.when}\` does not become true`;
  return `no ${listed(awaited.on)} comes`;
};

/** What a wait that heard nothing says. */
export const sayNothing = ({ awaited, ms }: WaitForNode): string =>
  `${Object.values(awaited).map(sayNot).join(' and ')} within ${spokenDuration(ms)}`;

/** What would end a run before, after "unless". */
export const sayExits = ({ exit }: Pick<JourneyDocument, 'exit'>): readonly string[] =>
  exit.map((each) => ('when' in each ? `\`${each.when}\`` : `${listed(each.on)} comes`));
