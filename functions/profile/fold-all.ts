import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { sqs } from '../aws/clients.ts';
import { jitter } from '../aws/conditional.ts';
import { count, logger } from '../aws/observed.ts';
import type { StoredProfile } from '../aws/profile-store.ts';
import { type Fold, foldCustomer, type FoldStores } from './fold-customer.ts';
import { sendOn, withoutStrays } from './identity/whose-rows.ts';
import { storesTogether } from './stores-together.ts';

/** Customers folded at the same time: as many as one call writes. */
const atOnce = 25;
/** A profile that others write meanwhile is read and folded again this often. */
const attempts = 5;

type Reread = () => Promise<Fold['rows']>;

/** What of the work is this customer's. Without any row left, the profile is folded from the log alone. */
const ownWork = async (work: Fold, stores: FoldStores): Promise<Fold> => {
  const rows = await withoutStrays(work, stores);
  if (rows.length === work.rows.length) return work;
  return { ...work, rows, isDoubtful: true, stream: rows.length === 0 ? '' : work.stream };
};

/**
 * Folds until every row is written, again whenever another fold came in between.
 * @param reread the rows as they are after that other fold, for whoever takes them from the log
 */
export const foldUntilWritten = async (
  work: Fold,
  first: StoredProfile,
  stores: FoldStores,
  reread?: Reread,
): Promise<void> => {
  let { rows } = work;
  for (let attempt = 1, stored: StoredProfile | undefined = first; attempt <= attempts;) {
    // What was read in time may be written: the call that comes instead has yet to write, and then sees what is owed. What is
    // read after that, nobody comes back to perform.
    if (stores.isGivenUp()) throw new Error('The call was given up.');
    if (stored !== undefined && (await sendOn({ ...work, rows }, stored, stores))) return;
    // Looked at anew each time: whoever the rows were carried from may belong to somebody else since.
    const own = await ownWork({ ...work, rows }, stores);
    const folded = stored === undefined ? undefined : await foldCustomer(own, stored, stores);
    if (folded?.isWritten === true) {
      rows = own.rows.slice(folded.rows);
      if (rows.length === 0) return;
    } else await jitter(attempt++);
    stored = (await stores.profiles.readMany([work.customer])).get(work.customer);
    if (folded?.isWritten !== true && reread !== undefined) rows = await reread();
  }
  throw new Error('The profile is being written too often.');
};

/** What the refold queue carries: whose log to fold, and the signals whose consequences are still due. */
export type Aside = { readonly customer: string; readonly messageIds: readonly string[] };

export const setAside = async ({ customer, messageIds }: Aside, queueUrl: string): Promise<void> => {
  count('FoldSetAside');
  await sqs().send(
    new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: JSON.stringify({ customer, messageIds }) }),
  );
};

/** Folds a batch, many customers at once. One who fails is set aside for the refold queue; nobody else waits for them. */
export const foldAll = async (folds: readonly Fold[], stores: FoldStores, refoldQueueUrl: string): Promise<void> => {
  const stored = await stores.profiles.readMany(folds.map(({ customer }) => customer));
  const left = [...folds];
  const together = storesTogether(stores);
  const worker = async (): Promise<void> => {
    for (let work = left.shift(); work !== undefined; work = left.shift()) {
      const before = stored.get(work.customer);
      try {
        if (before !== undefined) await foldUntilWritten(work, before, together);
      } catch (error) {
        logger.warn('fold set aside', {
          customer: work.customer,
          reason: error instanceof Error ? error.name : 'unknown',
        });
        const messageIds = work.rows.map(({ signal }) => signal.messageId);
        await setAside({ customer: work.customer, messageIds }, refoldQueueUrl);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, folds.length) }, worker));
};
