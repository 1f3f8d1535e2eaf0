import type { AttributeValue, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { Signal } from '#core/signal';
import { observed } from '../aws/observed.ts';
import { readMarks } from '../aws/profile-store.ts';
import { type Aside, foldAll, setAside } from './fold-all.ts';
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
    ...readMarks({ silent: dynamodb?.NewImage?.['silent']?.BOOL, from: dynamodb?.NewImage?.['from']?.S }),
  };
};

const foldOf = (customer: string, records: readonly DynamoDBRecord[]): Fold | Aside => {
  try {
    return { customer, rows: records.map(newSignal), stream: records[0]?.eventSourceARN ?? '' };
  } catch {
    // A row that is no signal, which none of ours wrote: it may hold up its customer, but nobody else in the shard.
    return { customer, messageIds: records.map(({ dynamodb }) => text(dynamodb?.Keys?.['sk'])) };
  }
};

/** The batch by customer, each in the stream's order. */
const byCustomer = (records: readonly DynamoDBRecord[]): readonly (Fold | Aside)[] => {
  const inserted = records.filter(({ eventName }) => eventName === 'INSERT');
  const grouped = Map.groupBy(inserted, ({ dynamodb }) => text(dynamodb?.Keys?.['pk']).slice('C#'.length));
  return [...grouped].map(([customer, rows]) => foldOf(customer, rows));
};

/** The log's stream → one conditional write per customer. A customer who fails is refolded apart and blocks nobody. */
export const handler = observed<DynamoDBStreamEvent, DynamoDBBatchResponse>('profile', async ({ Records }, context) => {
  const works = byCustomer(Records);
  for (const work of works) if (!('rows' in work)) await setAside(work, env.REFOLD_QUEUE_URL);
  await foldAll(
    works.filter((work) => 'rows' in work),
    await foldStores(env, context),
    env.REFOLD_QUEUE_URL,
  );
  return { batchItemFailures: [] };
});
