import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { item, suppressionKey } from './keys.ts';

/** Addresses nobody writes to any more, by keyed hash: which they are cannot be read from here. */
export const suppressionStore = (table: string) => ({
  put: async (addressHash: string, reason: string, at: string): Promise<void> => {
    const Item = item({ ...suppressionKey(addressHash), reason, at });
    await dynamodb().send(new PutItemCommand({ TableName: table, Item }));
  },
});
export type SuppressionStore = ReturnType<typeof suppressionStore>;
