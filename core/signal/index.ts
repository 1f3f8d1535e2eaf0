export { contentHash } from './content-hash.ts';
export { isCustomer } from './customer.ts';
export { findFlaw, fitsIn, isForbidden, isObject, MAX_SIGNAL_BYTES, own } from './json.ts';
export { parseEvent } from './parse-event.ts';
export { refuse } from './signal.ts';
export type { Json, JsonObject, Parsed, Refusal, RefusalReason, Signal, Subject } from './signal.ts';
export { parseTimestamp } from './timestamp.ts';
