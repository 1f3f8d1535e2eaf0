import { DeleteItemCommand, QueryCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import { item, type Key, keyItem, plain } from './keys.ts';

/** A segment's members lie in so many partitions: a burst of newcomers would be too much for one. */
const shards = '0123456789abcdef';
/** Customer ids are base32 and evenly spread, so their first letter says which. */
const shardOf = (customer: string): string => shards.charAt(customer.charCodeAt(0) % shards.length);
export const memberKey = (segment: string, customer: string): Key => ({
  pk: `SEG#${segment}#${shardOf(customer)}`,
  sk: customer,
});
export const countKey = (segment: string, customer: string): Key => ({
  pk: `SEG#${segment}`,
  sk: `COUNT#${shardOf(customer)}`,
});

/** Whoever left is remembered for a day, so that an old message of their entry changes nothing any more. */
export const rememberedSeconds = 86_400;

/** `order` grows with everything that happens to one customer: what comes with an older one came too late. */
export type MemberChange = { readonly isIn: boolean; readonly order: number; readonly at: number };

export type MemberPage = { readonly members: readonly string[]; readonly next?: string };

/** Who is in a segment: a row each in sixteen partitions, and the number of them beside it. */
export const memberRows = (table: string) => {
  const memberUpdate = (segment: string, customer: string, { isIn, order, at }: MemberChange) => ({
    TableName: table,
    Key: keyItem(memberKey(segment, customer)),
    UpdateExpression: isIn
      ? 'SET isIn = :in, #order = :order, since = :at REMOVE #ttl'
      : 'SET isIn = :in, #order = :order, #ttl = :ttl',
    ConditionExpression: 'attribute_not_exists(#order) OR #order < :order',
    ExpressionAttributeNames: { '#order': 'order', '#ttl': 'ttl' },
    ExpressionAttributeValues: item({
      ':in': isIn,
      ':order': order,
      ...(isIn ? { ':at': at } : { ':ttl': Math.ceil(at / 1000) + rememberedSeconds }),
    }),
  });

  /** Once, whoever says it again. */
  const change = async (segment: string, customer: string, how: MemberChange): Promise<boolean> => {
    const counted = {
      TableName: table,
      Key: keyItem(countKey(segment, customer)),
      UpdateExpression: 'ADD members :one',
      ExpressionAttributeValues: item({ ':one': how.isIn ? 1 : -1 }),
    };
    const TransactItems = [{ Update: memberUpdate(segment, customer, how) }, { Update: counted }];
    const refusal = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter, 12);
    return refusal === undefined;
  };

  /** Takes somebody's row away altogether, and counts one less if they were in. However often: a row that is gone counts no more. */
  const forget = async (segment: string, customer: string): Promise<void> => {
    const Key = keyItem(memberKey(segment, customer));
    const TransactItems = [
      {
        Delete: {
          TableName: table,
          Key,
          ConditionExpression: 'isIn = :in',
          ExpressionAttributeValues: item({ ':in': true }),
        },
      },
      {
        Update: {
          TableName: table,
          Key: keyItem(countKey(segment, customer)),
          UpdateExpression: 'ADD members :one',
          ExpressionAttributeValues: item({ ':one': -1 }),
        },
      },
    ];
    const refusal = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter, 12);
    if (refusal !== undefined) await dynamodb().send(new DeleteItemCommand({ TableName: table, Key }));
  };

  const size = async (segment: string): Promise<number> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :count)',
        ExpressionAttributeValues: item({ ':pk': `SEG#${segment}`, ':count': 'COUNT#' }),
      }),
    );
    return Items.map(plain).reduce((sum, { members }) => sum + Number(members), 0);
  };

  const readShard = async (segment: string, { shard, after }: Place, limit: number) => {
    const { Items = [], LastEvaluatedKey } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        KeyConditionExpression: after === '' ? 'pk = :pk' : 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: item({
          ':pk': `SEG#${segment}#${shards.charAt(shard)}`,
          ...(after === '' ? {} : { ':after': after }),
        }),
        Limit: limit,
      }),
    );
    const rows = Items.map(plain);
    return { rows, last: LastEvaluatedKey === undefined ? undefined : String(rows.at(-1)?.['sk']) };
  };

  /** Members by page, each once. @param from what an earlier page gave as `next` */
  const page = async (segment: string, limit: number, from?: string): Promise<MemberPage> => {
    const members: string[] = [];
    let place: Place | undefined = placeFrom(from);
    while (place !== undefined && members.length < limit) {
      const { rows, last } = await readShard(segment, place, limit - members.length);
      members.push(...rows.flatMap(({ sk, isIn }) => (isIn === true ? [String(sk)] : [])));
      place = last === undefined ? nextShard(place) : { ...place, after: last };
    }
    return { members, ...(place !== undefined && { next: `${shards.charAt(place.shard)}${place.after}` }) };
  };

  /** Everybody in a segment, one by one, in no order that means anything. */
  async function* members(segment: string): AsyncGenerator<string> {
    let next: string | undefined;
    do {
      const found: MemberPage = await page(segment, 1000, next);
      yield* found.members;
      next = found.next;
    } while (next !== undefined);
  }

  return { change, size, page, members, forget };
};

/** Where a listing stands: in which partition, after whom. */
type Place = { readonly shard: number; readonly after: string };

const placeFrom = (from = '0'): Place => ({ shard: Math.max(0, shards.indexOf(from.charAt(0))), after: from.slice(1) });
const nextShard = ({ shard }: Place): Place | undefined =>
  shard + 1 < shards.length ? { shard: shard + 1, after: '' } : undefined;
