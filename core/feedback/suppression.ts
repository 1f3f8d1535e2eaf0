import { own, type Signal } from '#core/signal';

/** An address that must not be written to again, whoever has it. */
export type Suppression = {
  readonly channel: 'email' | 'sms';
  readonly address: string;
  readonly reason: 'bounced' | 'complained' | 'unreachable' | 'opted-out';
};

/**
 * What a report about a message of ours means for its address: it does not exist, its owner called us spam, or had the carrier
 * put an end to it. A mailbox that is full or away (a transient bounce) and a phone that is off are left alone.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-bounce
 */
export const suppressionOf = (signal: Signal): Suppression | undefined => {
  const address = own(signal.properties, 'address');
  // Only reports about our own messages name the customer by our id.
  if (signal.subject.customer === undefined || typeof address !== 'string') return undefined;
  switch (signal.event) {
    case 'Email Complained':
      return { channel: 'email', address, reason: 'complained' };
    case 'Email Bounced':
      return own(signal.properties, 'bounceType') === 'Permanent'
        ? { channel: 'email', address, reason: 'bounced' }
        : undefined;
    case 'SMS Failed': {
      const permanent = own(signal.properties, 'permanent');
      return permanent === 'opted-out' || permanent === 'unreachable'
        ? { channel: 'sms', address, reason: permanent }
        : undefined;
    }
    default:
      return undefined;
  }
};
