import { randomUUID } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js';
import type { Events } from '../../events/create-events.ts';
import { AwsError, type JsonObject, type World } from '../../world.ts';
import type { Happening, What } from '../happenings.ts';
import type { Sent } from '../outbox.ts';
import type { OptOuts } from './opt-outs.ts';
import type { SmsSettings } from './sms-settings.ts';

type Parts = {
  readonly world: World;
  readonly settings: SmsSettings;
  readonly optOuts: OptOuts;
  readonly emit: Events['emit'];
};
type Status = readonly [status: string, isFinal: boolean, description: string];

/** What carriers report, by what befell the message. */
const STATUSES: Readonly<Partial<Record<What, Status>>> = {
  send: ['SUCCESSFUL', false, 'Message has been accepted by phone carrier'],
  delivery: ['DELIVERED', true, 'Message has been delivered'],
  bounce: ['INVALID', true, 'Destination phone number is invalid'],
  'soft-bounce': ['UNREACHABLE', true, 'Destination phone is currently unreachable or unavailable'],
  suppressed: ['BLOCKED', true, 'Message has been blocked'],
  'suppressed-everywhere': ['BLOCKED', true, 'Message has been blocked'],
  complaint: ['SPAM', true, 'Message was reported as spam'],
  reject: ['CARRIER_BLOCKED', true, 'Phone carrier has blocked the message'],
  delay: ['PENDING', false, 'Message is pending at the phone carrier'],
};
const STOP_WORDS = new Set(['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'ARRET', 'OPTOUT']);
const START_WORDS = new Set(['START', 'UNSTOP', 'YES']);

/**
 * Publishes what befell an SMS: to the default bus always, as AWS does, and to the topics of its configuration set.
 * @returns how many events and messages went out
 */
export const publishSms = async (parts: Parts, sent: Sent, happening: Happening): Promise<number> => {
  if (happening.what === 'reply') return reply(parts, sent, happening.text ?? '');
  if (happening.what === 'opt-out') return reply(parts, sent, 'STOP');
  const status = STATUSES[happening.what];
  if (status === undefined) return 0;
  const detail = record(sent, happening, status);
  await parts.emit('default', {
    source: 'aws.sms-voice',
    'detail-type': 'Text Message Delivery Status Updated',
    detail,
    at: happening.at,
  });
  const set = parts.settings.set(sent.sending.configurationSet ?? '');
  const topics = set?.topics.filter(
    ({ types }) => types.has('TEXT_ALL') || types.has('ALL') || types.has(`TEXT_${status[0]}`),
  );
  for (const { arn } of topics ?? []) {
    const Message = JSON.stringify({ ...detail, destinationPhoneNumber: sent.message.to });
    await parts.world.call(
      'sns',
      'Publish',
      { TopicArn: arn, Message },
      parts.world.as('sms-voice.amazonaws.com', set?.arn),
    );
  }
  return 1 + (topics?.length ?? 0);
};

/** @see https://docs.aws.amazon.com/sms-voice/latest/userguide/monitor-event-bridge.html */
const record = ({ message, sending }: Sent, { at }: Happening, status: Status): JsonObject => {
  const [name, isFinal, description] = status;
  const isPlain = /^[\u0020-\u007E\n\r]*$/.test(message.text);
  const [whole, part] = isPlain ? [160, 153] : [70, 67];
  const parts = message.text.length <= whole ? 1 : Math.ceil(message.text.length / part);
  return {
    eventType: `TEXT_${name}`,
    eventVersion: '1.0',
    eventTimestamp: at,
    isFinal,
    originationPhoneNumber: message.from,
    isoCountryCode: countryOf(message),
    isInternationalSend: false,
    messageId: message.id,
    messageRequestTimestamp: Date.parse(message.at),
    messageEncoding: isPlain ? 'GSM' : 'UNICODE',
    messageType: sending.operation,
    messageStatus: name,
    messageStatusDescription: description,
    ...(Object.keys(message.tags).length === 0 ? {} : { context: message.tags }),
    totalMessageParts: parts,
    totalMessagePrice: parts * 0.00581,
    totalCarrierFee: parts * 0.00302,
  };
};

/** Asked for every report about a message, and takes as long to find as all the rest of one. */
const countries = new WeakMap<Sent['message'], string>();
const countryOf = (message: Sent['message']): string => {
  const country = countries.get(message) ?? parsePhoneNumberFromString(message.to)?.country ?? 'ZZ';
  countries.set(message, country);
  return country;
};

/** An answer goes to the topic of the number's two-way channel; STOP also puts its sender on the opt-out list. */
const reply = async (parts: Parts, { message }: Sent, text: string): Promise<number> => {
  const { world, settings, optOuts } = parts;
  const origination = settings.shownAs(message.from);
  const word = text.trim().toUpperCase();
  const manages = origination?.managesOptOuts ?? true;
  if (manages && STOP_WORDS.has(word)) optOuts.put(origination?.optOutList ?? 'Default', message.to, true);
  if (manages && START_WORDS.has(word)) optOuts.remove(origination?.optOutList ?? 'Default', message.to);
  await world.journal.durable();
  if (origination?.replies === undefined) {
    if (manages && (STOP_WORDS.has(word) || START_WORDS.has(word))) return 0;
    throw new AwsError(
      'InvalidRequest',
      `A reply to ${message.from} goes nowhere: the template gives no AWS::SMSVOICE::PhoneNumber a TwoWay channel.`,
    );
  }
  const inbound = {
    originationNumber: message.to,
    destinationNumber: message.from,
    messageKeyword: `KEYWORD_${world.stack.account}`,
    messageBody: text,
    inboundMessageId: randomUUID(),
    previousPublishedMessageId: message.id,
  };
  const { topicArn, roleArn } = origination.replies;
  const caller = roleArn === undefined ? world.as('sms-voice.amazonaws.com', origination.arn) : world.as(roleArn);
  await world.call('sns', 'Publish', { TopicArn: topicArn, Message: JSON.stringify(inbound) }, caller);
  return 1;
};
