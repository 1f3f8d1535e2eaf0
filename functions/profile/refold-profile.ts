import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { writeRun } from '#core/journey';
import * as z from 'zod/mini';
import { busWriter } from '../aws/bus-writer.ts';
import { inheritedRuns } from '../aws/inherited-runs.ts';
import { keyedHash } from '../aws/keyed-hash.ts';
import { listRows } from '../aws/list-rows.ts';
import { logger, observed } from '../aws/observed.ts';
import type { LoggedSignal } from '../aws/profile-store.ts';
import { segmentStore } from '../aws/segment-store.ts';
import { sharedGates } from '../aws/shared-gates.ts';
import { sentBulks } from '../bulk/desk/sent-bulks.ts';
import { listDesk } from '../segment/desk/list-desk.ts';
import { type Aside, foldUntilWritten } from './fold-all.ts';
import type { Fold } from './fold-customer.ts';
import { foldStores } from './fold-stores.ts';
import { settleMerge, type SettleStores } from './identity/settle-merge.ts';
import { Split, splitCustomers } from './identity/split-customers.ts';
import { Rebuild, rebuildProfiles } from './rebuild-profiles.ts';
import { RefoldProfileEnv } from './refold-profile.env.ts';

const env = RefoldProfileEnv.parse(process.env);
const settling = {
  inherited: inheritedRuns(env.STATE_TABLE),
  sharedGates: sharedGates(env.STATE_TABLE),
  sentBulks: sentBulks(env.STATE_TABLE, () => keyedHash(env.KEY_SECRET_ARN)),
  lists: listDesk({
    rows: listRows(env.STATE_TABLE),
    names: async () => (await segmentStore(env.STATE_TABLE).lists()).map(({ name }) => name),
    put: busWriter(env.BUS_NAME),
  }),
};
const Request = z.union([
  z.object({ customer: z.string(), messageIds: z.array(z.string()) }),
  z.object({ settle: z.string() }),
  Split,
  Rebuild,
]);

/** As they were received; of one delivery, as they happened. */
const inTheirOrder = (a: LoggedSignal, b: LoggedSignal): number =>
  a.receivedAt - b.receivedAt || Date.parse(a.signal.timestamp) - Date.parse(b.signal.timestamp);

/**
 * What follows from the named signals, and from all that were received since: an order that came after a product that was
 * set aside was folded before it, and must still end the run which that product begins. Acts may be decided twice.
 */
const dueRows = (log: readonly LoggedSignal[], messageIds: ReadonlySet<string>): Fold['rows'] => {
  const named = log.filter(({ signal }) => messageIds.has(signal.messageId));
  const since = named.reduce((first, { receivedAt }) => Math.min(first, receivedAt), Infinity);
  return log
    .filter(({ receivedAt }) => receivedAt >= since)
    .toSorted(inTheirOrder)
    .map((row) => ({ ...row, sequence: '' }));
};

/** A profile that is lost is folded again, and must find the runs that wait for its customer's signals. */
const findRuns = async (customer: string, { inherited, enrolments, profiles }: SettleStores): Promise<void> => {
  for (const run of await enrolments.read(customer, await inherited.runs(customer)))
    await profiles.addRun(customer, writeRun(run));
};

const refold = async ({ customer, messageIds }: Aside, stores: SettleStores): Promise<void> => {
  const due = async () => dueRows(await stores.profiles.readLog(customer), new Set(messageIds));
  // The profile first: the log then has at least what was folded into it, and the write is refused if more was.
  const stored = (await stores.profiles.readMany([customer])).get(customer);
  if (stored === undefined) return;
  if (stored.mergedInto !== undefined) return settleMerge(customer, stores);
  if (stored.folds === 0) {
    if ((await stores.profiles.readLog(customer)).length === 0) return;
    await findRuns(customer, stores);
  }
  await foldUntilWritten({ customer, rows: await due(), stream: '' }, stored, stores, due);
};

const obey = async ({ body }: SQSRecord, stores: SettleStores): Promise<void> => {
  const request = Request.parse(JSON.parse(body));
  if ('settle' in request) return settleMerge(request.settle, stores);
  if ('split' in request) return splitCustomers(request, stores);
  if ('rebuild' in request) return rebuildProfiles(request, env, stores);
  return refold(request, stores);
};

/**
 * Customers set aside: their whole log is folded again, and what the named signals still owe is done. Whoever turned out to be somebody
 * else: their rows are carried there.
 */
export const handler = observed<SQSEvent, SQSBatchResponse>('profile', async ({ Records }, context) => {
  const stores = { ...(await foldStores(env, context)), ...settling };
  const batchItemFailures: { itemIdentifier: string }[] = [];
  for (const record of Records) {
    try {
      await obey(record, stores);
    } catch (error) {
      logger.error('refold failed', { reason: error instanceof Error ? error.name : 'unknown' });
      batchItemFailures.push({ itemIdentifier: record.messageId });
    }
  }
  return { batchItemFailures };
});
