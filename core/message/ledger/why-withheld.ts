import type { WithheldReason } from '#core/decision';

/** Each reason as it reads after "not sent: …". */
const words: { readonly [reason in WithheldReason]: string } = {
  erased: 'everything about this customer was erased',
  'switched-off': 'sending was switched off',
  expired: 'it came too late to be of use',
  holdout: 'the customer is in the group that is counted but not written to',
  'open-complaint': 'a complaint of the customer was open',
  'low-satisfaction': 'the customer had said shortly before that they were not satisfied',
  'promotions-paused': 'somebody who serves the customer has paused promotions',
  quieted: 'another journey keeps this topic quiet while it runs',
  'no-consent': 'the customer has not agreed to this topic on any channel it may use',
  'consent-pending': 'the customer has agreed, but not yet confirmed it',
  'consent-expired': 'what the customer agreed to has run out',
  'no-address': 'no channel it may use has an address of the customer',
  'channel-not-configured': 'this stage has no such channel',
  'sending-off': 'sending is off in this stage',
  'not-on-allow-list': 'this stage sends to addresses on its allow-list only',
  'quiet-hours': 'it was outside the hours in which messages may leave, and would have waited too long',
  'frequency-cap': 'the customer had got as many messages as one may get',
  'channel-cap': 'the customer had got as many messages as one may get on this channel',
  'topic-cap': 'the customer had got as many messages as one may get on this topic',
  'journey-cap': 'the customer had got as many messages as this journey may send',
  'budget-spent': 'the budget of its journey was spent',
  suppressed: 'the address bounced or complained before',
  exited: 'the customer had left the journey',
  'missing-data': 'it needs data that is not known',
  throttled: 'the provider took no more',
};

/** A reason without words of its own is read as it is written. */
export const whyWithheld = (reason: string): string =>
  Object.entries(words).find(([each]) => each === reason)?.[1] ??
  (reason === '' ? 'nobody wrote down why' : reason.replaceAll('-', ' '));
