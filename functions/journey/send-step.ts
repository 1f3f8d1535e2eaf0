import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type Address, type Channel, decideSend, type Gate, type Sending } from '#core/decision';
import { type Enrolment, type SendNode, type SendOutcome, sendRequest, topicOf } from '#core/journey';
import {
  type Brand,
  messageData,
  type MessageContent,
  MessageDocument,
  type MessageSender,
  type OutgoingMessage,
  renderMessage,
} from '#core/message';
import type { ProfileView } from '#core/profile';
import type { StoredJourney } from '../aws/journey-store.ts';
import type { CustomerIds } from '../aws/customer-id.ts';
import { count, logger } from '../aws/observed.ts';
import { type EarlierClaim, leaseMs, type SendLedger } from '../aws/send-ledger.ts';
import { unsubscribeHeaders, unsubscribeUrl } from '../aws/unsubscribe-link.ts';

/** What a stage sends with. An empty sender means that the channel is not configured. */
export type Outlet = {
  readonly sender: MessageSender;
  readonly ledger: SendLedger;
  readonly sending: Sending;
  readonly emailFrom: string;
  readonly configurationSet: string;
  readonly smsOrigination: string;
  readonly pushApplication: string;
  /** Told with every message, so that its feedback comes back to this stage and no other. */
  readonly stage: string;
  readonly publicUrl: string;
  readonly brand: Brand;
  readonly key: string;
  readonly addressHash: CustomerIds['addressHash'];
};

/** One send of one run, as things are now. */
export type SendTask = {
  readonly customer: string;
  readonly run: Enrolment;
  readonly stored: StoredJourney;
  readonly node: SendNode;
  readonly profile: ProfileView;
  readonly gate: Gate;
  readonly quieted: readonly string[];
  /** When the step could first have been done, epoch milliseconds. */
  readonly dueAt: number;
  readonly now: number;
  readonly owner: string;
};

/** What a send leads to; `write` goes into the transaction that ends the step. */
export type Sent =
  | {
      readonly outcome: SendOutcome;
      readonly channel?: string;
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

const sendId = ({ run, node }: SendTask): string => `${run.enrol}#${run.occurrence}#${node.id}`;

/** End User Messaging takes five at most. */
const tagsOf = (task: SendTask, { stage }: Outlet): OutgoingMessage['tags'] => ({
  customer: task.customer,
  journey: task.run.journey,
  run: `${task.run.enrol}-${task.run.occurrence}`,
  step: task.node.id,
  stage,
});

/** Carriers and mailboxes need not try longer than this. */
const smsTtlSeconds = 4 * 3600;

/** What was rendered for whom, and where they can end it. */
type Rendered = { readonly address: Address; readonly content: MessageContent; readonly unsubscribeAt: string };

const outgoing = (
  task: SendTask,
  { address, content, unsubscribeAt }: Rendered,
  outlet: Outlet,
): OutgoingMessage | undefined => {
  const tags = tagsOf(task, outlet);
  if (address.channel === 'email' && content.channel === 'email') {
    const { emailFrom: from, configurationSet } = outlet;
    return {
      channel: 'email',
      to: address.to,
      from,
      content,
      headers: unsubscribeHeaders(unsubscribeAt),
      tags,
      configurationSet,
    };
  }
  if (address.channel === 'sms' && content.channel === 'sms') {
    const kind = sendRequest(task.stored, task.node, task.dueAt).topicClass;
    return {
      channel: 'sms',
      to: address.to,
      text: content.text,
      origination: outlet.smsOrigination,
      ttlSeconds: smsTtlSeconds,
      kind,
      tags,
    };
  }
  if (address.channel === 'push' && content.channel === 'push') {
    const { title, body, link } = content;
    const message = {
      channel: 'push' as const,
      token: address.to,
      platform: address.platform,
      application: outlet.pushApplication,
      title,
      body,
      tags,
    };
    return link === undefined ? message : { ...message, link };
  }
  return undefined;
};

const documents = new WeakMap<object, MessageDocument>();

/** A message of the version is read once, and stays the same object: its parsed templates hang on it. */
const documentOf = ({ stored, node }: SendTask, channel: Channel): MessageDocument | undefined => {
  const raw = stored.messages[node.send.message]?.[channel];
  if (typeof raw !== 'object' || raw === null) return undefined;
  const document = documents.get(raw) ?? MessageDocument.parse(raw);
  documents.set(raw, document);
  return document;
};

const render = (task: SendTask, address: Address, outlet: Outlet): OutgoingMessage | undefined => {
  const document = documentOf(task, address.channel);
  if (document === undefined) return undefined;
  const { customer } = task;
  const unsubscribeAt = unsubscribeUrl(
    outlet.publicUrl,
    { customer, channel: address.channel, topic: topicOf(task.stored.journey, task.node) },
    outlet.key,
  );
  const entry = { ...task.run.entry };
  const data = messageData(task.profile, { brand: outlet.brand, entry, unsubscribeUrl: unsubscribeAt });
  const rendered = renderMessage(document, data);
  if (rendered.ok) return outgoing(task, { address, content: rendered.content, unsubscribeAt }, outlet);
  logger.warn('message not rendered', {
    message: task.node.send.message,
    reason: rendered.reason,
    where: rendered.message,
  });
  return undefined;
};

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
    write: [outlet.ledger.withheld(task.customer, sendId(task), why)],
  };
};

const call = async (task: SendTask, message: OutgoingMessage, leaseUntil: number, outlet: Outlet): Promise<Sent> => {
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
      return { outcome: { status: 'sent' }, channel: message.channel, write: [write] };
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
      return { outcome: { status: 'unknown' }, channel: message.channel, write: [] };
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
  const message = render(task, decision.address, outlet);
  if (message === undefined) return withhold(task, { reason: 'missing-data' }, outlet);
  const leaseUntil = now + leaseMs;
  const claimed = await outlet.ledger.claim(
    {
      customer: task.customer,
      send: sendId(task),
      owner: task.owner,
      channel: message.channel,
      message: task.node.send.message,
      addressHash: outlet.addressHash(message.channel, decision.address.to),
      gate,
      at: now,
      leaseUntil,
    },
    task.run,
  );
  switch (claimed.is) {
    case 'granted':
      return call(task, message, leaseUntil, outlet);
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
