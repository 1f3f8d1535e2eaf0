import { GetItemCommand, PutItemCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { dynamodb } from '../../aws/clients.ts';
import { orRefused } from '../../aws/conditional.ts';
import { item, keyItem, plain, receiptKey } from '../../aws/keys.ts';

/**
 * An erasure as it is remembered: opaque ids only. `under-way` until nothing is left; `erased` then; `checked` once a look some
 * minutes later has found nothing that was still on its way.
 */
const ReceiptRow = z.object({
  customer: z.string(),
  by: z.string(),
  requestedAt: z.string(),
  status: z.enum(['under-way', 'erased', 'checked']),
  erasedAt: z.optional(z.string()),
  checkedAt: z.optional(z.string()),
  removed: z._default(z.number(), 0),
});
export type Receipt = z.infer<typeof ReceiptRow> & {
  readonly receipt: string;
  /** The customers whose partitions it empties. */
  readonly customers: readonly string[];
  /** Partitions of the State table in which a row leads to the customer: keyed hashes. */
  readonly ids: readonly string[];
  readonly segments: readonly string[];
  readonly minutes: readonly string[];
};

const setOf = (value: unknown): readonly string[] => (value instanceof Set ? [...value].map(String).toSorted() : []);

/** What an erasure still has to find its way by once the profile is gone. */
export type Plan = Pick<Receipt, 'customers' | 'ids' | 'segments' | 'minutes'>;

export const receiptStore = (table: string) => {
  const find = async (receipt: string): Promise<Receipt | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(receiptKey(receipt)), ConsistentRead: true }),
    );
    if (Item === undefined) return undefined;
    const row = plain(Item);
    const [customers, ids, segments, minutes] = ['customers', 'ids', 'segments', 'minutes'].map((name) =>
      setOf(row[name]),
    );
    return {
      receipt,
      ...ReceiptRow.parse(row),
      customers: customers ?? [],
      ids: ids ?? [],
      segments: segments ?? [],
      minutes: minutes ?? [],
    };
  };

  /** Begins it, once. */
  const open = async (receipt: string, asked: Pick<Receipt, 'customer' | 'by' | 'requestedAt'>): Promise<void> => {
    await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({ ...receiptKey(receipt), ...asked, status: 'under-way', customers: new Set([asked.customer]) }),
          ConditionExpression: 'attribute_not_exists(pk)',
        }),
      ),
    );
  };

  /** Writes down what will be looked for, before what it is known from goes. */
  const plan = async (receipt: string, more: Plan): Promise<void> => {
    const sets = Object.entries(more).filter(([, values]) => values.length > 0);
    if (sets.length === 0) return;
    await dynamodb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyItem(receiptKey(receipt)),
        UpdateExpression: `ADD ${sets.map((_, i) => `#s${i} :s${i}`).join(', ')}`,
        ExpressionAttributeNames: Object.fromEntries(sets.map(([name], i) => [`#s${i}`, name])),
        ExpressionAttributeValues: Object.fromEntries(
          sets.map(([, values], i) => [`:s${i}`, { SS: [...new Set(values)] }]),
        ),
      }),
    );
  };

  /** Notes how far it is. */
  const note = async (
    receipt: string,
    is: { readonly removed: number; readonly status: Receipt['status']; readonly at: string },
  ): Promise<void> => {
    const when =
      is.status === 'erased'
        ? ', erasedAt = if_not_exists(erasedAt, :at)'
        : is.status === 'checked'
          ? ', checkedAt = :at'
          : '';
    await dynamodb().send(
      new UpdateItemCommand({
        TableName: table,
        Key: keyItem(receiptKey(receipt)),
        UpdateExpression: `SET #status = :status${when} ADD removed :removed`,
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: item({
          ':status': is.status,
          ':removed': is.removed,
          ...(when === '' ? {} : { ':at': is.at }),
        }),
      }),
    );
  };

  return { find, open, plan, note };
};
export type ReceiptStore = ReturnType<typeof receiptStore>;
