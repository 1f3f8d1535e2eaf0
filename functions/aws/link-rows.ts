import type { TransactWriteItem, UpdateItemCommandInput } from '@aws-sdk/client-dynamodb';
import { isBefore } from '#core/profile';
import { customerPk, item, keyItem, linkKey, linkedKey, profileKey } from './keys.ts';
import { rowsUnder } from './rows.ts';

/**
 * Why two customers are one: written down when it was first said, and kept. `anonymous`: an id nobody was known under yet was seen with
 * a user's. `alias`: somebody said so.
 */
export type Link = {
  readonly kind: 'anonymous' | 'alias';
  readonly from: string;
  readonly to: string;
  /** When the signal says it happened, epoch milliseconds. */
  readonly at: number;
  /** The signal that says so, where it is known. */
  readonly messageId: string;
  /** ISO 8601: when we learned of it, and when and by whom it was undone. */
  readonly linkedAt: string;
  readonly undoneAt?: string;
  readonly undoneBy?: string;
};

export const readLink = (row: Record<string, unknown>): Link => {
  const { kind, from, to, at, messageId, linkedAt, undoneAt, undoneBy } = row;
  return {
    kind: kind === 'alias' ? 'alias' : 'anonymous',
    from: String(from),
    to: String(to),
    at: Number(at),
    messageId: String(messageId ?? ''),
    linkedAt: String(linkedAt),
    ...(typeof undoneAt === 'string' ? { undoneAt } : {}),
    ...(typeof undoneBy === 'string' ? { undoneBy } : {}),
  };
};

/** Nothing was taken back, and nothing earlier is known. */
const isNews = ({ at, undoneAt }: Link) =>
  undoneAt === undefined
    ? {
        ConditionExpression: 'attribute_not_exists(undoneAt) AND (attribute_not_exists(#at) OR #at >= :at)',
        ExpressionAttributeNames: { '#at': 'at' },
        ExpressionAttributeValues: item({ ':at': at }),
      }
    : {};

/** A link stands in both partitions, so that either leads to the other. One that was undone stays so. */
export const linkPuts = (table: string, link: Link): readonly TransactWriteItem[] =>
  [linkKey(link.from, link.to), linkedKey(link.to, link.from)].map((key) => ({
    Put: {
      TableName: table,
      Item: item({ ...key, ...link }),
      ...isNews(link),
    },
  }));

export const linkDeletes = (table: string, { from, to }: Pick<Link, 'from' | 'to'>): readonly TransactWriteItem[] =>
  [linkKey(from, to), linkedKey(to, from)].map((key) => ({
    Delete: { TableName: table, Key: keyItem(key), ConditionExpression: 'attribute_not_exists(undoneAt)' },
  }));

/** What a profile says of whose it is. */
export type Standing = {
  readonly folds: number;
  /** Whom it belongs to, by a link of `at`. */
  readonly owner?: { readonly by: string; readonly at: number };
  readonly erasedAt?: number;
  /** How many users are one person here. */
  readonly users: number;
  /** Rows are still to be carried, or taken back from those it belonged to before. */
  readonly isUnsettled: boolean;
  readonly leftFrom: readonly string[];
};

export const readStanding = (row: Record<string, unknown> = {}): Standing => {
  const { folds, mergedInto, mergedAt, erasedAt, groupSize, unsettled, leftFrom } = row;
  return {
    folds: typeof folds === 'number' ? folds : 0,
    ...(typeof mergedInto === 'string' ? { owner: { by: mergedInto, at: Number(mergedAt) } } : {}),
    ...(typeof erasedAt === 'number' ? { erasedAt } : {}),
    users: typeof groupSize === 'number' ? groupSize : 1,
    isUnsettled: unsettled === true,
    leftFrom: leftFrom instanceof Set ? [...leftFrom].map(String) : [],
  };
};

const unchanged = ({ folds }: Standing): string =>
  `${folds === 0 ? 'attribute_not_exists(folds)' : 'folds = :folds'} AND attribute_not_exists(erasedAt)`;

type Values = {
  readonly sets?: readonly string[];
  readonly removes?: readonly string[];
  readonly leaves?: string;
  readonly values?: object;
};

/** A change of a profile's standing: counts as a fold, so that whoever folds just now reads again. */
export const standingUpdate = (
  table: string,
  customer: string,
  before: Standing,
  { sets = [], removes = [], leaves, values = {} }: Values,
): TransactWriteItem => ({
  Update: {
    TableName: table,
    Key: keyItem(profileKey(customer)),
    UpdateExpression: [
      ...(sets.length > 0 ? [`SET ${sets.join(', ')}`] : []),
      ...(removes.length > 0 ? [`REMOVE ${removes.join(', ')}`] : []),
      `ADD folds :one${leaves === undefined ? '' : ', leftFrom :left'}`,
    ].join(' '),
    ConditionExpression: unchanged(before),
    ExpressionAttributeValues: {
      ...item({ ...values, ':one': 1, ...(before.folds === 0 ? {} : { ':folds': before.folds }) }),
      ...(leaves === undefined ? {} : { ':left': { SS: [leaves] } }),
    },
  },
});

/** Belongs to somebody from now on, or to nobody: what follows is still to be done. */
export const ownerUpdate = (
  table: string,
  customer: string,
  before: Standing,
  owner: Standing['owner'],
): TransactWriteItem => {
  const leaves = before.owner === undefined || before.owner.by === owner?.by ? {} : { leaves: before.owner.by };
  return owner === undefined
    ? standingUpdate(table, customer, before, {
        sets: ['unsettled = :yes'],
        removes: ['mergedInto', 'mergedAt'],
        values: { ':yes': true },
        ...leaves,
      })
    : standingUpdate(table, customer, before, {
        sets: ['mergedInto = :into', 'mergedAt = :at', 'unsettled = :yes'],
        values: { ':into': owner.by, ':at': owner.at, ':yes': true },
        ...leaves,
      });
};

/** Whose an id is by a claim and what is known of it: the earlier one's. */
export const isOwnedBy = ({ to, at }: Pick<Link, 'to' | 'at'>, { owner }: Standing): boolean =>
  owner === undefined || owner.by === to || isBefore({ by: to, at }, owner);

/**
 * All that followed from whom a customer belongs to is done. What was folded for them is dropped where it is another's now; were they to be
 * somebody again, their log is read, never the stream alone.
 */
export const settledUpdate = (
  table: string,
  customer: string,
  { owner, folds, leftFrom }: Standing,
): UpdateItemCommandInput => {
  const forgets = leftFrom.length === 0 ? '' : ' DELETE leftFrom :left';
  const drops = owner === undefined ? '' : ', body, memberOf, runs';
  return {
    TableName: table,
    Key: keyItem(profileKey(customer)),
    UpdateExpression: `SET #stream = :carried REMOVE unsettled${drops}${forgets}`,
    ConditionExpression: owner === undefined ? 'attribute_not_exists(mergedInto)' : 'folds = :folds',
    ExpressionAttributeNames: { '#stream': 'stream' },
    ExpressionAttributeValues: {
      ...item({ ':carried': 'carried', ...(owner === undefined ? {} : { ':folds': folds }) }),
      ...(leftFrom.length === 0 ? {} : { ':left': { SS: [...leftFrom] } }),
    },
  };
};

/** All links of a customer, that way and the other, undone ones included. */
export const linksIn = async (table: string, customer: string, prefix: 'LINK#' | 'LINKED#'): Promise<readonly Link[]> =>
  (await rowsUnder(table, { pk: customerPk(customer), prefix })).map(readLink);
