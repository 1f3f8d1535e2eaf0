import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { readStream, type From } from '../../../local/dynamodb/streams/read-stream.ts';
import { objectOr, textOr } from '../../../local/template/json.ts';
import type { JsonObject } from '../../../local/world.ts';
import { twoEngines } from './two-engines.ts';

const engines = twoEngines();

const make = async (TableName: string): Promise<{ table: string; engineArn: string }> => {
  const { TableDescription } = await engines.plain.call('DynamoDB_20120810.CreateTable', {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
  });
  return { table: TableName, engineArn: textOr(objectOr(TableDescription)['LatestStreamArn'], '') };
};

const write = fc.record({
  pk: fc.constantFrom('a', 'b'),
  /** A text of one length or another, or none: then the item is deleted. */
  text: fc.option(fc.constantFrom('1', '2', 'é', 'longer "quoted"')),
});
const after = (table: string, { pk, text }: { pk: string; text: string | null }) =>
  text === null
    ? engines.ours.call('DynamoDB_20120810.DeleteItem', { TableName: table, Key: { pk: { S: pk } } })
    : engines.ours.call('DynamoDB_20120810.PutItem', {
        TableName: table,
        Item: { pk: { S: pk }, text: { S: text }, more: { M: { b: { N: '1' }, a: { SS: ['x', 'y'] } } } },
      });

/** Region and view are said by whoever shows a record. */
const withoutNames = (record: JsonObject): JsonObject => {
  const { awsRegion: _, ...rest } = record;
  const { StreamViewType: __, ...change } = objectOr(record['dynamodb']);
  return { ...rest, dynamodb: change };
};

let tables = 0;
test('the file tells what the engine tells, from every place on, in pages of every size', () =>
  fc.assert(
    fc.asyncProperty(
      fc.array(write, { maxLength: 12 }),
      fc.array(write, { maxLength: 6 }),
      fc.integer({ min: 1, max: 7 }),
      fc.oneof(
        fc.constantFrom<From>('TRIM_HORIZON', 'LATEST'),
        fc.nat(8).map((n): From => ({ after: String(n) })),
      ),
      async (before, later, limit, from) => {
        const stream = await make(`filed-${(tables += 1)}`);
        for (const one of before) await after(stream.table, one);
        const known = typeof from === 'string' || Number(from.after) < before.length ? from : 'TRIM_HORIZON';
        const [file, api] = [
          await readStream(engines.ours, stream, known),
          await readStream(engines.plain, stream, known),
        ];
        for (const one of later) await after(stream.table, one);
        for (let page = await api(limit); page !== undefined; page = await api(limit)) {
          expect(await file(limit)).toEqual({ ...page, records: page.records.map(withoutNames) });
        }
        expect(await file(limit)).toBeUndefined();
      },
    ),
    { numRuns: 40 },
  ));
