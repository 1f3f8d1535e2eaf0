import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from '../../aws/clients.ts';
import { jitter, orRefused } from '../../aws/conditional.ts';
import type { KeyedHash } from '../../aws/keyed-hash.ts';
import { bulkKey, item, keyItem, plain } from '../../aws/keys.ts';
import { allRows } from '../../aws/rows.ts';

const BulkRow = z.object({
  sk: z.string(),
  status: z.enum(['running', 'paused', 'cancelled']),
  campaign: z.string(),
  version: z.number(),
  segment: z.string(),
  perSecond: z.number(),
  by: z.string(),
  startedAt: z.number(),
  /** When somebody last started, paused, resumed or cancelled it, and how often that was. */
  changedAt: z.number(),
  change: z.number(),
  /** The next free instant at the rate. */
  nextAt: z.number(),
  /** Members taken out of the segment so far, after whom it goes on, and how many pages were put into the queue. */
  walked: z.number(),
  isWalked: z.boolean(),
  after: z.optional(z.string()),
  turn: z.number(),
  /** When the last one was. */
  turnedAt: z._default(z.number(), 0),
});

/** One message to everybody in a segment. Instants are epoch milliseconds. */
export type Bulk = Omit<z.infer<typeof BulkRow>, 'sk'> & { readonly name: string };

export type NewBulk = Pick<Bulk, 'name' | 'campaign' | 'version' | 'segment' | 'perSecond' | 'by'>;

/** What the ledger calls a bulk where a journey's messages have a run. */
export const bulkEnrol =
  (hash: KeyedHash) =>
  ({ name }: Pick<Bulk, 'name'>): string =>
    hash(`bulk:${name}`);

const read = (row: Record<string, unknown>): Bulk => {
  const { sk, ...rest } = BulkRow.parse(row);
  return { name: sk, ...rest };
};

/** @returns the row as it was left, or undefined where its condition refused */
const updated = async (command: UpdateItemCommand): Promise<Bulk | undefined> => {
  const answer = await orRefused(dynamodb().send(command));
  return 'done' in answer && answer.done.Attributes !== undefined ? read(plain(answer.done.Attributes)) : undefined;
};

/** How often two who take instants at once try again before they come back later. */
const tries = 10;

export const bulkRows = (table: string) => {
  const at = (name: string) => ({ TableName: table, Key: keyItem(bulkKey(name)) });

  const find = async (name: string): Promise<Bulk | undefined> => {
    const { Item } = await dynamodb().send(new GetItemCommand({ ...at(name), ConsistentRead: true }));
    return Item === undefined ? undefined : read(plain(Item));
  };

  const list = async (): Promise<readonly Bulk[]> => {
    const rows = await allRows({
      TableName: table,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: item({ ':pk': bulkKey('').pk }),
    });
    return rows.map(read);
  };

  /** A name is used once. @returns false where it was used before */
  const create = async ({ name, ...rest }: NewBulk, now: number): Promise<boolean> => {
    const standing = { status: 'running', startedAt: now, changedAt: now, change: 1, nextAt: now };
    const answer = await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({ ...bulkKey(name), ...rest, ...standing, walked: 0, isWalked: false, turn: 0 }),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
    return 'done' in answer;
  };

  /** @returns undefined where somebody else changed it meanwhile */
  const change = (bulk: Bulk, status: Bulk['status'], now: number): Promise<Bulk | undefined> =>
    updated(
      new UpdateItemCommand({
        ...at(bulk.name),
        UpdateExpression: 'SET #status = :status, change = :next, changedAt = :now',
        ConditionExpression: 'change = :change',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: item({
          ':status': status,
          ':change': bulk.change,
          ':next': bulk.change + 1,
          ':now': now,
        }),
        ReturnValues: 'ALL_NEW',
      }),
    );

  /** Another turn is done. @returns undefined where another walk has done it */
  const turned = ({ name, turn }: Bulk, now: number, more?: { readonly set: string; readonly values: object }) =>
    updated(
      new UpdateItemCommand({
        ...at(name),
        UpdateExpression: `SET turn = :next, turnedAt = :now${more?.set ?? ''}`,
        ConditionExpression: 'turn = :turn',
        ...(more === undefined ? {} : { ExpressionAttributeNames: { '#after': 'after' } }),
        ExpressionAttributeValues: item({ ':turn': turn, ':next': turn + 1, ':now': now, ...more?.values }),
        ReturnValues: 'ALL_NEW',
      }),
    );

  /** How far the walk has come. @returns undefined where another walk has come as far */
  const note = (bulk: Bulk, { members, next }: { members: readonly string[]; next?: string }, now: number) =>
    turned(bulk, now, {
      set: `, walked = :walked, isWalked = :done${next === undefined ? ' REMOVE #after' : ', #after = :after'}`,
      values: {
        ':walked': bulk.walked + members.length,
        ':done': next === undefined,
        ...(next === undefined ? {} : { ':after': next }),
      },
    });

  const moveNext = (name: string, condition: string, values: Record<string, unknown>) =>
    orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          ...at(name),
          UpdateExpression: 'SET nextAt = :then',
          ConditionExpression: condition,
          ExpressionAttributeValues: item(values),
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );

  /**
   * Takes the next instants at the rate, each for one message.
   * @param latest when none is free by then, none is taken
   * @returns the instants, epoch milliseconds
   */
  const takeSlots = async (
    { name, perSecond, nextAt }: Bulk,
    { many, now, latest }: { readonly many: number; readonly now: number; readonly latest: number },
  ): Promise<readonly number[] | undefined> => {
    let seen = nextAt;
    for (let attempt = 1; attempt <= tries; attempt++) {
      if (attempt > 1) await jitter(Math.min(attempt, 4));
      const first = Math.max(seen, now);
      if (first > latest) return undefined;
      const then = first + (many * 1000) / perSecond;
      const moved = await moveNext(name, 'nextAt = :seen', { ':seen': seen, ':then': then });
      if ('done' in moved) return Array.from({ length: many }, (_, i) => Math.floor(first + (i * 1000) / perSecond));
      seen = Number(moved.refused?.['nextAt'] ?? Infinity);
    }
    return undefined;
  };

  return { find, list, create, change, note, turned, takeSlots };
};
export type BulkRows = ReturnType<typeof bulkRows>;
