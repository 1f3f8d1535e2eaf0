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
    properties: { status, ...(event === 'SMS Failed' && typeof to === 'string' && { address: to }) },
  };
};

/** Many carriers never report the handset: what they take last, and finally, counts as delivered. */
const eventOf = (status: string, isFinal: boolean): string | undefined => {
  if (status === 'DELIVERED' || (status === 'SUCCESSFUL' && isFinal)) return 'SMS Delivered';
  if (status === 'SUCCESSFUL' || UNDERWAY.includes(status)) return 'SMS Sent';
  return FAILED.includes(status) ? 'SMS Failed' : undefined;
};
