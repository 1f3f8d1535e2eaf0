import '../world/environment.ts';
import type { DynamoDBRecord } from 'aws-lambda';
import type { Signal } from '#core/signal';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { logStore } from '../../../functions/aws/dynamo-log-store.ts';
import { unwatched, watched } from '../world/calls.ts';
import { refold } from '../world/customer.ts';
import { customerKey, tables } from '../world/environment.ts';
import { context, refolds, rowsOf } from '../world/world.ts';

const arn = 'arn:aws:dynamodb:eu-central-1:000000000000:table/Log/stream/2026';
let sequence = 10n ** 22n;

export const ids = idsWith(customerKey);

type LogItem = { readonly pk: string; readonly sk: string; readonly [name: string]: unknown };

const recordOf = ({ pk, sk, at, receivedAt, signal, silent, from }: LogItem): DynamoDBRecord => ({
  eventName: 'INSERT',
  eventSourceARN: arn,
  dynamodb: {
    SequenceNumber: String((sequence += 100n)),
    Keys: { pk: { S: pk }, sk: { S: sk } },
    NewImage: {
      pk: { S: pk },
      sk: { S: sk },
      at: { S: String(at) },
      receivedAt: { S: String(receivedAt) },
      signal: { S: String(signal) },
      ...(silent === true ? { silent: { BOOL: true } } : {}),
      ...(typeof from === 'string' ? { from: { S: from } } : {}),
    },
  },
});

/** The log with the stream it has: whatever is put into it, by whomever, is a record that waits to be folded. */
export const logStream = () => {
  const log = logStore(tables.log);
  const touched = new Set<string>();
  const known = new Map<string, ReadonlySet<string>>();

  /** Whose rows of the log a call writes, or takes away. */
  const before = async (operation: string, input: string): Promise<void> => {
    if (!/^(PutItem|DeleteItem|BatchWriteItem)$/.test(operation) || !input.includes('"Log"')) return;
    for (const [pk] of input.matchAll(/C#[a-z2-7]{26}/g)) touched.add(pk);
  };
  /** In the order of the stream, which is kept for each customer. */
  const waiting: DynamoDBRecord[] = [];

  /** Looks what was put into the log and taken out of it. */
  const look = async (): Promise<void> => {
    for (const pk of touched) {
      const rows = await unwatched(() => rowsOf(pk, 'log'));
      const fresh = [...rows.values()].filter(({ sk }) => known.get(pk)?.has(String(sk)) !== true) as LogItem[];
      waiting.push(
        ...fresh.toSorted((a, b) => (String(a['receivedAt']) < String(b['receivedAt']) ? -1 : 1)).map(recordOf),
      );
      known.set(pk, new Set(rows.keys()));
    }
    touched.clear();
  };

  const ingest = async (signals: readonly Signal[], { silent = false } = {}): Promise<void> => {
    const receivedAt = new Date(Date.now()).toISOString();
    for (const signal of signals) {
      const row = { customer: ids.idOf(signal.subject), signal, receivedAt, silent };
      if ((await log.put([row])).length > 0) throw new Error('The log took no row.');
      touched.add(`C#${row.customer}`);
    }
    await look();
  };

  /** Folds the next records of somebody; `pick` says whose of those who have some, and how many. */
  const foldSome = async (pick: (most: number) => number): Promise<readonly DynamoDBRecord[]> => {
    const all = [...new Set(waiting.map(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S))];
    const whose = all[pick(all.length)];
    const theirs = waiting.filter(({ dynamodb }) => dynamodb?.Keys?.['pk']?.S === whose);
    const batch = theirs.slice(0, 1 + pick(theirs.length));
    for (const record of batch) waiting.splice(waiting.indexOf(record), 1);
    await foldBatch(batch);
    return batch;
  };

  /** What was last delivered, until it is known to be done. */
  let batchAtWork: readonly DynamoDBRecord[] = [];
  let messageAtWork: string | undefined;

  const foldBatch = async (batch: readonly DynamoDBRecord[]): Promise<void> => {
    batchAtWork = batch;
    const { handler } = await import('../../../functions/profile/fold-profile.ts');
    await watched({ before }, () => handler({ Records: [...batch] }, context));
    batchAtWork = [];
    await look();
  };

  /** Delivers again what nobody has said was done. */
  const again = async (): Promise<void> => {
    await look();
    if (messageAtWork !== undefined) refolds.push(messageAtWork);
    messageAtWork = undefined;
    if (batchAtWork.length > 0) await foldBatch(batchAtWork);
  };

  const refoldOne = async (pick: (most: number) => number): Promise<void> => {
    const [body] = refolds.splice(pick(refolds.length), 1);
    if (body === undefined) return;
    messageAtWork = body;
    if ((await watched({ before }, () => refold(body))).length > 0) refolds.push(body);
    messageAtWork = undefined;
    await look();
  };

  /** Everything that waits is done, in the order `pick` chooses. */
  const settle = async (pick: (most: number) => number = () => 0): Promise<void> => {
    for (let turns = 0; waiting.length + refolds.length > 0; turns++) {
      if (turns > 400) throw new Error('It never comes to rest.');
      if (waiting.length > 0 && (refolds.length === 0 || pick(3) > 0)) await foldSome(pick);
      else await refoldOne(pick);
    }
  };

  return { ingest, foldSome, foldBatch, again, refoldOne, settle, look, waiting };
};
export type LogStream = ReturnType<typeof logStream>;
