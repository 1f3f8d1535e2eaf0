import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/clients.ts';
import { item, type Key, keyItem } from '../../aws/keys.ts';
import { allRows, type Row } from '../../aws/rows.ts';
import { deleteRows } from './delete-rows.ts';

const othersIn = ({ customers }: Row, erased: readonly string[]): readonly string[] =>
  customers instanceof Set ? [...customers].map(String).filter((customer) => !erased.includes(customer)) : [];

const isOthers = (row: Row, erased: readonly string[]): boolean => {
  const { customer } = row;
  if (typeof customer === 'string') return !erased.includes(customer);
  return othersIn(row, erased).length > 0;
};

const takeOut = async (table: string, key: Key, erased: readonly string[]): Promise<void> => {
  await dynamodb().send(
    new UpdateItemCommand({
      TableName: table,
      Key: keyItem(key),
      UpdateExpression: 'DELETE customers :erased',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':erased': { SS: [...erased] } },
    }),
  );
};

const keyOf = ({ pk, sk }: Row): Key => ({ pk: String(pk), sk: String(sk) });

/** Deletes what leads from an id to these customers. An address may be somebody else's as well: then only they are taken out. */
export const forgetId = async (table: string, pk: string, erased: readonly string[]): Promise<number> => {
  const rows = await allRows({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk',
    ExpressionAttributeValues: item({ ':pk': pk }),
  });
  for (const row of rows)
    if (row['customers'] instanceof Set && isOthers(row, erased)) await takeOut(table, keyOf(row), erased);
  return deleteRows(table, rows.filter((row) => !isOthers(row, erased)).map(keyOf));
};
