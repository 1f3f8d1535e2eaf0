import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { heldMessages } from '../aws/held-messages.ts';
import { journeyStore } from '../aws/journey-store.ts';
import { keyedHash } from '../aws/keyed-hash.ts';
import { logger, observed } from '../aws/observed.ts';
import { runStore } from '../aws/run-store.ts';
import { stageOutlet } from '../journey/stage-outlet.ts';
import { MemberRequest, requestMembers } from './desk/bulk-queues.ts';
import { bulkRows } from './desk/bulk-rows.ts';
import { bulkShards } from './desk/bulk-shards.ts';
import { deliver } from './desk/deliver.ts';
import { withSlots } from './desk/with-slots.ts';
import type { BulkStores } from './desk/send-member.ts';
import { heldRows } from './held/held-rows.ts';
import { heldRest } from './held/rest.ts';
import { SendBulkEnv } from './send-bulk.env.ts';

const env = SendBulkEnv.parse(process.env);
const rows = bulkRows(env.STATE_TABLE);
const shards = bulkShards(env.STATE_TABLE);
const rivals = heldMessages(env.STATE_TABLE);
const runs = runStore(env.STATE_TABLE);
const journeys = journeyStore(env.STATE_TABLE);
const outlet = stageOutlet(env);
const clock = (): number => Date.now();

const storesOf = async (): Promise<BulkStores> => ({
  runs,
  journeys,
  shards,
  rivals,
  outlet: await outlet(),
  hash: await keyedHash(env.KEY_SECRET_ARN),
  clock,
});

const back = (request: MemberRequest): Promise<void> => requestMembers([request], clock(), env.MEMBERS_QUEUE_URL);
const rest = heldRest({
  held: heldRows(env.STATE_TABLE),
  rivals,
  membersQueue: env.MEMBERS_QUEUE_URL,
  walksQueue: env.WALKS_QUEUE_URL,
  clock,
});

/** Sends the message of a bulk to members whose turn it is, all of a batch at once; the others go back into the queue. */
export const handler = observed<SQSEvent, SQSBatchResponse>('message', async ({ Records }) => {
  const desk = { ...(await storesOf()), find: rows.find, back, rest };
  const records = Records.map(({ body, messageId }) => ({ messageId, request: MemberRequest.parse(JSON.parse(body)) }));
  const members = await withSlots(records, rows, clock());
  const results = await Promise.allSettled(members.map((member) => deliver(member, desk)));
  const batchItemFailures = results.flatMap((result, i) => {
    if (result.status === 'fulfilled') return [];
    const { reason } = result;
    logger.error('member failed', { reason: reason instanceof Error ? reason.name : 'unknown' });
    return [{ itemIdentifier: members[i]?.messageId ?? '' }];
  });
  return { batchItemFailures };
});
