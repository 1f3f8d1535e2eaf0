import { contentHash } from '../content-hash.ts';
import { isObject, own } from '../json.ts';
import { parseEvent } from '../parse-event.ts';
import { refuse, type Json, type JsonObject, type Parsed } from '../signal.ts';
import { parseTimestamp } from '../timestamp.ts';

/** What Amazon Connect says about a contact, and the event that is for us. */
const CONTACT_EVENTS: Readonly<Record<string, string>> = {
  INITIATED: 'Contact Initiated',
  CONNECTED_TO_SYSTEM: 'Contact Connected To System',
  QUEUED: 'Contact Queued',
  CONNECTED_TO_AGENT: 'Contact Connected To Agent',
  PAUSED: 'Contact Paused',
  RESUMED: 'Contact Resumed',
  CONTACT_DATA_UPDATED: 'Contact Data Updated',
  DISCONNECTED: 'Contact Disconnected',
  COMPLETED: 'Contact Completed',
  AMD_DISABLED: 'Contact Answering Machine Detection Disabled',
  WEBRTC_API: 'Contact Connected To WebRTC',
};

/** What is said elsewhere in the signal, or is about the call centre and not the customer. */
const NOT_KEPT: readonly string[] = ['eventType', 'contactId', 'tags', 'routingCriteria', 'instanceArn', 'agentInfo'];

/**
 * A contact of Amazon Connect as a signal: a call, a chat or a task that began, waited, reached an agent or ended. The customer is
 * who the contact's tag `userId` says; a contact without it belongs to `connect:<first contact of the chain>`, an anonymous id
 * that a later `identify` can claim. Connect spells fields in two ways, `contactId` and `ContactId`; here they are one.
 * @param envelope an EventBridge event
 * @param now milliseconds since 1970, for an event without a time
 * @returns `undefined` when the event is not Connect's
 * @see https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
 */
export const contactSignal = (envelope: unknown, now: number): Parsed | undefined => {
  if (!isObject(envelope) || own(envelope, 'source') !== 'aws.connect') return undefined;
  const detail = own(envelope, 'detail');
  const contact = isObject(detail) ? inOneSpelling(detail) : {};
  const type = own(contact, 'eventType');
  const event = typeof type === 'string' && Object.hasOwn(CONTACT_EVENTS, type) ? CONTACT_EVENTS[type] : undefined;
  if (event === undefined)
    return refuse('unknown-shape', 'detail.eventType', 'This event of Connect is about no contact.');
  const contactId = text(own(contact, 'contactId'));
  if (contactId === undefined) return refuse('no-identity', 'detail.contactId', 'This contact has no id.');
  const time = parseTimestamp(own(envelope, 'time'));
  const kept = Object.entries(contact).filter(([name]) => !NOT_KEPT.includes(name));
  const properties = { contact_id: contactId, ...Object.fromEntries(kept) };
  const call = {
    type: 'track',
    event,
    messageId: `connect:${contentHash({ contact: properties, event, time: time ?? null })}`,
    ...(time !== undefined && { timestamp: time }),
    ...subject(contact, contactId),
    properties,
  };
  return parseEvent({ ...envelope, detail: call }, now);
};

/** The first letter is all that differs. */
const inOneSpelling = (object: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [lowerFirst(name), value] as const));

const lowerFirst = (name: string): string => name.slice(0, 1).toLowerCase() + name.slice(1);

const text = (value: Json | undefined): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const subject = (contact: JsonObject, contactId: string): JsonObject => {
  const tags = own(contact, 'tags');
  const userId = isObject(tags) ? text(own(tags, 'userId')) : undefined;
  const anonymousId = `connect:${text(own(contact, 'initialContactId')) ?? contactId}`;
  return { anonymousId, ...(userId !== undefined && { userId }) };
};
