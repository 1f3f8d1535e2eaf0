import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';
import { logger, observed } from '../aws/observed.ts';
import type { LoggedSignal } from '../aws/profile-store.ts';
import { foldUntilWritten } from './fold-all.ts';
import type { Fold, FoldStores } from './fold-customer.ts';
import { foldStores } from './fold-stores.ts';
import { RefoldProfileEnv } from './refold-profile.env.ts';

const env = RefoldProfileEnv.parse(process.env);
const Request = z.object({ customer: z.string(), messageIds: z.array(z.string()) });

/** As they were received; of one delivery, as they happened. */
const inTheirOrder = (a: LoggedSignal, b: LoggedSignal): number =>
  a.receivedAt - b.receivedAt || Date.parse(a.signal.timestamp) - Date.parse(b.signal.timestamp);

/**
 * What follows from the named signals, and from all that were received since: an order that came after a product that was
 * set aside was folded before it, and must still end the run which that product begins. Acts may be decided twice.
 */
const dueRows = (log: readonly LoggedSignal[], messageIds: ReadonlySet<string>): Fold['rows'] => {
  const named = log.filter(({ signal }) => messageIds.has(signal.messageId));
  const since = named.reduce((first, { receivedAt }) => Math.min(first, receivedAt), Infinity);
  return log
    .filter(({ receivedAt }) => receivedAt >= since)
    .toSorted(inTheirOrder)
    .map((row) => ({ ...row, sequence: '' }));
};

const refold = async ({ body }: SQSRecord, stores: FoldStores): Promise<void> => {
  const { customer, messageIds } = Request.parse(JSON.parse(body));
  const due = async () => dueRows(await stores.profiles.readLog(customer), new Set(messageIds));
  // The profile first: the log then has at least what was folded into it, and the write is refused if more was.
  const stored = (await stores.profiles.readMany([customer])).get(customer);
  if (stored !== undefined) await foldUntilWritten({ customer, rows: await due(), stream: '' }, stored, stores, due);
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
