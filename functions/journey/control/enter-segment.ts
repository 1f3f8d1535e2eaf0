import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { busWriter } from '../../aws/bus-writer.ts';
import { sqs } from '../../aws/clients.ts';
import { journeyControl } from '../../aws/journey-control.ts';
import { memberRows } from '../../aws/member-rows.ts';
import { count, logger, observed } from '../../aws/observed.ts';
import { segmentWalks } from '../../aws/segment-walks.ts';
import { EnterSegmentEnv } from './enter-segment.env.ts';
import { walkSegment, type WalkStores } from './walk-segment.ts';

const { STATE_TABLE, BUS_NAME, OCCASIONS_QUEUE_URL } = EnterSegmentEnv.parse(process.env);
const stores: WalkStores = {
  walks: segmentWalks(STATE_TABLE),
  pages: memberRows(STATE_TABLE).page,
  bus: busWriter(BUS_NAME),
  control: journeyControl(STATE_TABLE).find,
  clock: () => Date.now(),
};

/** What a schedule says. */
const Occasion = z.object({ journey: z.string(), segment: z.string(), at: z.string() });

/** Well within the function's time. */
const workingMs = 40_000;

/**
 * Reads what schedules say: lets everybody in a segment enter a journey, page by page. Where it stands is written down, so
 * that the message that comes again, or the one it sends itself when its time is over, goes on from there.
 */
export const handler = observed<SQSEvent, void>('journey', async ({ Records }) => {
  const endsAt = stores.clock() + workingMs;
  for (const { body } of Records) {
    const occasion = Occasion.parse(JSON.parse(body));
    const walk = await stores.walks.begin(occasion);
    if (walk === undefined) continue;
    const { told, isOver } = await walkSegment(walk, endsAt, stores);
    count('ScheduledToEnter', undefined, told);
    logger.info('segment told to enter', { journey: walk.journey, segment: walk.segment, told });
    if (!isOver) await sqs().send(new SendMessageCommand({ QueueUrl: OCCASIONS_QUEUE_URL, MessageBody: body }));
  }
});
