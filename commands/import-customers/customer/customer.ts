import type { Json, JsonObject } from '#core/signal';

/** A consent or a refusal that stands in a file. `topic` `*` is the whole channel; `at` is ISO 8601. */
export type SaidConsent = {
  readonly channel: 'email' | 'sms' | 'push';
  readonly topic: string;
  readonly granted: boolean;
  readonly at?: string;
  /** What is on record of it: the column it stood in, what was said of how it was given. */
  readonly evidence: { readonly [name: string]: string };
};

/** One row as a customer. `at`: when it was true, ISO 8601. */
export type Customer = {
  readonly userId?: string;
  readonly anonymousId?: string;
  readonly at?: string;
  readonly traits: JsonObject;
  readonly consents: readonly SaidConsent[];
};

/** What is wrong with a row, where, and what to do. Quotes nothing of it. */
export type Fault = { readonly column: string; readonly message: string; readonly proposal: string };
export type ReadRow = { readonly customer: Customer } | { readonly faults: readonly Fault[] };

export type Call = { readonly type: 'identify' | 'track'; readonly [field: string]: Json };

/** Where a row stands. */
export type Origin = { readonly file: string; readonly row: number };

const traitsOf = (consents: readonly SaidConsent[]): JsonObject => {
  const byChannel = Map.groupBy(consents, ({ channel }) => channel);
  const topics = [...byChannel].map(
    ([channel, said]) => [channel, Object.fromEntries(said.map(({ topic, granted }) => [topic, granted]))] as const,
  );
  return topics.length === 0 ? {} : { consent: Object.fromEntries(topics) };
};

const propertiesOf = (consents: readonly SaidConsent[], { file, row }: Origin): JsonObject => {
  const columns = consents.map(({ evidence }) => evidence['column']).filter((column) => column !== undefined);
  const evidence = Object.assign({}, ...consents.map((each) => each.evidence), {
    column: [...new Set(columns)].join(', '),
    row: String(row),
  });
  return { source: `import:${file}`, evidence };
};

/** Two answers about one topic: where one is a no, it counts. */
const unequivocal = (consents: readonly SaidConsent[]): readonly SaidConsent[] =>
  consents.toSorted((a, b) => Number(b.granted) - Number(a.granted));

/**
 * A customer as Segment calls: who they are and what they agreed to, and a call of its own for what they said at another time. With
 * every consent stands where it comes from.
 */
export const callsOf = (
  { userId, anonymousId, at, traits, consents }: Customer,
  origin: Origin,
): readonly [Call, ...Call[]] => {
  const who = { ...(userId !== undefined && { userId }), ...(anonymousId !== undefined && { anonymousId }) };
  const context = { import: true };
  const [apart, along] = [
    consents.filter((each) => each.at !== undefined),
    consents.filter((each) => each.at === undefined),
  ];
  const identify: Call = {
    type: 'identify',
    ...who,
    ...(at !== undefined && { timestamp: at }),
    traits: { ...traits, ...traitsOf(unequivocal(along)) },
    ...(along.length > 0 && { properties: propertiesOf(along, origin) }),
    context,
  };
  const said = apart.map((consent): Call => ({
    type: 'track',
    event: 'Consent Changed',
    ...who,
    ...(consent.at !== undefined && { timestamp: consent.at }),
    properties: {
      channel: consent.channel,
      topic: consent.topic,
      granted: consent.granted,
      ...propertiesOf([consent], origin),
    },
    context,
  }));
  return [identify, ...said];
};
