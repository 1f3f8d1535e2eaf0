import { BatchWriteItemCommand, DynamoDBClient, DynamoDBServiceException } from '@aws-sdk/client-dynamodb';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Context, SQSEvent } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
// oxlint-disable-next-line import/no-unassigned-import -- it adds its matchers to expect
import 'aws-sdk-client-mock-vitest/extend';

const dynamodb = mockClient(DynamoDBClient);
const sqs = mockClient(SQSClient);
const secrets = mockClient(SecretsManagerClient);

const context: Context = {
  callbackWaitsForEmptyEventLoop: false,
  functionName: 'ingest-signal',
  functionVersion: '1',
  invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:ingest-signal',
  memoryLimitInMB: '256',
  awsRequestId: 'r1',
  logGroupName: 'g',
  logStreamName: 's',
  getRemainingTimeInMillis: () => 30_000,
  done: () => undefined,
  fail: () => undefined,
  succeed: () => undefined,
};

const printed: string[] = [];
let ingest: (...bodies: readonly unknown[]) => Promise<readonly string[]>;

beforeAll(async () => {
  vi.stubEnv('LOG_TABLE', 'Log');
  vi.stubEnv('REFUSED_QUEUE_URL', 'https://sqs.example/refused');
  vi.stubEnv('KEY_SECRET_ARN', 'arn:secret');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'Segue');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'ingest-signal');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(
      (...words: unknown[]) => void printed.push(words.map(String).join(' ')),
    );
  const lines = `detail.lines.{ 'event': 'Line', 'userId': who, 'properties': { 'sku': sku } }`;
  vi.doMock('../../../functions/signal/deployed-mappings.ts', () => ({
    deployedMappings: () => ({ lines, nothing: '[]' }),
  }));
  const { handler } = await import('../../../functions/signal/ingest-signal.ts');
  ingest = async (...bodies) => {
    const records = bodies.map((body, index) => ({
      messageId: `record-${index}`,
      body: typeof body === 'string' ? body : JSON.stringify(body),
    }));
    const { batchItemFailures } = await handler({ Records: records } as SQSEvent, context);
    return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  };
});

afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

beforeEach(() => {
  printed.length = 0;
  for (const client of [dynamodb, sqs, secrets]) client.reset();
  secrets.on(GetSecretValueCommand).resolves({ SecretString: 'a key' });
  dynamodb.on(BatchWriteItemCommand).resolves({});
  sqs.on(SendMessageCommand).resolves({});
});

const event = (n: number, detail: object = {}) => ({
  id: `e-${n}`,
  source: 'shop',
  'detail-type': 'Product Added',
  time: '2026-01-05T09:00:00Z',
  detail: { userId: `user-${n}`, messageId: `m-${n}`, properties: { product_id: 'p1' }, ...detail },
});

const written = () =>
  dynamodb
    .commandCalls(BatchWriteItemCommand)
    .map(({ args }) =>
      (args[0].input.RequestItems?.['Log'] ?? []).map(({ PutRequest }) => unmarshall(PutRequest!.Item!)),
    );

describe('signals of a batch', () => {
  test('go into the logs of their customers', async () => {
    expect(await ingest(event(1))).toEqual([]);
    const [[row]] = written() as [[Record<string, string>]];
    expect(row).toMatchObject({ sk: 'm-1', at: '2026-01-05T09:00:00.000Z' });
    expect(row['pk']).toMatch(/^C#[a-z2-7]{26}$/);
    expect(row['receivedAt']).toMatch(/^\d{4}-.*Z$/);
    expect(JSON.parse(row['signal']!)).toMatchObject({ event: 'Product Added', subject: { user: 'user-1' } });
  });

  test('are written 25 at a time', async () => {
    await ingest(...Array.from({ length: 60 }, (_, n) => event(n)));
    expect(written().map((rows) => rows.length)).toEqual([25, 25, 10]);
  });

  test('the same signal twice is one row, and both records succeed', async () => {
    expect(await ingest(event(1), event(1), event(2))).toEqual([]);
    expect(written()[0]).toHaveLength(2);
  });

  test('what DynamoDB leaves is written again', async () => {
    dynamodb
      .on(BatchWriteItemCommand)
      .callsFakeOnce((input) => ({ UnprocessedItems: { Log: input.RequestItems.Log.slice(1) } }))
      .resolves({});
    expect(await ingest(event(1), event(2), event(3))).toEqual([]);
    expect(written().map((rows) => rows.map((row) => row['sk']))).toEqual([
      ['m-1', 'm-2', 'm-3'],
      ['m-2', 'm-3'],
    ]);
  });

  test('what DynamoDB leaves again and again comes back, alone', async () => {
    dynamodb.on(BatchWriteItemCommand).callsFake((input) => ({
      UnprocessedItems: {
        Log: input.RequestItems.Log.filter(
          ({ PutRequest }: { PutRequest: { Item: { sk: { S: string } } } }) => PutRequest.Item.sk.S === 'm-2',
        ),
      },
    }));
    expect(await ingest(event(1), event(2), event(2), event(3))).toEqual(['record-1', 'record-2']);
    expect(dynamodb.commandCalls(BatchWriteItemCommand).length).toBeLessThan(10);
  });

  test('one row that DynamoDB will not take does not hold up the others', async () => {
    dynamodb.on(BatchWriteItemCommand).callsFake((input) => {
      if (JSON.stringify(input).includes('m-2'))
        throw new DynamoDBServiceException({
          name: 'ValidationException',
          $fault: 'client',
          $metadata: {},
          message: 'no',
        });
      return {};
    });
    expect(await ingest(event(1), event(2), event(3))).toEqual(['record-1']);
  });

  test('a table that does not answer sends every record back, and what was refused is parked all the same', async () => {
    dynamodb.on(BatchWriteItemCommand).rejects(new Error('down'));
    expect(await ingest(event(1), 'no json', event(2))).toEqual(['record-0', 'record-2']);
    expect(sqs).toHaveReceivedCommandTimes(SendMessageCommand, 1);
  });

  test('what came back about a message goes to the customer it was sent to', async () => {
    const customer = 'abcdefghijklmnopqrstuvwxyz';
    await ingest({
      source: 'aws.ses',
      'detail-type': 'Email Delivered',
      detail: {
        eventType: 'Delivery',
        mail: { messageId: 's1', timestamp: '2026-01-05T09:00:00Z', tags: { customer: [customer] } },
      },
    });
    expect(written()[0]![0]).toMatchObject({ pk: `C#${customer}`, sk: 's1:Delivery:2026-01-05T09:00:00.000Z' });
  });
});

describe('messages that are no events of ours', () => {
  test('a text message from a topic is stored under its number', async () => {
    const message = { originationNumber: '+447700900456', messageBody: 'hello', inboundMessageId: 'in-1' };
    await ingest({ Type: 'Notification', Message: JSON.stringify(message), Timestamp: '2026-01-05T09:00:00Z' });
    expect(written()[0]![0]).toMatchObject({ sk: 'sms:in-1' });
  });

  test('a contact of Amazon Connect is stored', async () => {
    const detail = { eventType: 'INITIATED', contactId: 'c-1' };
    await ingest({ source: 'aws.connect', 'detail-type': 'x', time: '2026-01-05T09:00:00Z', detail });
    expect(JSON.parse(String(written()[0]![0]!['signal']))).toMatchObject({ event: 'Contact Initiated' });
  });

  const mapped = (mapping: string, ...lines: readonly object[]) => ({
    mapping,
    event: { id: 'e', time: '2026-01-05T09:00:00Z', detail: { lines } },
  });

  test('one may be several signals; what is none of them is parked, once, and the others are stored', async () => {
    const message = mapped('lines', { who: 'u1', sku: 'a' }, { sku: 'b' }, { who: 'u1', sku: 'c' }, { sku: 'd' });
    expect(await ingest(message)).toEqual([]);
    expect(written()[0]!.map((row) => row['sk'])).toEqual(['e', 'e:2']);
    expect(sqs).toHaveReceivedCommandTimes(SendMessageCommand, 1);
    const [call] = sqs.commandCalls(SendMessageCommand);
    expect(call?.args[0].input.MessageBody).toBe(JSON.stringify(message));
    expect(call?.args[0].input.MessageAttributes?.['path']?.StringValue).toBe('signal[1].userId');
  });

  test('one that cannot be stored comes back once, however many signals it is', async () => {
    dynamodb.on(BatchWriteItemCommand).rejects(new Error('down'));
    expect(await ingest(mapped('lines', { who: 'u1', sku: 'a' }, { who: 'u2', sku: 'b' }))).toEqual(['record-0']);
  });

  test('one a mapping has nothing to say of is done with', async () => {
    expect(await ingest(mapped('nothing'))).toEqual([]);
    expect(dynamodb).not.toHaveReceivedCommand(BatchWriteItemCommand);
    expect(sqs).not.toHaveReceivedCommand(SendMessageCommand);
    expect(printed.join('\n')).toContain('"SignalSkipped":1');
  });

  test('one for a mapping this function was not deployed with is parked', async () => {
    expect(await ingest({ mapping: 'gone', event: { id: 'e', detail: {} } })).toEqual([]);
    const [call] = sqs.commandCalls(SendMessageCommand);
    expect(call?.args[0].input.MessageAttributes?.['reason']?.StringValue).toBe('not-mapped');
  });
});

describe('what is no signal', () => {
  test('is parked with reason, path and a sentence, and the others go through', async () => {
    const bad = { ...event(2), detail: { messageId: 'm-2' } };
    expect(await ingest(event(1), bad, event(3))).toEqual([]);
    expect(written()[0]).toHaveLength(2);
    expect(sqs).toHaveReceivedCommandWith(SendMessageCommand, {
      QueueUrl: 'https://sqs.example/refused',
      MessageBody: JSON.stringify(bad),
      MessageAttributes: {
        reason: { DataType: 'String', StringValue: 'no-identity' },
        path: { DataType: 'String', StringValue: 'detail.userId' },
        message: { DataType: 'String', StringValue: 'Neither userId nor anonymousId says whom this is about.' },
      },
    });
  });

  test.each([
    '',
    '{',
    'null',
    '7',
    '"text"',
    '[]',
    '{}',
    '{"detail":null}',
    '{"source":"aws.ses"}',
    '[['.repeat(50_000),
  ])('body %j crashes nothing', async (body) => {
    expect(await ingest(body, event(1))).toEqual([]);
    expect(written()[0]).toHaveLength(1);
    expect(sqs).toHaveReceivedCommandTimes(SendMessageCommand, 1);
  });

  test('a path SQS would not take is made one it takes', async () => {
    await ingest(event(1, { properties: { '\u0000': { constructor: 1 } } }));
    const [call] = sqs.commandCalls(SendMessageCommand);
    expect(call?.args[0].input.MessageAttributes?.['path']?.StringValue).toBe('detail.properties.?.constructor');
  });

  test('what cannot be parked comes back', async () => {
    sqs.on(SendMessageCommand).rejects(new Error('down'));
    expect(await ingest('no json', event(1))).toEqual(['record-0']);
  });
});

describe('what an operator sees', () => {
  test('a metric for what was stored, and one by reason for what was refused', async () => {
    await ingest(event(1), event(2), 'no json');
    const emf = printed.filter((line) => line.startsWith('{')).map((line): Record<string, unknown> => JSON.parse(line));
    expect(emf).toContainEqual(expect.objectContaining({ SignalStored: 2, room: 'signal' }));
    expect(emf).toContainEqual(expect.objectContaining({ SignalRefused: 1, reason: 'not-json' }));
  });

  test('no name, address or body in the log', async () => {
    const canary = { traits: { email: 'ada@canary.example', phone: '+15550100', firstName: 'Canary' } };
    dynamodb.on(BatchWriteItemCommand).rejects(new Error('Item canary is too large'));
    await ingest(event(1, canary), event(2, { ...canary, userId: { name: 'canary' } }), '{"canary": ');
    expect(printed.length).toBeGreaterThan(1);
    expect(printed.join('\n').toLowerCase()).not.toContain('canary');
  });
});

test('the key is read once, and again after it could not be read', async () => {
  vi.resetModules();
  const fresh = mockClient(SecretsManagerClient);
  fresh.on(GetSecretValueCommand).rejectsOnce(new Error('throttled')).resolves({ SecretString: 'a key' });
  const { customerIds } = await import('../../../functions/aws/customer-id.ts');
  const ids = customerIds('arn:secret');
  await expect(ids()).rejects.toThrow('throttled');
  await ids();
  await ids();
  expect(fresh).toHaveReceivedCommandTimes(GetSecretValueCommand, 2);
});
