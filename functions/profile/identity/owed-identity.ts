import { identityNews, type Lookup, pairsOf, type Profile } from '#core/profile';
import type { Signal } from '#core/signal';
import type { CustomerIds } from '../../aws/customer-id.ts';
import type { LinkStore } from '../../aws/link-store.ts';
import type { LookupRows } from '../../aws/lookup-rows.ts';

type OwedLookup = { readonly kind: Lookup['kind']; readonly hash: string };
/** `at` is absent where a link no longer counts. */
type OwedLink = {
  readonly kind: 'anonymous' | 'alias';
  readonly from: string;
  readonly to: string;
  readonly at?: number;
  readonly messageId: string;
};

/** What a fold owes because it learned who its customer is. Told by our own ids alone. */
export type OwedIdentity = {
  readonly lookups: readonly OwedLookup[];
  readonly lost: readonly OwedLookup[];
  readonly links: readonly OwedLink[];
  /** ISO 8601 */
  readonly at: string;
};

export type IdentityStores = {
  readonly links: LinkStore;
  readonly lookups: LookupRows;
  readonly ids: Pick<CustomerIds, 'idOf' | 'lookupHash'>;
  /** Has rows carried, or taken back, of whoever belongs to somebody else now. */
  readonly settleSoon: (customer: string) => Promise<void>;
};

/** The signal that says it, if it is among those just folded. */
const evidence = (signals: readonly Signal[], user: string, other: string): string =>
  signals
    .filter(({ subject }) => subject.user === user)
    .find((signal) => pairsOf(signal).some((pair) => pair.other === other))?.messageId ?? '';

/** What is new of a customer's identity since the profile was written last; nothing in the steady state. */
export const owedIdentity = (
  before: Profile,
  after: Profile,
  signals: readonly Signal[],
  { ids }: Pick<IdentityStores, 'ids'>,
): OwedIdentity | undefined => {
  const { lookups, lost, anonymous, alias } = identityNews(before, after);
  if (lookups.length + lost.length + anonymous.length + alias.length === 0) return undefined;
  const hashed = ({ kind, value }: Lookup): OwedLookup => ({ kind, hash: ids.lookupHash({ kind, value }) });
  const links = [
    ...anonymous.map((change) => ({ ...change, kind: 'anonymous' as const })),
    ...alias.map((change) => ({ ...change, kind: 'alias' as const })),
  ].map(({ kind, user, other, at }): OwedLink => ({
    kind,
    from: ids.idOf(kind === 'alias' ? { user: other } : { anonymous: other }),
    to: ids.idOf({ user }),
    ...(at === undefined ? {} : { at }),
    messageId: evidence(signals, user, other),
  }));
  return { lookups: lookups.map(hashed), lost: lost.map(hashed), links, at: signals.at(-1)?.timestamp ?? '' };
};

const performLink = ({ kind, from, to, at, messageId }: OwedLink, { links }: IdentityStores) => {
  if (kind === 'alias') return at === undefined ? [] : links.unite({ from, to, at, messageId });
  return at === undefined ? links.release({ from, to }) : links.claim({ from, to, at, messageId });
};

/** Does what a fold owes to identity. Done again it changes nothing. */
export const performIdentity = async (
  customer: string,
  { lookups, lost, links, at }: OwedIdentity,
  stores: IdentityStores,
): Promise<void> => {
  for (const { kind, hash } of lookups) await stores.lookups.add(kind, hash, customer, at);
  for (const { kind, hash } of lost) await stores.lookups.remove(kind, hash, customer);
  for (const link of links) for (const unsettled of await performLink(link, stores)) await stores.settleSoon(unsettled);
};
