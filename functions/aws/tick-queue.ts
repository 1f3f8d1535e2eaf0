import { GetItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { dynamodb, sqs } from './clients.ts';
import { item, keyItem, plain, tickKey } from './keys.ts';

/** A call that is to come about a journey, at `at` (epoch milliseconds). */
export type Tick = { readonly journey: string; readonly at: number };

const minuteMs = 60_000;
/** A window of an entry rate has begun for certain. */
const marginMs = 500;

/** Asks for the next minute's call about a journey, while there is something left to do in it. */
export const tickQueue = (table: string, queueUrl: string) => {
  const nextAt = async (journey: string): Promise<number> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(tickKey(journey)), ConsistentRead: true }),
    );
    return Item === undefined ? 0 : Number(plain(Item)['nextAt']);
  };

  /**
   * Makes sure that a call comes after `now`. It is asked for first and written down then: a crash in between makes two
   * calls of one, of which the later finds the next one asked for already.
   * @param now the time this call was asked for, or later
   */
  const goOn = async (journey: string, now: number): Promise<void> => {
    if ((await nextAt(journey)) > now) return;
    const at = now - (now % minuteMs) + minuteMs + marginMs;
    const tick: Tick = { journey, at };
    await sqs().send(
      new SendMessageCommand({
        QueueUrl: queueUrl,
        MessageBody: JSON.stringify(tick),
        DelaySeconds: Math.ceil((at - now) / 1000),
      }),
    );
    await dynamodb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyItem(tickKey(journey)),
        UpdateExpression: 'SET nextAt = :at',
        ExpressionAttributeValues: item({ ':at': at }),
      }),
    );
  };

  return { goOn };
};
export type TickQueue = ReturnType<typeof tickQueue>;
