import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { memberRows } from '../aws/member-rows.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { type Bulk, bulkRows } from './desk/bulk-rows.ts';
import { requestMembers, requestWalk, WalkRequest } from './desk/bulk-queues.ts';
import { WalkBulkEnv } from './walk-bulk.env.ts';

const env = WalkBulkEnv.parse(process.env);
const rows = bulkRows(env.STATE_TABLE);
const segment = memberRows(env.STATE_TABLE);

/** The walk is so far ahead of the clock: little is under way when somebody pauses or cancels. */
const aheadMs = 10_000;
const pageSeconds = 5;
const [smallestPage, largestPage] = [10, 1000];

const pageSize = ({ perSecond }: Bulk): number =>
  Math.min(largestPage, Math.max(smallestPage, perSecond * pageSeconds));

/** Until half of what is ahead is over. */
const restSeconds = ({ nextAt }: Bulk, now: number): number =>
  Math.max(1, Math.min(900, Math.ceil((nextAt - now - aheadMs / 2) / 1000)));

/** One page of the segment into the queue, each member at an instant of its own. @returns undefined where another walk is as far */
const walkPage = async (bulk: Bulk): Promise<Bulk | undefined> => {
  const page = await segment.page(bulk.segment, pageSize(bulk), bulk.after);
  const now = Date.now();
  const many = page.members.length;
  // However far others have pushed it: the walk only begins a page where the clock is near.
  const slots = many === 0 ? [] : await rows.takeSlots(bulk, { many, now, latest: Infinity });
  if (slots === undefined) throw new Error('Too many take instants of this bulk at once.');
  const requests = page.members.map((customer, i) => {
    const at = slots[i] ?? now;
    return { bulk: bulk.name, customer, dueAt: at, at, hasSlot: true };
  });
  await requestMembers(requests, now, env.MEMBERS_QUEUE_URL);
  // Last: what was not put into the queue is walked through again.
  const walked = await rows.note(bulk, page);
  if (walked !== undefined) count('BulkWalked', undefined, many);
  return walked;
};

const walk = async ({ bulk: name, change }: WalkRequest): Promise<void> => {
  let bulk = await rows.find(name);
  while (bulk?.status === 'running' && bulk.change === change && !bulk.isWalked) {
    const now = Date.now();
    if (bulk.nextAt - now > aheadMs)
      return requestWalk({ bulk: name, change }, restSeconds(bulk, now), env.WALKS_QUEUE_URL);
    bulk = await walkPage(bulk);
  }
};

/** Walks through the segment of a bulk at its rate, page by page, and asks for its own next call while somebody is left. */
export const handler = observed<SQSEvent, SQSBatchResponse>('message', async ({ Records }) => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { body, messageId } of Records) {
    try {
      await walk(WalkRequest.parse(JSON.parse(body)));
    } catch (error) {
      logger.error('walk failed', { reason: error instanceof Error ? error.name : 'unknown' });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
});
