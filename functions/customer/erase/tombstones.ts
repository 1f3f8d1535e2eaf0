import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/clients.ts';
import { jitter, orRefused } from '../../aws/conditional.ts';
import { gateKey, item, type Key, keyItem, plain, profileKey } from '../../aws/keys.ts';
import type { Row } from '../../aws/rows.ts';

const attempts = 20;

const isBare = (row: Row | undefined, names: readonly string[]): boolean =>
  row !== undefined && row['erasedAt'] !== undefined && Object.keys(row).every((name) => names.includes(name));

/** What is left of a customer: that there was one, so that nothing that comes late makes them anew. */
export const tombstones = (table: string) => {
  const read = async (key: Key): Promise<Row | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(key), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : plain(Item);
  };

  /** Replaces a row by what `next` makes of it, unless it changed meanwhile: `counter` says so. */
  const replace = async (
    key: Key,
    counter: 'folds' | 'version',
    next: (row: Row | undefined) => Row | undefined,
  ): Promise<Row | undefined> => {
    for (let attempt = 1; attempt <= attempts; attempt++) {
      if (attempt > 1) await jitter(Math.min(attempt, 5));
      const before = await read(key);
      const after = next(before);
      if (after === undefined) return before;
      const known = before?.[counter];
      const put = await orRefused(
        dynamodb().send(
          new PutItemCommand({
            TableName: table,
            Item: item({ ...key, ...after }),
            ConditionExpression: known === undefined ? 'attribute_not_exists(#counter)' : '#counter = :known',
            ExpressionAttributeNames: { '#counter': counter },
            ...(known === undefined ? {} : { ExpressionAttributeValues: item({ ':known': known }) }),
          }),
        ),
      );
      if ('done' in put) return before;
    }
    throw new Error('The row of a customer is being written too often to be erased.');
  };

  /** Nothing is sent any more: whatever was decided was decided on another version. */
  const closeGate = (customer: string, at: number): Promise<unknown> =>
    replace(gateKey(customer), 'version', (row) =>
      isBare(row, ['pk', 'sk', 'version', 'erasedAt'])
        ? undefined
        : { version: Number(row?.['version'] ?? 0) + 1, erasedAt: row?.['erasedAt'] ?? at },
    );

  /** @returns the profile as it was, which may be a tombstone already */
  const buryProfile = (
    customer: string,
    how: { readonly at: number; readonly receipt: string },
  ): Promise<Row | undefined> =>
    replace(profileKey(customer), 'folds', (row) =>
      isBare(row, ['pk', 'sk', 'folds', 'erasedAt', 'receipt'])
        ? undefined
        : { folds: Number(row?.['folds'] ?? 0) + 1, erasedAt: row?.['erasedAt'] ?? how.at, receipt: how.receipt },
    );

  return { readProfile: (customer: string) => read(profileKey(customer)), closeGate, buryProfile };
};
export type Tombstones = ReturnType<typeof tombstones>;
