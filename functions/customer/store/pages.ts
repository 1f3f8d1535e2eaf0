import { QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { dynamodb } from '../../aws/clients.ts';
import { type Item, plain } from '../../aws/keys.ts';

export type Row = Record<string, unknown>;

/** All rows a query finds, page by page. */
export async function* rowsOf(query: QueryCommandInput): AsyncGenerator<Row> {
  let from: Item | undefined;
  do {
    const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } = await dynamodb().send(
      new QueryCommand({ ...query, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
    );
    yield* (page.Items ?? []).map(plain);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

export const allRows = async (query: QueryCommandInput): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for await (const row of rowsOf(query)) rows.push(row);
  return rows;
};
