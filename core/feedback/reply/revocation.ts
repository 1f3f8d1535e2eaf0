import { consentChanged, emailReplied, smsReceived } from '#core/events';
import { sha256 } from '#core/profile';
import { own, type JsonObject, type Signal } from '#core/signal';
import { readReply } from './read-reply.ts';
import type { Regained } from './regained.ts';

/** What a customer's answer means for the channel it came on. */
export type Reply = {
  readonly wish: 'stop' | 'start';
  readonly channel: 'email' | 'sms';
  /** The address it came from, where the channel tells it. */
  readonly address?: string;
  /** Our number it was sent to, where that is known. */
  readonly to?: string;
  readonly at: string;
  /** `Consent Changed` in the words of the one who answered: to be said of everybody who holds the address. */
  readonly says: JsonObject;
  readonly messageId: string;
};

const SOURCES = { sms: 'inbound-sms', email: 'email-reply' } as const;

/**
 * The wish in an `SMS Received` or `Email Replied` `{ text, from, to }`. STOP and its like end the channel, START takes that
 * back; help and everything else change nothing. The text itself stays where it is: its hash is the evidence.
 */
export const replyIn = ({ type, event, properties, timestamp, messageId }: Signal): Reply | undefined => {
  const channel = event === smsReceived ? 'sms' : event === emailReplied ? 'email' : undefined;
  const text = own(properties, 'text');
  if (type !== 'track' || channel === undefined || typeof text !== 'string') return undefined;
  const wish = readReply(text);
  // A mailbox is opened again on its preference page: in an email, START is a word like any other.
  if (wish === undefined || wish === 'help' || (wish === 'start' && channel === 'email')) return undefined;
  const [from, to] = [own(properties, 'from'), own(properties, 'to')];
  const evidence = { text_hash: `sha256:${sha256(text)}`, answer: messageId };
  const says = { channel, topic: '*', granted: wish === 'start', source: SOURCES[channel], evidence };
  const numbers = { ...(typeof from === 'string' && { address: from }), ...(typeof to === 'string' && { to }) };
  return { wish, channel, at: timestamp, messageId, says, ...numbers };
};

/** The event of what a reply says, about one customer: the same reply says it once. @param grant of several, the one it is of */
export const saidByReply = (
  { says, at, messageId }: Pick<Reply, 'says' | 'at' | 'messageId'>,
  customer: string,
  grant?: Regained,
): JsonObject => ({
  type: 'track',
  event: consentChanged,
  messageId: `reply:${sha256([messageId, customer, ...(grant === undefined ? [] : [grant.topic])].join(' ')).slice(0, 32)}`,
  timestamp: at,
  context: { customer },
  properties: { ...says, ...grant },
});
