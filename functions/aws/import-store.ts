import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { orRefused } from './conditional.ts';
import { importKey, importPartKey, item, keyItem, plain } from './keys.ts';
import { rowsUnder } from './rows.ts';

/**
 * An import, named by what is in its file and how its columns are read. `asOf` is the time of rows that have none, `startedAt`
 * when their signals were received: both in epoch milliseconds, and kept, so that a row is the same signal whenever it is sent.
 */
export type Import = {
  readonly id: string;
  readonly file: string;
  readonly asOf: number;
  readonly startedAt: number;
  readonly parts: number;
};

/** A row that is no customer: where it stands, the field, and a sentence that quotes nothing of it. */
export type RowRefusal = { readonly row: number; readonly field: string; readonly message: string };

/** What became of one part of a file. */
export type PartDone = {
  readonly part: number;
  readonly customers: number;
  readonly rows: number;
  readonly refused: readonly RowRefusal[];
};

const readImport = ({ id, file, asOf, startedAt, parts }: Record<string, unknown>): Import => ({
  id: String(id),
  file: String(file),
  asOf: Number(asOf),
  startedAt: Number(startedAt),
  parts: Number(parts),
});

const readPart = ({ part, customers, rows, refused }: Record<string, unknown>): PartDone => ({
  part: Number(part),
  customers: Number(customers),
  rows: Number(rows),
  refused: JSON.parse(String(refused)),
});

/** Imports of customers: what they are, and which parts of them are done. */
export const importStore = (table: string) => {
  const find = async (id: string): Promise<Import | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(importKey(id)), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : readImport(plain(Item));
  };

  /** Begins an import, or finds it as it was begun. */
  const begin = async (wanted: Import): Promise<Import> => {
    const put = await orRefused(
      dynamodb().send(
        new PutItemCommand({
          TableName: table,
          Item: item({ ...importKey(wanted.id), ...wanted }),
          ConditionExpression: 'attribute_not_exists(pk)',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        }),
      ),
    );
    return 'done' in put ? wanted : readImport(put.refused ?? {});
  };

  const findPart = async (id: string, part: number): Promise<PartDone | undefined> => {
    const { Item } = await dynamodb().send(
      new GetItemCommand({ TableName: table, Key: keyItem(importPartKey(id, part)), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : readPart(plain(Item));
  };

  const endPart = async (id: string, done: PartDone): Promise<void> => {
    const refused = JSON.stringify(done.refused);
    await dynamodb().send(
      new PutItemCommand({ TableName: table, Item: item({ ...importPartKey(id, done.part), ...done, refused }) }),
    );
  };

  /** Every part that is done, in their order. */
  const parts = async (id: string): Promise<readonly PartDone[]> =>
    (await rowsUnder(table, { pk: importKey(id).pk, prefix: 'PART#' })).map(readPart);

  return { find, begin, findPart, endPart, parts };
};
