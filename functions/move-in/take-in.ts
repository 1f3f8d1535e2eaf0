import type { LogRow, LogStore } from '../aws/dynamo-log-store.ts';
import { customerPk } from '../aws/keys.ts';
import { count, logger } from '../aws/observed.ts';
import { noSequence, type StoredProfile } from '../aws/profile-store.ts';
import { setAside } from '../profile/fold-all.ts';
import { foldCustomer, type FoldStores } from '../profile/fold-customer.ts';
import { rowsAt } from '../aws/rows.ts';

/** Customers set aside at the same time. */
const atOnce = 16;

export type TakingIn = {
  readonly stores: FoldStores;
  /** The same for those whom nobody knows, many at a time. */
  readonly newcomers: FoldStores;
  readonly log: LogStore;
  readonly logTable: string;
  readonly refoldQueueUrl: string;
};

type Mover = { readonly customer: string; readonly rows: readonly LogRow[] };

const messageIds = ({ rows }: Mover): readonly string[] => rows.map(({ signal }) => signal.messageId);

/** Folds whom nobody knew, here and now. Whoever became known meanwhile is folded again from the whole log. */
const foldNewcomer = async (mover: Mover, stored: StoredProfile, { newcomers, refoldQueueUrl }: TakingIn) => {
  const { customer, rows } = mover;
  const news = rows.map(({ signal, receivedAt }) => ({
    signal,
    receivedAt: Date.parse(receivedAt),
    sequence: noSequence,
    silent: true,
  }));
  try {
    const folded = await foldCustomer({ customer, rows: news, stream: 'import' }, stored, newcomers);
    if (folded.isWritten && folded.rows === news.length) return;
  } catch (error) {
    logger.warn('newcomer set aside', { customer, reason: error instanceof Error ? error.name : 'unknown' });
  }
  await setAside({ customer, messageIds: messageIds(mover) }, refoldQueueUrl);
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
  const chunks = Array.from({ length: Math.ceil(rows.length / 100) }, (_, n) => rows.slice(n * 100, (n + 1) * 100));
  const failed = (await Promise.all(chunks.map((chunk) => log.put(chunk)))).flat();
  if (failed.length > 0) throw new Error(`${failed.length} rows could not be stored.`);
};

const takeNewcomers = async (movers: readonly Mover[], taking: TakingIn, known: Known): Promise<void> => {
  await store(
    movers.flatMap(({ rows }) => rows.map((row) => ({ ...row, folded: true }))),
    taking,
  );
  await Promise.all(
    movers.map(async (mover) => {
      const stored = known.get(mover.customer);
      if (stored !== undefined) await foldNewcomer(mover, stored, taking);
    }),
  );
};

const rowKey = (pk: string, sk: string): string => `${pk} ${sk}`;

/** Which of these rows are in the log, and whether the stream passes them over. */
const findRows = async (rows: readonly LogRow[], table: string): Promise<ReadonlyMap<string, boolean>> => {
  const keys = rows.map(({ customer, signal }) => ({ pk: customerPk(customer), sk: signal.messageId }));
  const found = await rowsAt(table, keys, { ConsistentRead: true, ProjectionExpression: 'pk, sk, folded' });
  return new Map(found.map(({ pk, sk, folded }) => [rowKey(String(pk), String(sk)), folded === true]));
};

/**
 * Rows of those who are known go the ordinary way, through the stream. One that is in the log already and was to be folded here may
 * have been left when this broke off: its customer is folded again from the log, which changes nothing where it had been done.
 */
const takeKnown = async (movers: readonly Mover[], taking: TakingIn): Promise<void> => {
  const rows = movers.flatMap((mover) => mover.rows);
  const found = await findRows(rows, taking.logTable);
  const wasFolded = ({ customer, signal }: LogRow) => found.get(rowKey(customerPk(customer), signal.messageId));
  await store(
    rows.filter((row) => wasFolded(row) === undefined),
    taking,
  );
  const doubtful = movers.filter((mover) => mover.rows.some((row) => wasFolded(row) === true));
  await eachOf(doubtful, (mover) =>
    setAside({ customer: mover.customer, messageIds: messageIds(mover) }, taking.refoldQueueUrl),
  );
};

type Known = ReadonlyMap<string, StoredProfile>;

/**
 * Takes rows into the log and the profiles, each once however often they are brought. Whose first rows these are is folded
 * here and not through the stream, which live signals would else have to wait for.
 */
export const takeIn = async (rows: readonly LogRow[], taking: TakingIn): Promise<number> => {
  const movers = [...Map.groupBy(rows, ({ customer }) => customer)].map(([customer, own]) => ({ customer, rows: own }));
  const known = await taking.stores.profiles.readMany(movers.map(({ customer }) => customer));
  const isNew = ({ customer }: Mover): boolean => {
    const stored = known.get(customer);
    return stored !== undefined && stored.folds === 0 && stored.runs.length === 0;
  };
  await takeNewcomers(movers.filter(isNew), taking, known);
  await takeKnown(
    movers.filter((mover) => !isNew(mover)),
    taking,
  );
  count('CustomerImported', undefined, movers.length);
  return movers.length;
};
