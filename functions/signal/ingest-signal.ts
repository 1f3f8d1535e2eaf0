import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Refusal, Signal } from '#core/signal';
import { customerIds } from '../aws/customer-id.ts';
import { type LogRow, logStore } from '../aws/dynamo-log-store.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { refusedQueue } from '../aws/sqs-refused-queue.ts';
import { IngestSignalEnv } from './ingest-signal.env.ts';
import { deployedMappings } from './deployed-mappings.ts';
import { bodyReader } from './read-body.ts';

const env = IngestSignalEnv.parse(process.env);
const ids = customerIds(env.KEY_SECRET_ARN);
const log = logStore(env.LOG_TABLE);
const refused = refusedQueue(env.REFUSED_QUEUE_URL);
const readBody = bodyReader(deployedMappings());

type Accepted = { readonly record: SQSRecord; readonly signal: Signal };
type Refused = { readonly record: SQSRecord; readonly refusal: Refusal };

/** Stores the signals of a batch in their customers' logs and parks what is none. What could do neither comes back alone. */
export const handler = observed('signal', async ({ Records }: SQSEvent): Promise<SQSBatchResponse> => {
  const now = Date.now();
  const accepted: Accepted[] = [];
  const declined: Refused[] = [];
  for (const record of Records) {
    const parsed = await readBody(record.body, now);
    if (parsed.length === 0) count('SignalSkipped');
    for (const { signal } of parsed) if (signal) accepted.push({ record, signal });
    // A message is parked once, as it came, whatever else was in it: its good signals are the same again when it is redriven.
    const refusal = parsed.find(({ refusal }) => refusal)?.refusal;
    if (refusal) declined.push({ record, refusal });
  }
  const failed = new Set([...(await store(accepted, now)), ...(await park(declined))]);
  return { batchItemFailures: [...failed].map(({ messageId }) => ({ itemIdentifier: messageId })) };
});

/** A signal that is in the batch twice is stored once: DynamoDB refuses a call that names a row twice. */
const store = async (accepted: readonly Accepted[], now: number): Promise<readonly SQSRecord[]> => {
  if (accepted.length === 0) return [];
  const { idOf } = await ids();
  const receivedAt = new Date(now).toISOString();
  const rows = new Map<string, LogRow>();
  const records = new Map<LogRow, SQSRecord[]>();
  for (const { record, signal } of accepted) {
    const customer = idOf(signal.subject);
    const key = `${customer} ${signal.messageId}`;
    const row = rows.get(key) ?? { customer, signal, receivedAt };
    rows.set(key, row);
    records.set(row, [...(records.get(row) ?? []), record]);
  }
  const failed = await log.put([...rows.values()]);
  count('SignalStored', undefined, rows.size - failed.length);
  return failed.flatMap((row) => records.get(row) ?? []);
};

const park = async (declined: readonly Refused[]): Promise<readonly SQSRecord[]> => {
  const parked = await Promise.allSettled(
    declined.map(async ({ record, refusal }) => {
      await refused.park(record.body, refusal);
      count('SignalRefused', refusal.reason);
      logger.warn('Signal refused', { record: record.messageId, reason: refusal.reason });
    }),
  );
  return declined.flatMap(({ record }, index) => {
    const result = parked[index];
    if (result?.status !== 'rejected') return [];
    logger.error('Refused signal could not be parked', {
      record: record.messageId,
      reason: String(result.reason?.name),
    });
    return [record];
  });
};
