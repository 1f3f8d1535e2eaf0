import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Gate } from '#core/decision';
import { emptyGate } from '#core/decision';
import type { Consents } from '#core/profile';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { gateKey, item, keyItem } from './keys.ts';

/** An attribute a number, so that two messages to two numbers do not write over each other. */
export const introducedAttribute = (addressHash: string): string => `introduced#${addressHash}`;
const introducedIn = (row: Record<string, unknown>): Pick<Gate, 'introduced'> => {
  const prefix = introducedAttribute('');
  const found = Object.entries(row).filter(([name]) => name.startsWith(prefix));
  if (found.length === 0) return {};
  return { introduced: Object.fromEntries(found.map(([name, by]) => [name.slice(prefix.length), String(by)])) };
};

export const readGate = (row: Record<string, unknown> | undefined): Gate => {
  if (row === undefined) return emptyGate;
  const { version, consents, erasedAt, pausedUntil, slots, counted } = row;
  return {
    version: Number(version ?? 0),
    consents: typeof consents === 'string' ? JSON.parse(consents) : {},
    ...(typeof erasedAt === 'number' ? { erasedAt } : {}),
    ...(typeof pausedUntil === 'number' ? { pausedUntil } : {}),
    ...(slots instanceof Set ? { slots: [...slots].map(String) } : {}),
    ...(typeof counted === 'number' ? { counted } : {}),
    ...introducedIn(row),
  };
};

/** What a send must check, kept beside the profile in one small item of its own: the profile joins no transaction. */
export const gateStore = (table: string) => {
  /** Takes over the consents of a profile, unless a later fold already has: the folds of one profile are numbered. */
  const takeConsents = async (customer: string, consents: Consents, fold: number): Promise<void> => {
    await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(gateKey(customer)),
          UpdateExpression: 'SET consents = :consents, fold = :fold ADD version :one',
          ConditionExpression:
            '(attribute_not_exists(fold) OR fold <= :fold) AND (attribute_not_exists(consents) OR consents <> :consents)',
          ExpressionAttributeValues: item({ ':consents': JSON.stringify(consents), ':fold': fold, ':one': 1 }),
        }),
      ),
    );
  };

  return { takeConsents };
};
export type GateStore = ReturnType<typeof gateStore>;
