import { segmentEntered, segmentLeft } from '#core/events';
import { recentMs } from '#core/profile';
import type { CarriedRows } from '../../aws/carried-rows.ts';
import type { LinkStore } from '../../aws/link-store.ts';
import { count } from '../../aws/observed.ts';
import type { LoggedSignal, StoredProfile } from '../../aws/profile-store.ts';

export type RowStores = { readonly carried: CarriedRows; readonly links: LinkStore };

/** What was said of one customer's segments is not true of another: of theirs they are told themselves. */
const isOfSegments = ({ signal: { event } }: LoggedSignal): boolean =>
  event === segmentEntered || event === segmentLeft;

/** A row as it goes into the log of whoever its customer turned out to be. */
export const asCarried = (customer: string, row: LoggedSignal): LoggedSignal => ({
  signal: row.signal,
  receivedAt: row.receivedAt,
  from: row.from ?? customer,
  ...(row.silent === true || isOfSegments(row) || Date.now() - row.receivedAt > recentMs ? { silent: true } : {}),
});

/** One after the other: an order that came after a cart must come after it again. */
export const carry = async (
  { customer, to }: { readonly customer: string; readonly to: string },
  rows: readonly LoggedSignal[],
  { carried }: RowStores,
): Promise<void> => {
  for (const row of rows) await carried.put(to, asCarried(customer, row));
  if (rows.length > 0) count('SignalCarried', undefined, rows.length);
};

type Work<Row> = { readonly customer: string; readonly rows: readonly Row[] };

/**
 * Rows of a customer who is another one by now go into that one's log, and are folded there; those of an erased one are destroyed.
 * @returns whether that was so, and nothing is left to fold
 */
export const sendOn = async (
  { customer, rows }: Work<LoggedSignal>,
  { mergedInto, erasedAt }: StoredProfile,
  stores: RowStores,
): Promise<boolean> => {
  if (erasedAt !== undefined) {
    for (const { signal } of rows) await stores.carried.remove(customer, signal.messageId);
    if (rows.length > 0) count('SignalOfErased', undefined, rows.length);
    return true;
  }
  if (mergedInto === undefined) return false;
  await carry({ customer, to: mergedInto }, rows, stores);
  return true;
};

/** Whether those rows were carried from belong to this customer still. */
const belonging = async (customer: string, rows: readonly LoggedSignal[], { links }: RowStores) => {
  const from = new Set(rows.flatMap((row) => row.from ?? []));
  const known = new Map<string, boolean>();
  for (const each of from) known.set(each, (await links.chainOf(each)).includes(customer));
  return known;
};

/**
 * Takes those rows out of a log that were carried there and belong to somebody else by now.
 * @returns the others
 */
export const withoutStrays = async <Row extends LoggedSignal>(
  { customer, rows }: Work<Row>,
  stores: RowStores,
): Promise<readonly Row[]> => {
  if (rows.every(({ from }) => from === undefined)) return rows;
  const isOurs = await belonging(customer, rows, stores);
  const isStray = ({ from }: Row): boolean => from !== undefined && isOurs.get(from) === false;
  for (const row of rows.filter(isStray)) await stores.carried.remove(customer, row.signal.messageId, row.from);
  return rows.filter((row) => !isStray(row));
};
