import { GetItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import type { Enter } from './enrolment-store.ts';
import { entryPut } from './entry-queue.ts';
import { idempotencyKey, item, keyItem, plain } from './keys.ts';

/** What an earlier request with the same key asked for, and what it started. */
export type KnownRequest = { readonly content: string; readonly enrol: string; readonly occurrence: number };

/** A key is remembered for a day, as the most used payment API does. */
const rememberedSeconds = 86_400;

/** Requests that carried an `Idempotency-Key`: remembered in the transaction that did what they asked. */
export const requestStore = (table: string) => {
  const find = async (request: string): Promise<KnownRequest | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(idempotencyKey(request)), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { content, enrol, occurrence } = plain(Item);
    return { content: String(content), enrol: String(enrol), occurrence: Number(occurrence) };
  };

  /** Puts run and request together. False when either was there: the caller looks again. */
  const enter = async (
    customer: string,
    entering: Enter,
    { request, content }: { readonly request: string; readonly content: string },
  ): Promise<boolean> => {
    const { enrol, occurrence, at } = entering.act;
    const ttl = Math.ceil(at / 1000) + rememberedSeconds;
    const remember = {
      Put: {
        TableName: table,
        Item: item({ ...idempotencyKey(request), content, enrol, occurrence, ttl }),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    };
    const TransactItems = [...entryPut(table, customer, entering), remember];
    return (
      (await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter)) === undefined
    );
  };

  return { find, enter };
};
export type RequestStore = ReturnType<typeof requestStore>;
