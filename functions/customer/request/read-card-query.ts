import type { Place } from '#core/customer';

/** The parts of a card, in the order they are shown. */
export const cardFields = [
  'identity',
  'stage',
  'traits',
  'cart',
  'browsing',
  'orders',
  'satisfaction',
  'consents',
  'segments',
  'journeys',
  'offers',
  'nextAction',
  'tasks',
  'timeline',
] as const;
export type CardField = (typeof cardFields)[number];

export type CardQuery = {
  readonly fields: ReadonlySet<CardField>;
  /** Entries of the timeline on one page. */
  readonly limit: number;
  readonly from?: Place;
};

const isField = (name: string): name is CardField => cardFields.some((field) => field === name);

/** Where a page ended, as callers hand it back: they have no use for what is in it. */
export const cursorOf = ({ at, given }: Place): string => Buffer.from(`${at} ${given}`).toString('base64url');
const placeOf = (cursor: string): Place | undefined => {
  const [, at, given] =
    /^(\d{4}-\d\d-\d\dT[\d:.]+Z) (\d{1,6})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  return at === undefined ? undefined : { at, given: Number(given) };
};

const known = ['fields', 'limit', 'after', 'email', 'phone', 'externalId', 'userId', 'anonymousId'];

/** What of a card is wanted, or a sentence on what is wrong with the query. */
export const readCardQuery = (query: { readonly [name: string]: string | undefined } = {}): CardQuery | string => {
  const unknown = Object.keys(query).find((name) => !known.includes(name));
  if (unknown !== undefined)
    return `There is no parameter \`${unknown}\`: a card takes \`fields\`, \`limit\` and \`after\`.`;
  const wanted = (query['fields'] ?? cardFields.join(',')).split(',').map((field) => field.trim());
  const wrong = wanted.find((field) => !isField(field));
  if (wrong !== undefined) return `\`fields\`: there is no \`${wrong}\`; take some of ${cardFields.join(', ')}.`;
  const limit = Number(query['limit'] ?? 50);
  if (!Number.isInteger(limit) || limit < 1 || limit > 100) return '`limit` is a whole number from 1 to 100.';
  const { after } = query;
  const from = after === undefined ? undefined : placeOf(after);
  if (after !== undefined && from === undefined) return '`after` is what an earlier answer gave as `timeline.next`.';
  return { fields: new Set(wanted.filter(isField)), limit, ...(from === undefined ? {} : { from }) };
};
