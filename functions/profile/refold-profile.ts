import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { logger, observed } from '../aws/observed.ts';
import { foldUntilWritten } from './fold-all.ts';
import type { FoldStores } from './fold-customer.ts';
import { foldStores } from './fold-stores.ts';
import { RefoldProfileEnv } from './refold-profile.env.ts';

const env = RefoldProfileEnv.parse(process.env);
const Request = z.object({ customer: z.string(), messageIds: z.array(z.string()) });

const refold = async ({ body }: SQSRecord, stores: FoldStores): Promise<void> => {
  const { customer, messageIds } = Request.parse(JSON.parse(body));
  const wanted = new Set(messageIds);
  const log = await stores.profiles.readLog(customer);
  const rows = log
    .filter(({ messageId }) => wanted.has(messageId))
    .map((signal) => ({ signal, sequence: '', receivedAt: 0 }));
  const stored = (await stores.profiles.readMany([customer])).get(customer);
  if (stored !== undefined) await foldUntilWritten({ customer, rows, stream: '', now: Date.now() }, stored, stores);
};

/** Customers set aside: their whole log is folded again, and what the named signals still owe is done. */
export const handler = observed<SQSEvent, SQSBatchResponse>('profile', async ({ Records }) => {
  const stores = await foldStores(env);
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    try {
      await refold(record, stores);
    } catch (error) {
      logger.error('refold failed', { reason: error instanceof Error ? error.name : 'unknown' });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
});
