import type { Json } from '../../world.ts';
import { StateFailure } from '../state-failure.ts';

/** Limits of one batch; at least one is finite. */
export interface BatchLimits {
  readonly items: number;
  /** UTF-8 bytes of the child's whole input. */
  readonly bytes: number;
}

/** Cuts items into batches that fit. Throws when a single item does not. */
export function batches(
  items: readonly Json[],
  limits: BatchLimits,
  inputOf: (batch: readonly Json[]) => Json,
): readonly (readonly Json[])[] {
  const empty = size(inputOf([]));
  const made: Json[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const item of items) {
    const own = size(item);
    if (empty + own > limits.bytes)
      throw new StateFailure('States.DataLimitExceeded', `An item of ${own} bytes does not fit in a batch.`);
    const last = made.at(-1);
    // A comma stands between items.
    if (last === undefined || last.length >= limits.items || bytes + 1 + own > limits.bytes) {
      made.push([item]);
      bytes = empty + own;
    } else {
      last.push(item);
      bytes += 1 + own;
    }
  }
  return made;
}

function size(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
