import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { chunks } from '../aws/chunks.ts';
import { logItem, type LogRow, type LogStore } from '../aws/dynamo-log-store.ts';
import { customerPk } from '../aws/keys.ts';
import { count, logger } from '../aws/observed.ts';
import { noSequence, type StoredProfile } from '../aws/profile-store.ts';
import { rowsAt } from '../aws/rows.ts';
import type { TransactionBatch } from '../aws/transaction-batch.ts';
import { setAside } from '../profile/fold-all.ts';
import { foldCustomer, type FoldStores, performOwed } from '../profile/fold-customer.ts';
import { newcomerStores } from './newcomer-stores.ts';

/** Customers set aside at the same time. */
const atOnce = 16;

export type TakingIn = {
  readonly stores: FoldStores;
  readonly log: LogStore;
  /** Writes newcomers, many at a time. */
  readonly write: TransactionBatch;
  readonly tables: { readonly log: string; readonly state: string };
  readonly refoldQueueUrl: string;
};

/** A row of the log, and which row of the file it is of. */
export type FiledRow = LogRow & { readonly row: number };

/** How many customers were taken in, and which rows of the file are of somebody who was erased: nothing is taken of them. */
export type TakenIn = { readonly customers: number; readonly erased: readonly number[] };

type Mover = { readonly customer: string; readonly rows: readonly LogRow[] };
type Known = ReadonlyMap<string, StoredProfile>;

const messageIds = ({ rows }: Mover): readonly string[] => rows.map(({ signal }) => signal.messageId);

/** A row that is not in the log yet, and that the stream passes over. */
const newRow = (row: LogRow, table: string): TransactWriteItem => ({
  Put: {
    TableName: table,
    Item: logItem({ ...row, folded: true }),
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/** What a newcomer's rows come to, where they can be folded at once. */
const foldFirst = async ({ customer, rows }: Mover, stored: StoredProfile, { stores, tables }: TakingIn) => {
  const { keeping, firstFold } = newcomerStores(stores, customer, tables.state);
  const news = rows.map(({ signal, receivedAt }) => ({
    signal,
    receivedAt: Date.parse(receivedAt),
    sequence: noSequence,
    silent: true,
  }));
  const folded = await foldCustomer({ customer, rows: news, stream: 'import' }, stored, keeping);
  return folded.isWritten && folded.rows === news.length ? firstFold() : undefined;
};

/** What goes wrong with one customer is left to the ordinary way, and keeps nobody else back. */
const orOrdinary = async <T>({ customer }: Mover, work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown';
    logger.warn('newcomer taken in the ordinary way', { customer, reason });
    return undefined;
  }
};

/**
 * Takes in whom nobody knew, by one transaction: their rows, their profile and all that lies with it. Throws when the table takes nothing.
 * @returns whether that could be done; somebody else may have come first, or it is more than one transaction holds
 */
const takeNewcomer = async (mover: Mover, stored: StoredProfile, taking: TakingIn): Promise<boolean> => {
  const { stores, write, tables } = taking;
  const first = await orOrdinary(mover, () => foldFirst(mover, stored, taking));
  if (first === undefined) return false;
  const { owed, profile, together } = first;
  const rows = mover.rows.map((row) => newRow(row, tables.log));
  if (!(await write({ ...together, writes: [...rows, ...together.writes] }))) return false;
  const perform = async (): Promise<boolean> => {
    if (owed !== undefined) await performOwed(owed, mover.customer, profile, stores);
    return true;
  };
  return (await orOrdinary(mover, perform)) ?? false;
};

/** Takes in newcomers. Those with whom it could not be done are handed back for the ordinary way. */
const takeNewcomers = async (movers: readonly Mover[], taking: TakingIn, known: Known): Promise<readonly Mover[]> => {
  const take = async (mover: Mover): Promise<readonly Mover[]> => {
    const stored = known.get(mover.customer);
    return stored !== undefined && (await takeNewcomer(mover, stored, taking)) ? [] : [mover];
  };
  return (await Promise.all(movers.map(take))).flat();
};

const eachOf = async <T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> => {
  const left = [...all];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await work(next);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, all.length) }, worker));
};

/** Stores rows, several calls at a time. Throws when one could not be stored: the part is then sent again. */
const store = async (rows: readonly LogRow[], { log }: TakingIn): Promise<void> => {
  const failed = (await Promise.all(chunks(rows, 100).map((some) => log.put(some)))).flat();
  if (failed.length > 0) throw new Error(`${failed.length} rows could not be stored.`);
};

const rowKey = (pk: string, sk: string): string => `${pk} ${sk}`;

/** Which of these rows are in the log, and whether the stream passes them over. */
const findRows = async (rows: readonly LogRow[], table: string): Promise<ReadonlyMap<string, boolean>> => {
  const keys = rows.map(({ customer, signal }) => ({ pk: customerPk(customer), sk: signal.messageId }));
  const found = await rowsAt(table, keys, { ConsistentRead: true, ProjectionExpression: 'pk, sk, folded' });
  return new Map(found.map(({ pk, sk, folded }) => [rowKey(String(pk), String(sk)), folded === true]));
};

const isSettled = ({ folds = 0, owed }: Partial<StoredProfile> = {}): boolean => folds > 0 && owed === undefined;

/**
 * Rows of those who are known go the ordinary way, through the stream. Where one is in the log that the stream passes over, its customer
 * was taken in before, and what that owed may have been left when it broke off: they are folded again from the log.
 */
const takeKnown = async (movers: readonly Mover[], taking: TakingIn, known: Known): Promise<void> => {
  const rows = movers.flatMap((mover) => mover.rows);
  const found = await findRows(rows, taking.tables.log);
  const wasFolded = ({ customer, signal }: LogRow) => found.get(rowKey(customerPk(customer), signal.messageId));
  await store(
    rows.filter((row) => wasFolded(row) === undefined),
    taking,
  );
  const doubtful = movers.filter(
    (mover) => !isSettled(known.get(mover.customer)) && mover.rows.some((row) => wasFolded(row) === true),
  );
  await eachOf(doubtful, (mover) =>
    setAside({ customer: mover.customer, messageIds: messageIds(mover) }, taking.refoldQueueUrl),
  );
};

/**
 * Takes rows into the log and the profiles, each once however often they are brought. Whose first rows these are is folded
 * here and not through the stream, which live signals would else have to wait for.
 */
export const takeIn = async (rows: readonly FiledRow[], taking: TakingIn): Promise<TakenIn> => {
  const known = await taking.stores.profiles.readMany([...new Set(rows.map(({ customer }) => customer))]);
  const isErased = ({ customer }: LogRow): boolean => known.get(customer)?.erasedAt !== undefined;
  const erased = new Set(rows.filter(isErased).map(({ row }) => row));
  const taken = rows.filter(({ row }) => !erased.has(row));
  const movers = [...Map.groupBy(taken, ({ customer }) => customer)].map(([customer, own]) => ({
    customer,
    rows: own,
  }));
  const isNew = ({ customer }: Mover): boolean => {
    const stored = known.get(customer);
    return stored !== undefined && stored.folds === 0 && stored.runs.length === 0;
  };
  const left = await takeNewcomers(movers.filter(isNew), taking, known);
  await takeKnown([...movers.filter((mover) => !isNew(mover)), ...left], taking, known);
  count('CustomerImported', undefined, movers.length);
  return { customers: movers.length, erased: [...erased] };
};
