import { smsReceived } from '#core/events';

import { isObject, own } from '../json.ts';
import { parseEvent } from '../parse-event.ts';
import { refuse, type Json, type JsonObject, type Parsed } from '../signal.ts';

/** A phone number as carriers write it. */
const E164 = /^\+?[1-9]\d{6,14}$/;

/**
 * A text message a customer sent us, as the signal `SMS Received` `{text, keyword, from, to, in_reply_to}`. Whoever writes from a number
 * holds it: the subject is `sms:<number>`, an anonymous id, until the number is known to be somebody's.
 * @param body an SNS notification in a queue: two-way SMS of End User Messaging publishes to a topic
 * @param now milliseconds since 1970, for a notification without a time
 * @returns `undefined` when the body is no SNS notification
 * @see https://docs.aws.amazon.com/sms-voice/latest/userguide/phone-numbers-two-way-sms.html
 */
export const inboundSms = (body: unknown, now: number): Parsed | undefined => {
  if (!isObject(body) || own(body, 'Type') !== 'Notification' || Object.hasOwn(body, 'detail')) return undefined;
  const message = jsonOf(own(body, 'Message'));
  const from = message && text(message, 'originationNumber');
  if (!message || !from || !E164.test(from))
    return refuse('unknown-shape', 'Message.originationNumber', 'This notification is no text message from a number.');
  const { Timestamp: time = null } = body;
  const messageId = text(message, 'inboundMessageId');
  const detail = {
    type: 'track',
    event: smsReceived,
    anonymousId: `sms:${withPlus(from)}`,
    ...(messageId !== undefined && { messageId: `sms:${messageId}` }),
    properties: {
      channel: 'sms',
      from: withPlus(from),
      text: text(message, 'messageBody') ?? '',
      ...named(message, {
        keyword: 'messageKeyword',
        to: 'destinationNumber',
        in_reply_to: 'previousPublishedMessageId',
      }),
    },
  };
  return parseEvent({ source: 'aws.sms-voice', 'detail-type': 'track', ...(time !== null && { time }), detail }, now);
};

/** SNS hands on text, and the text is JSON. */
const jsonOf = (value: Json | undefined): JsonObject | undefined => {
  try {
    const read: unknown = JSON.parse(typeof value === 'string' ? value : '');
    return isObject(read) ? read : undefined;
  } catch {
    // Whatever it is, it is no message; what JSON.parse says would quote it.
    return undefined;
  }
};

const text = (message: JsonObject, name: string): string | undefined => {
  const value = own(message, name);
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const withPlus = (number: string): string => (number.startsWith('+') ? number : `+${number}`);

const named = (message: JsonObject, names: Readonly<Record<string, string>>): JsonObject =>
  Object.fromEntries(
    Object.entries(names).flatMap(([ours, theirs]) => {
      const value = text(message, theirs);
      return value === undefined ? [] : [[ours, value] as const];
    }),
  );
