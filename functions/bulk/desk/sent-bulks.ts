import { type TransactWriteItem, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { chunks } from '../../aws/chunks.ts';
import { dynamodb } from '../../aws/clients.ts';
import { jitter, transact } from '../../aws/conditional.ts';
import type { KeyedHash } from '../../aws/keyed-hash.ts';
import { inheritedRuns } from '../../aws/inherited-runs.ts';
import { customerPk, gateKey, gotIn, gotKey, item, keyItem } from '../../aws/keys.ts';
import { rowsUnder } from '../../aws/rows.ts';
import { type Bulk, bulkEnrol, bulkRows } from './bulk-rows.ts';

const dayMs = 86_400_000;
/** The last of its messages may wait this long for their time. */
const mostWaitMs = 35 * dayMs;
/** A transaction takes a hundred rows. */
const mostAtOnce = 90;

/** Whether somebody may still be sent it. */
const isUnderWay = ({ status, isWalked, nextAt }: Bulk, now: number): boolean =>
  status === 'paused' || (status === 'running' && (!isWalked || nextAt > now - mostWaitMs));

/** The messages to many that one customer was sent, or may have been: another who is the same person is not sent them again. */
export const sentBulks = (table: string, hash: () => Promise<KeyedHash>) => {
  const bulks = bulkRows(table);
  const sent = inheritedRuns(table);

  /** Those under way that count for this customer, whichever id they were sent under. */
  const sentTo = async (customer: string, now: number): Promise<readonly string[]> => {
    const [sends, got] = await Promise.all([
      sent.sends(customer),
      rowsUnder(table, { pk: customerPk(customer), prefix: 'GOT#' }),
    ]);
    const enrols = new Set(sends.map(({ enrol }) => enrol));
    const names = new Set(got.flatMap(({ sk }) => gotIn(String(sk)) ?? []));
    if (enrols.size + names.size === 0) return [];
    const enrolOf = bulkEnrol(await hash());
    return (await bulks.list())
      .filter((bulk) => isUnderWay(bulk, now) && (names.has(bulk.name) || enrols.has(enrolOf(bulk))))
      .map(({ name }) => name);
  };

  /**
   * Lets what one customer was sent count as sent to another. The other's `GATE` moves on: a claim that was decided before is refused.
   * Done again it changes nothing; of whoever was erased nothing is kept.
   * @param now epoch milliseconds
   */
  const share = async (from: string, to: string, now: number): Promise<void> => {
    for (const names of chunks(await sentTo(from, now), mostAtOnce)) {
      const moved: TransactWriteItem = {
        Update: {
          TableName: table,
          Key: keyItem(gateKey(to)),
          UpdateExpression: 'ADD version :one',
          ConditionExpression: 'attribute_not_exists(erasedAt)',
          ExpressionAttributeValues: item({ ':one': 1 }),
        },
      };
      const marks = names.map((name) => ({ Put: { TableName: table, Item: keyItem(gotKey(to, name)) } }));
      const TransactItems = [moved, ...marks];
      await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter, 12);
    }
  };

  return { share };
};
export type SentBulks = ReturnType<typeof sentBulks>;
