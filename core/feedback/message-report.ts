import { pushBounced, pushReceived, pushTapped } from '#core/events';
import { messageIdOf, type MessageReport, type ReportKind, type SendName } from '#core/message';
import { isCustomer, own, type Signal } from '#core/signal';
import { pushReceipt } from './push-receipt.ts';

/** The events that tell of one message, and what they tell. */
const kinds: { readonly [event: string]: ReportKind } = {
  'Email Sent': 'sent',
  'SMS Sent': 'sent',
  'Email Delivered': 'delivered',
  'SMS Delivered': 'delivered',
  'Email Opened': 'opened',
  'Email Link Clicked': 'clicked',
  'Email Delayed': 'delayed',
  'Email Bounced': 'bounced',
  'Email Complained': 'complained',
  'SMS Failed': 'undelivered',
  'Email Rejected': 'rejected',
  [pushReceived]: 'delivered',
  [pushTapped]: 'opened',
  [pushBounced]: 'undelivered',
};

const detailOf = ({ properties }: Signal): string | undefined => {
  if (own(properties, 'human') === false) return 'machine';
  const said = own(properties, 'bounceType') ?? own(properties, 'status');
  return typeof said === 'string' ? said.replace(/^(TEXT|MEDIA)_/, '') : undefined;
};

/** Who speaks of a push notification: its provider reports nothing. */
const byApp = 'app';

/** What a signal reports of one message, and what its provider calls it. */
export type Reported = { readonly send: SendName; readonly report: MessageReport; readonly provider: string };

/**
 * What a provider's event, as a signal, says of the message it is about: whose it is says the tag that the message was sent
 * with; or what an app says of a push notification. Undefined for every other signal; only providers' events name the customer
 * by our id and the step beside.
 */
export const messageReport = (signal: Signal): Reported | undefined => {
  const { event, subject, timestamp, properties, messageId } = signal;
  const kind = Object.hasOwn(kinds, event) ? kinds[event] : undefined;
  const push = pushReceipt(signal);
  if (push !== undefined && kind !== undefined) return { send: push, provider: byApp, report: { kind, at: timestamp } };
  const { customer } = subject;
  const [enrol, occurrence, step] = [own(properties, 'enrol'), own(properties, 'occurrence'), own(properties, 'step')];
  if (kind === undefined || customer === undefined || !isCustomer(customer)) return undefined;
  if (typeof enrol !== 'string' || typeof step !== 'string') return undefined;
  const send = { customer, enrol, occurrence: Number(occurrence), step };
  if (!Number.isSafeInteger(send.occurrence) || send.occurrence < 1 || messageIdOf(send).length > 256) return undefined;
  const detail = detailOf(signal);
  // A provider's event is called after the provider's message: see `feedbackSignal`.
  const [provider = ''] = messageId.split(':');
  return { send, provider, report: { kind, at: timestamp, ...(detail === undefined ? {} : { detail }) } };
};
