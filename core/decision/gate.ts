import type { Channel, Consents } from '#core/profile';

/**
 * What must be true of a customer for anything to be sent, kept in one small item: `version` counts every change of consent
 * or erasure, and every message to many that was not sent after all, `counted` every change of what was sent, so that a claim can demand that nothing changed since the decision.
 */
export type Gate = {
  readonly version: number;
  readonly consents: Consents;
  readonly erasedAt?: number;
  /** Until when somebody who serves them keeps promotions away, epoch milliseconds. */
  readonly pausedUntil?: number;
  /** The messages that caps still count, each as a few letters: see `caps/slots.ts`. */
  readonly slots?: readonly string[];
  readonly counted?: number;
  /** By the hash of a phone number: the message that was to say there who writes and how to end it; empty once it is known that one has. */
  readonly introduced?: Readonly<Record<string, string>>;
};

export const emptyGate: Gate = { version: 0, consents: {} };

/** Whether real customers may be reached from this stage. */
export type Sending = { readonly mode: 'off' | 'allow-list' | 'live'; readonly allowed: readonly string[] };

/** What an operator switched off: every message, or those of a channel. */
export type Switch = 'all' | Channel;

/** An address on a channel; for push, the newest device. */
export type Address =
  | { readonly channel: 'email' | 'sms'; readonly to: string }
  | { readonly channel: 'push'; readonly to: string; readonly platform: 'ios' | 'android' };

/** What reads after "withheld because". */
export type WithheldReason =
  | 'erased'
  | 'switched-off'
  | 'expired'
  | 'holdout'
  | 'open-complaint'
  | 'low-satisfaction'
  | 'promotions-paused'
  | 'quieted'
  | 'no-consent'
  /** Granted, but not confirmed, on a topic that asks for it. */
  | 'consent-pending'
  | 'consent-expired'
  | 'no-address'
  | 'channel-not-configured'
  | 'sending-off'
  | 'not-on-allow-list'
  | 'quiet-hours'
  | CapReason
  | 'budget-spent'
  | 'suppressed'
  | 'exited'
  | 'missing-data'
  | 'throttled';

/** Whose cap it is: of all messages, of a channel, of a topic, or of the journey alone. */
export type CapReason = 'frequency-cap' | 'channel-cap' | 'topic-cap' | 'journey-cap';

/** What a message may wait for. */
export type HoldReason = 'quiet-hours' | 'switched-off' | 'budget-spent' | CapReason;

export type { Channel };
