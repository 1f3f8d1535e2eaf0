import * as z from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoDb } from '../../../local/dynamodb/create-dynamodb.ts';
import { startEngine, type Engine } from '../../../local/dynamodb/engine/start-engine.ts';
import { openJournal } from '../../../local/journal/open-journal.ts';
import type { JsonObject } from '../../../local/world.ts';
import { makeWorld, MONDAY } from '../template/make-world.ts';
import type { Parts } from '../template/write-assembly.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ folder: ':memory:', note: () => {} });
});
afterAll(() => engine.stop());

const keys = [
  { AttributeName: 'pk', KeyType: 'HASH' },
  { AttributeName: 'sk', KeyType: 'RANGE' },
];
const attributes = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));

/** The value at the end of a path of fields. */
const at = (value: unknown, ...path: (string | number)[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner instanceof Object ? Reflect.get(inner, key) : undefined), value);
const listAt = (value: unknown, ...path: string[]): unknown[] => z.array(z.unknown()).parse(at(value, ...path));

let tables = 0;

/** A world with one table of its own, and a role that may do what the statements say. */
async function withTable({ statements = [], table = {} }: { statements?: object[]; table?: object } = {}) {
  const name = `table-${(tables += 1)}`;
  const resources: Parts['resources'] = {
    Table: [
      'AWS::DynamoDB::GlobalTable',
      {
        TableName: name,
        KeySchema: keys,
        AttributeDefinitions: attributes('pk', 'sk', 'at'),
        LocalSecondaryIndexes: [
          {
            IndexName: 'byTime',
            KeySchema: [keys[0], { AttributeName: 'at', KeyType: 'RANGE' }],
            Projection: { ProjectionType: 'KEYS_ONLY' },
          },
        ],
        StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
        TimeToLiveSpecification: { AttributeName: 'goneAt', Enabled: true },
        ...table,
      },
    ],
    Role: ['AWS::IAM::Role', { Policies: [{ PolicyDocument: { Statement: statements } }] }],
  };
  const made = makeWorld({ resources });
  const { service, streams } = await createDynamoDb(made.world, engine);
  made.router.add(service);
  const as = (who: string) => (operation: string, input: JsonObject) =>
    made.world.call('dynamodb', operation, input, made.world.as(who));
  const stream = `${made.world.stack.find('Table')?.arn}/stream/2026-01-01T00:00:00.000`;
  const records = async (reader = streams.reader(stream, 'TRIM_HORIZON')) => {
    const all = [];
    for (let page = await reader.next(100); page; page = await reader.next(100)) all.push(...page.records);
    return all.map(({ event }) => event);
  };
  const item = (pk: string, more: JsonObject = {}): JsonObject => ({ pk: { S: pk }, sk: { S: 's' }, ...more });
  return { ...made, name, streams, stream, records, outside: as('outside'), role: as('Role'), item };
}

describe('the tables of a stack', () => {
  test('are made with their indexes and described in the names of the template', async () => {
    const { outside, name, stream } = await withTable();
    expect(at(await outside('DescribeTable', { TableName: name }), 'Table')).toMatchObject({
      TableArn: `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`,
      LatestStreamArn: stream,
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
      LocalSecondaryIndexes: [{ IndexName: 'byTime' }],
    });
    expect(await outside('DescribeTimeToLive', { TableName: name })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'goneAt' },
    });
  });

  test('keep their rows over a restart, and take on a new index', async () => {
    const { world, outside, name, item } = await withTable();
    await outside('PutItem', { TableName: name, Item: item('a', { at: { S: '1' } }) });
    const table = world.stack.find('Table')!;
    const GlobalSecondaryIndexes = [
      {
        IndexName: 'bySort',
        KeySchema: [{ AttributeName: 'sk', KeyType: 'HASH' }],
        Projection: { ProjectionType: 'ALL' },
      },
    ];
    const again = makeWorld({ resources: { Table: [table.type, { ...table.properties, GlobalSecondaryIndexes }] } });
    const { service } = await createDynamoDb(again.world, engine);
    const found = await service.operations['Query']!(
      {
        TableName: name,
        IndexName: 'bySort',
        KeyConditionExpression: 'sk = :s',
        ExpressionAttributeValues: { ':s': { S: 's' } },
      },
      again.world.as('outside'),
    );
    expect(listAt(found, 'Items')).toHaveLength(1);
  });

  test('refuse other keys than they were made with, and say what to do', async () => {
    const { world } = await withTable();
    const table = world.stack.find('Table')!;
    const changed = makeWorld({
      resources: { Table: [table.type, { ...table.properties, KeySchema: [keys[0]], LocalSecondaryIndexes: [] }] },
    });
    await expect(createDynamoDb(changed.world, engine)).rejects.toThrow('Delete the data folder');
  });

  test('answer errors with all their fields', async () => {
    const { outside, name, item } = await withTable();
    await outside('PutItem', { TableName: name, Item: item('a') });
    const check = {
      TableName: name,
      Item: item('a'),
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    await expect(outside('PutItem', check)).rejects.toMatchObject({
      code: 'ConditionalCheckFailedException',
      fields: { Item: item('a') },
    });
    await expect(outside('TransactWriteItems', { TransactItems: [{ Put: check }] })).rejects.toMatchObject({
      code: 'TransactionCanceledException',
      fields: { CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: item('a') }] },
    });
  });
});

describe('a role at a table', () => {
  const arn = (name: string) => `arn:aws:dynamodb:us-east-1:000000000000:table/${name}`;
  const allow = (action: string | string[], condition?: object) => ({
    Effect: 'Allow',
    Action: action,
    Resource: { 'Fn::GetAtt': ['Table', 'Arn'] },
    ...(condition && { Condition: condition }),
  });

  test('may do what it was granted and is told what it was not', async () => {
    const { role, name, item } = await withTable({ statements: [allow('dynamodb:PutItem')] });
    await role('PutItem', { TableName: name, Item: item('a') });
    await role('PutItem', { TableName: arn(name), Item: item('a') });
    await expect(role('GetItem', { TableName: name, Key: item('a') })).rejects.toThrow(
      `not authorized to perform: dynamodb:GetItem on resource: ${arn(name)}`,
    );
  });

  test('needs leave for the index it queries', async () => {
    const { role, name } = await withTable({ statements: [allow('dynamodb:Query')] });
    const query = {
      TableName: name,
      KeyConditionExpression: 'pk = :p',
      ExpressionAttributeValues: { ':p': { S: 'a' } },
    };
    await role('Query', query);
    await expect(role('Query', { ...query, IndexName: 'byTime' })).rejects.toThrow(`${arn(name)}/index/byTime`);
  });

  test.each([
    ['Put', 'dynamodb:PutItem'],
    ['Update', 'dynamodb:UpdateItem'],
    ['Delete', 'dynamodb:DeleteItem'],
    ['ConditionCheck', 'dynamodb:ConditionCheckItem'],
  ])('needs leave for the %s of a transaction', async (kind, action) => {
    const { role, name, item } = await withTable({ statements: [allow(['dynamodb:TransactWriteItems'])] });
    const part = kind === 'Put' ? { Item: item('a') } : { Key: item('a') };
    const input = { TransactItems: [{ [kind]: { TableName: name, ...part } }] };
    await expect(role('TransactWriteItems', input)).rejects.toThrow(`not authorized to perform: ${action} on`);
  });

  test('needs leave for every table of a batch and for a PartiQL statement', async () => {
    const { role, name, item } = await withTable();
    const batch = { RequestItems: { [name]: [{ PutRequest: { Item: item('a') } }] } };
    await expect(role('BatchWriteItem', batch)).rejects.toThrow('dynamodb:BatchWriteItem');
    const statement = { Statement: `SELECT * FROM "${name}"."byTime" WHERE pk = 'a'` };
    await expect(role('ExecuteStatement', statement)).rejects.toThrow(
      `dynamodb:PartiQLSelect on resource: ${arn(name)}/index/byTime`,
    );
    const update = { Statements: [{ Statement: `UPDATE "${name}" SET a='b' WHERE pk='a' AND sk='s'` }] };
    await expect(role('BatchExecuteStatement', update)).rejects.toThrow(
      `dynamodb:PartiQLUpdate on resource: ${arn(name)}`,
    );
  });

  test('may be kept to partitions by their leading keys', async () => {
    const condition = { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': 'J#*' } };
    const { role, name, item } = await withTable({
      statements: [allow(['dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:BatchGetItem'], condition)],
    });
    await role('PutItem', { TableName: name, Item: item('J#a') });
    await expect(role('PutItem', { TableName: name, Item: item('C#a') })).rejects.toThrow('dynamodb:PutItem');
    const query = (pk: string) => ({
      TableName: name,
      KeyConditionExpression: '#pk = :p AND begins_with(sk, :s)',
      ExpressionAttributeNames: { '#pk': 'pk' },
      ExpressionAttributeValues: { ':p': { S: pk }, ':s': { S: 's' } },
    });
    await role('Query', query('J#a'));
    await expect(role('Query', query('C#a'))).rejects.toThrow('dynamodb:Query');
    const batch = (...pks: string[]) => ({ RequestItems: { [name]: { Keys: pks.map((pk) => item(pk)) } } });
    await role('BatchGetItem', batch('J#a', 'J#b'));
    await expect(role('BatchGetItem', batch('J#a', 'C#b'))).rejects.toThrow('dynamodb:BatchGetItem');
  });
});

describe('a transaction sent twice', () => {
  const increment = (name: string, by: string) => ({
    ClientRequestToken: 'token-1',
    TransactItems: [
      {
        Update: {
          TableName: name,
          Key: { pk: { S: 'a' }, sk: { S: 's' } },
          UpdateExpression: 'ADD n :n',
          ExpressionAttributeValues: { ':n': { N: by } },
        },
      },
    ],
  });

  test('with one token happens once, and is refused when it is another', async () => {
    const { outside, name, item, world } = await withTable();
    const count = async () => at(await outside('GetItem', { TableName: name, Key: item('a') }), 'Item', 'n', 'N');
    await Promise.all([
      outside('TransactWriteItems', increment(name, '1')),
      outside('TransactWriteItems', increment(name, '1')),
    ]);
    await outside('TransactWriteItems', increment(name, '1'));
    expect(await count()).toBe('1');
    await expect(outside('TransactWriteItems', increment(name, '2'))).rejects.toMatchObject({
      code: 'IdempotentParameterMismatchException',
    });
    await world.clock.advance(10 * 60_000);
    await outside('TransactWriteItems', increment(name, '2'));
    expect(await count()).toBe('3');
  });

  test('may be tried again with its token after it was refused', async () => {
    const { outside, name, item } = await withTable();
    const input = {
      ClientRequestToken: 'token-2',
      TransactItems: [
        { ConditionCheck: { TableName: name, Key: item('a'), ConditionExpression: 'attribute_exists(pk)' } },
      ],
    };
    await expect(outside('TransactWriteItems', input)).rejects.toMatchObject({ code: 'TransactionCanceledException' });
    await outside('PutItem', { TableName: name, Item: item('a') });
    await outside('TransactWriteItems', input);
  });
});

describe('a stream', () => {
  test('has what the template asks for, in world time, without writes that changed nothing', async () => {
    const { outside, name, item, records, stream } = await withTable();
    for (const v of ['1', '1', '2']) await outside('PutItem', { TableName: name, Item: item('a', { v: { N: v } }) });
    await outside('DeleteItem', { TableName: name, Key: item('a') });
    await outside('DeleteItem', { TableName: name, Key: item('nobody') });
    const seen = await records();
    expect(seen.map((record) => [record['eventName'], at(record, 'dynamodb', 'NewImage', 'v', 'N')])).toEqual([
      ['INSERT', '1'],
      ['MODIFY', '2'],
      ['REMOVE', undefined],
    ]);
    expect(seen[1]).toMatchObject({
      eventSource: 'aws:dynamodb',
      eventSourceARN: stream,
      awsRegion: 'us-east-1',
      dynamodb: { StreamViewType: 'NEW_IMAGE', ApproximateCreationDateTime: MONDAY / 1000 },
    });
    expect(at(seen[1], 'dynamodb', 'OldImage')).toBeUndefined();
  });

  test('wakes its readers on every kind of write, and reads on where they stopped', async () => {
    const { outside, name, item, streams, stream, records } = await withTable();
    let woken = 0;
    const stop = streams.onWrite(stream, () => (woken += 1));
    await outside('PutItem', { TableName: name, Item: item('a') });
    await outside('BatchWriteItem', { RequestItems: { [name]: [{ PutRequest: { Item: item('b') } }] } });
    await outside('TransactWriteItems', { TransactItems: [{ Put: { TableName: name, Item: item('c') } }] });
    await outside('ExecuteStatement', { Statement: `INSERT INTO "${name}" VALUE {'pk': 'd', 'sk': 's'}` });
    await outside('GetItem', { TableName: name, Key: item('a') });
    expect(woken).toBe(4);
    stop();
    await outside('PutItem', { TableName: name, Item: item('e') });
    expect(woken).toBe(4);
    const first = await streams.reader(stream, 'TRIM_HORIZON').next(2);
    const rest = await records(streams.reader(stream, { after: first!.last }));
    expect(rest.map((record) => at(record, 'dynamodb', 'Keys', 'pk', 'S'))).toEqual(['c', 'd', 'e']);
  });

  test('can be read by API in the names of the template', async () => {
    const { outside, name, item, stream } = await withTable();
    await outside('PutItem', { TableName: name, Item: item('a') });
    await outside('PutItem', { TableName: name, Item: item('a') });
    expect(await outside('ListStreams', {})).toMatchObject({ Streams: [{ StreamArn: stream, TableName: name }] });
    const described = await outside('DescribeStream', { StreamArn: stream });
    expect(described).toMatchObject({ StreamDescription: { StreamArn: stream, StreamViewType: 'NEW_IMAGE' } });
    const iterator = await outside('GetShardIterator', {
      StreamArn: stream,
      ShardId: String(at(described, 'StreamDescription', 'Shards', 0, 'ShardId')),
      ShardIteratorType: 'TRIM_HORIZON',
    });
    const page = await outside('GetRecords', iterator);
    expect(listAt(page, 'Records')).toHaveLength(1);
    expect(await outside('GetRecords', { ShardIterator: page['NextShardIterator']! })).toMatchObject({ Records: [] });
  });

  test('does not get slower with every record it holds', async () => {
    const { outside, name } = await withTable();
    const batch = (n: number) =>
      outside('BatchWriteItem', {
        RequestItems: {
          [name]: Array.from({ length: 25 }, (_, i) => ({
            PutRequest: { Item: { pk: { S: `${n}-${i}` }, sk: { S: 's' } } },
          })),
        },
      });
    const time = async (from: number) => {
      const begun = performance.now();
      for (let n = from; n < from + 40; n += 1) await batch(n);
      return performance.now() - begun;
    };
    const [first, , , , last] = [await time(0), await time(100), await time(200), await time(300), await time(400)];
    expect(last).toBeLessThan(first * 3 + 100);
  });
});

describe('stream records that were handled', () => {
  test('are forgotten at the next start, all but the newest, and counting goes on', async () => {
    const { outside, name, item, world, stream, records, streams } = await withTable();
    for (const pk of ['a', 'b', 'c', 'd']) await outside('PutItem', { TableName: name, Item: item(pk) });
    const journal = openJournal(':memory:');
    journal.put('stream-position', 'reader', { streamArn: stream, sequence: '3' });
    journal.put('stream-position', 'slower', { streamArn: stream, sequence: '2' });
    const table = world.stack.find('Table')!;
    const again = makeWorld({ resources: { Table: [table.type, table.properties] } }, { journal });
    await createDynamoDb(again.world, engine);
    await outside('PutItem', { TableName: name, Item: item('e') });
    const left = await records(streams.reader(stream, 'TRIM_HORIZON'));
    expect(left.map((record) => at(record, 'dynamodb', 'SequenceNumber'))).toEqual(['3', '4', '5']);
  });
});

describe('time to live', () => {
  const inSeconds = (seconds: number) => ({ N: String(MONDAY / 1000 + seconds) });

  test('rows go within a minute of world time, and their records say who deleted them', async () => {
    const { outside, name, item, records, world } = await withTable();
    await outside('PutItem', { TableName: name, Item: item('a', { goneAt: inSeconds(3600) }) });
    await outside('PutItem', { TableName: name, Item: item('b', { goneAt: inSeconds(7200) }) });
    await outside('PutItem', { TableName: name, Item: item('c') });
    await world.clock.advance(3600_000);
    const scan = async () =>
      listAt(await outside('Scan', { TableName: name }), 'Items')
        .map((row) => String(at(row, 'pk', 'S')))
        .toSorted();
    expect(await scan()).toEqual(['a', 'b', 'c']);
    await world.clock.advance(60_000);
    expect(await scan()).toEqual(['b', 'c']);
    const removal = (await records()).at(-1);
    expect(removal).toMatchObject({
      eventName: 'REMOVE',
      dynamodb: { Keys: { pk: { S: 'a' } } },
      userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
    });
    await outside('PutItem', { TableName: name, Item: item('a') });
    await outside('DeleteItem', { TableName: name, Key: item('a') });
    const all = await records();
    expect(at(all.at(-1), 'userIdentity')).toBeUndefined();
    expect(all.filter((record) => 'userIdentity' in record)).toHaveLength(1);
  });

  const key = { pk: { S: 'a' }, sk: { S: 's' } };
  test.each([
    ['SET #t = :t, x = :x', { '#t': 'goneAt' }, true],
    ['SET x = :x, goneAt = :t', undefined, true],
    ['SET goneAt = if_not_exists(goneAt, :t), x = :x', undefined, true],
    ['SET x = :x ADD goneAt :t', undefined, true],
    ['SET goneAt = :t + :x', undefined, true],
    ['SET goneAtAll = :t, x = :x', undefined, false],
  ])('an update by "%s" is seen', async (UpdateExpression, ExpressionAttributeNames, goes) => {
    const { outside, name, world } = await withTable();
    await outside('UpdateItem', {
      TableName: name,
      Key: key,
      UpdateExpression,
      ExpressionAttributeValues: { ':t': inSeconds(60), ':x': { N: '0' } },
      ...(ExpressionAttributeNames && { ExpressionAttributeNames }),
    });
    await world.clock.advance(180_000);
    expect('Item' in (await outside('GetItem', { TableName: name, Key: key }))).toBe(!goes);
  });

  test('a row that got more time stays until then', async () => {
    const { outside, name, item, world } = await withTable();
    await outside('PutItem', { TableName: name, Item: item('a', { goneAt: inSeconds(60) }) });
    const Update = {
      TableName: name,
      Key: item('a'),
      UpdateExpression: 'SET goneAt = :t',
      ExpressionAttributeValues: { ':t': inSeconds(600) },
    };
    await outside('TransactWriteItems', { TransactItems: [{ Update }] });
    await world.clock.advance(300_000);
    expect(await outside('GetItem', { TableName: name, Key: item('a') })).toHaveProperty('Item');
    await world.clock.advance(400_000);
    expect(await outside('GetItem', { TableName: name, Key: item('a') })).toEqual({});
  });

  test('rows written before a restart go too', async () => {
    const { outside, name, item, world } = await withTable();
    await outside('PutItem', { TableName: name, Item: item('a', { goneAt: inSeconds(60) }) });
    const table = world.stack.find('Table')!;
    const again = makeWorld({ resources: { Table: [table.type, table.properties] } });
    await createDynamoDb(again.world, engine);
    await again.world.clock.advance(180_000);
    expect(await outside('GetItem', { TableName: name, Key: item('a') })).toEqual({});
  });
});

describe('a table made by a call', () => {
  test('is known after a restart, with its stream, its time to live and who deleted its rows', async () => {
    const { outside, world } = await withTable();
    const name = `made-${tables}`;
    const AttributeDefinitions = attributes('pk', 'sk');
    const StreamSpecification = { StreamEnabled: true, StreamViewType: 'KEYS_ONLY' };
    await outside('CreateTable', { TableName: name, KeySchema: keys, AttributeDefinitions, StreamSpecification });
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'goneAt' };
    await outside('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification });
    const row = (pk: string, seconds: number) => ({
      pk: { S: pk },
      sk: { S: 's' },
      goneAt: { N: String(MONDAY / 1000 + seconds) },
    });
    await outside('PutItem', { TableName: name, Item: row('a', 60) });
    await outside('PutItem', { TableName: name, Item: row('b', 600) });
    await world.clock.advance(180_000);

    const again = makeWorld({ resources: {} }, { journal: world.journal, start: world.clock.now() });
    const { service, streams } = await createDynamoDb(again.world, engine);
    again.router.add(service);
    const ask = (operation: string, input: JsonObject) =>
      again.world.call('dynamodb', operation, input, again.world.as('outside'));
    expect(await ask('DescribeTimeToLive', { TableName: name })).toEqual({
      TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: 'goneAt' },
    });
    await again.world.clock.advance(600_000);
    const [stream] = listAt(await ask('ListStreams', { TableName: name }), 'Streams');
    const page = await streams.reader(String(at(stream, 'StreamArn')), 'TRIM_HORIZON').next(100);
    const removed = page!.records.map(({ event }) => event).filter(({ eventName }) => eventName === 'REMOVE');
    expect(
      removed.map((event) => [at(event, 'dynamodb', 'Keys', 'pk', 'S'), at(event, 'userIdentity', 'type')]),
    ).toEqual([
      ['a', 'Service'],
      ['b', 'Service'],
    ]);
  });

  test('is forgotten when it was deleted', async () => {
    const { outside, world } = await withTable();
    const name = `deleted-${tables}`;
    await outside('CreateTable', { TableName: name, KeySchema: keys, AttributeDefinitions: attributes('pk', 'sk') });
    expect(world.journal.get('table', name)).toBeDefined();
    await outside('DeleteTable', { TableName: name });
    expect(world.journal.get('table', name)).toBeUndefined();
    await expect(outside('DescribeTimeToLive', { TableName: name })).rejects.toMatchObject({
      code: 'ResourceNotFoundException',
    });
  });

  test('needs leave to be given a time to live', async () => {
    const { role, name } = await withTable();
    const TimeToLiveSpecification = { Enabled: false, AttributeName: 'goneAt' };
    await expect(role('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification })).rejects.toThrow(
      'dynamodb:UpdateTimeToLive',
    );
  });
});

describe('a time to live of the template', () => {
  test('that a call has turned off stays off, until the template says something new', async () => {
    const { outside, world, name } = await withTable();
    const TimeToLiveSpecification = { Enabled: false, AttributeName: 'goneAt' };
    await outside('UpdateTimeToLive', { TableName: name, TimeToLiveSpecification });
    const table = world.stack.find('Table')!;
    const restarted = async (AttributeName: string) => {
      const properties = { ...table.properties, TimeToLiveSpecification: { Enabled: true, AttributeName } };
      const again = makeWorld({ resources: { Table: [table.type, properties] } }, { journal: world.journal });
      const { service } = await createDynamoDb(again.world, engine);
      return service.operations['DescribeTimeToLive']!({ TableName: name }, again.world.as('outside'));
    };
    expect(await restarted('goneAt')).toEqual({ TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } });
    expect(await restarted('newer')).toMatchObject({ TimeToLiveDescription: { AttributeName: 'newer' } });
  });
});
