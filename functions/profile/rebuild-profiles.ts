import { ScanCommand } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { isCustomer } from '#core/signal';
import * as z from 'zod/mini';
import { dynamodb, sqs } from '../aws/clients.ts';
import { item, plain } from '../aws/keys.ts';
import { logger } from '../aws/observed.ts';
import type { FoldStores } from './fold-customer.ts';

/** Whose profile is to be rebuilt: everybody's, from a row of the log on; or one customer's, by our id or their `userId`. */
export const Rebuild = z.object({
  rebuild: z.union([
    z.literal('all'),
    z.object({ after: z.object({ pk: z.string(), sk: z.string(), at: z.string() }) }),
    z.object({ customer: z.string() }),
  ]),
});
export type Rebuild = z.infer<typeof Rebuild>;

type Place = { readonly pk: string; readonly sk: string; readonly at: string };
type Queues = { readonly LOG_TABLE: string; readonly REFOLD_QUEUE_URL: string };

/** Rows of the log's index looked at by one message: a minute is enough for many more. */
const pageRows = 2000;

const send = async (queueUrl: string, bodies: readonly object[]): Promise<void> => {
  for (let from = 0; from < bodies.length; from += 10) {
    const Entries = bodies
      .slice(from, from + 10)
      .map((body, index) => ({ Id: String(index), MessageBody: JSON.stringify(body) }));
    const { Failed = [] } = await sqs().send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    if (Failed.length > 0) throw new Error(`${Failed.length} customers could not be queued.`);
  }
};

const refoldOf = (customer: string) => ({ customer, messageIds: [] });

/** Queues every customer with a row in one page of the log, then the next page. A page done twice rebuilds twice, which changes nothing. */
const rebuildPage = async (after: Place | undefined, { LOG_TABLE, REFOLD_QUEUE_URL }: Queues): Promise<void> => {
  const { Items = [], LastEvaluatedKey } = await dynamodb().send(
    new ScanCommand({
      TableName: LOG_TABLE,
      IndexName: 'byTime',
      ProjectionExpression: 'pk',
      Limit: pageRows,
      ...(after === undefined ? {} : { ExclusiveStartKey: item(after) }),
    }),
  );
  const all = new Set(Items.map(plain).map(({ pk }) => String(pk)));
  // Rows of one customer follow one another: who began on the page before is queued already.
  const customers = [...all].filter((pk) => pk !== after?.pk).map((pk) => pk.slice('C#'.length));
  await send(REFOLD_QUEUE_URL, customers.map(refoldOf));
  logger.info('profiles queued for rebuild', { customers: customers.length });
  if (LastEvaluatedKey === undefined) return;
  const { pk, sk, at } = plain(LastEvaluatedKey);
  const MessageBody = JSON.stringify({ rebuild: { after: { pk, sk, at } } });
  await sqs().send(new SendMessageCommand({ QueueUrl: REFOLD_QUEUE_URL, MessageBody }));
};

/** Spreads a rebuild over the queue, one message a customer. */
export const rebuildProfiles = async (
  { rebuild }: Rebuild,
  queues: Queues,
  { ids, links }: Pick<FoldStores, 'ids' | 'links'>,
): Promise<void> => {
  if (rebuild === 'all') return rebuildPage(undefined, queues);
  if ('after' in rebuild) return rebuildPage(rebuild.after, queues);
  const customer = isCustomer(rebuild.customer) ? rebuild.customer : ids.idOf({ user: rebuild.customer });
  await send(queues.REFOLD_QUEUE_URL, (await links.partitionsOf(customer)).map(refoldOf));
};
