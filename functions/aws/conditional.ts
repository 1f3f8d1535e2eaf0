import {
  ConditionalCheckFailedException,
  type CancellationReason,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { type Item, plain } from './keys.ts';

/** What a conditional write came to: done, or refused with the item as it is (where the write asked for it). */
export type Conditional<T> = { readonly done: T } | { readonly refused: Record<string, unknown> | undefined };

const found = (old: Item | undefined): Record<string, unknown> | undefined =>
  old === undefined ? undefined : plain(old);

/** A refused condition as a value; every other error is thrown. */
export const orRefused = async <T>(write: Promise<T>): Promise<Conditional<T>> => {
  try {
    return { done: await write };
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return { refused: found(error.Item) };
    throw error;
  }
};

/** Why a transaction was cancelled, read one by one: only `ConditionalCheckFailed` is an answer, the rest is to be tried again. */
export type Cancelled = { readonly index: number; readonly item: Record<string, unknown> | undefined };

const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded', 'None']);

const firstRefusal = (reasons: readonly CancellationReason[]): Cancelled | undefined => {
  const index = reasons.findIndex(({ Code }) => Code === 'ConditionalCheckFailed');
  return index < 0 ? undefined : { index, item: found(reasons[index]?.Item) };
};

/**
 * Runs a transaction until it is done or a condition refuses it. A conflict or a throttle is no refusal: it is tried again.
 * @param pause waits before attempt n; the caller owns time and chance.
 */
export const transact = async (
  write: () => Promise<unknown>,
  pause: (attempt: number) => Promise<void>,
  attempts = 6,
): Promise<Cancelled | undefined> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await write();
      return undefined;
    } catch (error) {
      if (!(error instanceof TransactionCanceledException)) throw error;
      const reasons = error.CancellationReasons ?? [];
      const refusal = firstRefusal(reasons);
      if (refusal !== undefined) return refusal;
      if (attempt >= attempts || reasons.some(({ Code }) => !passing.has(Code ?? 'None'))) throw error;
      await pause(attempt);
    }
  }
};

/** Full jitter: up to 50 ms, 100 ms, 200 ms … */
export const jitter = async (attempt: number): Promise<void> => {
  const ms = Math.random() * 25 * 2 ** attempt;
  await new Promise((resolve) => setTimeout(resolve, ms));
};
