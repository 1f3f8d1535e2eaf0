/** JSON as it arrives: what a producer may put into `properties`, `traits` and `context`. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json };

/**
 * One thing that happened, in the terms of the Segment Spec. `event` is the track event's name; the other types carry the
 * name a journey can wait for: `identify` → `Identified`, `page` → `Page Viewed`, `screen` → `Screen Viewed`,
 * `group` → `Group Joined`, `alias` → `Aliased`.
 * @see https://segment.com/docs/connections/spec/common/
 */
export type Signal = {
  /** The producer's `messageId`, else a hash of the content: the same signal again has the same id. */
  readonly messageId: string;
  readonly type: 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';
  readonly event: string;
  /** When it happened, ISO 8601 with milliseconds, UTC. */
  readonly timestamp: string;
  readonly subject: Subject;
  readonly properties: JsonObject;
  readonly traits: JsonObject;
  readonly context: JsonObject;
};

/**
 * Whom a signal is about. `customer` is our own opaque id and is believed only from events we caused ourselves
 * (SES and SMS events carry it as a tag); `user` is `userId`, `anonymous` is `anonymousId`. The first present one counts.
 */
export type Subject = { readonly customer?: string; readonly user?: string; readonly anonymous?: string };

/** Why a payload is no signal: a reason for the metric, the field it is about, and a sentence for the operator. */
export type Refusal = {
  readonly reason: RefusalReason;
  readonly path: string;
  readonly message: string;
};

export type RefusalReason =
  | 'not-json'
  | 'unknown-shape'
  | 'no-identity'
  | 'too-large'
  | 'too-deep'
  | 'bad-timestamp'
  | 'forbidden-key'
  | 'bad-field'
  /** Segue caused it, and something it caused, and so on: it goes in circles. */
  | 'too-many-hops'
  /** Its mapping is gone, failed, or makes nothing of it. */
  | 'not-mapped';

export type Parsed =
  | { readonly signal: Signal; readonly refusal?: never }
  | { readonly refusal: Refusal; readonly signal?: never };

/** A refusal as a value. `message` names fields, never their contents: operators read it, and contents may be personal. */
export const refuse = (reason: RefusalReason, path: string, message: string): Parsed => ({
  refusal: { reason, path, message },
});
