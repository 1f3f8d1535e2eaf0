import { GetItemCommand, type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/clients.ts';
import { type Cancelled, jitter, transact } from '../../aws/conditional.ts';
import { idempotencyKey, item, keyItem, plain } from '../../aws/keys.ts';

/** A key is remembered for a day, as for the start of a journey. */
const rememberedSeconds = 86_400;

/** A request by its key, and a hash of what it asks. */
export type Request = { readonly key: string; readonly content: string };

/** What a request was answered: ids and instants, nothing personal. */
export type Answer = { readonly [field: string]: string | number };

export type Known = { readonly content: string; readonly answer: Answer };

/** Requests that carried an `Idempotency-Key`: remembered in the transaction that does what they ask. */
export const doneOnce = (table: string) => {
  const find = async ({ key }: Request): Promise<Known | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(idempotencyKey(key)), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { content, answer } = plain(Item);
    return { content: String(content), answer: JSON.parse(String(answer)) };
  };

  /** @returns what refused it: the index counts `writes`, one more is the request itself. */
  const write = (
    writes: readonly TransactWriteItem[],
    request: Request,
    { answer, at }: { readonly answer: Answer; readonly at: number },
  ): Promise<Cancelled | undefined> => {
    const remember: TransactWriteItem = {
      Put: {
        TableName: table,
        Item: item({
          ...idempotencyKey(request.key),
          content: request.content,
          answer: JSON.stringify(answer),
          ttl: Math.ceil(at / 1000) + rememberedSeconds,
        }),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    const TransactItems = [...writes, remember];
    return transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter);
  };

  return { find, write };
};
export type DoneOnce = ReturnType<typeof doneOnce>;
