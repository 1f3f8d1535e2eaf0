/**
 * What EventBridge takes at most. A request of PutEvents is measured as a whole: 1 MB since 2025, 256 KB before.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size
 */
export const MOST_ENTRIES = 10;
export const MOST_REQUEST_BYTES = 1_048_576;
/** Targets of one rule. */
export const MOST_TARGETS = 5;
