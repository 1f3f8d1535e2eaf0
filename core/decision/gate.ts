import type { Channel, Consents } from '#core/profile';

/**
 * What must be true of a customer for anything to be sent, kept in one small item: `version` counts every change of consent
 * or erasure, so that a claim can demand that nothing changed since the decision.
 */
export type Gate = {
  readonly version: number;
  readonly consents: Consents;
  readonly erasedAt?: number;
};

export const emptyGate: Gate = { version: 0, consents: {} };

/** Whether real customers may be reached from this stage. */
export type Sending = { readonly mode: 'off' | 'allow-list' | 'live'; readonly allowed: readonly string[] };

/** An address on a channel; for push, the newest device. */
export type Address =
  | { readonly channel: 'email' | 'sms'; readonly to: string }
  | { readonly channel: 'push'; readonly to: string; readonly platform: 'ios' | 'android' };

export type WithheldReason =
  | 'erased'
  | 'no-consent'
  | 'no-address'
  | 'channel-not-configured'
  | 'quiet-hours'
  | 'expired'
  | 'quieted'
  | 'suppressed'
  | 'exited'
  | 'sending-off'
  | 'not-on-allow-list'
  | 'missing-data'
  | 'throttled';

export type { Channel };
