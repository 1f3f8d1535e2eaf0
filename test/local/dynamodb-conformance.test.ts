import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  GetItemCommand,
  PutItemCommand,
  type PutItemCommandInput,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
  UpdateTableCommand,
  UpdateTimeToLiveCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGround, type Ground } from '../../local/ground.ts';
import { writeAssembly } from './template/write-assembly.ts';

/** What DynamoDB does, asked with the AWS SDK over HTTP. The table is the template's; each test has partitions of its own. */
const TableName = 'things';
const MONDAY = Date.parse('2026-01-05T09:00:00Z');
const strings = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' as const }));
const keys = (HASH: string, RANGE?: string) => [
  { AttributeName: HASH, KeyType: 'HASH' as const },
  ...(RANGE === undefined ? [] : [{ AttributeName: RANGE, KeyType: 'RANGE' as const }]),
];

const notes: string[] = [];
let ground: Ground;
let db: DynamoDBClient;
beforeAll(async () => {
  const table = {
    TableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: strings('pk', 'sk', 'g1', 'g2', 'l1'),
    KeySchema: keys('pk', 'sk'),
    GlobalSecondaryIndexes: [
      { IndexName: 'whole', KeySchema: keys('g1', 'g2'), Projection: { ProjectionType: 'ALL' } },
      {
        IndexName: 'some',
        KeySchema: keys('g1'),
        Projection: { ProjectionType: 'INCLUDE', NonKeyAttributes: ['n'] },
      },
    ],
    LocalSecondaryIndexes: [
      { IndexName: 'local', KeySchema: keys('pk', 'l1'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
    StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
    TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
  };
  ground = await startGround({
    assembly: writeAssembly({ resources: { Things: ['AWS::DynamoDB::Table', table] } }),
    data: undefined,
    clock: 'virtual',
    start: MONDAY,
    awsPort: 0,
    httpPort: 0,
    note: (line) => notes.push(line),
  });
  const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
  db = new DynamoDBClient({ endpoint: ground.awsUrl, region: 'us-east-1', credentials, maxAttempts: 1 });
});
afterAll(() => ground?.stop());

type Plain = Record<string, unknown>;
const item = (value: Plain): Record<string, AttributeValue> => marshall(value);
const put = (value: Plain, more: Partial<PutItemCommandInput> = {}) =>
  db.send(new PutItemCommand({ TableName, Item: item(value), ...more }));
const get = async (pk: string, sk = '1'): Promise<Plain | undefined> => {
  const { Item } = await db.send(new GetItemCommand({ TableName, Key: item({ pk, sk }), ConsistentRead: true }));
  return Item && unmarshall(Item);
};
const update = async (
  pk: string,
  UpdateExpression: string,
  values: Plain,
  more: Partial<UpdateItemCommandInput> = {},
) => {
  const ExpressionAttributeValues = Object.keys(values).length > 0 ? { ExpressionAttributeValues: item(values) } : {};
  const asked = { TableName, Key: item({ pk, sk: '1' }), UpdateExpression, ...ExpressionAttributeValues, ...more };
  const { Attributes } = await db.send(new UpdateItemCommand(asked));
  return Attributes && unmarshall(Attributes);
};
const query = async (KeyConditionExpression: string, values: Plain, more: Partial<QueryCommandInput> = {}) => {
  const ExpressionAttributeValues = item(values);
  const asked = { TableName, KeyConditionExpression, ExpressionAttributeValues, ...more };
  const { Items = [], Count, LastEvaluatedKey } = await db.send(new QueryCommand(asked));
  return { items: Items.map((one) => unmarshall(one)), count: Count, next: LastEvaluatedKey };
};
/** The name of the error a call is refused with. */
const refusalOf = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => 'nothing',
    (error: unknown) => error instanceof Error && error.name,
  );

/** Ten rows of one partition, all in both indexes. */
const ten = async (pk: string, g1: string): Promise<void> => {
  for (let n = 0; n < 10; n++) await put({ pk, sk: `e#0${n}`, g1, g2: `0${n}`, l1: `L${n}`, n, other: 1 });
};

describe('a table', () => {
  test('is as the template declares it, with its indexes and its stream', async () => {
    const { Table } = await db.send(new DescribeTableCommand({ TableName }));
    expect(Table!.GlobalSecondaryIndexes!.map(({ IndexName }) => IndexName).toSorted()).toEqual(['some', 'whole']);
    expect(Table!.LocalSecondaryIndexes!.map(({ IndexName }) => IndexName)).toEqual(['local']);
    expect(Table!.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' });
  });

  test('can be made by a call as well', async () => {
    const AttributeDefinitions = strings('pk');
    const KeySchema = keys('pk');
    const made = { TableName: 'more', BillingMode: 'PAY_PER_REQUEST' as const, AttributeDefinitions, KeySchema };
    const { TableDescription } = await db.send(new CreateTableCommand(made));
    expect(TableDescription!.TableName).toBe('more');
    expect(await refusalOf(db.send(new CreateTableCommand(made)))).toBe('ResourceInUseException');
  });

  test('can be waited for', async () => {
    const { state } = await waitUntilTableExists(
      { client: db, maxWaitTime: 10, minDelay: 1, maxDelay: 1 },
      { TableName },
    );
    expect(state).toBe('SUCCESS');
  });

  test('takes another index while it is in use', async () => {
    const { TableDescription } = await db.send(
      new UpdateTableCommand({
        TableName,
        AttributeDefinitions: [...strings('pk', 'sk', 'g1', 'g2', 'l1'), { AttributeName: 'nn', AttributeType: 'N' }],
        GlobalSecondaryIndexUpdates: [
          { Create: { IndexName: 'late', KeySchema: keys('nn'), Projection: { ProjectionType: 'ALL' } } },
        ],
      }),
    );
    expect(TableDescription!.GlobalSecondaryIndexes!.map(({ IndexName }) => IndexName)).toContain('late');
  });
});

describe('an item', () => {
  test('comes back with every type it was put with', async () => {
    const whole = {
      pk: 'types',
      sk: '1',
      text: 'x',
      number: 12.5,
      bytes: new Uint8Array([1, 2]),
      flag: true,
      nothing: null,
      map: { inner: { list: [1, '2'] } },
      list: [1, 2],
      texts: new Set(['a', 'b']),
      numbers: new Set([1, 2]),
      blobs: new Set([new Uint8Array([3])]),
    };
    await put(whole);
    expect(await get('types')).toEqual(whole);
  });

  test('keeps 38 digits of a number', async () => {
    const v = { N: '12345678901234567890123456789012345678' };
    await db.send(new PutItemCommand({ TableName, Item: { pk: { S: 'digits' }, sk: { S: '1' }, v } }));
    const { Item } = await db.send(new GetItemCommand({ TableName, Key: item({ pk: 'digits', sk: '1' }) }));
    expect(Item!['v']).toEqual(v);
  });

  test('is refused above 400 KB', async () =>
    expect(await refusalOf(put({ pk: 'big', sk: '1', x: 'x'.repeat(410 * 1024) }))).toBe('ValidationException'));

  test('may hold an empty text, but not in its key', async () => {
    await put({ pk: 'empty', sk: '1', x: '' });
    expect(await get('empty')).toMatchObject({ x: '' });
    expect(await refusalOf(put({ pk: 'empty', sk: '' }))).toBe('ValidationException');
  });

  test('tells what it cost, when asked', async () => {
    const { ConsumedCapacity } = await put({ pk: 'cost', sk: '1' }, { ReturnConsumedCapacity: 'TOTAL' });
    expect(ConsumedCapacity!.CapacityUnits).toBeGreaterThan(0);
  });

  test('is deleted on a condition and shown once more', async () => {
    await put({ pk: 'gone', sk: '1', x: 1 });
    const { Attributes } = await db.send(
      new DeleteItemCommand({
        TableName,
        Key: item({ pk: 'gone', sk: '1' }),
        ConditionExpression: 'attribute_exists(pk)',
        ReturnValues: 'ALL_OLD',
      }),
    );
    expect(unmarshall(Attributes!)).toEqual({ pk: 'gone', sk: '1', x: 1 });
  });
});

describe('a condition', () => {
  beforeAll(() => put({ pk: 'if', sk: '1', s: 'x', n: 12, l: [1, 2], ss: new Set(['a', 'b']), m: { a: 1 } }));
  const condition = 'attribute_not_exists(pk)';

  test('that does not hold refuses the put', async () =>
    expect(await refusalOf(put({ pk: 'if', sk: '1' }, { ConditionExpression: condition }))).toBe(
      'ConditionalCheckFailedException',
    ));

  test('shows the item that refused a put', () =>
    expect(
      put({ pk: 'if', sk: '1' }, { ConditionExpression: condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
    ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: { s: { S: 'x' } } }));

  test('shows the item that refused an update', () =>
    expect(
      update(
        'if',
        'SET x = :x',
        { ':x': 1, ':least': 99 },
        {
          ConditionExpression: 'n > :least',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        },
      ),
    ).rejects.toMatchObject({ name: 'ConditionalCheckFailedException', Item: { n: { N: '12' } } }));

  test('knows sizes, parts, ranges, lists, types and how they combine', async () => {
    const values = { ':yes': true, ':two': 2, ':a': 'a', ':x': 'x', ':low': 1, ':high': 20, ':map': 'M' };
    await update('if', 'SET ok = :yes', values, {
      ConditionExpression:
        'size(l) = :two AND contains(ss, :a) AND begins_with(s, :x) AND n BETWEEN :low AND :high AND s IN (:x, :a) AND NOT attribute_exists(zz) AND (attribute_type(m, :map) OR attribute_not_exists(m))',
    });
    expect(await get('if')).toMatchObject({ ok: true });
  });
});

describe('an update', () => {
  test('counts from nothing', async () => {
    const values = { ':zero': 0, ':one': 1 };
    const now = await update('count', 'SET c = if_not_exists(c, :zero) + :one', values, { ReturnValues: 'ALL_NEW' });
    expect(now).toMatchObject({ c: 1 });
  });

  test('appends to a list that may not be there yet', async () => {
    for (const value of [1, 2])
      await update('list', 'SET li = list_append(if_not_exists(li, :none), :new)', { ':none': [], ':new': [value] });
    expect(await get('list')).toMatchObject({ li: [1, 2] });
  });

  test('adds to numbers and sets, takes from sets, and removes inside maps and lists', async () => {
    await put({ pk: 'parts', sk: '1', k: 5, tags: new Set(['x', 'y']), mm: { q: 1, w: 2 }, li: [1, 2] });
    await update('parts', 'ADD k :less DELETE tags :x REMOVE mm.q, li[0]', { ':less': -2, ':x': new Set(['x']) });
    expect(await get('parts')).toMatchObject({ k: 3, tags: new Set(['y']), mm: { w: 2 }, li: [2] });
  });

  test('reaches inside maps by name and answers only what changed', async () => {
    await put({ pk: 'inside', sk: '1', mm: { w: 1, z: 1 } });
    const names = { '#m': 'mm', '#w': 'w' };
    const changed = await update(
      'inside',
      'SET #m.#w = :v',
      { ':v': 9 },
      {
        ExpressionAttributeNames: names,
        ReturnValues: 'UPDATED_NEW',
      },
    );
    expect(changed).toEqual({ mm: { w: 9 } });
  });

  test('refuses a reserved word', async () =>
    expect(await refusalOf(update('w', 'SET status = :x', { ':x': 1 }))).toBe('ValidationException'));

  test('refuses a value nothing uses', async () =>
    expect(await refusalOf(update('w', 'SET q = :x', { ':x': 1, ':y': 2 }))).toBe('ValidationException'));

  test('refuses two changes of one path', async () =>
    expect(await refusalOf(update('w', 'SET q = :x, q = :x', { ':x': 1 }))).toBe('ValidationException'));

  test('of fifty at the same time loses none', async () => {
    await Promise.all(Array.from({ length: 50 }, () => update('atomic', 'ADD c :one', { ':one': 1 })));
    expect(await get('atomic')).toMatchObject({ c: 50 });
  });
});

describe('a query', () => {
  beforeAll(() => ten('q', 'G'));

  test('goes backwards, page by page', async () => {
    const values = { ':pk': 'q', ':e': 'e#' };
    const first = await query('pk = :pk AND begins_with(sk, :e)', values, { ScanIndexForward: false, Limit: 4 });
    expect(first.items.map(({ sk }) => sk)).toEqual(['e#09', 'e#08', 'e#07', 'e#06']);
    const rest = await query('pk = :pk AND begins_with(sk, :e)', values, {
      ScanIndexForward: false,
      ExclusiveStartKey: first.next,
    });
    expect(rest.items).toHaveLength(6);
  });

  test('filters, shows some attributes, or only counts', async () => {
    const values = { ':pk': 'q', ':least': 7 };
    const some = await query('pk = :pk', values, { FilterExpression: 'n >= :least', ProjectionExpression: 'sk, n' });
    expect(some.items).toEqual([7, 8, 9].map((n) => ({ sk: `e#0${n}`, n })));
    expect(await query('pk = :pk', { ':pk': 'q' }, { Select: 'COUNT' })).toMatchObject({ count: 10 });
  });

  test('finds a range of a global index with whole items', async () => {
    const values = { ':g': 'G', ':from': '03', ':to': '05' };
    const { items } = await query('g1 = :g AND g2 BETWEEN :from AND :to', values, { IndexName: 'whole' });
    expect(items.map(({ n, other }) => [n, other])).toEqual([
      [3, 1],
      [4, 1],
      [5, 1],
    ]);
  });

  test('sees only what a global index includes', async () => {
    const { items } = await query('g1 = :g', { ':g': 'G' }, { IndexName: 'some' });
    expect(items).toHaveLength(10);
    expect(Object.keys(items[0]!).toSorted()).toEqual(['g1', 'n', 'pk', 'sk']);
  });

  test('of a global index cannot be consistent', async () =>
    expect(await refusalOf(query('g1 = :g', { ':g': 'G' }, { IndexName: 'whole', ConsistentRead: true }))).toBe(
      'ValidationException',
    ));

  test('of a local index sees keys only', async () => {
    const { items } = await query('pk = :pk AND l1 > :l', { ':pk': 'q', ':l': 'L7' }, { IndexName: 'local' });
    expect(items.map((one) => Object.keys(one).toSorted())).toEqual([
      ['l1', 'pk', 'sk'],
      ['l1', 'pk', 'sk'],
    ]);
  });

  test('no longer finds an item that left the index', async () => {
    await ten('sparse', 'S');
    const Key = item({ pk: 'sparse', sk: 'e#00' });
    await db.send(new UpdateItemCommand({ TableName, Key, UpdateExpression: 'REMOVE g1' }));
    expect(await query('g1 = :g', { ':g': 'S' }, { IndexName: 'whole' })).toMatchObject({ count: 9 });
  });

  test('is a scan when it names no key, in segments if need be', async () => {
    await ten('scanned', 'Z');
    const counts = await Promise.all(
      [0, 1].map(async (Segment) => {
        const FilterExpression = 'pk = :pk';
        const ExpressionAttributeValues = item({ ':pk': 'scanned' });
        const asked = { TableName, Segment, TotalSegments: 2, FilterExpression, ExpressionAttributeValues };
        return (await db.send(new ScanCommand(asked))).Count!;
      }),
    );
    expect(counts[0]! + counts[1]!).toBe(10);
  });
});

describe('a batch', () => {
  const puts = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ PutRequest: { Item: item({ pk: 'batch', sk: String(i) }) } }));

  test('writes 25 and reads what is there', async () => {
    await db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts(25) } }));
    const Keys = ['3', '4', 'none'].map((sk) => item({ pk: 'batch', sk }));
    const { Responses } = await db.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } }));
    expect(Responses![TableName]).toHaveLength(2);
    const gone = { DeleteRequest: { Key: item({ pk: 'batch', sk: '0' }) } };
    await db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: [gone] } }));
    expect(await get('batch', '0')).toBeUndefined();
  });

  test('of 26 is refused', async () =>
    expect(await refusalOf(db.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts(26) } })))).toBe(
      'ValidationException',
    ));
});

describe('a transaction', () => {
  const adds = (sk: string) => ({
    Update: {
      TableName,
      Key: item({ pk: 'tx', sk }),
      UpdateExpression: 'ADD c :one',
      ExpressionAttributeValues: item({ ':one': 1 }),
    },
  });
  const puts = (pk: string, sk: string, more: object = {}) => ({ Put: { TableName, Item: item({ pk, sk }), ...more } });
  const write = (TransactItems: object[], more: object = {}) =>
    db.send(new TransactWriteItemsCommand({ TransactItems, ...more }));

  test('puts, updates, deletes and checks as one', async () => {
    await put({ pk: 'tx', sk: 'old' });
    await put({ pk: 'tx', sk: 'there' });
    await write([
      puts('tx', 'new', { ConditionExpression: 'attribute_not_exists(pk)' }),
      adds('counted'),
      { Delete: { TableName, Key: item({ pk: 'tx', sk: 'old' }) } },
      {
        ConditionCheck: {
          TableName,
          Key: item({ pk: 'tx', sk: 'there' }),
          ConditionExpression: 'attribute_exists(pk)',
        },
      },
    ]);
    expect(await get('tx', 'counted')).toMatchObject({ c: 1 });
    expect(await get('tx', 'old')).toBeUndefined();
  });

  test('that is cancelled does nothing and gives its reasons one by one', async () => {
    await put({ pk: 'tx', sk: 'taken', x: 1 });
    const asked = write([
      puts('tx', 'never'),
      puts('tx', 'taken', {
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      }),
    ]);
    await expect(asked).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [{ Code: 'None' }, { Code: 'ConditionalCheckFailed', Item: { x: { N: '1' } } }],
    });
    expect(await get('tx', 'never')).toBeUndefined();
  });

  test('with one token is done once, and the token of another is refused', async () => {
    const token = { ClientRequestToken: 'one-token' };
    await write([adds('once')], token);
    await write([adds('once')], token);
    expect(await get('tx', 'once')).toMatchObject({ c: 1 });
    expect(await refusalOf(write([adds('other')], token))).toBe('IdempotentParameterMismatchException');
  });

  test('reads as one', async () => {
    await put({ pk: 'tx', sk: 'read' });
    const TransactItems = ['read', 'none'].map((sk) => ({ Get: { TableName, Key: item({ pk: 'tx', sk }) } }));
    const { Responses } = await db.send(new TransactGetItemsCommand({ TransactItems }));
    expect(Responses!.map(({ Item }) => Item !== undefined)).toEqual([true, false]);
  });

  test('cannot do two things to one item', async () =>
    expect(
      await refusalOf(write([puts('tx', 'twice'), { Delete: { TableName, Key: item({ pk: 'tx', sk: 'twice' }) } }])),
    ).toBe('ValidationException'));
});

describe('PartiQL', () => {
  test('inserts and selects', async () => {
    const Statement = `INSERT INTO "${TableName}" VALUE {'pk': 'pq', 'sk': '1', 'v': 3}`;
    await db.send(new ExecuteStatementCommand({ Statement }));
    const asked = { Statement: `SELECT * FROM "${TableName}" WHERE pk = ?`, Parameters: [{ S: 'pq' }] };
    const { Items } = await db.send(new ExecuteStatementCommand(asked));
    expect(Items!.map((one) => unmarshall(one))).toEqual([{ pk: 'pq', sk: '1', v: 3 }]);
  });

  test('updates in a transaction', async () => {
    await put({ pk: 'pqt', sk: '1', v: 3 });
    const Statement = `UPDATE "${TableName}" SET v = 4 WHERE pk = 'pqt' AND sk = '1'`;
    await db.send(new ExecuteTransactionCommand({ TransactStatements: [{ Statement }] }));
    expect(await get('pqt')).toMatchObject({ v: 4 });
  });
});

type StreamRecord = {
  readonly eventName: string;
  readonly dynamodb: { readonly Keys: Record<string, { S: string }>; readonly [field: string]: unknown };
  readonly userIdentity?: object;
};

const askStreams = async (operation: string, input: object): Promise<Record<string, never>> => {
  const headers = { 'x-amz-target': `DynamoDBStreams_20120810.${operation}` };
  const response = await fetch(ground.awsUrl, { method: 'POST', headers, body: JSON.stringify(input) });
  return JSON.parse(await response.text());
};

/** Everything a stream has, as somebody who reads it by API gets it. */
const recordsOf = async (StreamArn: string): Promise<readonly StreamRecord[]> => {
  const { StreamDescription } = await askStreams('DescribeStream', { StreamArn });
  const { ShardId } = StreamDescription!['Shards'][0]!;
  const from = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' };
  const { ShardIterator } = await askStreams('GetShardIterator', from);
  const { Records, NextShardIterator } = await askStreams('GetRecords', { ShardIterator });
  expect(NextShardIterator).toBeDefined();
  return Records!;
};

test('a stream tells every change with the item before and after', async () => {
  await put({ pk: 'stream', sk: '1', v: 1 });
  await put({ pk: 'stream', sk: '1', v: 2 });
  const { Table } = await db.send(new DescribeTableCommand({ TableName }));
  expect(await recordsOf(Table!.LatestStreamArn!)).toContainEqual(
    expect.objectContaining({
      eventName: 'MODIFY',
      dynamodb: expect.objectContaining({
        OldImage: item({ pk: 'stream', sk: '1', v: 1 }),
        NewImage: item({ pk: 'stream', sk: '1', v: 2 }),
      }),
    }),
  );
});

test('a stream is turned on and off by a call, and listed while it is on', async () => {
  const change = (StreamSpecification: { StreamEnabled: boolean; StreamViewType?: 'KEYS_ONLY' }) =>
    db.send(new UpdateTableCommand({ TableName: 'streaming', StreamSpecification }));
  await db.send(
    new CreateTableCommand({
      TableName: 'streaming',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: strings('pk'),
      KeySchema: keys('pk'),
    }),
  );
  const listed = async () => (await askStreams('ListStreams', { TableName: 'streaming' }))['Streams'];
  expect(await listed()).toEqual([]);
  expect(await refusalOf(change({ StreamEnabled: false }))).toBe('ValidationException');
  expect(await refusalOf(change({ StreamEnabled: true }))).toBe('ValidationException');
  const { TableDescription } = await change({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' });
  const { LatestStreamArn: StreamArn, LatestStreamLabel: StreamLabel } = TableDescription!;
  expect(StreamArn).toBe(`${TableDescription!.TableArn}/stream/${StreamLabel}`);
  expect(await listed()).toEqual([{ StreamArn, StreamLabel, TableName: 'streaming' }]);
  expect(await refusalOf(change({ StreamEnabled: true, StreamViewType: 'KEYS_ONLY' }))).toBe('ValidationException');
  await db.send(new PutItemCommand({ TableName: 'streaming', Item: item({ pk: 'a', x: 1 }) }));
  const [record] = await recordsOf(StreamArn!);
  expect(record!.dynamodb).toMatchObject({ Keys: { pk: { S: 'a' } }, StreamViewType: 'KEYS_ONLY' });
  expect(record!.dynamodb).not.toHaveProperty('NewImage');
  await change({ StreamEnabled: false });
  expect(await listed()).toEqual([]);
  await db.send(new DeleteTableCommand({ TableName: 'streaming' }));
  expect(await refusalOf(db.send(new DescribeTimeToLiveCommand({ TableName: 'streaming' })))).toBe(
    'ResourceNotFoundException',
  );
});

describe('time to live', () => {
  const advance = (duration: string) =>
    fetch(`${ground.awsUrl}/_local/clock`, { method: 'POST', body: JSON.stringify({ advance: duration }) });
  const change = (TimeToLiveSpecification: { Enabled: boolean; AttributeName: string }, table = 'timed') =>
    db.send(new UpdateTimeToLiveCommand({ TableName: table, TimeToLiveSpecification }));
  const described = async (table: string) =>
    (await db.send(new DescribeTimeToLiveCommand({ TableName: table }))).TimeToLiveDescription;
  const nowSeconds = async () => {
    const { now } = (await (await fetch(`${ground.awsUrl}/_local/clock`)).json()) as { now: string };
    return Date.parse(now) / 1000;
  };

  test('is on for the attribute that the template names', async () => {
    expect(await described(TableName)).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' });
  });

  test('deletes an item once its time is over on the clock, and not before', async () => {
    await put({ pk: 'ttl', sk: '1', ttl: (await nowSeconds()) + 3600 });
    await advance('PT59M');
    expect(await get('ttl')).toBeDefined();
    await advance('PT2M');
    expect(await get('ttl')).toBeUndefined();
  });

  test('is turned on for a table made by a call, whose stream then names the service that deleted', async () => {
    const made = new CreateTableCommand({
      TableName: 'timed',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: strings('pk'),
      KeySchema: keys('pk'),
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'OLD_IMAGE' },
    });
    const { TableDescription } = await db.send(made);
    expect(TableDescription!.StreamSpecification).toEqual({ StreamEnabled: true, StreamViewType: 'OLD_IMAGE' });
    const StreamArn = TableDescription!.LatestStreamArn!;
    expect(StreamArn).toMatch(
      /^arn:aws:dynamodb:us-east-1:\d{12}:table\/timed\/stream\/2026-01-05T\d\d:\d\d:\d\d\.000$/,
    );
    expect(await described('timed')).toEqual({ TimeToLiveStatus: 'DISABLED' });

    const putTimed = (value: Plain) => db.send(new PutItemCommand({ TableName: 'timed', Item: item(value) }));
    const now = await nowSeconds();
    // One was there before, and was once deleted by a person; one comes later.
    await putTimed({ pk: 'before', gone: now + 120 });
    await db.send(new DeleteItemCommand({ TableName: 'timed', Key: item({ pk: 'before' }) }));
    await putTimed({ pk: 'before', gone: now + 120 });
    const { TimeToLiveSpecification } = await change({ Enabled: true, AttributeName: 'gone' });
    expect(TimeToLiveSpecification).toEqual({ Enabled: true, AttributeName: 'gone' });
    expect(await described('timed')).toEqual({ TimeToLiveStatus: 'ENABLED', AttributeName: 'gone' });
    await putTimed({ pk: 'after', gone: now + 120 });
    await putTimed({ pk: 'ancient', gone: now - 6 * 365 * 86_400 });
    await putTimed({ pk: 'never' });
    await advance('PT4M');

    const { Items } = await db.send(new ScanCommand({ TableName: 'timed' }));
    expect(Items!.map((one) => unmarshall(one)['pk']).toSorted()).toEqual(['ancient', 'never']);
    const removals = (await recordsOf(StreamArn)).filter(({ eventName }) => eventName === 'REMOVE');
    const service = { type: 'Service', principalId: 'dynamodb.amazonaws.com' };
    expect(
      removals
        .map(({ dynamodb, userIdentity }) => [dynamodb.Keys['pk']!.S, userIdentity])
        .toSorted(([a], [b]) => String(a).localeCompare(String(b))),
    ).toEqual([
      ['after', service],
      ['before', undefined],
      ['before', service],
    ]);
    expect(removals[0]!.dynamodb).toMatchObject({ StreamViewType: 'OLD_IMAGE', OldImage: { pk: { S: 'before' } } });
  });

  test('refuses to be turned on twice, for two attributes, off twice, or for no table', async () => {
    const messageOf = (asked: Promise<unknown>) =>
      asked.then(String, (error: Error) => `${error.name}: ${error.message}`);
    const refused = (Enabled: boolean, AttributeName: string, table = 'timed') =>
      messageOf(change({ Enabled, AttributeName }, table));
    expect(await refused(true, 'gone')).toBe('ValidationException: TimeToLive is already enabled');
    const other =
      'ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is gone';
    expect(await refused(true, 'other')).toBe(other);
    expect(await refused(false, 'other')).toBe(other);
    expect(await refused(false, 'gone')).toBe(
      'ValidationException: Time to live has been modified multiple times within a fixed interval',
    );
    await advance('PT1H');
    await change({ Enabled: false, AttributeName: 'gone' });
    expect(await described('timed')).toEqual({ TimeToLiveStatus: 'DISABLED' });
    expect(await refused(false, 'gone')).toBe('ValidationException: TimeToLive is already disabled');
    expect(await refused(true, 'gone', 'nowhere')).toBe(
      'ResourceNotFoundException: Requested resource not found: Table: nowhere not found',
    );
  });

  test('that was turned off deletes nothing more', async () => {
    await db.send(
      new PutItemCommand({ TableName: 'timed', Item: item({ pk: 'late', gone: (await nowSeconds()) + 7200 }) }),
    );
    await advance('PT1H');
    await change({ Enabled: true, AttributeName: 'gone' });
    await advance('PT30M');
    await advance('PT30M');
    await change({ Enabled: false, AttributeName: 'gone' });
    await advance('PT3H');
    const { Item } = await db.send(new GetItemCommand({ TableName: 'timed', Key: item({ pk: 'late' }) }));
    expect(Item).toBeDefined();
    expect(notes).toEqual([]);
  });
});
