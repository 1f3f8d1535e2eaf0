import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { chunks } from '../../aws/chunks.ts';
import { dynamodb } from '../../aws/clients.ts';
import { jitter, transact } from '../../aws/conditional.ts';
import { heldKey, holdKey, holdMinuteKey, holdPk, item, keyItem, plain } from '../../aws/keys.ts';
import { MemberRequest } from '../desk/bulk-queues.ts';
import { allShards, heldUpdate, shardOf } from '../desk/bulk-shards.ts';

const minuteMs = 60_000;

/** The first minute that begins no earlier. */
export const minuteAfter = (at: number): number => Math.ceil(at / minuteMs) * minuteMs;

/** Members who come back in one minute, `2026-01-06T08:00:00.000Z`. */
export type HeldPage = { readonly bulk: string; readonly minute: string; readonly requests: readonly MemberRequest[] };

/** When the first of those who rest come back, and when the last. */
export type HeldSpan = { readonly first: string; readonly last: string };

/** Asks for a call when a minute has come. */
type Ask = (minute: string) => Promise<void>;
const mostKnown = 5000;

/** So many deletions and one count fit into a transaction, and so many pairs of them. */
const mostDeletes = 98;
const together = 8;

/** Members of bulks who rest until a minute: a row each, in the partition their bulk counts them in. */
export const heldRows = (table: string) => {
  /** Minutes this function has asked a call for. */
  const asked = new Map<string, Promise<void>>();

  /** The call is asked for first and written down then: a crash in between makes two calls of one. */
  const askOnce = async (bulk: string, minute: string, ask: Ask): Promise<void> => {
    const at = { TableName: table, Key: keyItem(holdMinuteKey(bulk, minute)) };
    const { Item } = await dynamodb().send(new GetItemCommand({ ...at, ConsistentRead: true }));
    if (Item !== undefined) return;
    await ask(minute);
    await dynamodb().send(new PutItemCommand({ TableName: table, Item: item({ ...holdMinuteKey(bulk, minute) }) }));
  };

  /** Makes sure that somebody calls when the minute has come. */
  const expect = (bulk: string, minute: string, ask: Ask): Promise<void> => {
    const name = `${bulk} ${minute}`;
    const known = asked.get(name);
    if (known !== undefined) return known;
    if (asked.size >= mostKnown) asked.clear();
    const asking = askOnce(bulk, minute, ask);
    asked.set(name, asking);
    asking.catch(() => asked.delete(name));
    return asking;
  };

  /**
   * Lets a member rest until its minute (`at`), once, with what is to be written with it.
   * @param ask for a call when the minute has come
   */
  const rest = async (request: MemberRequest, also: readonly TransactWriteItem[], ask: Ask): Promise<void> => {
    const { bulk, customer, at } = request;
    const minute = new Date(at).toISOString();
    const shard = shardOf(customer);
    await expect(bulk, minute, ask);
    const put: TransactWriteItem = {
      Put: {
        TableName: table,
        Item: item({ ...holdKey(bulk, shard, { minute, customer }), ...request }),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    const TransactItems = [put, heldUpdate(table, { bulk, shard }, 1), ...also];
    await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter, 12);
  };

  const minutes = async (bulk: string, isForward: boolean): Promise<string | undefined> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: item({ ':pk': holdMinuteKey(bulk, '').pk }),
        ScanIndexForward: isForward,
        Limit: 1,
      }),
    );
    return Items.map(plain).map(({ sk }) => String(sk))[0];
  };

  const span = async (bulk: string): Promise<HeldSpan | undefined> => {
    const [first, last] = await Promise.all([minutes(bulk, true), minutes(bulk, false)]);
    return first === undefined || last === undefined ? undefined : { first, last };
  };

  const inShard = async (bulk: string, minute: string, { shard, limit }: { shard: number; limit: number }) => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND begins_with(sk, :minute)',
        ExpressionAttributeValues: item({
          ':pk': holdPk(bulk, shard),
          ':minute': holdKey(bulk, shard, { minute, customer: '' }).sk,
        }),
        Limit: limit,
      }),
    );
    return Items.map((row) => MemberRequest.parse(plain(row)));
  };

  /** Those of the first minute in which somebody rests, some of them; undefined where nobody does, or not until then. */
  const take = async (bulk: string, by: string, limit: number): Promise<HeldPage | undefined> => {
    for (;;) {
      const minute = await minutes(bulk, true);
      if (minute === undefined || minute > by) return undefined;
      // Customers are spread evenly: a few of each partition are as many as are wanted.
      const each = Math.ceil(limit / allShards.length);
      const found = await Promise.all(allShards.map((shard) => inShard(bulk, minute, { shard, limit: each })));
      const requests = found.flat().slice(0, limit);
      if (requests.length > 0) return { bulk, minute, requests };
      // Nobody comes to rest in it any more: who rests does so for longer than a function runs.
      await dynamodb().send(new DeleteItemCommand({ TableName: table, Key: keyItem(holdMinuteKey(bulk, minute)) }));
    }
  };

  const deletion = ({ bulk, minute }: HeldPage, shard: number, customer: string): TransactWriteItem => ({
    Delete: {
      TableName: table,
      Key: keyItem(holdKey(bulk, shard, { minute, customer })),
      ConditionExpression: 'attribute_exists(pk)',
    },
  });

  /** They rest no longer. @param isForGood they are not sent it any more */
  const forget = async (page: HeldPage, isForGood = false): Promise<void> => {
    const { bulk } = page;
    const byShard = [...Map.groupBy(page.requests, ({ customer }) => shardOf(customer))];
    const all = byShard.flatMap(([shard, requests]) =>
      chunks(requests, isForGood ? mostDeletes / 2 : mostDeletes).map((some) => [
        ...some.map(({ customer }) => deletion(page, shard, customer)),
        ...(isForGood
          ? some.map(({ customer }) => ({ Delete: { TableName: table, Key: keyItem(heldKey(customer, bulk)) } }))
          : []),
        heldUpdate(table, { bulk, shard }, -some.length),
      ]),
    );
    for (const some of chunks(all, together))
      await Promise.all(
        some.map((TransactItems) =>
          transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter, 12),
        ),
      );
  };

  return { rest, span, take, forget };
};
export type HeldRows = ReturnType<typeof heldRows>;
