import type { CloudFormationCustomResourceEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { SegmentDocument } from '#core/segment';
import { logger, observed } from '../aws/observed.ts';
import { type Publication, segmentStore } from '../aws/segment-store.ts';
import { fillRows, parts, requestFill } from './desk/fill-rows.ts';
import { PublishSegmentsEnv } from './publish-segments.env.ts';

const env = PublishSegmentsEnv.parse(process.env);
const store = segmentStore(env.STATE_TABLE);
const fills = fillRows(env.STATE_TABLE);

/** What the stack hands over: all its segments, as JSON. */
const Properties = z.object({ Segments: z.string() });
const Documents = z.array(z.unknown());

/** What is to be published: what did not change keeps the publication it came with. */
const following = (before: Publication, documents: readonly SegmentDocument[]): Publication => {
  const known = new Map(before.segments.map((each) => [JSON.stringify(each.document), each.fill]));
  const fill = before.fill + 1;
  const segments = documents.map((document) => ({ document, fill: known.get(JSON.stringify(document)) ?? fill }));
  const isSame = segments.length === before.segments.length && segments.every((each) => each.fill !== fill);
  return isSame ? before : { fill, segments };
};

/** Lets everybody be looked at, unless that has begun. */
const fillAgain = async (fill: number): Promise<void> => {
  if (fill === 0 || (await fills.walks()).some((walk) => walk.fill === fill && walk.isBegun)) return;
  const requests = Array.from({ length: parts }, (_, part) => ({ fill, part, customers: 0 }));
  for (const request of requests) await requestFill(request, env.FILL_QUEUE_URL);
  await Promise.all(requests.map((request) => fills.begin(request)));
};

const publish = async (documents: readonly SegmentDocument[]): Promise<string> => {
  const before = await store.publication();
  const next = following(before, documents);
  if (next !== before && !(await store.publish(before, next))) return publish(documents);
  await fillAgain(next.fill);
  logger.info('segments published', { fill: next.fill, segments: next.segments.length });
  return `${next.segments.length} segments, publication ${next.fill}`;
};

const longestReason = 1000;

const answer = async (event: CloudFormationCustomResourceEvent, status: string, reason: string): Promise<void> => {
  const { StackId, RequestId, LogicalResourceId } = event;
  const told = reason.slice(0, longestReason);
  const body = JSON.stringify({
    Status: status,
    Reason: told,
    PhysicalResourceId: 'segments',
    StackId,
    RequestId,
    LogicalResourceId,
    Data: { Outcome: told },
  });
  const answered = await fetch(event.ResponseURL, { method: 'PUT', body, headers: { 'content-type': '' } });
  if (!answered.ok) throw new Error(`CloudFormation answered ${answered.status}.`);
};

/** CloudFormation publishes the segments of the stack; whoever is in one that goes leaves it quietly. */
export const handler = observed<CloudFormationCustomResourceEvent, void>('profile', async (event) => {
  try {
    const { RequestType, ResourceProperties } = event;
    const documents = RequestType === 'Delete' ? '[]' : Properties.parse(ResourceProperties).Segments;
    const outcome = await publish(Documents.parse(JSON.parse(documents)).map((each) => SegmentDocument.parse(each)));
    await answer(event, 'SUCCESS', outcome);
  } catch (error) {
    logger.error('segments not published', { reason: error instanceof Error ? error.name : 'unknown' });
    await answer(event, 'FAILED', error instanceof Error ? error.message : 'unknown');
  }
});
