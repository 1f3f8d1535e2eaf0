import { BatchWriteItemCommand, type WriteRequest } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/clients.ts';
import { jitter } from '../../aws/conditional.ts';
import { type Key, keyItem } from '../../aws/keys.ts';

/** The most that DynamoDB takes in one call. */
const chunk = 25;

/** Deletes rows, however often they were deleted before. @returns how many */
export const deleteRows = async (table: string, keys: readonly Key[]): Promise<number> => {
  for (let from = 0; from < keys.length; from += chunk) {
    let left: WriteRequest[] = keys
      .slice(from, from + chunk)
      .map(({ pk, sk }) => ({ DeleteRequest: { Key: keyItem({ pk, sk }) } }));
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > 1) await jitter(Math.min(attempt, 6));
      const { UnprocessedItems } = await dynamodb().send(
        new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
      );
      left = UnprocessedItems?.[table] ?? [];
    }
  }
  return keys.length;
};
