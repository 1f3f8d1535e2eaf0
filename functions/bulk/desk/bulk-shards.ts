import { type TransactWriteItem, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/clients.ts';
import { jitter, orRefused, transact } from '../../aws/conditional.ts';
import { bulkCountKey, bulkGateKey, gateKey, item, keyItem, passedKey } from '../../aws/keys.ts';
import type { Bulk } from './bulk-rows.ts';
import { rowsAt } from '../../aws/rows.ts';
import { lookAgainIf } from '../../aws/send-ledger.ts';

/** So many partitions: every message of a bulk asks one of them whether it goes on, and counts in one. */
const shards = 64;

/** Customers' ids are hashes: their first digits spread them evenly. */
export const shardOf = (customer: string): number =>
  Array.from(customer.slice(0, 8)).reduce((sum, letter) => (sum * 33 + letter.charCodeAt(0)) % 1009, 7) % shards;

export const allShards: readonly number[] = Array.from({ length: shards }, (_, shard) => shard);

/** `passed` are customers who turned out to be somebody else, who is sent it instead, or was. */
export type Outcome = 'sent' | 'withheld' | 'failed' | 'unknown' | 'passed';
export type Counts = { readonly [outcome in Outcome]: number } & {
  /** How many were withheld, by reason. */
  readonly reasons: { readonly [reason: string]: number };
  /** How many rest until their time has come. */
  readonly held: number;
};

const reasonPrefix = 'why:';

/** What became of one member, with what is to be written with it. */
export type Ending = {
  readonly outcome: Outcome;
  readonly reason?: string;
  readonly writes: readonly TransactWriteItem[];
};

/** So many more rest, or fewer. */
export const heldUpdate = (
  table: string,
  { bulk, shard }: { readonly bulk: string; readonly shard: number },
  more: number,
): TransactWriteItem => ({
  Update: {
    TableName: table,
    Key: keyItem(bulkCountKey(bulk, shard)),
    UpdateExpression: 'ADD held :more',
    ExpressionAttributeValues: item({ ':more': more }),
  },
});

/** What a member leaves behind while it is not done; what another attempt has written down is left as it is. */
export const writeMeanwhile = async (writes: readonly TransactWriteItem[]): Promise<void> => {
  if (writes.length === 0) return;
  await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems: [...writes] })), jitter);
};

/** Whether a bulk goes on and what became of its messages, in as many places as many messages at once need. */
export const bulkShards = (table: string) => {
  const tellGate = async ({ name, status, change }: Bulk, shard: number): Promise<void> => {
    await orRefused(
      dynamodb().send(
        new UpdateItemCommand({
          TableName: table,
          Key: keyItem(bulkGateKey(name, shard)),
          UpdateExpression: 'SET #status = :status, change = :change',
          ConditionExpression: 'attribute_not_exists(change) OR change < :change',
          ExpressionAttributeNames: { '#status': 'status' },
          ExpressionAttributeValues: item({ ':status': status, ':change': change }),
        }),
      ),
    );
  };

  /** Says everywhere how the bulk stands; an older change never overtakes a newer one. */
  const spread = async (bulk: Bulk): Promise<void> => {
    await Promise.all(allShards.map((shard) => tellGate(bulk, shard)));
  };

  /** The same where this customer asks. */
  const spreadTo = (bulk: Bulk, customer: string): Promise<void> => tellGate(bulk, shardOf(customer));

  /** Asserted with a claim: the bulk goes on. */
  const stillWanted = (customer: string, bulk: Bulk): readonly TransactWriteItem[] => [
    {
      ConditionCheck: {
        TableName: table,
        Key: keyItem(bulkGateKey(bulk.name, shardOf(customer))),
        ConditionExpression: '#status = :running',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: item({ ':running': 'running' }),
      },
    },
  ];

  const counted = (customer: string, bulk: Bulk, { outcome, reason }: Ending): TransactWriteItem => ({
    Update: {
      TableName: table,
      Key: keyItem(bulkCountKey(bulk.name, shardOf(customer))),
      UpdateExpression: `ADD #outcome :one${reason === undefined ? '' : ', #reason :one'}`,
      ExpressionAttributeNames: {
        '#outcome': outcome,
        ...(reason === undefined ? {} : { '#reason': `${reasonPrefix}${reason}` }),
      },
      ExpressionAttributeValues: item({ ':one': 1 }),
    },
  });

  /** The mark of a member who is done without having been sent it. `GATE` moves on: whoever has read no mark decides anew. */
  const passing = (customer: string, bulk: Bulk): readonly TransactWriteItem[] => [
    {
      Put: {
        TableName: table,
        Item: keyItem(passedKey(customer, bulk.name)),
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Update: {
        TableName: table,
        Key: keyItem(gateKey(customer)),
        UpdateExpression: 'ADD version :one',
        ExpressionAttributeValues: item({ ':one': 1 }),
      },
    },
  ];

  /**
   * Writes down what became of a member and counts it, once: what was written down before is left as it is.
   * @throws when somebody else is sending what was to be withheld, or something was heard of the message meanwhile
   */
  const end = async (customer: string, bulk: Bulk, ending: Ending): Promise<void> => {
    const isUnsent = ending.outcome === 'withheld' || ending.outcome === 'passed';
    const mark = isUnsent ? passing(customer, bulk) : [];
    const TransactItems = [...mark, ...ending.writes, counted(customer, bulk, ending)];
    const refused = await transact(() => dynamodb().send(new TransactWriteItemsCommand({ TransactItems })), jitter, 12);
    if (refused !== undefined) lookAgainIf(refused, TransactItems);
  };

  const counts = async (bulk: string): Promise<Counts> => {
    const keys = allShards.map((shard) => bulkCountKey(bulk, shard));
    const rows = await rowsAt(table, keys);
    const sum = (field: string): number => rows.reduce((all, row) => all + Number(row[field] ?? 0), 0);
    const reasons = new Set(rows.flatMap((row) => Object.keys(row).filter((key) => key.startsWith(reasonPrefix))));
    return {
      sent: sum('sent'),
      withheld: sum('withheld'),
      failed: sum('failed'),
      unknown: sum('unknown'),
      passed: sum('passed'),
      held: Math.max(0, sum('held')),
      reasons: Object.fromEntries([...reasons].toSorted().map((key) => [key.slice(reasonPrefix.length), sum(key)])),
    };
  };

  return { spread, spreadTo, stillWanted, end, counts };
};
export type BulkShards = ReturnType<typeof bulkShards>;
