import { pushBounced, pushReceived, pushTapped } from '#core/events';
import { readMessageId, type SendName } from '#core/message';
import { own, type Parsed, type Signal } from '#core/signal';

const receipts: readonly string[] = [pushReceived, pushTapped, pushBounced];

/**
 * Which push notification of ours an app speaks of: `message_id` came in the data of the notification, and nobody knows it who
 * has not got it. Who is signed in by now does not matter. Undefined for every other signal.
 */
export const pushReceipt = ({ type, event, properties }: Signal): SendName | undefined => {
  const id = own(properties, 'message_id');
  return type === 'track' && receipts.includes(event) && typeof id === 'string' ? readMessageId(id) : undefined;
};

/** The receipt with what every report says of its message, so that the run it came from hears of it. */
export const withReceipt = (parsed: Parsed): Parsed => {
  const { signal } = parsed;
  const send = signal === undefined ? undefined : pushReceipt(signal);
  if (signal === undefined || send === undefined) return parsed;
  const { enrol, occurrence, step } = send;
  return { signal: { ...signal, properties: { ...signal.properties, channel: 'push', enrol, occurrence, step } } };
};
