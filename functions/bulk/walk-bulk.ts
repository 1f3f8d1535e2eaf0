import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import * as z from 'zod/mini';
import { heldMessages } from '../aws/held-messages.ts';
import { memberRows } from '../aws/member-rows.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { type Bulk, bulkRows } from './desk/bulk-rows.ts';
import {
  delaySeconds,
  HeldRequest,
  type MemberRequest,
  requestMembers,
  requestWalk,
  WalkRequest,
} from './desk/bulk-queues.ts';
import { type HeldPage, heldRows } from './held/held-rows.ts';
import { WalkBulkEnv } from './walk-bulk.env.ts';

const env = WalkBulkEnv.parse(process.env);
const rows = bulkRows(env.STATE_TABLE);
const segment = memberRows(env.STATE_TABLE);
const held = heldRows(env.STATE_TABLE);
const rivals = heldMessages(env.STATE_TABLE);

/** The walk is so far ahead of the clock: little is under way when somebody pauses or cancels. */
const aheadMs = 10_000;
const pageSeconds = 5;
const [smallestPage, largestPage] = [10, 1000];

const pageSize = ({ perSecond }: Bulk): number =>
  Math.min(largestPage, Math.max(smallestPage, perSecond * pageSeconds));

/** Until half of what is ahead is over. */
const restSeconds = ({ nextAt }: Bulk, now: number): number =>
  Math.max(1, Math.min(900, Math.ceil((nextAt - now - aheadMs / 2) / 1000)));

type Wanted = Omit<MemberRequest, 'at' | 'hasSlot' | 'dueAt'> & Partial<Pick<MemberRequest, 'dueAt'>>;

/** Puts members into the queue, each at an instant of its own. */
const enqueue = async (bulk: Bulk, wanted: readonly Wanted[]): Promise<void> => {
  const now = Date.now();
  // However far others have pushed it: the walk only begins a page where the clock is near.
  const slots = wanted.length === 0 ? [] : await rows.takeSlots(bulk, { many: wanted.length, now, latest: Infinity });
  if (slots === undefined) throw new Error('Too many take instants of this bulk at once.');
  const requests = wanted.map((each, i): MemberRequest => {
    const at = slots[i] ?? now;
    return { dueAt: at, ...each, at, hasSlot: true };
  });
  const waited = requests.filter(({ isRival }) => isRival === true);
  await Promise.all(waited.map(({ customer, at }) => rivals.comesAt(customer, bulk.name, at)));
  await requestMembers(requests, now, env.MEMBERS_QUEUE_URL);
};

/** One page of the segment. @returns undefined where another walk is as far */
const walkPage = async (bulk: Bulk): Promise<Bulk | undefined> => {
  const page = await segment.page(bulk.segment, pageSize(bulk), bulk.after);
  await enqueue(
    bulk,
    page.members.map((customer) => ({ bulk: bulk.name, customer })),
  );
  // Last: what was not put into the queue is walked through again.
  const walked = await rows.note(bulk, page, Date.now());
  if (walked !== undefined) count('BulkWalked', undefined, page.members.length);
  return walked;
};

/** Some of those whose hold is over. @returns undefined where another walk is as far */
const comeBack = async (bulk: Bulk, page: HeldPage): Promise<Bulk | undefined> => {
  await enqueue(bulk, page.requests);
  await held.forget(page);
  return rows.turned(bulk, Date.now());
};

/** Who rests goes first: they have waited. @returns undefined where nobody is left, or another walk is as far */
const nextPage = async (bulk: Bulk): Promise<Bulk | undefined> => {
  const page = await held.take(bulk.name, new Date().toISOString(), pageSize(bulk));
  if (page !== undefined) return comeBack(bulk, page);
  return bulk.isWalked ? undefined : walkPage(bulk);
};

/** One call goes on for this long. */
const shiftMs = 20_000;

const forgetAll = async ({ name, change }: Bulk): Promise<void> => {
  const until = performance.now() + shiftMs;
  for (;;) {
    const page = await held.take(name, '~', largestPage);
    if (page === undefined) return;
    await held.forget(page, true);
    if (performance.now() > until) return requestWalk({ bulk: name, change }, 0, env.WALKS_QUEUE_URL);
  }
};

/** Whoever walks puts its next page into the queue within this time, mostly. */
const aliveMs = 30_000;

/** Another walk has come further and goes on: of two that were asked for, one is enough. */
const isOvertaken = ({ turn, turnedAt }: Bulk, { turn: asked = turn }: WalkRequest): boolean =>
  asked !== turn && Date.now() - turnedAt < aliveMs;

const walk = async (request: WalkRequest): Promise<void> => {
  const { bulk: name, change } = request;
  let bulk = await rows.find(name);
  if (bulk?.status === 'cancelled') return forgetAll(bulk);
  if (bulk !== undefined && isOvertaken(bulk, request)) return;
  while (bulk?.status === 'running' && bulk.change === change) {
    const now = Date.now();
    if (bulk.nextAt - now > aheadMs)
      return requestWalk({ bulk: name, change, turn: bulk.turn }, restSeconds(bulk, now), env.WALKS_QUEUE_URL);
    bulk = await nextPage(bulk);
  }
};

/** A minute in which members come back is near or here. While a bulk is paused they rest on: who resumes it looks for them. */
const wake = async ({ bulk: name, minute }: HeldRequest): Promise<void> => {
  const bulk = await rows.find(name);
  if (bulk === undefined) return;
  const now = Date.now();
  const at = Date.parse(minute);
  if (at > now && bulk.status !== 'cancelled')
    return requestWalk({ bulk: name, minute }, Math.max(1, delaySeconds(at, now)), env.WALKS_QUEUE_URL);
  await walk({ bulk: name, change: bulk.change });
};

const Request = z.union([HeldRequest, WalkRequest]);

/** Walks through the segment of a bulk at its rate, page by page, and asks for its own next call while somebody is left. */
export const handler = observed<SQSEvent, SQSBatchResponse>('message', async ({ Records }) => {
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const { body, messageId } of Records) {
    try {
      const request = Request.parse(JSON.parse(body));
      await ('minute' in request ? wake(request) : walk(request));
    } catch (error) {
      logger.error('walk failed', { reason: error instanceof Error ? error.name : 'unknown' });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
});
