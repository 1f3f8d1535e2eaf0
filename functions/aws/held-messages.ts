import { type TransactWriteItem, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Rival } from '#core/decision';
import * as z from 'zod/mini';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { heldKey, item, keyItem } from './keys.ts';

/** A message to many that waits for a slot, as the customer's other messages see it. */
export type HeldMessage = Rival & { readonly bulk: string };

const HeldRow = z.object({
  bulk: z.string(),
  journey: z.string(),
  topic: z.string(),
  channel: z.enum(['email', 'sms', 'push']),
  priority: z.number(),
  dueAt: z.number(),
  enteredAt: z.number(),
  until: z.number(),
  comesFrom: z.number(),
});

export const readHeld = (row: Record<string, unknown>): HeldMessage => HeldRow.parse(row);

/** What nobody comes for any more is gone after so long. */
const keptSeconds = 7 * 86_400;

/** Messages to many that compete with those of journeys. */
export const heldMessages = (table: string) => {
  const put = (customer: string, held: Omit<HeldMessage, 'comesFrom'>): TransactWriteItem => ({
    Put: {
      TableName: table,
      Item: item({
        ...heldKey(customer, held.bulk),
        ...held,
        comesFrom: held.until,
        ttl: Math.ceil(held.until / 1000) + keptSeconds,
      }),
    },
  });

  const remove = (customer: string, bulk: string): TransactWriteItem => ({
    Delete: { TableName: table, Key: keyItem(heldKey(customer, bulk)) },
  });

  /** Its instant at the rate is later than the slot it waits for. */
  const comesAt = async (customer: string, bulk: string, at: number): Promise<void> => {
    await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(heldKey(customer, bulk)),
          UpdateExpression: 'SET #until = :at',
          ConditionExpression: '#until < :at',
          ExpressionAttributeNames: { '#until': 'until' },
          ExpressionAttributeValues: item({ ':at': at }),
        }),
      ),
    );
  };

  return { put, remove, comesAt };
};
export type HeldMessages = ReturnType<typeof heldMessages>;
