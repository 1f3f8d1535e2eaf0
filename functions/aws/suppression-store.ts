import { DeleteItemCommand, GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { item, keyItem, plain, suppressionKey, welcomeKey } from './keys.ts';

/** What its owner said themselves, and may take back; what providers say stays. */
const optedOut = 'opted-out';

/**
 * Addresses nobody writes to any more, by keyed hash: which they are cannot be read from here. The rows belong to no customer:
 * they hold for everybody who has the address, and outlive whoever is erased.
 */
export const suppressionStore = (table: string) => {
  /** When its owner last wanted to hear from us again. */
  const welcomedAt = async (addressHash: string): Promise<string> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(welcomeKey(addressHash)), ConsistentRead: true }),
    );
    return Item === undefined ? '' : String(plain(Item)['at']);
  };

  /**
   * @param at ISO 8601; a STOP that comes later than the START after it changes nothing.
   * @param to our number that was told, which is the one that can be told otherwise
   */
  const put = async (addressHash: string, reason: string, at: string, to?: string): Promise<void> => {
    if (reason === optedOut && (await welcomedAt(addressHash)) > at) return;
    const TableName = table;
    const Item = item({ ...suppressionKey(addressHash), reason, at, to });
    if (reason !== optedOut) {
      await dynamodb().send(new PutItemCommand({ TableName, Item }));
      return;
    }
    // Of an address that is gone a STOP says less; of two, the newer counts, for a START to know which it lifts.
    await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName,
          Item,
          ConditionExpression: 'attribute_not_exists(pk) OR (reason = :same AND #at < :at)',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: item({ ':same': optedOut, ':at': at }),
        }),
      ),
    );
  };

  /** Its owner wants to hear from us again. An address that bounced or complained stays suppressed. */
  const lift = async (addressHash: string, at: string): Promise<void> => {
    await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({ ...welcomeKey(addressHash), at }),
          ConditionExpression: 'attribute_not_exists(pk) OR #at < :at',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: item({ ':at': at }),
        }),
      ),
    );
    await orRefused(
      dynamodb().send(
        new DeleteItemCommand({
          TableName: table,
          Key: keyItem(suppressionKey(addressHash)),
          ConditionExpression: 'attribute_not_exists(pk) OR (reason = :own AND #at <= :at)',
          ExpressionAttributeNames: { '#at': 'at' },
          ExpressionAttributeValues: item({ ':own': optedOut, ':at': at }),
        }),
      ),
    );
  };

  /** The STOP an address is suppressed by, and our number it was sent to, where that is known. */
  const stopOf = async (addressHash: string): Promise<{ readonly to?: string } | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(suppressionKey(addressHash)), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const { reason, to } = plain(Item);
    if (reason !== optedOut) return undefined;
    return typeof to === 'string' ? { to } : {};
  };

  return { put, lift, stopOf };
};
export type SuppressionStore = ReturnType<typeof suppressionStore>;
