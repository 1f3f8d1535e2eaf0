import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import type { JsonObject } from '#core/signal';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { answerKey, enrolmentKey, item, keyItem, plain, profileKey } from './keys.ts';

/** What was answered through one link so far: how often, and the last of it as it was said on the bus. */
export type Answered = { readonly times: number; readonly last?: JsonObject };

/** `until`, epoch milliseconds, the row is kept. */
type NextAnswer = Required<Answered> & { readonly until: number };

/** One row for each survey link that was answered, so that a changed answer can say which one it replaces. */
export const surveyAnswers = (table: string) => {
  const read = async (customer: string, link: string): Promise<Answered> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(answerKey(customer, link)), ConsistentRead: true }),
    );
    if (Item === undefined) return { times: 0 };
    const { times, last } = plain(Item);
    return { times: Number(times), last: JSON.parse(String(last)) };
  };

  /** @returns whether it was the next answer; else another came first. */
  const write = async (customer: string, link: string, answer: NextAnswer): Promise<boolean> => {
    const { times, last, until } = answer;
    const written = await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({ ...answerKey(customer, link), times, last: JSON.stringify(last), ttl: Math.ceil(until / 1000) }),
          ConditionExpression: times === 1 ? 'attribute_not_exists(pk)' : 'times = :before',
          ...(times === 1 ? {} : { ExpressionAttributeValues: item({ ':before': times - 1 }) }),
        }),
      ),
    );
    return 'done' in written;
  };

  /** The properties a run was entered with, while it is remembered. */
  const entryOf = async (
    customer: string,
    run: { readonly journey: string; readonly enrol: string; readonly occurrence: string },
  ): Promise<JsonObject> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(enrolmentKey(customer, run)) }),
    );
    const row = Item === undefined ? {} : plain(Item);
    if (String(row['occurrence']) !== run.occurrence || typeof row['entry'] !== 'string') return {};
    const entry: { readonly properties?: JsonObject } = JSON.parse(row['entry']);
    return entry.properties ?? {};
  };

  /** Of an erased customer nothing is kept anew. */
  const isErased = async (customer: string): Promise<boolean> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({
        TableName: table,
        Key: keyItem(profileKey(customer)),
        ProjectionExpression: 'erasedAt',
        ConsistentRead: true,
      }),
    );
    return Item?.['erasedAt'] !== undefined;
  };

  return { read, write, entryOf, isErased };
};
