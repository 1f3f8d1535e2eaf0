import { isObject, own, parseTimestamp, refuse, type Parsed } from '#core/signal';
import { readEmailEvent } from './email-event.ts';
import { readTags } from './message-tags.ts';
import type { ProviderEvent } from './provider-event.ts';
import { readSmsEvent } from './sms-event.ts';

/**
 * What came back about a message we sent, as a signal of its customer: `Email Delivered`, `Email Link Clicked`, `SMS Failed` …
 * with `{ journey, enrol, occurrence, step, topic, channel }` from the message's tags and what the provider tells. Email and
 * SMS events come from AWS itself: EventBridge lets nobody else put events with a source `aws.*`, so their tags are believed.
 * @param envelope an EventBridge event
 * @param now milliseconds since 1970, for an event without any time
 * @returns `undefined` when the event is not a provider's; a refusal when it is about no message, or not about ours
 */
export const feedbackSignal = (envelope: unknown, now: number): Parsed | undefined => {
  const read = isObject(envelope) ? readerOf(own(envelope, 'source')) : undefined;
  if (!read || !isObject(envelope)) return undefined;
  const detail = own(envelope, 'detail');
  const event = isObject(detail) ? read(detail) : undefined;
  if (!event) return refuse('unknown-shape', 'detail.eventType', 'This provider event is about no message.');
  return signalOf(event, parseTimestamp(own(envelope, 'time')) ?? now);
};

const readerOf = (source: unknown): typeof readEmailEvent | undefined =>
  source === 'aws.ses' ? readEmailEvent : source === 'aws.sms-voice' ? readSmsEvent : undefined;

const signalOf = (found: ProviderEvent, receivedAt: number): Parsed => {
  const { event, channel, message, kind } = found;
  const tags = readTags(found.tags);
  if (!tags)
    return refuse(
      'no-identity',
      'detail',
      'This message was not sent by Segue: it carries no tag with a customer of ours.',
    );
  if (typeof message !== 'string' || message === '' || message.length > 128)
    return refuse('bad-field', 'detail.messageId', "The provider's messageId is missing or no short text.");
  const timestamp = new Date(parseTimestamp(found.timestamp) ?? receivedAt).toISOString();
  return {
    signal: {
      messageId: `${message}:${kind}:${timestamp}`,
      type: 'track',
      event,
      timestamp,
      subject: { customer: tags.customer },
      properties: { ...tags.step, channel, ...found.properties },
      traits: {},
      context: {},
    },
  };
};
