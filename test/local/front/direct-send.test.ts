import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { PinpointClient, SendMessagesCommand } from '@aws-sdk/client-pinpoint';
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { credentialScope } from '../../../local/front/credential-scope.ts';
import { sendDirectly } from '../../../local/front/direct-send.ts';
import type { WireRequest, WireResponse } from '../../../local/front/protocol/wire.ts';
import { sdkTransport } from '../../../local/front/sdk-transport.ts';

let asked: WireRequest[] = [];
let answers: WireResponse[] = [];
const answer = async (request: WireRequest): Promise<WireResponse> => {
  asked.push(request);
  return answers.shift() ?? { status: 200, headers: {}, body: '{}' };
};
/** Only its own chain of steps signs with a region. */
const wentItsOwnWay = ({ headers }: WireRequest): boolean => headers['authorization']!.includes('/eu-west-1/');

const config: object = { ...sdkTransport(answer), region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' };
const made = <C extends object>(client: C): C => {
  sendDirectly(answer)(client as never);
  return client;
};
const refusal = (status: number, code: string, fields: object = {}): WireResponse => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${code}`, message: 'no', ...fields }),
});

beforeEach(() => {
  [asked, answers] = [[], []];
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIAONE');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
});
afterEach(() => vi.unstubAllEnvs());

const get = new GetItemCommand({ TableName: 't', Key: { pk: { S: 'é' }, b: { B: Uint8Array.of(1, 2) } } });

test('a request says the same as the one the SDK makes, and its answer reads the same', async () => {
  const item: WireResponse = { status: 200, headers: {}, body: '{"Item":{"n":{"N":"1"},"b":{"B":"AQI="}}}' };
  answers = [item, item];
  const direct = await made(new DynamoDBClient(config)).send(get);
  const usual = await new DynamoDBClient(config).send(get);
  expect(direct.Item).toEqual(usual.Item);
  expect(direct.Item!['b']!.B).toEqual(Uint8Array.of(1, 2));
  expect(asked[0]!.body.toString()).toBe(asked[1]!.body.toString());
  for (const name of ['x-amz-target', 'content-type']) expect(asked[0]!.headers[name]).toBe(asked[1]!.headers[name]);
  expect(credentialScope(asked[0]!)).toEqual(credentialScope(asked[1]!));
  expect(asked.map(wentItsOwnWay)).toEqual([false, true]);
});

test('a transaction has a token, and each its own', async () => {
  const client = made(new DynamoDBClient(config));
  const write = () => client.send(new TransactWriteItemsCommand({ TransactItems: [] }));
  await write();
  await write();
  const tokens = asked.map(({ body }) => JSON.parse(body.toString()).ClientRequestToken);
  expect(new Set(tokens).size).toBe(2);
  expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
});

test('a refusal is the error the SDK has for it, with what comes with it', async () => {
  const client = made(new DynamoDBClient(config));
  answers = [
    refusal(400, 'ConditionalCheckFailedException', { Item: { pk: { S: 'a' } } }),
    refusal(400, 'TransactionCanceledException', { CancellationReasons: [{ Code: 'ConditionalCheckFailed' }] }),
  ];
  const put = await client.send(new PutItemCommand({ TableName: 't', Item: {} })).catch((error: unknown) => error);
  expect(put).toBeInstanceOf(ConditionalCheckFailedException);
  expect(put).toMatchObject({ Item: { pk: { S: 'a' } }, $metadata: { httpStatusCode: 400 } });
  const transaction = await client
    .send(new TransactWriteItemsCommand({ TransactItems: [] }))
    .catch((error: unknown) => error);
  expect(transaction).toBeInstanceOf(TransactionCanceledException);
  expect(transaction).toMatchObject({ CancellationReasons: [{ Code: 'ConditionalCheckFailed' }] });
  expect(asked).toHaveLength(2);
});

test.each([
  ['is too much at once', 400, 'ProvisionedThroughputExceededException'],
  ['breaks', 500, 'InternalServerError'],
])('what %s is sent again, as an SDK does by itself', async (_, status, code) => {
  answers = [refusal(status, code)];
  await made(new DynamoDBClient(config)).send(get);
  expect(asked.map(wentItsOwnWay)).toEqual([false, true]);
});

test('a client that tries no more than once sends nothing twice', async () => {
  const broken = '<ErrorResponse><Error><Code>InternalFailure</Code></Error></ErrorResponse>';
  answers = [{ status: 500, headers: { 'content-type': 'text/xml' }, body: broken }];
  const client = made(new SESClient({ ...config, maxAttempts: 1 }));
  const command = new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('hi') } });
  const sent = client.send(command, { abortSignal: AbortSignal.timeout(60_000) });
  await expect(sent).rejects.toMatchObject({ name: 'InternalFailure', $metadata: { httpStatusCode: 500 } });
  expect(asked).toHaveLength(1);
  expect(new URLSearchParams(asked[0]!.body.toString()).get('RawMessage.Data')).toBe('aGk=');
});

test('whoever calls with the same client next is known by their own key', async () => {
  const client = made(new SQSClient(config));
  const send = () => client.send(new SendMessageCommand({ QueueUrl: 'q', MessageBody: 'm' }));
  await send();
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'ASIATWO');
  await send();
  expect(asked.map((request) => credentialScope(request).accessKeyId)).toEqual(['ASIAONE', 'ASIATWO']);
});

test('a service whose requests have addresses is asked in its own way', async () => {
  const client = made(new PinpointClient(config));
  await client.send(new SendMessagesCommand({ ApplicationId: 'app', MessageRequest: { MessageConfiguration: {} } }));
  expect(asked[0]!.url).toBe('/v1/apps/app/messages');
});
