import type { Address, Channel, Gate, Sending } from '#core/decision';
import { drawsOf, type Enrolment, type SendNode, sendRequest, topicOf } from '#core/journey';
import {
  type Brand,
  chooseVersion,
  messageData,
  type MessageContent,
  MessageDocument,
  type MessageSender,
  type OutgoingMessage,
  renderMessage,
} from '#core/message';
import type { ProfileView } from '#core/profile';
import type { CustomerIds } from '../aws/customer-id.ts';
import type { StoredJourney } from '../aws/journey-store.ts';
import { logger } from '../aws/observed.ts';
import type { SendLedger } from '../aws/send-ledger.ts';
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
  /** The step in this round of its repeat. */
  readonly key: string;
  readonly profile: ProfileView;
  readonly gate: Gate;
  readonly quieted: readonly string[];
  /** When the step could first have been done, epoch milliseconds. */
  readonly dueAt: number;
  readonly now: number;
  readonly owner: string;
};

/** The step in its round as a tag, of which SES takes letters, digits, `_` and `-` only: `tip@2` is `tip_2`. */
const tagOf = (key: string): string => key.replace('@', '_');

/** End User Messaging takes five at most. */
const tagsOf = (task: SendTask, { stage }: Outlet): OutgoingMessage['tags'] => ({
  customer: task.customer,
  journey: task.run.journey,
  run: `${task.run.enrol}-${task.run.occurrence}`,
  step: tagOf(task.key),
  stage,
});

/** Carriers and mailboxes need not try longer than this. */
const smsTtlSeconds = 4 * 3600;

/** What was rendered for whom, and where they can end it. */
type Rendered = {
  readonly address: Address;
  readonly content: MessageContent;
  readonly unsubscribeAt: string;
  /** The message's own sender, instead of the stage's. */
  readonly from: string | undefined;
};

const outgoing = (
  task: SendTask,
  { address, content, unsubscribeAt, from }: Rendered,
  outlet: Outlet,
): OutgoingMessage | undefined => {
  const tags = tagsOf(task, outlet);
  if (address.channel === 'email' && content.channel === 'email') {
    const { emailFrom, configurationSet } = outlet;
    return {
      channel: 'email',
      to: address.to,
      from: from ?? emailFrom,
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

/** What leaves, and which wording of the message it is. */
export type Worded = { readonly message: OutgoingMessage; readonly variant: { readonly variant?: string } };

/** The message as it leaves: its language and wording chosen, filled with what is known, or why it cannot be. */
export const render = (task: SendTask, address: Address, outlet: Outlet): Worded | { readonly refused: string } => {
  const document = documentOf(task, address.channel);
  if (document === undefined) return { refused: 'missing-data' };
  const { customer } = task;
  const unsubscribeAt = unsubscribeUrl(
    outlet.publicUrl,
    { customer, channel: address.channel, topic: topicOf(task.stored.journey, task.node) },
    outlet.key,
  );
  const entry = { ...task.run.entry };
  const data = messageData(task.profile, { brand: outlet.brand, entry, unsubscribeUrl: unsubscribeAt });
  const version = chooseVersion(document, {
    message: task.node.send.message,
    locale: task.profile.traits['locale'],
    draw: drawsOf(customer),
  });
  const rendered = renderMessage(version.document, data);
  if (rendered.ok) {
    const from = version.document.channel === 'email' ? version.document.from : undefined;
    const message = outgoing(task, { address, content: rendered.content, unsubscribeAt, from }, outlet);
    const variant = version.variant === undefined ? {} : { variant: version.variant };
    return message === undefined ? { refused: 'missing-data' } : { message, variant };
  }
  logger.warn('message not rendered', {
    message: task.node.send.message,
    reason: rendered.reason,
    where: rendered.message,
  });
  return { refused: rendered.reason };
};
