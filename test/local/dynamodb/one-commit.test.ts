import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneCommit } from '../../../local/dynamodb/engine/one-commit.ts';
import type { Engine } from '../../../local/dynamodb/engine/start-engine.ts';
import { AwsError, type JsonObject } from '../../../local/world.ts';
import { twoEngines } from './two-engines.ts';

const engines = twoEngines();

const strings = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));
const key = (HASH: string, RANGE: string) => [
  { AttributeName: HASH, KeyType: 'HASH' },
  { AttributeName: RANGE, KeyType: 'RANGE' },
];
const make = (TableName: string) =>
  engines.plain.call('DynamoDB_20120810.CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: key('pk', 'sk'),
    AttributeDefinitions: strings('pk', 'sk', 'at'),
    LocalSecondaryIndexes: [
      { IndexName: 'byTime', KeySchema: key('pk', 'at'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });

const keyOf = (sk: string): JsonObject => ({ pk: { S: 'p' }, sk: { S: sk } });
const place = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const size = fc.constantFrom(1, 1200, 5000);

const rowWrite = fc.oneof(
  fc.record({ sk: place, long: size, at: fc.constantFrom('1', '2') }).map(({ sk, long, at }) => ({
    PutRequest: { Item: { ...keyOf(sk), at: { S: at }, text: { S: 'x'.repeat(long) } } },
  })),
  place.map((sk) => ({ DeleteRequest: { Key: keyOf(sk) } })),
);
const rowWrites = fc
  .array(rowWrite, { minLength: 1, maxLength: 6 })
  .map((rows) => (table: string) => ['BatchWriteItem', { RequestItems: { [table]: rows } }] as const);

const parameters = (...texts: string[]) => texts.map((S) => ({ S }));
const statement = fc.oneof(
  fc.record({ sk: place, long: size }).map(({ sk, long }) => (table: string) => ({
    Statement: `INSERT INTO "${table}" VALUE {'pk': ?, 'sk': ?, 'text': ?}`,
    Parameters: parameters('p', sk, 'x'.repeat(long)),
  })),
  fc.record({ sk: place, long: size }).map(({ sk, long }) => (table: string) => ({
    Statement: `UPDATE "${table}" SET text = ? WHERE pk = ? AND sk = ?`,
    Parameters: parameters('y'.repeat(long), 'p', sk),
  })),
  place.map((sk) => (table: string) => ({
    Statement: `DELETE FROM "${table}" WHERE pk = ? AND sk = ? RETURNING ALL OLD *`,
    Parameters: parameters('p', sk),
  })),
  place.map((sk) => (table: string) => ({
    Statement: `DELETE FROM "${table}" WHERE pk = ? AND sk = ?`,
    Parameters: parameters('p', sk),
  })),
);
const statements = fc
  .array(statement, { minLength: 1, maxLength: 6 })
  .map((all) => (table: string) => ['BatchExecuteStatement', { Statements: all.map((one) => one(table)) }] as const);
const asked = fc.constantFrom<JsonObject>(
  {},
  { ReturnConsumedCapacity: 'TOTAL' },
  { ReturnConsumedCapacity: 'INDEXES' },
);

const run = (engine: Engine, [operation, input]: readonly [string, JsonObject]) =>
  engine.call(`DynamoDB_20120810.${operation}`, input).catch((error: unknown) => {
    if (error instanceof AwsError) return { code: error.code, message: error.message };
    throw error;
  });
const rowsOf = async (TableName: string) =>
  (await engines.plain.call('DynamoDB_20120810.Scan', { TableName }))['Items'];
const changesOf = (table: string) =>
  engines.ours.records?.after(table, 0, 1000)?.records.map(({ eventName, dynamodb }) => [eventName, dynamodb]);

let tables = 0;
test('a batch answers, writes, costs and tells the same, whether the engine takes it as a batch or as one', () =>
  fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.oneof(rowWrites, statements), asked), { maxLength: 6 }), async (batches) => {
      const [first, second] = [`batch-${(tables += 1)}`, `whole-${tables}`];
      await Promise.all([make(first), make(second)]);
      const same = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null).replaceAll(second, first));
      for (const [batch, units] of batches) {
        const of = (table: string): readonly [string, JsonObject] => [
          batch(table)[0],
          { ...batch(table)[1], ...units },
        ];
        expect(same(await run(engines.ours, of(second)))).toEqual(await run(engines.plain, of(first)));
      }
      expect(await rowsOf(second)).toEqual(await rowsOf(first));
      expect(same(changesOf(second))).toEqual(same(changesOf(first)));
    }),
    { numRuns: 40 },
  ));

/** What the engine is asked. */
const askedOf = async (operation: string, input: JsonObject, refuse = false) => {
  const calls: string[] = [];
  const call = oneCommit(async (target) => {
    calls.push(target.replace(/^.*\./, ''));
    if (refuse && calls.length === 1) throw new AwsError('TransactionCanceledException', 'no');
    return {};
  });
  await call(`DynamoDB_20120810.${operation}`, input);
  return calls;
};
const put = (sk: string) => ({ PutRequest: { Item: keyOf(sk) } });
const insert = (sk: string) => ({ Statement: `INSERT INTO "t" VALUE {'pk': 'p', 'sk': '${sk}'}` });

test('the engine commits a batch once, unless one of its rows cannot be written', async () => {
  const puts = { RequestItems: { t: [put('a'), put('b')] } };
  const inserts = { Statements: [insert('a'), insert('b')] };
  expect(await askedOf('BatchWriteItem', puts)).toEqual(['TransactWriteItems']);
  expect(await askedOf('BatchExecuteStatement', inserts)).toEqual(['ExecuteTransaction']);
  const shown = { Statement: `DELETE FROM "t" WHERE pk = 'p' AND sk = 'a' RETURNING ALL OLD *` };
  expect(await askedOf('BatchExecuteStatement', { Statements: [insert('b'), shown] })).toEqual([
    'BatchExecuteStatement',
  ]);
  expect(await askedOf('BatchWriteItem', puts, true)).toEqual(['TransactWriteItems', 'BatchWriteItem']);
  expect(await askedOf('BatchExecuteStatement', inserts, true)).toEqual([
    'ExecuteTransaction',
    'BatchExecuteStatement',
  ]);
});
