import { consentChanged, emailLinkClicked } from '#core/events';
import { contentHash, isObject, own, type Json, type JsonObject } from '#core/signal';
import { humanity } from './humanity.ts';
import type { ProviderEvent } from './provider-event.ts';

/** SES's event types, our events, and the part of the event that tells more. */
const EMAIL_EVENTS: Readonly<Record<string, readonly [event: string, part: string]>> = {
  Send: ['Email Sent', 'send'],
  Delivery: ['Email Delivered', 'delivery'],
  Open: ['Email Opened', 'open'],
  Click: [emailLinkClicked, 'click'],
  Bounce: ['Email Bounced', 'bounce'],
  Complaint: ['Email Complained', 'complaint'],
  Reject: ['Email Rejected', 'reject'],
  // SES takes a message with a broken template of its own and never sends it.
  'Rendering Failure': ['Email Rejected', 'failure'],
  DeliveryDelay: ['Email Delayed', 'deliveryDelay'],
  // Of SES's own subscription management, where an account uses it beside ours.
  Subscription: [consentChanged, 'subscription'],
};

/**
 * Reads the detail of an SES event (event publishing to EventBridge); `undefined` for advice and other events about no message.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html
 */
export const readEmailEvent = (detail: JsonObject): ProviderEvent | undefined => {
  const type = own(detail, 'eventType');
  const known = typeof type === 'string' && Object.hasOwn(EMAIL_EVENTS, type) ? EMAIL_EVENTS[type] : undefined;
  const mail = own(detail, 'mail');
  if (!known || !isObject(mail)) return undefined;
  const [event, partName] = known;
  const part = objectAt(detail, partName);
  const link = own(part, 'link');
  return {
    event,
    channel: 'email',
    message: own(mail, 'messageId'),
    kind: typeof link === 'string' ? `${type}:${contentHash(link).slice(0, 12)}` : String(type),
    timestamp: own(part, 'timestamp') ?? own(mail, 'timestamp'),
    tags: objectAt(mail, 'tags'),
    properties: { ...detailsOf(event, part), ...whoDid(event, part, own(mail, 'timestamp')) },
  };
};

const objectAt = (object: JsonObject, name: string): JsonObject => {
  const value = own(object, name);
  return isObject(value) ? value : {};
};

const whoDid = (event: string, part: JsonObject, sentAt: Json | undefined): JsonObject => {
  const act = event === 'Email Opened' ? 'open' : event === emailLinkClicked ? 'click' : undefined;
  return act === undefined ? {} : humanity(act, part, sentAt);
};

/** The address only where it must be suppressed. */
const detailsOf = (event: string, part: JsonObject): JsonObject => {
  switch (event) {
    case emailLinkClicked:
      return pick(part, ['link']);
    case 'Email Bounced':
      return { ...pick(part, ['bounceType', 'bounceSubType']), ...address(part, 'bouncedRecipients') };
    case 'Email Complained':
      return { ...pick(part, ['complaintFeedbackType']), ...address(part, 'complainedRecipients') };
    case 'Email Rejected':
      return pick(part, ['reason', 'errorMessage']);
    case 'Email Delayed':
      return pick(part, ['delayType']);
    case consentChanged:
      return refusalIn(part);
    default:
      return {};
  }
};

const pick = (part: JsonObject, names: readonly string[]): JsonObject =>
  Object.fromEntries(names.flatMap((name) => (typeof part[name] === 'string' ? [[name, part[name]] as const] : [])));

/** What was refused; a preference SES keeps for somebody grants us nothing. Without a refusal the list of topics is empty. */
const refusalIn = (part: JsonObject): JsonObject => {
  const preferences = objectAt(part, 'newTopicPreferences');
  const all = own(preferences, 'unsubscribeAll') === true;
  const listed = own(preferences, 'topicSubscriptionStatus') ?? own(preferences, 'topicDefaultSubscriptionStatus');
  const topics = (Array.isArray(listed) ? listed.filter(isObject) : [])
    .filter((topic) => String(own(topic, 'subscriptionStatus')).toLowerCase() === 'optout')
    .map((topic) => String(own(topic, 'topicName')));
  return { granted: false, source: 'ses-subscription', topic: all ? '*' : topics };
};

/** We send every message to one address. */
const address = (part: JsonObject, list: string): JsonObject => {
  const recipients = own(part, list);
  const [first] = Array.isArray(recipients) ? recipients.filter(isObject) : [];
  const found = first && own(first, 'emailAddress');
  return typeof found === 'string' ? { address: found } : {};
};
