import '../world/environment.ts';
import { BatchGetItemCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, expect, test } from 'vitest';
import { allRows, pagesOf, rowsAt } from '../../../functions/aws/rows.ts';

const dynamodb = mockClient(DynamoDBClient);
beforeEach(() => dynamodb.reset());

const keys = Array.from({ length: 130 }, (_, n) => ({ pk: `C#${n}`, sk: 'PROFILE' }));
const pkOf = ({ pk }: Record<string, unknown>): unknown => pk;

test('what DynamoDB leaves for later is asked for again, until every row that is there was read', async () => {
  dynamodb.on(BatchGetItemCommand).callsFake(({ RequestItems }) => {
    const { Keys } = RequestItems['State'];
    // It reads forty, and of those one is not there.
    const read = Keys.slice(0, 40).filter(({ pk }: { pk: { S: string } }) => pk.S !== 'C#7');
    const left = Keys.slice(40);
    return { Responses: { State: read }, UnprocessedKeys: left.length === 0 ? {} : { State: { Keys: left } } };
  });
  const found = await rowsAt('State', keys);
  const there = keys.map(({ pk }) => pk).filter((pk) => pk !== 'C#7');
  expect(found.map(pkOf).toSorted()).toEqual(there.toSorted());
  const asked = dynamodb
    .commandCalls(BatchGetItemCommand)
    .map(({ args: [{ input }] }) => input.RequestItems?.['State']);
  expect(Math.max(...asked.map((each) => each?.Keys?.length ?? 0))).toBe(100);
  expect(asked.every((each) => each?.ConsistentRead === true)).toBe(true);
});

test('no row is asked for where none is wanted', async () => {
  expect(await rowsAt('State', [])).toEqual([]);
  expect(dynamodb.calls()).toEqual([]);
});

test('a query is followed to its last page, or as far as its reader goes', async () => {
  dynamodb.on(QueryCommand).callsFake(({ ExclusiveStartKey }) => {
    const page = Number(ExclusiveStartKey?.pk.N ?? 0);
    return {
      Items: [{ pk: { N: String(page) } }],
      ...(page < 3 && { LastEvaluatedKey: { pk: { N: String(page + 1) } } }),
    };
  });
  expect((await allRows({ TableName: 'State' })).map(pkOf)).toEqual([0, 1, 2, 3]);
  const calls = dynamodb.calls().length;
  for await (const page of pagesOf({ TableName: 'State' })) if (pkOf(page[0] ?? {}) === 1) break;
  expect(dynamodb.calls().length - calls).toBe(2);
});
