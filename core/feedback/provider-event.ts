import type { Json, JsonObject } from '#core/signal';

/** What a provider says about one message, before we know whether it is ours. */
export type ProviderEvent = {
  readonly event: string;
  readonly channel: 'email' | 'sms';
  /** The provider's id of the message. */
  readonly message: Json | undefined;
  /** Tells events about one message and one instant apart. */
  readonly kind: string;
  readonly timestamp: Json | undefined;
  readonly tags: JsonObject;
  readonly properties: JsonObject;
};
