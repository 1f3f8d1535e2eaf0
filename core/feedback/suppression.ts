import { own, type Signal } from '#core/signal';

/** An address that must not be written to again, whoever has it. */
export type Suppression = { readonly address: string; readonly reason: 'bounced' | 'complained' };

/**
 * What a report about a message of ours means for its address: it does not exist, or its owner called us spam. A mailbox
 * that is full or away (a transient bounce) is left alone.
 * @see https://docs.aws.amazon.com/ses/latest/dg/event-publishing-retrieving-sns-contents.html#event-publishing-retrieving-sns-bounce
 */
export const suppressionOf = (signal: Signal): Suppression | undefined => {
  const address = own(signal.properties, 'address');
  // Only reports about our own messages name the customer by our id.
  if (signal.subject.customer === undefined || typeof address !== 'string') return undefined;
  if (signal.event === 'Email Complained') return { address, reason: 'complained' };
  const isGone = signal.event === 'Email Bounced' && own(signal.properties, 'bounceType') === 'Permanent';
  return isGone ? { address, reason: 'bounced' } : undefined;
};
