import { isObject, own, type JsonObject } from '#core/signal';
import type { ProviderEvent } from './provider-event.ts';

const UNDERWAY: readonly string[] = ['QUEUED', 'PENDING', 'SENT', 'UNKNOWN'];
const FAILED: readonly string[] = (
  'INVALID INVALID_MESSAGE UNREACHABLE CARRIER_UNREACHABLE BLOCKED CARRIER_BLOCKED ' +
  'SPAM TTL_EXPIRED PROTECT_BLOCKED'
).split(' ');

/**
 * Reads the detail of an End User Messaging event about a text or media message; `undefined` for voice and registrations.
 * @see https://docs.aws.amazon.com/sms-voice/latest/userguide/monitor-event-bridge.html
 */
export const readSmsEvent = (detail: JsonObject): ProviderEvent | undefined => {
  const status = own(detail, 'eventType');
  const event =
    typeof status === 'string'
      ? eventOf(status.replace(/^(TEXT|MEDIA)_/, ''), own(detail, 'isFinal') === true)
      : undefined;
  if (event === undefined || typeof status !== 'string') return undefined;
  const context = own(detail, 'context');
  return {
    event,
    channel: 'sms',
    message: own(detail, 'messageId'),
    tags: isObject(context) ? context : {},
    ...(event === 'SMS Sent' ? sending(detail) : outcome(detail, status, event)),
  };
};

type Happening = Pick<ProviderEvent, 'kind' | 'timestamp' | 'properties'>;

/** Queued, pending and sent are one thing to us: it happened when we asked, and is one signal however often it is told. */
const sending = (detail: JsonObject): Happening => ({
  kind: 'SENT',
  timestamp: own(detail, 'messageRequestTimestamp') ?? own(detail, 'eventTimestamp'),
  properties: {},
});

/** The address only where it may have to be suppressed. */
const outcome = (detail: JsonObject, status: string, event: string): Happening => {
  const to = own(detail, 'destinationPhoneNumber');
  return {
    kind: status,
    timestamp: own(detail, 'eventTimestamp') ?? own(detail, 'messageRequestTimestamp'),
    properties: {
      status,
      ...(event === 'SMS Failed' && typeof to === 'string' && { address: to, ...whyGone(status, detail) }),
    },
  };
};

/** What the carrier says of a number that took its owner off our list itself. */
const OPTED_OUT = /opt(?:ed)?[ _-]?out|unsubscribed|stop(?:ped)? by (?:the )?(?:user|recipient)/i;
/** … and of one that will never take a text. */
const NO_SUCH =
  /landline|land line|not (?:a )?(?:mobile|in service|assigned)|unassigned|unallocated|disconnected|deactivated|does not exist|invalid (?:destination|phone|number)/i;

/** Whether the number is to be left alone for good. A phone that is off, a full inbox and a blocked text pass. */
const whyGone = (status: string, detail: JsonObject): JsonObject => {
  const told = own(detail, 'messageStatusDescription');
  const description = typeof told === 'string' ? told : '';
  if (OPTED_OUT.test(description)) return { permanent: 'opted-out' };
  return /_?INVALID$/.test(status) || NO_SUCH.test(description) ? { permanent: 'unreachable' } : {};
};

/** Many carriers never report the handset: what they take last, and finally, counts as delivered. */
const eventOf = (status: string, isFinal: boolean): string | undefined => {
  if (status === 'DELIVERED' || (status === 'SUCCESSFUL' && isFinal)) return 'SMS Delivered';
  if (status === 'SUCCESSFUL' || UNDERWAY.includes(status)) return 'SMS Sent';
  return FAILED.includes(status) ? 'SMS Failed' : undefined;
};
