import type { World } from '../../../world.ts';
import { objectOr } from '../../../template/json.ts';
import type { StreamRecord } from '../../../dynamodb/streams/stream-records.ts';
import type { Discarded } from './discarded-batch.ts';
import type { Mapping } from '../mapping.ts';

const LONGEST_PAUSE_MS = 60_000;

/** Records to hand over together, and how often that failed. */
export interface Batch {
  readonly records: readonly StreamRecord[];
  readonly failures: number;
}

/** What to do about a batch that failed: try these batches after a pause, or give it up. */
export type Verdict =
  | { readonly kind: 'retry'; readonly batches: readonly Batch[]; readonly pauseMs: number }
  | { readonly kind: 'discard'; readonly condition: Discarded['condition'] };

/**
 * Splitting a batch does not count as a retry; retries are 1, 2, 4 … 60 seconds apart.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
export function verdictOn({ records, failures }: Batch, mapping: Mapping, { clock }: World): Verdict {
  if (mapping.maximumAgeMs >= 0 && clock.now() - createdAt(records[0]) > mapping.maximumAgeMs) {
    return { kind: 'discard', condition: 'RecordAgeExceeded' };
  }
  if (mapping.bisects && records.length > 1) {
    const half = Math.ceil(records.length / 2);
    const batches = [records.slice(0, half), records.slice(half)].map((part) => ({ records: part, failures }));
    return { kind: 'retry', batches, pauseMs: 1000 };
  }
  if (mapping.maximumRetries >= 0 && failures + 1 > mapping.maximumRetries) {
    return { kind: 'discard', condition: 'RetryAttemptsExhausted' };
  }
  const pauseMs = Math.min(1000 * 2 ** failures, LONGEST_PAUSE_MS);
  return { kind: 'retry', batches: [{ records, failures: failures + 1 }], pauseMs };
}

/** When a record was written, in milliseconds of world time; AWS keeps seconds. */
export const createdAt = (record: StreamRecord | undefined): number =>
  Number(objectOr(record?.event['dynamodb'])['ApproximateCreationDateTime'] ?? 0) * 1000;
