import type { AttributeValue, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Signal } from '#core/signal';
import { observed } from '../aws/observed.ts';
import { foldAll } from './fold-all.ts';
import type { Fold, NewSignal } from './fold-customer.ts';
import { FoldProfileEnv } from './fold-profile.env.ts';
import { foldStores } from './fold-stores.ts';

const env = FoldProfileEnv.parse(process.env);

const text = (value: AttributeValue | undefined): string => value?.S ?? '';

const newSignal = ({ dynamodb }: DynamoDBRecord): NewSignal => {
  const signal: Signal = JSON.parse(text(dynamodb?.NewImage?.['signal']));
  return {
    signal,
    sequence: (dynamodb?.SequenceNumber ?? '').padStart(40, '0'),
    receivedAt: Date.parse(text(dynamodb?.NewImage?.['receivedAt'])),
  };
};

/** The batch by customer, each in the stream's order. */
const foldsOf = (records: readonly DynamoDBRecord[], now: number): readonly Fold[] => {
  const inserted = records.filter(({ eventName }) => eventName === 'INSERT');
  const byCustomer = Map.groupBy(inserted, ({ dynamodb }) => text(dynamodb?.Keys?.['pk']).slice('C#'.length));
  return [...byCustomer].map(([customer, rows]) => ({
    customer,
    rows: rows.map(newSignal),
    stream: rows[0]?.eventSourceARN ?? '',
    now,
  }));
};

/** The log's stream → one conditional write per customer. A customer who fails is refolded apart and blocks nobody. */
export const handler = observed<DynamoDBStreamEvent, DynamoDBBatchResponse>('profile', async ({ Records }) => {
  await foldAll(foldsOf(Records, Date.now()), await foldStores(env), env.REFOLD_QUEUE_URL);
  return { batchItemFailures: [] };
});
