import {
  BatchGetItemCommand,
  type KeysAndAttributes,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { dynamodb } from './clients.ts';
import { jitter } from './conditional.ts';
import { gather } from './gather.ts';
import { type Item, item, type Key, keyItem, plain } from './keys.ts';

export type Row = Record<string, unknown>;

/** All rows a query finds, a page at a time. Whoever has enough stops asking. */
export async function* pagesOf(query: QueryCommandInput): AsyncGenerator<readonly Row[]> {
  let from: Item | undefined;
  do {
    const page: { Items?: Item[] | undefined; LastEvaluatedKey?: Item | undefined } = await dynamodb().send(
      new QueryCommand({ ...query, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
    );
    yield (page.Items ?? []).map(plain);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
}

/** The same, one at a time. */
export async function* rowsOf(query: QueryCommandInput): AsyncGenerator<Row> {
  for await (const page of pagesOf(query)) yield* page;
}

export const allRows = async (query: QueryCommandInput): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  for await (const page of pagesOf(query)) rows.push(...page);
  return rows;
};

/** The rows of a partition whose sort keys begin alike, as they are now. */
export const rowsUnder = (
  table: string,
  { pk, prefix }: { readonly pk: string; readonly prefix: string },
): Promise<readonly Row[]> =>
  allRows({
    TableName: table,
    ConsistentRead: true,
    KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
    ExpressionAttributeValues: item({ ':pk': pk, ':prefix': prefix }),
  });

/** The most that DynamoDB reads in one call. */
const mostAtOnce = 100;
/** Up to 1.6 s. */
const longestPause = 6;

/**
 * Those of some rows that are there, in no order that means anything. What DynamoDB leaves for later is asked for again.
 * @param how whether they are read as they are now, and which attributes
 */
export const rowsAt = async (
  table: string,
  keys: readonly Key[],
  how: Pick<KeysAndAttributes, 'ConsistentRead' | 'ProjectionExpression'> = { ConsistentRead: true },
): Promise<readonly Row[]> => {
  const rows: Row[] = [];
  let left: Item[] = keys.map(keyItem);
  for (let refused = 0; left.length > 0;) {
    const { Responses, UnprocessedKeys } = await dynamodb().send(
      new BatchGetItemCommand({ RequestItems: { [table]: { Keys: left.slice(0, mostAtOnce), ...how } } }),
    );
    rows.push(...(Responses?.[table] ?? []).map(plain));
    const unread = UnprocessedKeys?.[table]?.Keys ?? [];
    left = [...unread, ...left.slice(mostAtOnce)];
    // However long a throttle lasts, the pause does not grow for ever.
    if (unread.length > 0) await jitter(Math.min(++refused, longestPause));
  }
  return rows;
};

const nameOf = ({ pk, sk }: Record<string, unknown>): string => JSON.stringify([pk, sk]);

/** The same for many who ask at about the same time: as few calls as their rows fit in. */
export const rowsTogether = (table: string): ((keys: readonly Key[]) => Promise<readonly Row[]>) => {
  const one = gather<Key, Row | undefined>({
    most: mostAtOnce,
    sizeOf: () => 1,
    run: async (keys) => {
      const wanted = new Map(keys.map((key) => [nameOf(key), key]));
      const found = new Map((await rowsAt(table, [...wanted.values()])).map((row) => [nameOf(row), row]));
      return keys.map((key) => found.get(nameOf(key)));
    },
  });
  return async (keys) => (await Promise.all(keys.map(one))).filter((row) => row !== undefined);
};
