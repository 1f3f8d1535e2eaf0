import type { HeldRest } from '../held/rest.ts';
import type { MemberRequest } from './bulk-queues.ts';
import type { Bulk, BulkRows } from './bulk-rows.ts';
import { type BulkStores, endMember, type Left, sendMember } from './send-member.ts';
import { type Member, secondMs } from './with-slots.ts';

export type DeliveryDesk = BulkStores &
  Pick<BulkRows, 'find'> & {
    /** Puts a member into the queue again, for its instant. */
    readonly back: (request: MemberRequest) => Promise<void>;
    /** Puts it into the queue, or lets it rest where the queue would not keep it for so long. */
    readonly rest: HeldRest;
  };

const [shortestPauseMs, longestPauseMs] = [15_000, 900_000];

/** While a bulk is paused its members look again, after half as long as it has been. */
const pauseMs = ({ changedAt }: Bulk, now: number): number =>
  Math.max(shortestPauseMs, Math.min(longestPauseMs, (now - changedAt) / 2));

const wait = (request: MemberRequest, at: number, { back }: DeliveryDesk): Promise<void> =>
  back({ ...request, at, hasSlot: false });

/** A claim was refused because the bulk does not go on. */
const afterHalt = async (bulk: Bulk, request: MemberRequest, desk: DeliveryDesk): Promise<void> => {
  const { customer } = request;
  const now = desk.clock();
  const found = await desk.find(bulk.name);
  if (found === undefined || found.status === 'cancelled') return;
  // Whoever started or resumed it may have broken off before it was said everywhere.
  if (found.status === 'running') await desk.shards.spreadTo(found, customer);
  await wait(request, now + (found.status === 'paused' ? pauseMs(found, now) : secondMs), desk);
};

/** Somebody is one with another customer now: that one is sent it, once, whether they are a member too or not. */
const sendInstead = async (bulk: Bulk, request: MemberRequest, to: string, desk: DeliveryDesk): Promise<void> => {
  const { isRival: _, ...other } = request;
  await desk.back({ ...other, customer: to });
  await endMember({ bulk, request }, { outcome: 'passed', writes: [] }, desk);
};

const finish = async (bulk: Bulk, request: MemberRequest, left: Left, desk: DeliveryDesk): Promise<void> => {
  if (left === 'nothing') return;
  if (left === 'halted') return afterHalt(bulk, request, desk);
  if ('insteadTo' in left) return sendInstead(bulk, request, left.insteadTo, desk);
  const { again, throttled, rival } = left;
  await desk.rest({ ...request, ...(throttled === undefined ? {} : { throttled }) }, again, rival);
};

/** Its instant is to come: whoever waits for the same slot knows until when. */
const backInTime = async (request: MemberRequest, { back, rivals }: DeliveryDesk): Promise<void> => {
  const { customer, bulk, at, isRival } = request;
  if (isRival === true) await rivals.comesAt(customer, bulk, at);
  await back(request);
};

/**
 * One member whose message came out of the queue. It goes back for as long as there is something to wait for, before it is
 * taken out: a crash in between leaves two, of which the ledger lets one through.
 */
export const deliver = async ({ bulk, request }: Member, desk: DeliveryDesk): Promise<void> => {
  if (bulk === undefined || bulk.status === 'cancelled') return;
  const now = desk.clock();
  if (bulk.status === 'paused') return wait(request, now + pauseMs(bulk, now), desk);
  if (request.at >= now + secondMs) return backInTime(request, desk);
  await finish(bulk, request, await sendMember({ bulk, request }, desk), desk);
};
