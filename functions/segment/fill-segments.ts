import { ScanCommand } from '@aws-sdk/client-dynamodb';
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { dynamodb } from '../aws/clients.ts';
import { item, keyItem, plain } from '../aws/keys.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { profileStore } from '../aws/profile-store.ts';
import { segmentStore } from '../aws/segment-store.ts';
import { FillRequest, fillRows, parts, requestFill } from './desk/fill-rows.ts';
import { lookAgain } from './desk/look-again.ts';
import { segmentDesk } from './desk/segment-desk.ts';
import { FillSegmentsEnv } from './fill-segments.env.ts';

const env = FillSegmentsEnv.parse(process.env);
const store = segmentStore(env.STATE_TABLE);
const fills = fillRows(env.STATE_TABLE);
const looking = {
  profiles: profileStore({ state: env.STATE_TABLE, log: '' }),
  desk: segmentDesk(env),
  refoldQueueUrl: env.REFOLD_QUEUE_URL,
};

/** One call goes on for this long, then hands on to the next, in milliseconds. */
const shiftMs = 30_000;
const pageSize = 1000;

type Page = { readonly customers: readonly string[]; readonly after: FillRequest['after'] };

const keyOf = (row: Record<string, unknown>) => ({ pk: String(row['pk']), sk: String(row['sk']) });

/** The next customers of a part of the table. Nothing lists customers but the table itself. */
const readPage = async ({ part, after }: FillRequest): Promise<Page> => {
  const { Items = [], LastEvaluatedKey } = await dynamodb().send(
    new ScanCommand({
      TableName: env.STATE_TABLE,
      TotalSegments: parts,
      Segment: part,
      Limit: pageSize,
      ProjectionExpression: 'pk',
      FilterExpression: 'sk = :profile',
      ExpressionAttributeValues: item({ ':profile': 'PROFILE' }),
      ...(after === undefined ? {} : { ExclusiveStartKey: keyItem(after) }),
    }),
  );
  return {
    customers: Items.map(plain).map(({ pk }) => String(pk).slice('C#'.length)),
    after: LastEvaluatedKey === undefined ? undefined : keyOf(plain(LastEvaluatedKey)),
  };
};

/** Walks on until the part or the shift is over. Each page is noted, so that progress can be read and nothing is lost. */
const walk = async (request: FillRequest): Promise<void> => {
  const until = performance.now() + shiftMs;
  let { customers, after } = request;
  do {
    const page = await readPage({ ...request, after });
    await lookAgain(page.customers, looking);
    customers += page.customers.length;
    after = page.after;
    await fills.note({ ...request, customers }, after === undefined);
  } while (after !== undefined && performance.now() < until);
  count('SegmentFilled', undefined, customers - request.customers);
  if (after !== undefined) await requestFill({ ...request, customers, after }, env.FILL_QUEUE_URL);
};

const fill = async (body: string): Promise<void> => {
  const request = FillRequest.parse(JSON.parse(body));
  const { fill } = await store.publication();
  if (fill < request.fill) throw new Error('These segments are not published yet.');
  // A newer publication looks at everybody too.
  if (fill === request.fill) await walk(request);
};

/** Looks at every customer there is once segments were published: page by page, on and on, from where it broke off. */
export const handler = observed<SQSEvent, SQSBatchResponse>('profile', async ({ Records }) => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { body, messageId } of Records) {
    try {
      await fill(body);
    } catch (error) {
      logger.error('fill failed', { reason: error instanceof Error ? error.name : 'unknown' });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
});
