import {
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { Entered } from '#core/journey';
import { dynamodb } from './clients.ts';
import { jitter, orRefused, transact } from './conditional.ts';
import { type Enter, enrolmentPut } from './enrolment-store.ts';
import { enteredKey, item, keyItem, plain } from './keys.ts';
import { type Pointer, pointerPut, pointerQueue } from './pointer-queue.ts';

/** Where a run that is put is found until its execution is started. */
export const pendingOf = (customer: string, { act }: Enter): Pointer => {
  const { journey, enrol, occurrence, at } = act;
  return { customer, journey, enrol, occurrence, at };
};

/** Puts a run's row, and what will start it: who is held out has no execution to start. */
export const entryPut = (table: string, customer: string, entering: Enter): TransactWriteItem[] => [
  { Put: enrolmentPut(table, customer, entering) },
  ...(entering.act.isHeldOut === true ? [] : [pointerPut(table, 'PENDING', pendingOf(customer, entering))]),
];

/** Those who have entered a journey and are not under way yet. */
export const entryQueue = (table: string) => {
  /** Puts run and pointer together, once. @returns whether they were put; else the run was there */
  const enter = async (customer: string, entering: Enter): Promise<boolean> => {
    const TransactItems = entryPut(table, customer, entering);
    return (
      (await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter)) === undefined
    );
  };

  /** How many were started of late. */
  const entered = async (journey: string): Promise<Entered | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(enteredKey(journey)), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { since, count } = plain(Item);
    return { from: Number(since), count: Number(count) };
  };

  /** Takes places before anybody is started: a crash in between makes the entry slower, never faster. False: somebody else did. */
  const reserve = async (journey: string, before: Entered | undefined, after: Entered): Promise<boolean> => {
    const reserved = await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(enteredKey(journey)),
          UpdateExpression: 'SET since = :since, #count = :count',
          ConditionExpression:
            before === undefined ? 'attribute_not_exists(pk)' : 'since = :knownSince AND #count = :knownCount',
          ExpressionAttributeNames: { '#count': 'count' },
          ExpressionAttributeValues: item({
            ':since': after.from,
            ':count': after.count,
            ...(before === undefined ? {} : { ':knownSince': before.from, ':knownCount': before.count }),
          }),
        }),
      ),
    );
    return 'done' in reserved;
  };

  return { ...pointerQueue(table, 'PENDING'), enter, entered, reserve };
};
export type EntryQueue = ReturnType<typeof entryQueue>;
