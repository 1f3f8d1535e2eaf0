import { DeleteItemCommand, QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from './clients.ts';
import { type Item, item, type Key, keyItem, plain } from './keys.ts';

/** Where a run is found by whoever looks for those of a journey, the oldest first. Instants are epoch milliseconds. */
export type Pointer = {
  readonly customer: string;
  readonly journey: string;
  readonly enrol: string;
  readonly occurrence: number;
  readonly at: number;
  /** Of those that stand still: until when at the latest. */
  readonly until?: number | undefined;
};

const PointerRow = z.object({
  customer: z.string(),
  journey: z.string(),
  enrol: z.string(),
  occurrence: z.number(),
  at: z.number(),
  until: z.optional(z.number()),
});

/** `PENDING`: entered, and not yet started. `HELD`: standing still until their journey is resumed. */
export type Queue = 'PENDING' | 'HELD';

const pkOf = (queue: Queue, journey: string): string => `${queue}#${journey}`;

/** It lies outside the customer's partition and goes with what it points at. */
const pointerKey = (queue: Queue, { journey, at, enrol, occurrence }: Omit<Pointer, 'customer' | 'until'>): Key => ({
  pk: pkOf(queue, journey),
  sk: `${new Date(at).toISOString()}#${enrol}-${occurrence}`,
});

export const pointerPut = (table: string, queue: Queue, pointer: Pointer): TransactWriteItem => ({
  Put: { TableName: table, Item: item({ ...pointerKey(queue, pointer), ...pointer }) },
});

/** Counting stops here: more than this is a lot, whatever the number. */
const mostCounted = 10_000;

/** Pointers to runs of one journey, in the order of their time. */
export const pointerQueue = (table: string, queue: Queue) => {
  const first = async (journey: string, limit: number): Promise<readonly Pointer[]> => {
    const { Items = [] } = await dynamodb().send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: item({ ':pk': pkOf(queue, journey) }),
        Limit: limit,
      }),
    );
    return Items.map((row) => PointerRow.parse(plain(row)));
  };

  const remove = async (pointer: Pointer): Promise<void> => {
    await dynamodb().send(new DeleteItemCommand({ TableName: table, Key: keyItem(pointerKey(queue, pointer)) }));
  };

  /** How many there are; counted to 10,000. */
  const count = async (journey: string): Promise<number> => {
    let [counted, from]: [number, Item | undefined] = [0, undefined];
    do {
      const page: { Count?: number | undefined; LastEvaluatedKey?: Item | undefined } = await dynamodb().send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: item({ ':pk': pkOf(queue, journey) }),
          Select: 'COUNT',
          ...(from === undefined ? {} : { ExclusiveStartKey: from }),
        }),
      );
      counted += page.Count ?? 0;
      from = page.LastEvaluatedKey;
    } while (from !== undefined && counted < mostCounted);
    return Math.min(counted, mostCounted);
  };

  return { first, remove, count };
};
export type PointerQueue = ReturnType<typeof pointerQueue>;
