import { setTimeout as sleep } from 'node:timers/promises';
import { GetItemCommand, DynamoDBClient, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PinpointClient, SendMessagesCommand } from '@aws-sdk/client-pinpoint';
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { SendEmailCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { virtualClock } from '../../../local/clock/virtual-clock.ts';
import { openFront, type Front } from '../../../local/front/open-front.ts';
import { requestHandler } from '../../../local/front/request-handler.ts';
import { makeRouter } from '../../../local/front/router.ts';
import { outside } from '../../../local/iam/access-control.ts';
import { AwsError, type JsonObject, type Service } from '../../../local/world.ts';

const MONDAY = Date.parse('2026-01-05T09:00:00Z');
const clock = virtualClock(MONDAY);
const asked: { service: string; operation: string; input: JsonObject; caller: string }[] = [];
const notes: string[] = [];

/** A service that notes what it was asked and answers as told. */
const service = (
  ...[name, answers, routes]: readonly [string, Record<string, JsonObject | Error>, Service['routes']?]
) => {
  const operations = Object.entries(answers).map(([operation, answer]) => {
    const run: Service['operations'][string] = async (input, caller) => {
      asked.push({ service: name, operation, input, caller: caller.id });
      if (answer instanceof Error) throw answer;
      return answer;
    };
    return [operation, run] as const;
  });
  return { name, operations: Object.fromEntries(operations), ...(routes && { routes }) };
};

const router = makeRouter([
  service('dynamodb', {
    GetItem: { Item: { pk: { S: 'ü' } } },
    TransactWriteItems: new AwsError('TransactionCanceledException', 'cancelled', {
      fields: { CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { a: { S: 'b' } } }] },
    }),
  }),
  service('events', { PutEvents: { FailedEntryCount: 0, Entries: [{ EventId: '1' }] } }),
  service(
    'ses',
    {
      SendRawEmail: { MessageId: 'm-1' },
      SendEmailV2: new AwsError('MessageRejected', 'Email address is <not> verified.'),
    },
    [{ route: 'POST /v2/email/outbound-emails', operation: 'SendEmailV2' }],
  ),
  service('sqs', {
    SendMessage: new AwsError('QueueDoesNotExist', 'no such queue'),
    ReceiveMessage: { Messages: [] },
  }),
  service(
    'mobiletargeting',
    {
      SendMessages: {
        MessageResponse: { ApplicationId: 'app', Result: { t: { DeliveryStatus: 'SUCCESSFUL', StatusCode: 200 } } },
      },
    },
    [{ route: 'POST /v1/apps/{ApplicationId}/messages', operation: 'SendMessages', payload: 'MessageRequest' }],
  ),
  service('lambda', { Invoke: { StatusCode: 200, FunctionError: 'Unhandled', Payload: { errorMessage: 'no' } } }, [
    { route: 'POST /2015-03-31/functions/{FunctionName}/invocations', operation: 'Invoke', payload: 'Payload' },
  ]),
  service(
    's3',
    {
      PutObject: { ETag: '"e"' },
      GetObject: { Body: Buffer.from('bytes').toString('base64') },
      HeadObject: { ContentLength: 42, ETag: '"e"' },
      ListObjectsV2: { Name: 'bucket', Contents: [{ Key: 'a&b' }, { Key: 'c' }] },
    },
    [
      { route: 'PUT /{Bucket}/{Key+}', operation: 'PutObject', payload: 'Body' },
      { route: 'GET /{Bucket}/{Key+}', operation: 'GetObject' },
      { route: 'HEAD /{Bucket}/{Key+}', operation: 'HeadObject' },
      { route: 'GET /{Bucket}', operation: 'ListObjectsV2' },
    ],
  ),
  service('states', { Broken: new TypeError('oops') }),
]);

let front: Front;
beforeAll(async () => {
  const callerOf = (key: string) => (key === 'ASIAROLE' ? { ...outside, id: 'role' } : outside);
  front = await openFront({ port: 0, router, clock, callerOf, note: (line) => notes.push(line) });
});
afterAll(() => front.close());

const plainConfig = (accessKeyId = 'test') => ({
  endpoint: front.url,
  region: 'us-east-1',
  credentials: { accessKeyId, secretAccessKey: 'x' },
  maxAttempts: 1,
});

const signed = (name: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=k/20260105/us-east-1/${name}/aws4_request, SignedHeaders=host, Signature=0`,
});

const typeOf = (body: unknown) => (body instanceof Object ? Reflect.get(body, '__type') : undefined);

const transports = [
  { how: 'over HTTP', transport: () => ({}) },
  { how: 'in process', transport: () => ({ requestHandler: requestHandler(front.answer) }) },
];

describe.each(transports)('an AWS SDK pointed at the front $how', ({ transport }) => {
  const config = (accessKeyId = 'test') => ({ ...plainConfig(accessKeyId), ...transport() });

  test('speaks AWS JSON', async () => {
    const answer = await new DynamoDBClient(config('ASIAROLE')).send(
      new GetItemCommand({ TableName: 't', Key: { pk: { S: 'ü' } } }),
    );
    expect(answer.Item).toEqual({ pk: { S: 'ü' } });
    expect(asked.at(-1)).toEqual({
      service: 'dynamodb',
      operation: 'GetItem',
      input: { TableName: 't', Key: { pk: { S: 'ü' } } },
      caller: 'role',
    });
  });

  test('sees errors with their names and all their fields', async () => {
    const cancelled = new DynamoDBClient(config()).send(new TransactWriteItemsCommand({ TransactItems: [] }));
    await expect(cancelled).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      message: 'cancelled',
      CancellationReasons: [{ Code: 'ConditionalCheckFailed', Item: { a: { S: 'b' } } }],
    });
    const missing = new SQSClient(config()).send(
      new SendMessageCommand({ QueueUrl: `${front.url}/0/q`, MessageBody: 'x' }),
    );
    await expect(missing).rejects.toMatchObject({ name: 'QueueDoesNotExist' });
  });

  test('speaks the query protocol of SES v1, with lists and bytes', async () => {
    const answer = await new SESClient(config()).send(
      new SendRawEmailCommand({
        RawMessage: { Data: Buffer.from('From: a\r\n\r\nhello') },
        Destinations: ['a@example.com', 'b@example.com'],
        Tags: [{ Name: 'journey', Value: 'cart & more' }],
      }),
    );
    expect(answer.MessageId).toBe('m-1');
    expect(asked.at(-1)?.input).toEqual({
      RawMessage: { Data: Buffer.from('From: a\r\n\r\nhello').toString('base64') },
      Destinations: ['a@example.com', 'b@example.com'],
      Tags: [{ Name: 'journey', Value: 'cart & more' }],
    });
  });

  test('speaks REST of SES v2, whose error keeps its name', async () => {
    const refused = new SESv2Client(config()).send(
      new SendEmailCommand({ Content: { Raw: { Data: Buffer.from('x') } } }),
    );
    await expect(refused).rejects.toMatchObject({
      name: 'MessageRejected',
      message: 'Email address is <not> verified.',
      $metadata: { httpStatusCode: 400 },
    });
  });

  test('speaks REST of Pinpoint, whose one field is the body', async () => {
    const answer = await new PinpointClient(config()).send(
      new SendMessagesCommand({
        ApplicationId: 'app',
        MessageRequest: { MessageConfiguration: {}, Context: { a: 'b' } },
      }),
    );
    expect(answer.MessageResponse?.Result?.['t']?.DeliveryStatus).toBe('SUCCESSFUL');
    expect(asked.at(-1)?.input).toEqual({
      ApplicationId: 'app',
      MessageRequest: { MessageConfiguration: {}, Context: { a: 'b' } },
    });
  });

  test('is told by name of a service and of an operation the ground does not have', async () => {
    const sesv1 = new SESClient(config());
    const { SendEmailCommand: SendEmailV1 } = await import('@aws-sdk/client-ses');
    const send = sesv1.send(
      new SendEmailV1({ Source: 'a', Destination: {}, Message: { Subject: { Data: 's' }, Body: {} } }),
    );
    await expect(send).rejects.toMatchObject({
      name: 'UnknownOperationException',
      message: "The local ground's ses has no operation SendEmail.",
    });
    const other = await fetch(front.url, {
      method: 'POST',
      headers: { ...signed('kinesis'), 'x-amz-target': 'Kinesis_2.PutRecord' },
    });
    expect(await other.json()).toMatchObject({
      __type: 'UnknownOperationException',
      message: 'The local ground has no service kinesis (asked for PutRecord).',
    });
  });

  test('counts what was called', () => {
    expect(front.counts['dynamodb.GetItem']).toBeGreaterThan(0);
    expect(front.counts['ses.SendRawEmail']).toBe(front.counts['dynamodb.GetItem']);
    expect(front.counts['kinesis.PutRecord']).toBeUndefined();
  });
});

describe('a plain HTTP request', () => {
  test('to Lambda has its payload as body and its error in a header', async () => {
    const answer = await fetch(`${front.url}/2015-03-31/functions/greet/invocations?Qualifier=live`, {
      method: 'POST',
      headers: { ...signed('lambda'), 'X-Amz-Invocation-Type': 'RequestResponse' },
      body: '{"name":"ann"}',
    });
    expect([answer.status, answer.headers.get('x-amz-function-error')]).toEqual([200, 'Unhandled']);
    expect(await answer.json()).toEqual({ errorMessage: 'no' });
    expect(asked.at(-1)?.input).toEqual({
      FunctionName: 'greet',
      Qualifier: 'live',
      InvocationType: 'RequestResponse',
      Payload: { name: 'ann' },
    });
  });

  test('to S3 has bytes, also in chunks', async () => {
    await fetch(`${front.url}/bucket/a/b.txt`, {
      method: 'PUT',
      headers: { ...signed('s3'), 'content-encoding': 'aws-chunked' },
      body: '5\r\nhello\r\n6;x=y\r\n world\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n',
    });
    expect(asked.at(-1)?.input).toMatchObject({
      Bucket: 'bucket',
      Key: 'a/b.txt',
      Body: Buffer.from('hello world').toString('base64'),
    });
    const got = await fetch(`${front.url}/bucket/a/b.txt`, { headers: signed('s3') });
    expect(await got.text()).toBe('bytes');
    const head = await fetch(`${front.url}/bucket/a/b.txt`, { method: 'HEAD', headers: signed('s3') });
    expect([head.headers.get('content-length'), head.headers.get('etag')]).toEqual(['42', '"e"']);
    const list = await fetch(`${front.url}/bucket?list-type=2`, { headers: signed('s3') });
    expect(await list.text()).toBe(
      '<ListBucketResult><Name>bucket</Name><Contents><Key>a&amp;b</Key></Contents><Contents><Key>c</Key></Contents></ListBucketResult>',
    );
  });

  test('without a signature finds its service by target, or is refused', async () => {
    const found = await fetch(front.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSEvents.PutEvents' },
      body: '{}',
    });
    expect(found.status).toBe(200);
    const lost = await fetch(front.url);
    expect([lost.status, typeOf(await lost.json())]).toEqual([403, 'MissingAuthenticationToken']);
  });

  test('that is not JSON, or too large, is refused', async () => {
    const headers = { 'x-amz-target': 'AWSEvents.PutEvents' };
    const bad = await fetch(front.url, { method: 'POST', headers, body: '{' });
    expect(typeOf(await bad.json())).toBe('SerializationException');
    const large = await fetch(front.url, { method: 'POST', headers, body: Buffer.alloc(11_000_000, 32) });
    expect(large.status).toBe(413);
  });

  test('from a web page elsewhere, or under a foreign name, is refused', async () => {
    const page = await fetch(front.url, { headers: { origin: 'https://evil.example' } });
    expect(page.status).toBe(403);
    const own = await fetch(`${front.url}/_local/nothing`, { headers: { origin: 'http://localhost:8080' } });
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([404, 'http://localhost:8080']);
  });

  test('that breaks a service is an internal failure, and noted', async () => {
    const answer = await fetch(front.url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AWSStepFunctions.Broken' },
      body: '{}',
    });
    expect([answer.status, typeOf(await answer.json())]).toEqual([500, 'InternalFailure']);
    expect(notes.at(-1)).toContain('oops');
  });
});

describe('the front and time', () => {
  test('the answer carries the date of the world', async () => {
    const answer = await fetch(`${front.url}/_local/nothing`);
    expect(answer.headers.get('date')).toBe('Mon, 05 Jan 2026 09:00:00 GMT');
  });

  test('time waits for a request, but not for a long poll', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    const slow = async (): Promise<JsonObject> => {
      await held;
      return {};
    };
    router.add({ name: 'events', operations: { PutEvents: slow } });
    router.add({ name: 'sqs', operations: { ReceiveMessage: slow } });

    const poll = new SQSClient(plainConfig()).send(
      new ReceiveMessageCommand({ QueueUrl: `${front.url}/0/q`, WaitTimeSeconds: 20 }),
    );
    const called = async (name: string, times = (router.counts[name] ?? 0) + 1) => {
      while ((router.counts[name] ?? 0) < times) await sleep(5);
    };
    await called('sqs.ReceiveMessage');
    await clock.advance(1000);
    expect(clock.now()).toBe(MONDAY + 1000);

    const put = new EventBridgeClient(plainConfig()).send(new PutEventsCommand({ Entries: [] }));
    await called('events.PutEvents');
    const moved = clock.advance(1000);
    await sleep(30);
    expect(clock.now()).toBe(MONDAY + 1000);
    release();
    await Promise.all([put, poll, moved]);
    expect(clock.now()).toBe(MONDAY + 2000);
  });
});

describe('control routes', () => {
  test('take parameters and JSON, and answer JSON, nothing or a refusal', async () => {
    front.control('POST', '/_local/things/{id}', async ({ params, query, body }) => ({
      ...params,
      ...query,
      body: body ?? null,
    }));
    front.control('PUT', '/_local/quiet', async () => undefined);
    front.control('GET', '/_local/refuse', async () => {
      throw new AwsError('Busy', 'not now', { status: 409 });
    });
    const post = await fetch(`${front.url}/_local/things/a%20b?x=1`, { method: 'POST', body: '[1]' });
    expect(await post.json()).toEqual({ id: 'a b', x: '1', body: [1] });
    expect((await fetch(`${front.url}/_local/quiet`, { method: 'PUT' })).status).toBe(204);
    const refused = await fetch(`${front.url}/_local/refuse`);
    expect([refused.status, await refused.json()]).toEqual([409, { code: 'Busy', message: 'not now' }]);
    expect((await fetch(`${front.url}/_local/things/a`, { method: 'POST', body: '{' })).status).toBe(400);
  });

  test('a taken port is named with the flag that changes it', async () => {
    const second = openFront({ port: front.port, router, clock, callerOf: () => outside, note: () => {} });
    await expect(second).rejects.toThrow(
      `Port ${front.port} is in use. Stop what uses it, or choose another with --aws-port.`,
    );
  });
});
