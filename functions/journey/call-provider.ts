import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Channel, HoldReason, SendDecision, SendRequest } from '#core/decision';
import type { SendOutcome } from '#core/journey';
import { messageIdOf, type OutgoingMessage, type SendResult } from '#core/message';
import type { EarlierClaim } from '../aws/earlier-claim.ts';
import { count, logger } from '../aws/observed.ts';
import { noteUnknown } from '../aws/open-claims.ts';
import { tellBack, toldBy } from '../message/tell-back.ts';
import type { Outlet, SendTask, Worded } from './render-send.ts';

/** What a send leads to; `write` goes into the transaction that ends the step. */
export type Sent =
  | {
      readonly outcome: SendOutcome;
      readonly channel?: string;
      /** Which wording of the message it was, where there are several. */
      readonly variant?: string;
      /** The journey says that a message that may not leave ends the run. */
      readonly ends?: boolean;
      readonly write: readonly TransactWriteItem[];
    }
  | {
      readonly holdUntil: number;
      readonly reason: HoldReason;
      readonly channel?: Channel;
      readonly write: readonly TransactWriteItem[];
    }
  /** The provider takes nothing now; nothing was sent. */
  | { readonly throttledForMs: number; readonly write: readonly TransactWriteItem[] }
  /** Consent, erasure or what was sent changed meanwhile: look again and decide anew. */
  | { readonly again: true }
  /** The run was left meanwhile. */
  | { readonly exited: true }
  /** Another attempt is sending this very message: come back when its lease is over. */
  | { readonly busyUntil: number };

/** Providers are given up this long before the lease ends, so that settling still fits. */
const settleMs = 10_000;

/** A message on its way: what was asked of the decision, by whom and when. */
export type Sending = { readonly task: SendTask; readonly request: SendRequest };
export type Allowed = Extract<SendDecision, { do: 'send' }>;

/** What an earlier attempt at this very message left behind. */
export const afterEarlierAttempt = ({ task, request }: Sending, earlier: EarlierClaim, { ledger }: Outlet): Sent => {
  const { status, channel, variant } = earlier;
  const how = { ...(channel === undefined ? {} : { channel }), ...(variant === undefined ? {} : { variant }) };
  if (status === 'SENT' || status === 'UNKNOWN')
    return { outcome: { status: status === 'SENT' ? 'sent' : 'unknown' }, ...how, write: [] };
  if (status === 'FAILED') return { outcome: { status: 'failed', reason: 'rejected' }, ...how, write: [] };
  if (earlier.leaseUntil > task.now) return { busyUntil: earlier.leaseUntil };
  const { evidence = { status: 'UNKNOWN' as const, detail: 'lease-expired' } } = earlier;
  const write = [ledger.settled(task.customer, request.send, { owner: earlier.owner, at: task.now, ...evidence })];
  if (evidence.status === 'SENT') return { outcome: { status: 'sent' }, ...how, write };
  if (evidence.status === 'FAILED') return { outcome: { status: 'failed', reason: 'rejected' }, ...how, write };
  noteUnknown({ customer: task.customer, send: request.send, reason: evidence.detail });
  return { outcome: { status: 'unknown' }, ...how, write };
};

/** Minutes until a provider that did not answer is asked again; it is given up after the last. */
const askAgainAfter = [1, 5, 15, 60, 60, 60, 60] as const;

/** Whether what may have left is sent again: a message of service comes twice rather than never, all others never twice. */
export const isAskedAgain = (
  { request, task }: Sending,
  { status, attempts, leaseUntil, evidence }: EarlierClaim,
): boolean =>
  request.topicClass === 'transactional' &&
  status === 'CLAIMED' &&
  leaseUntil <= task.now &&
  evidence === undefined &&
  attempts <= askAgainAfter.length;

/** The budget a message is paid from. */
export const budgetOf = ({ budget, journey, topicClass }: SendRequest) =>
  budget === undefined || topicClass === 'transactional' ? undefined : { ...budget, journey };

export const budgetBack = ({ request }: Sending, { budgets }: Outlet): void => {
  const budget = budgetOf(request);
  if (budget !== undefined) budgets.giveBack(budget);
};

/** Nothing was sent after all: what the message had taken of caps and budget is for others. */
const giveBack = (sending: Sending, { taken }: Allowed, outlet: Outlet): readonly TransactWriteItem[] => {
  budgetBack(sending, outlet);
  return taken === undefined ? [] : [outlet.ledger.slotBack(sending.task.customer, taken.slot)];
};

/** How a message left, or was to leave, and how often its provider was asked. */
type Asked = Worded & { readonly leaseUntil: number; readonly attempts: number };

const howOf = ({ message: { channel }, variant }: Asked) => ({ channel, ...variant });

/** The provider did not answer: the message may have left. It may have reported so already; else a message of service is tried again. */
const afterSilence = async (sending: Sending, asked: Asked, reason: string, outlet: Outlet): Promise<Sent> => {
  const { customer, owner, now } = sending.task;
  const { send, topicClass } = sending.request;
  const how = howOf(asked);
  const row = await outlet.ledger.find(customer, send);
  const minutes = topicClass === 'transactional' ? askAgainAfter[asked.attempts - 1] : undefined;
  if (row?.evidence === undefined && minutes !== undefined) return { busyUntil: now + minutes * 60_000 };
  const evidence = row?.evidence ?? { status: 'UNKNOWN' as const, detail: reason };
  const { status, detail } = evidence;
  const write = [outlet.ledger.settled(customer, send, { owner, at: now, ...evidence })];
  if (status === 'SENT') return { outcome: { status: 'sent' }, ...how, write };
  if (status === 'FAILED') return { outcome: { status: 'failed', reason: 'rejected' }, ...how, write };
  noteUnknown({ customer, send, reason: detail });
  return { outcome: { status: 'unknown' }, ...how, write };
};

/** What the answer tells of the customer is said on the bus. */
const tell = async ({ task }: Sending, message: OutgoingMessage, result: SendResult, outlet: Outlet): Promise<void> => {
  const { customer, now, run, key: step } = task;
  const { enrol, occurrence, hops = 0 } = run;
  const told = { customer, id: messageIdOf({ customer, enrol, occurrence, step }), at: now, hops };
  await tellBack(toldBy(message, result, told), outlet.say);
};

type Rejected = Extract<SendResult, { outcome: 'rejected' }>;

const afterRefusal = async (
  sending: Sending,
  allowed: Allowed,
  { asked, result }: { readonly asked: Asked; readonly result: Rejected },
  outlet: Outlet,
): Promise<Sent> => {
  const { task, request } = sending;
  const { customer, owner, now } = task;
  const { send } = request;
  count('MessageFailed', result.reason);
  await tell(sending, asked.message, result, outlet);
  const settled = outlet.ledger.settled(customer, send, { owner, status: 'FAILED', at: now, detail: result.reason });
  return {
    outcome: { status: 'failed', reason: 'rejected' },
    ...howOf(asked),
    write: [settled, ...giveBack(sending, allowed, outlet)],
  };
};

/** Asks the provider, once. */
export const callProvider = async (sending: Sending, allowed: Allowed, asked: Asked, outlet: Outlet): Promise<Sent> => {
  const { customer, owner, now, run, node } = sending.task;
  const { send } = sending.request;
  const { message, attempts, leaseUntil } = asked;
  const { channel } = message;
  const result = await outlet.sender.send(message, leaseUntil - settleMs);
  logger.info('message called', { customer, enrol: run.enrol, step: node.id, channel, outcome: result.outcome });
  // Asked before and not answered, it may have left then, whatever is answered now.
  const mayHaveLeft = attempts > 1 && (result.outcome === 'rejected' || result.outcome === 'throttled');
  if (mayHaveLeft) return afterSilence(sending, asked, result.reason ?? result.outcome, outlet);
  switch (result.outcome) {
    case 'accepted': {
      count('MessageSent', channel);
      await tell(sending, message, result, outlet);
      const settled = outlet.ledger.settled(customer, send, {
        owner,
        status: 'SENT',
        at: now,
        detail: result.providerId,
      });
      return { outcome: { status: 'sent' }, ...howOf(asked), write: [settled] };
    }
    case 'rejected':
      return afterRefusal(sending, allowed, { asked, result }, outlet);
    case 'throttled':
      count('MessageThrottled', channel);
      return {
        throttledForMs: result.retryAfterSeconds * 1000,
        write: [outlet.ledger.released(customer, send, owner), ...giveBack(sending, allowed, outlet)],
      };
    case 'unknown':
      return afterSilence(sending, asked, result.reason, outlet);
  }
};
