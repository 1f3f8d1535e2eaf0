import { randomUUID } from 'node:crypto';
import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/clients.ts';
import { item, readKey } from '../../aws/keys.ts';

/** Who read what of a customer is known for two years. */
const keptSeconds = 730 * 86_400;

/** Writes down that somebody read a customer's card or took it away. Nothing is shown before it is written. */
export const readLog =
  (table: string) =>
  async (
    customer: string,
    read: { readonly by: string; readonly fields: readonly string[]; readonly at: number },
  ): Promise<void> => {
    const { by, fields, at } = read;
    const key = readKey(customer, new Date(at).toISOString(), randomUUID().slice(0, 8));
    await dynamodb().send(
      new PutItemCommand({
        TableName: table,
        Item: item({ ...key, by, fields: [...fields], ttl: Math.ceil(at / 1000) + keptSeconds }),
      }),
    );
  };
