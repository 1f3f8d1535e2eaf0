import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { Rival } from '#core/decision';
import { dynamodb } from '../../aws/clients.ts';
import type { HeldMessages } from '../../aws/held-messages.ts';
import { jitter, transact } from '../../aws/conditional.ts';
import { delaySeconds, longestDelayMs, type MemberRequest, requestMembers, requestWalk } from '../desk/bulk-queues.ts';
import { type HeldRows, minuteAfter } from './held-rows.ts';

export type RestParts = {
  readonly held: HeldRows;
  readonly rivals: HeldMessages;
  readonly membersQueue: string;
  readonly walksQueue: string;
  /** Epoch milliseconds. */
  readonly clock: () => number;
};

const written = async (writes: readonly TransactWriteItem[]): Promise<void> => {
  if (writes.length === 0) return;
  await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems: [...writes] })), jitter);
};

/**
 * Lets a member wait until an instant: in its queue where that keeps it for so long, else as a row that comes back once.
 * @param until epoch milliseconds
 * @param rival what the customer's other messages are to know of it
 */
export const heldRest = ({ held, rivals, membersQueue, walksQueue, clock }: RestParts) => {
  const ask = (bulk: string) => (minute: string) =>
    requestWalk({ bulk, minute }, delaySeconds(Date.parse(minute), clock()), walksQueue);

  return async (request: MemberRequest, until: number, rival?: Rival): Promise<void> => {
    const { bulk, customer } = request;
    const now = clock();
    const isLong = until - now > longestDelayMs;
    const at = isLong ? minuteAfter(until) : until;
    const told = rival === undefined ? [] : [rivals.put(customer, { ...rival, bulk, until: at })];
    const waiting = { ...request, at, hasSlot: false, ...(rival === undefined ? {} : { isRival: true }) };
    if (isLong) return held.rest(waiting, told, ask(bulk));
    await written(told);
    await requestMembers([waiting], now, membersQueue);
  };
};
export type HeldRest = ReturnType<typeof heldRest>;
