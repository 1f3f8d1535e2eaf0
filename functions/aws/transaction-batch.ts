import { TransactWriteItemsCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { jitter, transact } from './conditional.ts';
import { gather } from './gather.ts';

type Writes = readonly TransactWriteItem[];

/** The most that DynamoDB takes in one transaction. */
const most = 100;

const isDone = async (writes: Writes): Promise<boolean> =>
  (await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems: [...writes] })), jitter)) ===
  undefined;

/**
 * Several writes that must be done together or not at all, in one transaction with those of others who come at about the same time.
 * Where one is refused, each is tried alone: nobody is kept back by somebody else.
 */
export const transactionBatch = () =>
  gather<Writes, boolean>({
    most,
    sizeOf: ({ length }) => length,
    run: async (batch) => {
      if (await isDone(batch.flat())) return batch.map(() => true);
      return batch.length === 1 ? [false] : Promise.all(batch.map(isDone));
    },
  });
export type TransactionBatch = ReturnType<typeof transactionBatch>;
