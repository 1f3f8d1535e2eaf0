import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { Address, Channel, Gate, Rival, Sending } from '#core/decision';
import { drawsOf, type Enrolment, type SendNode, topicOf, withAnswers } from '#core/journey';
import {
  type Brand,
  chooseVersion,
  messageData,
  messageIdOf,
  type MessageContent,
  MessageDocument,
  type MessageSender,
  introduced,
  type OutgoingMessage,
  type OutgoingSms,
  renderMessage,
} from '#core/message';
import type { ContextView, ProfileView } from '#core/profile';
import type { BusWriter } from '../aws/bus-writer.ts';
import type { BudgetLeases } from '../aws/budget-leases.ts';
import type { CustomerIds } from '../aws/customer-id.ts';
import type { StoredJourney } from '../aws/journey-store.ts';
import { logger } from '../aws/observed.ts';
import type { SendLedger } from '../aws/send-ledger.ts';
import type { SwitchStore } from '../aws/switch-store.ts';
import { messageLinks } from '../aws/links/message-links.ts';
import { unsubscribeHeaders } from '../aws/unsubscribe-link.ts';

/** The stage's own configuration set, protect configuration and price limit. */
export type SmsRules = Pick<OutgoingSms, 'configurationSet' | 'protectConfiguration' | 'maxPrice'>;

/** What a stage sends with. An empty sender means that the channel is not configured. */
export type Outlet = {
  readonly sender: MessageSender;
  readonly ledger: SendLedger;
  readonly switches: Pick<SwitchStore, 'recent'>;
  readonly budgets: BudgetLeases;
  readonly sending: Sending;
  readonly emailFrom: string;
  readonly configurationSet: string;
  readonly smsOrigination: string;
  readonly pushApplication: string;
  /** What holds for every text message. */
  readonly smsRules: SmsRules;
  /** Says on the bus what refusals tell of customers. */
  readonly say: BusWriter;
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
  readonly profile: ProfileView & ContextView;
  readonly gate: Gate;
  readonly quieted: readonly string[];
  /** Messages of other runs that wait for a slot. */
  readonly rivals: readonly Rival[];
  /** When the step could first have been done, epoch milliseconds. */
  readonly dueAt: number;
  readonly now: number;
  readonly owner: string;
  /** Asserted with the claim, of a message that no run sends; absent: that its run is open. */
  readonly stillWanted?: readonly TransactWriteItem[];
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

/** Where a message goes, of which kind it is, and when the hours it may arrive in are over. */
export type Destination = {
  readonly address: Address;
  readonly topicClass: 'marketing' | 'transactional';
  /** Epoch milliseconds. */
  readonly closesAt?: number;
  /** Whether it is to say who writes and how to end it. */
  readonly isFirst: boolean;
};

/** Five seconds is the least that End User Messaging takes. */
const ttlSeconds = ({ closesAt }: Destination, now: number): number =>
  Math.max(5, Math.min(smsTtlSeconds, Math.floor(((closesAt ?? Infinity) - now) / 1000)));

/** What was rendered for whom, and where they can end it. */
type Rendered = Destination & {
  readonly content: MessageContent;
  readonly unsubscribeAt: string;
  /** The message's own sender, instead of the stage's. */
  readonly from: string | undefined;
  readonly locale: string | undefined;
};

const outgoing = (task: SendTask, rendered: Rendered, outlet: Outlet): OutgoingMessage | undefined => {
  const { address, content, unsubscribeAt, from, topicClass } = rendered;
  const tags = tagsOf(task, outlet);
  if (address.channel === 'email' && content.channel === 'email') {
    const { emailFrom, configurationSet } = outlet;
    return {
      channel: 'email',
      to: address.to,
      from: from ?? emailFrom,
      content,
      // What a customer must know of a purchase is nothing to unsubscribe from.
      headers: topicClass === 'marketing' ? unsubscribeHeaders(unsubscribeAt) : {},
      tags,
      configurationSet,
    };
  }
  if (address.channel === 'sms' && content.channel === 'sms') {
    return {
      channel: 'sms',
      to: address.to,
      text: rendered.isFirst ? introduced(content.text, outlet.brand.name, rendered.locale) : content.text,
      origination: outlet.smsOrigination,
      ...outlet.smsRules,
      ttlSeconds: ttlSeconds(rendered, task.now),
      kind: topicClass,
      tags,
    };
  }
  if (address.channel === 'push' && content.channel === 'push') {
    const { title, body, link } = content;
    const message = {
      channel: 'push' as const,
      id: messageIdOf({
        customer: task.customer,
        enrol: task.run.enrol,
        occurrence: task.run.occurrence,
        step: task.key,
      }),
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
export type Worded = {
  readonly message: OutgoingMessage;
  readonly variant: { readonly variant?: string };
};

/** The message as it leaves: its language and wording chosen, filled with what is known, or why it cannot be. */
export const render = (
  task: SendTask,
  destination: Destination,
  outlet: Outlet,
): Worded | { readonly refused: string } => {
  const { address } = destination;
  const document = documentOf(task, address.channel);
  if (document === undefined) return { refused: 'missing-data' };
  const { customer } = task;
  const topic = topicOf(task.stored.journey, task.node);
  const entry = { ...task.run.entry };
  const links = messageLinks(
    { customer, channel: address.channel, topic, run: task.run, step: task.key, entry },
    { publicUrl: outlet.publicUrl, key: outlet.key, now: task.now },
  );
  const unsubscribeAt = links.unsubscribeUrl;
  const data = messageData(task.profile, { brand: outlet.brand, entry, steps: withAnswers(task.run.steps), ...links });
  const version = chooseVersion(document, {
    message: task.node.send.message,
    locale: task.profile.traits['locale'],
    draw: drawsOf(customer),
  });
  const rendered = renderMessage(version.document, data);
  if (rendered.ok) {
    const from = version.document.channel === 'email' ? version.document.from : undefined;
    const { locale } = version.document;
    const made = { ...destination, content: rendered.content, unsubscribeAt, from, locale };
    const message = outgoing(task, made, outlet);
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
