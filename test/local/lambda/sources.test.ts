import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createDynamoDb } from '../../../local/dynamodb/create-dynamodb.ts';
import { startEngine, type Engine } from '../../../local/dynamodb/engine/start-engine.ts';
import { compilePattern } from '../../../local/events/pattern/compile-pattern.ts';
import { openJournal } from '../../../local/journal/open-journal.ts';
import { createLambda } from '../../../local/lambda/create-lambda.ts';
import { createQueues } from '../../../local/queues/create-queues.ts';
import type { JsonObject } from '../../../local/world.ts';
import { makeWorld } from '../template/make-world.ts';
import type { Parts } from '../template/write-assembly.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine({ folder: ':memory:', note: () => {} });
});
afterAll(() => engine.stop());

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const clean of cleanUps.splice(0)) clean();
});

const AT = 'us-east-1:000000000000';
const role = [
  'AWS::IAM::Role',
  { Policies: [{ PolicyDocument: { Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] } }] },
] as const;

/** A function that prints the batches it gets, one JSON line each, and then runs `body` with `batch` and `records`. */
const taker = (body = '') => `let calls = 0;
  export const handler = async ({ Records: records }) => {
    calls += 1;
    const batch = records.map((record) => record.body ?? record.dynamodb.Keys.pk.S);
    console.log(JSON.stringify(batch));
    ${body}
  };`;

const fn = [
  'AWS::Lambda::Function',
  { FunctionName: 'take', Code: { S3Key: 'take.zip' }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } },
] as const;

async function ground(parts: Parts, journal = openJournal(':memory:')) {
  const made = makeWorld(parts, { journal });
  const { world, router } = made;
  const batches: string[][] = [];
  const printed: string[] = [];
  const lambda = createLambda(world, {
    awsUrl: 'http://127.0.0.1:4566',
    access: made.access,
    matches: (pattern, event) => compilePattern(pattern)(event),
    logs: ({ text }) => {
      printed.push(text);
      if (text.startsWith('[')) batches.push(JSON.parse(text));
    },
  });
  const queues = createQueues(world);
  const database = await createDynamoDb(world, engine);
  for (const service of [lambda.service, queues, database.service]) router.add(service);
  const start = () => lambda.start({ streams: database.streams, queues });
  start();
  cleanUps.push(
    () => lambda.stop(),
    () => rmSync(made.assembly, { recursive: true, force: true }),
  );
  const call = (service: string, operation: string, input: JsonObject) =>
    world.call(service, operation, input, world.as('outside'));
  return { ...made, lambda, queues, batches, printed, call };
}

describe('a function fed by a queue', () => {
  const queued = (mapping: object = {}, { body = '', queue = {} }: { body?: string; queue?: object } = {}): Parts => ({
    resources: {
      Role: role,
      Take: fn,
      Inbox: ['AWS::SQS::Queue', { QueueName: 'inbox', VisibilityTimeout: 30, ...queue }],
      Dead: ['AWS::SQS::Queue', { QueueName: 'dead' }],
      Mapping: [
        'AWS::Lambda::EventSourceMapping',
        { FunctionName: { Ref: 'Take' }, EventSourceArn: { 'Fn::GetAtt': ['Inbox', 'Arn'] }, ...mapping },
      ],
    },
    assets: { take: taker(body) },
  });

  const sending = async (parts: Parts) => {
    const made = await ground(parts);
    const QueueUrl = 'http://127.0.0.1:4566/000000000000/inbox';
    const send = (...bodies: string[]) =>
      Promise.all(bodies.map((MessageBody) => made.call('sqs', 'SendMessage', { QueueUrl, MessageBody })));
    const left = () => made.queues.depth(`arn:aws:sqs:${AT}:inbox`);
    return { ...made, send, left };
  };

  test('gets every message, ten at most at a time, and they are gone from the queue', async () => {
    const { send, batches, left, world } = await sending(queued());
    await send(...Array.from({ length: 25 }, (_, n) => `m${n}`));
    await world.clock.quiet();
    expect(batches.flat().toSorted()).toEqual(Array.from({ length: 25 }, (_, n) => `m${n}`).toSorted());
    expect(Math.max(...batches.map(({ length }) => length))).toBeLessThanOrEqual(10);
    expect(left()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test('gets what was in the queue before it started', async () => {
    const { world, batches, lambda, send, queues } = await sending(queued({ Enabled: false }));
    await send('early');
    const enabled = makeWorld(queued());
    cleanUps.push(() => rmSync(enabled.assembly, { recursive: true, force: true }));
    expect(batches).toEqual([]);
    lambda.stop();
    const again = createLambda(
      { ...enabled.world, clock: world.clock, call: world.call },
      {
        awsUrl: '',
        access: enabled.access,
        matches: () => true,
        logs: ({ text }) => text.startsWith('[') && batches.push(JSON.parse(text)),
      },
    );
    again.start({ streams: { onWrite: () => () => {}, reader: () => ({ next: async () => undefined }) }, queues });
    await world.clock.quiet();
    expect(batches).toEqual([['early']]);
    again.stop();
  });

  test('is shown messages as AWS shows them', async () => {
    const { call, printed, world } = await sending(
      queued({}, { body: 'console.log("seen " + JSON.stringify(records[0]))' }),
    );
    await call('sqs', 'SendMessage', {
      QueueUrl: 'http://127.0.0.1:4566/000000000000/inbox',
      MessageBody: 'hello',
      MessageAttributes: { colour: { DataType: 'String', StringValue: 'red' } },
    });
    await world.clock.quiet();
    const seen: unknown = JSON.parse(printed.find((line) => line.startsWith('seen'))?.slice(5) ?? '');
    expect(seen).toMatchObject({
      messageId: expect.any(String),
      receiptHandle: expect.any(String),
      body: 'hello',
      md5OfBody: '5d41402abc4b2a76b9719d911017c592',
      attributes: { ApproximateReceiveCount: '1', SentTimestamp: expect.any(String) },
      messageAttributes: { colour: { dataType: 'String', stringValue: 'red' } },
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:${AT}:inbox`,
      awsRegion: 'us-east-1',
    });
  });

  test('waits for its window, or until the batch is full', async () => {
    const { send, batches, world } = await sending(queued({ BatchSize: 12, MaximumBatchingWindowInSeconds: 5 }));
    await send('a', 'b');
    await world.clock.advance(4000);
    expect(batches).toEqual([]);
    await world.clock.advance(1000);
    expect(batches.map((batch) => batch.toSorted())).toEqual([['a', 'b']]);
    await send(...Array.from({ length: 12 }, (_, n) => String(n)));
    await world.clock.quiet();
    expect(batches[1]).toHaveLength(12);
  });

  test('is given again only what it reported as failed, after the visibility timeout', async () => {
    const body = `return { batchItemFailures: calls > 1 ? [] : records.filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) };`;
    const { send, batches, world, left } = await sending(
      queued({ FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumBatchingWindowInSeconds: 1 }, { body }),
    );
    await send('good', 'bad', 'fine');
    await world.clock.advance(1000);
    expect(left()).toMatchObject({ inFlight: 1 });
    await world.clock.advance(30_000);
    expect(batches.map((batch) => batch.toSorted())).toEqual([['bad', 'fine', 'good'], ['bad']]);
    expect(left()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test.each([
    ['throws', 'throw new Error("no")', {}],
    [
      'names an item it did not get',
      'return { batchItemFailures: [{ itemIdentifier: "x" }] }',
      { FunctionResponseTypes: ['ReportBatchItemFailures'] },
    ],
  ])('that %s finds the batch in the dead-letter queue after its last try', async (...[, body, mapping]) => {
    const queue = {
      RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': ['Dead', 'Arn'] }, maxReceiveCount: 3 },
    };
    const { send, batches, world, queues } = await sending(queued(mapping, { body, queue }));
    await send('poison');
    await world.clock.advance(120_000);
    expect(batches).toEqual([['poison'], ['poison'], ['poison']]);
    expect(queues.depth(`arn:aws:sqs:${AT}:dead`).visible).toBe(1);
  });

  test('runs no more batches at a time than its maximum concurrency', async () => {
    const body = `globalThis.now = (globalThis.now ?? 0) + 1; console.log('now ' + globalThis.now);
      await new Promise((done) => setTimeout(done, 5)); globalThis.now -= 1;`;
    const { send, printed, batches, world } = await sending(
      queued({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 3 } }, { body }),
    );
    await send(...Array.from({ length: 12 }, (_, n) => String(n)));
    await world.clock.quiet();
    expect(batches).toHaveLength(12);
    const concurrency = printed.flatMap((line) => (line.startsWith('now ') ? [Number(line.slice(4))] : []));
    expect(Math.max(...concurrency)).toBe(3);
  });

  test('sees only messages that pass the filter; the others are deleted', async () => {
    const FilterCriteria = { Filters: [{ Pattern: JSON.stringify({ body: { kind: ['order'] } }) }] };
    const { send, batches, world, left } = await sending(queued({ FilterCriteria }));
    await send('{"kind":"order"}', '{"kind":"view"}', 'not json');
    await world.clock.quiet();
    expect(batches).toEqual([['{"kind":"order"}']]);
    expect(left()).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  test('needs leave to receive', async () => {
    const parts = queued();
    const { send, notes, world } = await sending({
      ...parts,
      resources: { ...parts.resources, Role: ['AWS::IAM::Role', {}] },
    });
    await send('a');
    await world.clock.quiet();
    expect(notes.join()).toContain('not authorized to perform: sqs:ReceiveMessage');
  });
});

describe('a function fed by a stream', () => {
  let tables = 0;
  const streamed = (mapping: object = {}, body = ''): Parts & { table: string } => {
    const table = `streamed-${(tables += 1)}`;
    return {
      table,
      resources: {
        Role: role,
        Take: fn,
        Dead: ['AWS::SQS::Queue', { QueueName: 'dead' }],
        Table: [
          'AWS::DynamoDB::Table',
          {
            TableName: table,
            KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
            StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
          },
        ],
        Mapping: [
          'AWS::Lambda::EventSourceMapping',
          {
            FunctionName: { Ref: 'Take' },
            EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] },
            StartingPosition: 'TRIM_HORIZON',
            ...mapping,
          },
        ],
      },
      assets: { take: taker(body) },
    };
  };

  const writing = async (parts: Parts & { table: string }, journal = openJournal(':memory:')) => {
    const made = await ground(parts, journal);
    const put = (pk: string, more: JsonObject = {}) =>
      made.call('dynamodb', 'PutItem', { TableName: parts.table, Item: { pk: { S: pk }, ...more } });
    const putAll = async (...pks: string[]) => {
      for (const pk of pks) await put(pk);
    };
    const deadLetters = async (): Promise<unknown[]> => {
      const QueueUrl = 'http://127.0.0.1:4566/000000000000/dead';
      const { Messages } = await made.call('sqs', 'ReceiveMessage', { QueueUrl, MaxNumberOfMessages: 10 });
      return (Array.isArray(Messages) ? Messages : []).map((message: JsonObject) =>
        JSON.parse(String(message['Body'])),
      );
    };
    return { ...made, put, putAll, deadLetters };
  };

  test('gets every change in order while time stands still', async () => {
    const { putAll, batches, world, call } = await writing(streamed());
    await putAll('a', 'b', 'a', 'c');
    await call('dynamodb', 'TransactWriteItems', {
      TransactItems: ['d', 'e'].map((pk) => ({ Put: { TableName: `streamed-${tables}`, Item: { pk: { S: pk } } } })),
    });
    await world.clock.quiet();
    expect(batches.flat()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(world.clock.now()).toBe(Date.parse('2026-01-05T09:00:00Z'));
  });

  test('gets no more than its batch size at a time', async () => {
    const parts = streamed({ BatchSize: 4 });
    const { call, batches, world } = await writing(parts);
    await call('dynamodb', 'BatchWriteItem', {
      RequestItems: {
        [parts.table]: Array.from({ length: 10 }, (_, n) => ({ PutRequest: { Item: { pk: { S: String(n) } } } })),
      },
    });
    await world.clock.quiet();
    expect(batches.map(({ length }) => length)).toEqual([4, 4, 2]);
  });

  test('waits for its window', async () => {
    const { putAll, batches, world } = await writing(streamed({ MaximumBatchingWindowInSeconds: 5, BatchSize: 3 }));
    await putAll('a', 'b');
    await world.clock.advance(4999);
    expect(batches).toEqual([]);
    await world.clock.advance(1);
    expect(batches).toEqual([['a', 'b']]);
    await putAll('c', 'd', 'e', 'f');
    await world.clock.quiet();
    expect(batches).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ]);
    await world.clock.advance(5000);
    expect(batches.at(-1)).toEqual(['f']);
  });

  test('sees only what passes its filter', async () => {
    const FilterCriteria = { Filters: [{ Pattern: JSON.stringify({ eventName: ['INSERT'] }) }] };
    const { put, batches, world } = await writing(streamed({ FilterCriteria }));
    await put('a');
    await put('a', { v: { N: '1' } });
    await put('b');
    await world.clock.quiet();
    expect(batches.flat()).toEqual(['a', 'b']);
  });

  test('that fails is tried again later, in order, and time goes on meanwhile', async () => {
    const { putAll, batches, world } = await writing(streamed({}, `if (calls <= 3) throw new Error('not yet');`));
    await putAll('a');
    await world.clock.quiet();
    await putAll('b');
    await world.clock.advance(999);
    expect(batches).toEqual([['a']]);
    await world.clock.advance(1);
    expect(batches).toEqual([['a'], ['a']]);
    await world.clock.advance(2000);
    await world.clock.advance(4000);
    expect(batches).toEqual([['a'], ['a'], ['a'], ['a'], ['b']]);
  });

  test('goes on behind the first item it reported as failed', async () => {
    const body = `const bad = batch.indexOf('bad'); return { batchItemFailures: bad >= 0 && calls < 3 ? [{ itemIdentifier: records[bad].dynamodb.SequenceNumber }] : [] };`;
    const { putAll, batches, world } = await writing(
      streamed({ FunctionResponseTypes: ['ReportBatchItemFailures'], MaximumBatchingWindowInSeconds: 1 }, body),
    );
    await putAll('a', 'bad', 'c');
    await world.clock.advance(60_000);
    expect(batches).toEqual([
      ['a', 'bad', 'c'],
      ['bad', 'c'],
      ['bad', 'c'],
    ]);
  });

  test('finds the one bad record by halving, gives it up and says where it is', async () => {
    const onFailure = {
      BisectBatchOnFunctionError: true,
      MaximumRetryAttempts: 1,
      MaximumBatchingWindowInSeconds: 1,
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['Dead', 'Arn'] } } },
    };
    const { putAll, batches, world, deadLetters } = await writing(
      streamed(onFailure, `if (batch.includes('bad')) throw new Error('bad');`),
    );
    await putAll('a', 'b', 'bad', 'd');
    await world.clock.advance(60_000);
    expect(batches).toEqual([['a', 'b', 'bad', 'd'], ['a', 'b'], ['bad', 'd'], ['bad'], ['bad'], ['d']]);
    expect(await deadLetters()).toMatchObject([
      {
        requestContext: { condition: 'RetryAttemptsExhausted', approximateInvokeCount: 2 },
        responseContext: { functionError: 'Unhandled' },
        DDBStreamBatchInfo: { batchSize: 1, startSequenceNumber: '3', endSequenceNumber: '3' },
      },
    ]);
  });

  test('gives up records that are too old', async () => {
    const { putAll, batches, world, notes } = await writing(
      streamed({ MaximumRecordAgeInSeconds: 60 }, `throw new Error('never');`),
    );
    await putAll('a');
    await world.clock.advance(300_000);
    expect(batches.length).toBeGreaterThan(3);
    expect(notes).toContain('Mapping gave up on 1 records; there is no failure destination.');
  });

  test('puts whole records into a bucket when that is its failure destination', async () => {
    const { putAll, world, router } = await writing(
      streamed(
        { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::lost' } } },
        `throw new Error('never');`,
      ),
    );
    const objects: JsonObject[] = [];
    router.add({
      name: 's3',
      operations: {
        PutObject: async (input) => {
          objects.push(input);
          return {};
        },
      },
    });
    await putAll('a');
    await world.clock.quiet();
    expect(objects).toMatchObject([
      {
        Bucket: 'lost',
        Key: expect.stringMatching(/^aws\/lambda\/[\w-]+\/shardId-[\w]+\/2026\/01\/05\/2026-01-05T09\.00\.00-/),
      },
    ]);
    const body: unknown = JSON.parse(Buffer.from(String(objects[0]?.['Body']), 'base64').toString());
    expect(body).toMatchObject({
      DDBStreamBatchInfo: { batchSize: 1 },
      payload: expect.stringContaining('"pk":{"S":"a"}'),
    });
  });

  test('goes on where it stopped after a restart, and does nothing twice', async () => {
    const journal = openJournal(':memory:');
    const parts = streamed();
    const first = await writing(parts, journal);
    await first.putAll('a', 'b');
    await first.world.clock.quiet();
    first.lambda.stop();
    await first.putAll('c');
    const second = await writing(parts, journal);
    await second.world.clock.quiet();
    expect([first.batches.flat(), second.batches.flat()]).toEqual([['a', 'b'], ['c']]);
  });

  test('with a parallelization factor keeps the order of each item, and one that fails holds up only its own', async () => {
    const body = `if (batch.includes('slow') && calls < 40) throw new Error('not yet');`;
    const { putAll, put, batches, world } = await writing(streamed({ ParallelizationFactor: 10, BatchSize: 1 }, body));
    const others = Array.from({ length: 20 }, (_, n) => `item-${n}`);
    await putAll('slow', ...others);
    for (const n of [1, 2]) for (const pk of others) await put(pk, { v: { N: String(n) } });
    await world.clock.quiet();
    const once = new Map(others.map((pk) => [pk, batches.flat().filter((one) => one === pk).length]));
    expect([...once.values()].filter((count) => count === 3).length).toBeGreaterThan(10);
    await world.clock.advance(3_600_000);
    expect(others.map((pk) => batches.flat().filter((one) => one === pk).length)).toEqual(others.map(() => 3));
  });

  test('with a parallelization factor loses nothing when it starts again in the middle', async () => {
    const journal = openJournal(':memory:');
    const parts = streamed(
      { ParallelizationFactor: 4, BatchSize: 1 },
      `if (batch.includes('slow') && calls < 8) throw new Error('no');`,
    );
    const first = await writing(parts, journal);
    await first.putAll('a', 'slow', 'b', 'c', 'd', 'e');
    await first.world.clock.quiet();
    first.lambda.stop();
    await first.putAll('f');
    const second = await writing(parts, journal);
    await second.world.clock.advance(3_600_000);
    expect(first.batches.flat().toSorted()).toEqual(['a', 'b', 'c', 'd', 'e', 'slow']);
    expect(second.batches.flat()).toEqual(expect.arrayContaining(['slow', 'f']));
    expect(second.batches.flat()).not.toContain('a');
  });

  test('is told that an item expired by DynamoDB itself', async () => {
    const parts = streamed(
      {},
      `console.log('who ' + JSON.stringify(records.map((one) => [one.eventName, one.userIdentity ?? null])));`,
    );
    const [type, properties] = parts.resources['Table']!;
    const TimeToLiveSpecification = { AttributeName: 'ttl', Enabled: true };
    const { put, call, printed, world } = await writing({
      ...parts,
      resources: { ...parts.resources, Table: [type, { ...properties, TimeToLiveSpecification }] },
    });
    const ttl = { N: String(world.clock.now() / 1_000 + 60) };
    await put('expires', { ttl });
    await put('deleted', { ttl });
    await call('dynamodb', 'DeleteItem', { TableName: parts.table, Key: { pk: { S: 'deleted' } } });
    await world.clock.advance(72 * 3_600_000);
    const seen = printed
      .filter((line) => line.startsWith('who '))
      .flatMap((line): unknown[] => JSON.parse(line.slice(4)));
    expect(seen.filter((one) => Array.isArray(one) && one[0] === 'REMOVE')).toEqual([
      ['REMOVE', null],
      ['REMOVE', { type: 'Service', principalId: 'dynamodb.amazonaws.com' }],
    ]);
  });

  test('tells a topic where a batch was that it gave up', async () => {
    const { putAll, world, router } = await writing(
      streamed(
        { MaximumRetryAttempts: 0, DestinationConfig: { OnFailure: { Destination: `arn:aws:sns:${AT}:lost` } } },
        `throw new Error('never');`,
      ),
    );
    const published: JsonObject[] = [];
    router.add({ name: 'sns', operations: { Publish: async (input) => (published.push(input), {}) } });
    await putAll('a');
    await world.clock.quiet();
    expect(published).toMatchObject([{ TopicArn: `arn:aws:sns:${AT}:lost` }]);
    expect(JSON.parse(String(published[0]?.['Message']))).toMatchObject({ DDBStreamBatchInfo: { batchSize: 1 } });
  });

  test('that may not be there fails the start by name', async () => {
    const parts = streamed({ FunctionName: 'nobody' });
    await expect(ground(parts)).rejects.toThrow('Mapping feeds nobody, which the stack does not have.');
  });
});
