import { knownId, own, type Signal } from '#core/signal';
import { withKey } from '../sorted.ts';

/** Other ids of one user, and since when (ms): the earliest signal that names both. */
export type Since = { readonly [id: string]: number };

/**
 * Which ids signals name together, by user. `anonymous`: a signal with both a `userId` and an `anonymousId`, or an alias of the one to
 * the other. `alias`: the ids a user had before, as `alias` says them.
 */
export type Links = {
  readonly anonymous?: { readonly [user: string]: Since };
  readonly alias?: { readonly [user: string]: Since };
};

/** So many ids of a user are linked to them, the earliest: somebody with more is a machine, or a counter with a queue before it. */
const MOST_LINKS = { anonymous: 50, alias: 10 } as const;

type Kind = keyof typeof MOST_LINKS;
type Pair = { readonly kind: Kind; readonly user: string; readonly other: string };

const previousOf = ({ type, properties }: Signal): string | undefined =>
  type === 'alias' ? knownId(own(properties, 'previousId')) : undefined;

/** A previous id may be an anonymous one or a user's: which, only its other signals know. */
export const pairsOf = (signal: Signal): readonly Pair[] => {
  const { user, anonymous } = signal.subject;
  const previous = previousOf(signal);
  if (user === undefined || (anonymous === undefined && (previous === undefined || previous === user))) return [];
  const others = new Set([anonymous, previous === user ? undefined : previous].filter((id) => id !== undefined));
  return [
    ...[...others].map((other) => ({ kind: 'anonymous', user, other }) as const),
    ...(previous === undefined || previous === user ? [] : [{ kind: 'alias', user, other: previous } as const]),
  ];
};

/**
 * The earliest that differ. Which these are does not depend on the order of signals: an instant only grows earlier, so that whoever is
 * cut off comes back only by an earlier one.
 */
const earliest = (since: Since, most: number): Since => {
  const all = Object.entries(since);
  if (all.length <= most) return since;
  const [last] = all.toSorted(([a, one], [b, other]) => other - one || (a < b ? 1 : -1));
  return Object.fromEntries(all.filter((each) => each !== last));
};

const sinceOf = (links: Links | undefined, { kind, user }: Pair): Since | undefined => {
  const users = links?.[kind];
  return users !== undefined && Object.hasOwn(users, user) ? users[user] : undefined;
};

const withPair = (links: Links | undefined, pair: Pair, at: number): Links | undefined => {
  const since = sinceOf(links, pair);
  const known = since !== undefined && Object.hasOwn(since, pair.other) ? since[pair.other] : undefined;
  if (known !== undefined && known <= at) return links;
  const next = earliest(withKey(since, pair.other, at), MOST_LINKS[pair.kind]);
  if (since !== undefined && !Object.hasOwn(next, pair.other)) return links;
  const users = withKey(links?.[pair.kind], pair.user, next);
  const { anonymous, alias }: Links =
    pair.kind === 'alias' ? { ...links, alias: users } : { ...links, anonymous: users };
  return { ...(anonymous && { anonymous }), ...(alias && { alias }) };
};

/** The links with one more signal; the same object where it says nothing new. */
export const linksAfter = (links: Links | undefined, signal: Signal, at: number): Links | undefined =>
  pairsOf(signal).reduce<Links | undefined>((soFar, pair) => withPair(soFar, pair, at), links);
