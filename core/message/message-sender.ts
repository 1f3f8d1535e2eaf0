/** A message ready to leave: rendered, addressed and allowed. Tags are the same on every channel, so that feedback can name its send. */
export type OutgoingMessage = OutgoingEmail | OutgoingSms | OutgoingPush;

export type Tags = { readonly [name: string]: string };

export type OutgoingEmail = {
  readonly channel: 'email';
  readonly to: string;
  /** `hello@shop.example` or `Shop <hello@shop.example>`. */
  readonly from: string;
  readonly content: { readonly subject: string; readonly html: string; readonly text: string };
  /** Further headers, such as `List-Unsubscribe`. */
  readonly headers: { readonly [name: string]: string };
  readonly tags: Tags;
  /** SES configuration set, by name. */
  readonly configurationSet: string;
};

export type OutgoingSms = {
  readonly channel: 'sms';
  /** E.164 */
  readonly to: string;
  readonly text: string;
  /** Phone number, sender id or pool the message leaves from. */
  readonly origination: string;
  /** Carriers do not need it after this; 5 to 259,200. */
  readonly ttlSeconds: number;
  /** Marketing when not said. */
  readonly kind?: 'marketing' | 'transactional';
  /** Of End User Messaging, by name or ARN. */
  readonly configurationSet?: string;
  /** Countries and numbers that are never written to: a protect configuration, by id or ARN. */
  readonly protectConfiguration?: string;
  /** US dollars that one part may cost at most, as `0.10`. */
  readonly maxPrice?: string;
  readonly tags: Tags;
};

export type OutgoingPush = {
  readonly channel: 'push';
  /** What the app calls the message in its receipts. */
  readonly id: string;
  readonly token: string;
  readonly platform: 'ios' | 'android';
  /** Pinpoint application id. */
  readonly application: string;
  readonly title: string;
  readonly body: string;
  readonly link?: string;
  readonly tags: Tags;
};

/**
 * What became of one call. `rejected` is definite: nothing left. `unknown` may or may not have left (time-out, 5xx,
 * network), so that it must never be repeated for marketing. `reason` is the provider's error name, never a message or an address.
 */
export type SendResult =
  /** `updatedToken`: what the device is called from now on. */
  | { readonly outcome: 'accepted'; readonly providerId: string; readonly updatedToken?: string }
  /** `isGone`: there is nobody at the address any more. */
  | { readonly outcome: 'rejected'; readonly reason: string; readonly isGone?: true }
  | { readonly outcome: 'unknown'; readonly reason: string }
  /** Nothing left, and it may be tried later. With a `reason`: not because of this message, but of the account or its setup. */
  | {
      readonly outcome: 'throttled';
      readonly retryAfterSeconds: number;
      readonly reason?: string;
      /** Only this recipient's; others may be sent to. */
      readonly isAlone?: true;
    };

/** Calls one provider once. Never throws for what the provider or the network does. */
export interface MessageSender {
  /** @param deadline epoch milliseconds; the call is given up then and its result is `unknown`. */
  send(message: OutgoingMessage, deadline: number): Promise<SendResult>;
}
