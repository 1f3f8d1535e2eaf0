import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type Channel, decideSend } from '#core/decision';
import { type SendOutcome, sendRequest } from '#core/journey';
import { count, logger } from '../aws/observed.ts';
import { type EarlierClaim, leaseMs } from '../aws/send-ledger.ts';
import { type Outlet, render, type SendTask, type Worded } from './render-send.ts';

export type { Outlet } from './render-send.ts';

/** What a send leads to; `write` goes into the transaction that ends the step. */
export type Sent =
  | {
      readonly outcome: SendOutcome;
      readonly channel?: string;
      /** Which wording of the message it was, where there are several. */
      readonly variant?: string;
      /** The journey's window says that a message out of hours ends the run. */
      readonly ends?: boolean;
      readonly write: readonly TransactWriteItem[];
    }
  | { readonly holdUntil: number; readonly write: readonly TransactWriteItem[] }
  /** The provider takes nothing now; nothing was sent. */
  | { readonly throttledForMs: number; readonly write: readonly TransactWriteItem[] }
  /** Consent or erasure changed meanwhile: look again and decide anew. */
  | { readonly again: true }
  /** The run was left meanwhile. */
  | { readonly exited: true }
  /** Another attempt is sending this very message: come back when its lease is over. */
  | { readonly busyUntil: number };

/** Providers are given up this long before the lease ends, so that settling still fits. */
const settleMs = 10_000;

const configured = ({ emailFrom, smsOrigination, pushApplication }: Outlet): readonly Channel[] => [
  ...(emailFrom === '' ? [] : ['email' as const]),
  ...(smsOrigination === '' ? [] : ['sms' as const]),
  ...(pushApplication === '' ? [] : ['push' as const]),
];

/** What a send is called in the ledger: its run, and its step in this round. */
export const sendId = ({ run, key }: Pick<SendTask, 'run' | 'key'>): string => `${run.enrol}#${run.occurrence}#${key}`;

/** What an earlier attempt at this very message left behind. */
const afterEarlierAttempt = (task: SendTask, earlier: EarlierClaim, { ledger }: Outlet): Sent => {
  if (earlier.status === 'SENT' || earlier.status === 'UNKNOWN')
    return { outcome: { status: earlier.status === 'SENT' ? 'sent' : 'unknown' }, write: [] };
  if (earlier.status === 'FAILED') return { outcome: { status: 'failed', reason: 'rejected' }, write: [] };
  if (earlier.leaseUntil > task.now) return { busyUntil: earlier.leaseUntil };
  count('MessageUnknown');
  const result = { owner: earlier.owner, status: 'UNKNOWN' as const, at: task.now, detail: 'lease-expired' };
  return { outcome: { status: 'unknown' }, write: [ledger.settled(task.customer, sendId(task), result)] };
};

/** Why not, written down; unless an earlier attempt had claimed this very message: then what became of that is what counts. */
const withhold = async (
  task: SendTask,
  { reason, end = false }: { reason: string; end?: boolean },
  outlet: Outlet,
): Promise<Sent> => {
  const earlier = await outlet.ledger.find(task.customer, sendId(task));
  if (earlier !== undefined) return afterEarlierAttempt(task, earlier, outlet);
  count('MessageWithheld', reason);
  const why = { reason, at: task.now, journey: task.run.journey, message: task.node.send.message };
  logger.info('message withheld', { customer: task.customer, enrol: task.run.enrol, step: task.node.id, reason });
  return {
    outcome: { status: 'withheld', reason },
    ends: end,
    write: [
      outlet.ledger.unclaimed(task.customer, sendId(task)),
      outlet.ledger.withheld(task.customer, sendId(task), why),
    ],
  };
};

const call = async (
  task: SendTask,
  { message, variant }: Worded,
  leaseUntil: number,
  outlet: Outlet,
): Promise<Sent> => {
  const { customer, owner, now } = task;
  const send = sendId(task);
  const result = await outlet.sender.send(message, leaseUntil - settleMs);
  logger.info('message called', {
    customer,
    enrol: task.run.enrol,
    step: task.node.id,
    channel: message.channel,
    outcome: result.outcome,
  });
  switch (result.outcome) {
    case 'accepted': {
      count('MessageSent', message.channel);
      const write = outlet.ledger.settled(customer, send, {
        owner,
        status: 'SENT',
        at: now,
        detail: result.providerId,
      });
      return { outcome: { status: 'sent' }, channel: message.channel, ...variant, write: [write] };
    }
    case 'rejected': {
      count('MessageFailed', result.reason);
      const write = outlet.ledger.settled(customer, send, { owner, status: 'FAILED', at: now, detail: result.reason });
      return { outcome: { status: 'failed', reason: 'rejected' }, channel: message.channel, write: [write] };
    }
    case 'throttled':
      count('MessageThrottled', message.channel);
      return {
        throttledForMs: result.retryAfterSeconds * 1000,
        write: [outlet.ledger.released(customer, send, owner)],
      };
    case 'unknown':
      count('MessageUnknown');
      return { outcome: { status: 'unknown' }, channel: message.channel, ...variant, write: [] };
  }
};

/**
 * Claim, call, settle: a marketing message leaves at most once, and never after its consent was withdrawn or its run was
 * left. The provider is asked once, inside the claim's lease; an answer that did not come leaves the claim as it is.
 */
export const sendStep = async (task: SendTask, outlet: Outlet): Promise<Sent> => {
  const { profile, gate, quieted, now } = task;
  const decision = decideSend(sendRequest(task.stored, task.node, task.dueAt), {
    profile,
    gate,
    configured: configured(outlet),
    quieted,
    sending: outlet.sending,
    now,
  });
  if (decision.do === 'hold') return { holdUntil: decision.until, write: [] };
  if (decision.do === 'withhold') return withhold(task, decision, outlet);
  const worded = render(task, decision.address, outlet);
  if ('refused' in worded) return withhold(task, { reason: worded.refused }, outlet);
  const leaseUntil = now + leaseMs;
  const claimed = await outlet.ledger.claim(
    {
      customer: task.customer,
      send: sendId(task),
      owner: task.owner,
      channel: worded.message.channel,
      message: task.node.send.message,
      addressHash: outlet.addressHash(worded.message.channel, decision.address.to),
      gate,
      at: now,
      leaseUntil,
    },
    task.run,
  );
  switch (claimed.is) {
    case 'granted':
      return call(task, worded, leaseUntil, outlet);
    case 'outdated':
      return { again: true };
    case 'exited':
      return { exited: true };
    case 'suppressed':
      return withhold(task, { reason: 'suppressed' }, outlet);
    case 'taken':
      return afterEarlierAttempt(task, claimed, outlet);
  }
};
