import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEngine, type Engine } from '../../../local/dynamodb/engine/start-engine.ts';
import { expiringRows } from '../../../local/dynamodb/expiry/expiring-rows.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ folder: ':memory:', note: () => {} });
});
afterAll(() => engine.stop());

test.each(['ttl', 'gone.at', 'odd "$name'])(
  'rows that expire by "%s" are the same in the file and by the API',
  async (ttlAttribute) => {
    const name = `rows-${ttlAttribute.replaceAll(/\W/g, '-')}`;
    const types = [
      ['pk', 'N', 'HASH'],
      ['sk', 'B', 'RANGE'],
    ] as const;
    await engine.call('DynamoDB_20120810.CreateTable', {
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: types.map(([AttributeName, , KeyType]) => ({ AttributeName, KeyType })),
      AttributeDefinitions: types.map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
    });
    const Key = (n: number) => ({ pk: { N: String(n) }, sk: { B: 'AA==' } });
    const put = (n: number, more: object) =>
      engine.call('DynamoDB_20120810.PutItem', { TableName: name, Item: { ...Key(n), ...more } });
    await put(1, { [ttlAttribute]: { N: '12' }, more: { S: 'x' } });
    await put(2, { more: { S: ttlAttribute } });
    await put(3, { [ttlAttribute]: { S: 'soon' } });
    await put(4, { inside: { M: { [ttlAttribute]: { N: '1' } } } });

    const table = { name, arn: '', keys: ['pk', 'sk'], ttlAttribute };
    const expiring = async (from: Engine) => {
      const rows = [];
      for await (const row of expiringRows(from, table)) if (row[ttlAttribute]) rows.push(row);
      return rows.toSorted((a, b) => JSON.stringify(a['pk']).localeCompare(JSON.stringify(b['pk'])));
    };
    const { databasePath: _, ...elsewhere } = engine;
    expect(await expiring(engine)).toEqual([
      { ...Key(1), [ttlAttribute]: { N: '12' } },
      { ...Key(3), [ttlAttribute]: { S: 'soon' } },
    ]);
    expect(await expiring(engine)).toEqual(await expiring(elsewhere));
  },
);
