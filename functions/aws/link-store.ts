import {
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { headsOf, headOf, MOST_USERS, ownerAmong } from '#core/profile';
import { dynamodb } from './clients.ts';
import { jitter, orRefused, transact } from './conditional.ts';
import { count } from './observed.ts';
import { type Key, keyItem, linkKey, plain, profileKey } from './keys.ts';
import {
  isOwnedBy,
  type Link,
  linkDeletes,
  linkPuts,
  linksIn,
  ownerUpdate,
  readLink,
  readStanding,
  settledUpdate,
  type Standing,
  standingUpdate,
} from './link-rows.ts';

/** A link that a signal says, before it is written. */
export type Said = Pick<Link, 'from' | 'to' | 'at' | 'messageId'>;
/** Who took a link back, and when (ISO 8601). */
export type Undoing = { readonly by: string; readonly at: string };
/** Whose rows are to be carried now, or taken back. */
type Unsettled = readonly string[];

/** Two who write at the same profile's standing take turns. */
const attempts = 12;

const isDone = async (TransactItems: TransactWriteItem[]): Promise<boolean> =>
  (await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter)) === undefined;

/** Looks and writes until nobody came in between. */
const again = async <T>(attempt: () => Promise<T | undefined>): Promise<T> => {
  for (let n = 1; n <= attempts; n++) {
    const done = await attempt();
    if (done !== undefined) return done;
    await jitter(Math.min(n, 5));
  }
  throw new Error('The links of a customer are being written too often.');
};

const linked = ({ from, to, at, messageId }: Said, kind: Link['kind']): Link => ({
  kind,
  from,
  to,
  at,
  messageId,
  linkedAt: new Date().toISOString(),
});

/** Which customers are one person: links between them, and to whom the rows of each belong. */
export const linkStore = (table: string) => {
  const read = async (key: Key): Promise<Record<string, unknown> | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(key), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : plain(Item);
  };
  const standing = async (customer: string): Promise<Standing> => readStanding(await read(profileKey(customer)));
  const linkOf = async ({ from, to }: Pick<Link, 'from' | 'to'>): Promise<Link | undefined> => {
    const row = await read(linkKey(from, to));
    return row === undefined ? undefined : readLink(row);
  };

  /** A customer, whom they turned out to be, whom that one did, and so on to the one who holds everything. */
  const chainOf = async (customer: string): Promise<readonly string[]> => {
    const chain = [customer];
    for (let next = (await standing(customer)).owner?.by; next !== undefined && chain.length <= MOST_USERS;) {
      chain.push(next);
      next = (await standing(next)).owner?.by;
    }
    return chain;
  };

  /**
   * Remembers a claim of somebody whose the id is not. Its standing is left alone, for thousands may share the id of a counter. Whether it
   * has an owner still is looked at afterwards, as whoever takes owners away looks at the claims afterwards: one of them sees the other.
   * @returns whether it has
   */
  const remember = async (link: Link): Promise<boolean> => {
    if (!(await isDone([...linkPuts(table, link)]))) return false;
    const after = await standing(link.from);
    if (after.erasedAt === undefined) return !isOwnedBy(link, after);
    await isDone([...linkDeletes(table, link)]);
    return true;
  };

  const claimOnce = async (said: Said): Promise<Unsettled | undefined> => {
    const { from, to } = said;
    const before = await standing(from);
    const known = await linkOf(said);
    if (before.erasedAt !== undefined || known?.undoneAt !== undefined) return [];
    const at = Math.min(said.at, known?.at ?? said.at);
    const { owner } = before;
    const isOwner = isOwnedBy({ to, at }, before);
    const isKnown = known?.at === at && (!isOwner || (owner?.by === to && owner.at === at));
    if (isKnown) return isOwner && before.isUnsettled ? [from] : [];
    const link = { ...linked({ ...said, at }, 'anonymous'), ...(known && { linkedAt: known.linkedAt }) };
    if (!isOwner) return (await remember(link)) ? [] : undefined;
    const isMoved = owner?.by !== to;
    const update = isMoved
      ? ownerUpdate(table, from, before, { by: to, at })
      : standingUpdate(table, from, before, { sets: ['mergedAt = :at'], values: { ':at': at } });
    if (!(await isDone([...linkPuts(table, link), update]))) return undefined;
    return isMoved || before.isUnsettled ? [from] : [];
  };

  /** An anonymous id was seen under a user's: it is that user's unless another was seen with it before. */
  const claim = (said: Said): Promise<Unsettled> => again(() => claimOnce(said));

  const pointOnce = async (customer: string, wanted: Standing['owner'], before: Standing) => {
    if (before.owner?.by === wanted?.by) return before.isUnsettled ? [customer] : [];
    return (await isDone([ownerUpdate(table, customer, before, wanted)])) ? [customer] : undefined;
  };

  const rightOwner = async (anonymous: string) => {
    const links = (await linksIn(table, anonymous, 'LINK#')).filter(({ undoneAt }) => undoneAt === undefined);
    return ownerAmong(links.map(({ to, at }) => ({ by: to, at })));
  };

  /** Gives an id to whoever has it by its claims; looks at them once more afterwards, see `remember`. */
  const ownAnew = (anonymous: string): Promise<Unsettled> =>
    again(async () => {
      const before = await standing(anonymous);
      if (before.erasedAt !== undefined) return [];
      const owner = await rightOwner(anonymous);
      const unsettled = await pointOnce(anonymous, owner, before);
      return (await rightOwner(anonymous))?.by === owner?.by ? unsettled : undefined;
    });

  /** The user has so many older ids that this one is no longer theirs. */
  const release = async (said: Pick<Link, 'from' | 'to'>): Promise<Unsettled> => {
    await again(async () => {
      const [before, known] = [await standing(said.from), await linkOf(said)];
      if (known === undefined || known.undoneAt !== undefined || known.kind !== 'anonymous') return true;
      const deletes = linkDeletes(table, said);
      return (await isDone([...deletes, standingUpdate(table, said.from, before, {})])) ? true : undefined;
    });
    return ownAnew(said.from);
  };

  const heads = async ({ from, to }: Pick<Link, 'from' | 'to'>) => {
    const ends = [await chainOf(from), await chainOf(to)].map((chain) => chain.at(-1) ?? from);
    const [one = from, other = to] = ends;
    return { one, other };
  };

  /** Whoever wrote a link may have died before it was settled, whichever of the two was the one to move. */
  const unsettledAmong = async (customers: readonly string[]): Promise<Unsettled> => {
    const all = [...new Set(customers)];
    const stands: Standing[] = [];
    for (const each of all) stands.push(await standing(each));
    return all.filter((_, index) => stands[index]?.isUnsettled === true);
  };

  const uniteOnce = async (said: Said): Promise<Unsettled | undefined> => {
    const known = await linkOf(said);
    if (known?.undoneAt !== undefined) return [];
    const { one, other } = await heads(said);
    const puts = known?.kind === 'alias' ? [] : linkPuts(table, linked(said, 'alias'));
    const large = headOf([one, other]) === one ? other : one;
    if (one === other) {
      if (puts.length > 0 && !(await isDone([...puts]))) return undefined;
      return unsettledAmong([...(await chainOf(said.from)), ...(await chainOf(said.to))]);
    }
    const small = large === one ? other : one;
    const [head, joining] = [await standing(small), await standing(large)];
    if (head.owner !== undefined || joining.owner !== undefined) return undefined;
    if (head.erasedAt !== undefined || joining.erasedAt !== undefined) return [];
    const users = head.users + joining.users;
    if (users > MOST_USERS) {
      count('MergeRefused');
      return [];
    }
    const done = await isDone([
      ...puts,
      ownerUpdate(table, large, joining, { by: small, at: said.at }),
      standingUpdate(table, small, head, { sets: ['groupSize = :users'], values: { ':users': users } }),
    ]);
    return done ? [large] : undefined;
  };

  /** Somebody says that two users are one person: the head of both groups, by their ids, is the head of all. */
  const unite = (said: Said): Promise<Unsettled> => again(() => uniteOnce(said));

  /** The users that aliases make one of this one, and the aliases. */
  const groupOf = async (customer: string) => {
    const group = new Set([customer]);
    const edges: Link[] = [];
    for (const each of group) {
      const links = [...(await linksIn(table, each, 'LINK#')), ...(await linksIn(table, each, 'LINKED#'))];
      for (const link of links) {
        if (link.kind !== 'alias' || link.undoneAt !== undefined) continue;
        edges.push(link);
        group.add(link.from).add(link.to);
      }
    }
    return { group: [...group], edges };
  };

  /** How many users a head stands for, once some of them have left: the next merge is measured by it. */
  const resize = (head: string): Promise<boolean> =>
    again(async () => {
      const before = await standing(head);
      // Whoever joins meanwhile changes the standing, so that this is refused.
      const { length } = (await groupOf(head)).group;
      if (before.owner !== undefined || before.erasedAt !== undefined || before.users === length) return true;
      const sets = { sets: ['groupSize = :users'], values: { ':users': length } };
      return (await isDone([standingUpdate(table, head, before, sets)])) ? true : undefined;
    });

  const regroup = async (customer: string): Promise<Unsettled> => {
    const { group, edges } = await groupOf(customer);
    const head = headsOf(
      group,
      edges.map(({ from, to }) => [from, to] as const),
    );
    const unsettled: string[] = [];
    for (const each of group) {
      const by = head.get(each) ?? each;
      const at = Math.min(...edges.filter(({ from, to }) => from === each || to === each).map(({ at }) => at));
      unsettled.push(
        ...(await again(async () => pointOnce(each, by === each ? undefined : { by, at }, await standing(each)))),
      );
    }
    for (const each of new Set(head.values())) await resize(each);
    return unsettled;
  };

  /**
   * Takes a link back, for good: the same signal again makes no new one.
   * @returns whose rows are to be carried or taken back now; undefined: there is no such link
   */
  const undo = async (link: Pick<Link, 'from' | 'to'>, { by, at }: Undoing): Promise<Unsettled | undefined> => {
    const known = await again(async () => {
      const [before, found] = [await standing(link.from), await linkOf(link)];
      if (found === undefined || found.undoneAt !== undefined) return { found };
      const puts = linkPuts(table, { ...found, undoneAt: at, undoneBy: by });
      return (await isDone([...puts, standingUpdate(table, link.from, before, {})])) ? { found } : undefined;
    });
    if (known.found === undefined) return undefined;
    if (known.found.kind === 'anonymous') return ownAnew(link.from);
    return [...(await regroup(link.from)), ...(await regroup(link.to))];
  };

  /** Everybody who is one person with this customer, themselves included, the head first: all their partitions. */
  const partitionsOf = async (customer: string): Promise<readonly string[]> => {
    const head = (await chainOf(customer)).at(-1) ?? customer;
    const all = new Set([head]);
    for (const each of all) {
      const [theirs, others] = [await linksIn(table, each, 'LINK#'), await linksIn(table, each, 'LINKED#')];
      const next = [
        ...theirs.filter(({ kind }) => kind === 'alias').map(({ to }) => to),
        ...others.map(({ from }) => from),
      ];
      for (const one of next) if (!all.has(one) && (await chainOf(one)).includes(head)) all.add(one);
    }
    return [...all];
  };

  /** Why a customer is who they are: every link from and to them, with what was undone. */
  const linksOf = async (customer: string): Promise<readonly Link[]> => [
    ...(await linksIn(table, customer, 'LINK#')),
    ...(await linksIn(table, customer, 'LINKED#')),
  ];

  /** All that followed from whom a customer belongs to is done. */
  const settled = async (customer: string, before: Standing): Promise<void> => {
    await orRefused(dynamodb().send(new UpdateItemCommand(settledUpdate(table, customer, before))));
  };

  return { settled, standing, chainOf, claim, release, unite, undo, partitionsOf, linksOf };
};
export type LinkStore = ReturnType<typeof linkStore>;
