import { GetItemCommand, type Update, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import type { Lookup } from '#core/profile';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { identityKey, item, keyItem, plain } from './keys.ts';

/** An address that more people share is nobody's: the row says no more of it. */
const mostCustomers = 100;

/** Whom an address, number, device or id elsewhere belongs to. A row is a place to look, never a reason to merge. */
export const lookupRows = (table: string) => {
  /** Whom an address belongs to, one more; refused where it is nobody's. */
  const addition = (kind: Lookup['kind'], hash: string, customer: string, at: string) =>
    ({
      TableName: table,
      Key: keyItem(identityKey(kind, hash)),
      UpdateExpression: 'ADD customers :customers SET #at = if_not_exists(#at, :at)',
      ConditionExpression: 'attribute_not_exists(customers) OR size(customers) < :most',
      ExpressionAttributeNames: { '#at': 'at' },
      ExpressionAttributeValues: {
        ...item({ ':at': at, ':most': mostCustomers }),
        ':customers': { SS: [customer] },
      },
    }) satisfies Update;

  /** Once for each customer, when they are first seen with it. */
  const add = async (kind: Lookup['kind'], hash: string, customer: string, at: string): Promise<void> => {
    await orRefused(dynamodb().send(new UpdateItemCommand(addition(kind, hash, customer, at))));
  };

  /** A customer has it no longer: their rows went elsewhere, or newer ones took its place. */
  const remove = async (kind: Lookup['kind'], hash: string, customer: string): Promise<void> => {
    await dynamodb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyItem(identityKey(kind, hash)),
        UpdateExpression: 'DELETE customers :customers',
        ExpressionAttributeValues: { ':customers': { SS: [customer] } },
      }),
    );
  };

  /** Everybody who was ever seen with it: also under ids they have given up since, so ask `headOf` who that is today. */
  const find = async (kind: Lookup['kind'], hash: string): Promise<readonly string[]> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(identityKey(kind, hash)), ConsistentRead: true }),
    );
    const customers = Item === undefined ? undefined : plain(Item)['customers'];
    return customers instanceof Set ? [...customers].map(String).toSorted() : [];
  };

  return { addition, add, remove, find };
};
export type LookupRows = ReturnType<typeof lookupRows>;
