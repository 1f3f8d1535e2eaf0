import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { keyedHash } from '../aws/keyed-hash.ts';
import { linkStore } from '../aws/link-store.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { queueErasure } from './erase/erasure-queue.ts';
import { receiptStore } from './erase/receipt.ts';
import { sweep, type SweepStores } from './erase/sweep.ts';
import { tombstones } from './erase/tombstones.ts';
import { PerformErasureEnv } from './perform-erasure.env.ts';

const env = PerformErasureEnv.parse(process.env);
const Order = z.object({ receipt: z.string(), isSecondLook: z.boolean() });

/** By then whatever was on its way when it began has arrived. It is the most that a queue waits. */
const secondLookSeconds = 900;

const perform = async ({ body }: SQSRecord, stores: SweepStores): Promise<void> => {
  const { receipt, isSecondLook } = Order.parse(JSON.parse(body));
  const removed = await sweep(receipt, stores);
  const status = isSecondLook ? 'checked' : 'erased';
  await stores.receipts.note(receipt, { removed, status, at: new Date(stores.clock()).toISOString() });
  if (!isSecondLook) await queueErasure(env.ERASURE_QUEUE_URL, receipt, secondLookSeconds);
  count('CustomerErased', status);
  logger.info('customer erased', { receipt, removed, status });
};

/** Erasures that were asked for: each is done again until it comes to its end, and looked at once more a quarter of an hour later. */
export const handler = observed<SQSEvent, SQSBatchResponse>('profile', async ({ Records }) => {
  const stores: SweepStores = {
    tables: { state: env.STATE_TABLE, log: env.LOG_TABLE },
    hash: await keyedHash(env.KEY_SECRET_ARN),
    receipts: receiptStore(env.STATE_TABLE),
    graves: tombstones(env.STATE_TABLE),
    links: linkStore(env.STATE_TABLE),
    clock: () => Date.now(),
  };
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    try {
      await perform(record, stores);
    } catch (error) {
      logger.error('erasure not finished', { reason: error instanceof Error ? error.name : 'unknown' });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
});
