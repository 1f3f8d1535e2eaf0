import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import 'aws-sdk-client-mock-vitest/extend';

const bus = mockClient(EventBridgeClient);
const sqs = mockClient(SQSClient);
const secrets = mockClient(SecretsManagerClient);
const printed: string[] = [];
const now = Date.parse('2026-01-05T09:00:00.250Z');

let handler: (event: APIGatewayProxyEventV2, context: Context) => Promise<APIGatewayProxyStructuredResultV2>;
beforeAll(async () => {
  vi.stubEnv('BUS_NAME', 'segue');
  vi.stubEnv('REFUSED_QUEUE_URL', 'https://sqs.example/refused');
  vi.stubEnv('WRITE_KEY_SECRET_ARN', 'arn:write-keys');
  vi.stubEnv('AWS_REGION', 'eu-west-1');
  vi.stubEnv('POWERTOOLS_METRICS_NAMESPACE', 'Segue');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'receive-signals');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation(
      (...words: unknown[]) => void printed.push(words.map(String).join(' ')),
    );
  handler = (await import('../../../functions/signal/receive-signals.ts')).handler as typeof handler;
});
afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const takeAll = ({ Entries }: { Entries: readonly unknown[] }) => ({
  FailedEntryCount: 0,
  Entries: Entries.map(() => ({ EventId: 'e' })),
});

let tick = 0;
beforeEach(() => {
  printed.length = 0;
  for (const client of [bus, sqs, secrets]) client.reset();
  secrets.on(GetSecretValueCommand).resolves({ SecretString: 'key' });
  bus.on(PutEventsCommand).callsFake(takeAll);
  sqs.on(SendMessageCommand).resolves({});
  // Each test comes after the keys of the one before were forgotten.
  tick += 3_600_000;
});

const basic = (key: string) => `Basic ${Buffer.from(`${key}:`).toString('base64')}`;
type Sent = { path?: string; key?: string; at?: number; more?: Partial<APIGatewayProxyEventV2> };
const send = async (body: unknown, { path = '/v1/batch', key = 'key', at = 0, more = {} }: Sent = {}) => {
  const event = {
    rawPath: path,
    headers: { authorization: basic(key) },
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isBase64Encoded: false,
    requestContext: { timeEpoch: now + tick + at },
    ...more,
  } as unknown as APIGatewayProxyEventV2;
  const { statusCode, body: text = '' } = await handler(event, { getRemainingTimeInMillis: () => 29_000 } as Context);
  return { status: statusCode, ...(JSON.parse(text) as object) };
};

const batchOf = (count: number) => ({
  batch: Array.from({ length: count }, (_, n) => ({ type: 'track', event: 'X', userId: `u${n}`, messageId: `m${n}` })),
});
const puts = () => bus.commandCalls(PutEventsCommand).map(({ args }) => args[0].input.Entries ?? []);
const idsOf = (entries: readonly PutEventsRequestEntry[]) =>
  entries.map(({ Detail }) => (JSON.parse(Detail!) as { messageId: string }).messageId);

describe('signals of a request', () => {
  test('are put on the bus ten at a time, and the answer is Segment’s', async () => {
    expect(await send(batchOf(25))).toEqual({ status: 200, success: true });
    expect(puts().map((entries) => entries.length)).toEqual([10, 10, 5]);
    expect(puts()[0]![0]).toMatchObject({ EventBusName: 'segue', Source: 'http', DetailType: 'track' });
  });

  test('of full size fit into one call of ten: EventBridge takes 1 MB', async () => {
    const text = 'ü'.repeat(24_000);
    const batch = batchOf(10).batch.map((call) => ({ ...call, properties: { text } }));
    expect(await send({ batch })).toMatchObject({ status: 200 });
    const bytes = puts()[0]!.map(
      ({ Detail, Source, DetailType }) => Buffer.byteLength(Detail! + Source + DetailType) + 14,
    );
    expect(bytes.length).toBe(10);
    expect(65_536 * 10 + 10 * 100).toBeLessThan(1_048_576);
    expect(bytes.reduce((sum, one) => sum + one)).toBeLessThan(1_048_576);
  });

  test('that EventBridge leaves are tried again alone, unchanged and so under the same id', async () => {
    bus
      .on(PutEventsCommand)
      .callsFakeOnce(({ Entries }) => ({
        FailedEntryCount: 2,
        Entries: Entries.map((_: unknown, n: number) =>
          n === 1 || n === 3 ? { ErrorCode: 'ThrottlingException' } : { EventId: 'e' },
        ),
      }))
      .callsFake(takeAll);
    expect(await send(batchOf(5))).toEqual({ status: 200, success: true });
    expect(puts().map(idsOf)).toEqual([
      ['m0', 'm1', 'm2', 'm3', 'm4'],
      ['m1', 'm3'],
    ]);
    expect(puts()[1]).toEqual([puts()[0]![1], puts()[0]![3]]);
  });

  test('that EventBridge does not take are told one by one, to be sent again', async () => {
    bus.on(PutEventsCommand).callsFake(({ Entries }) => ({
      FailedEntryCount: 1,
      Entries: Entries.map(({ Detail }: PutEventsRequestEntry) =>
        Detail!.includes('"m12"') ? { ErrorCode: 'InternalFailure' } : { EventId: 'e' },
      ),
    }));
    expect(await send(batchOf(15))).toMatchObject({
      status: 503,
      success: false,
      errors: [{ index: 12, messageId: 'm12', reason: 'InternalFailure' }],
    });
    expect(puts()).toHaveLength(2 + 3);
  });

  test('that could not be sent at all are told too, and those of other calls are stored', async () => {
    bus
      .on(PutEventsCommand)
      .rejectsOnce(Object.assign(new Error('no'), { name: 'TimeoutError' }))
      .callsFake(takeAll);
    const answer = await send(batchOf(12));
    expect(answer).toMatchObject({ status: 503 });
    expect((answer as unknown as { errors: object[] }).errors).toHaveLength(10);
  });

  test('of one call go out by its path', async () => {
    expect(await send({ userId: 'u', traits: {} }, { path: '/v1/identify' })).toMatchObject({ status: 200 });
    expect(puts()[0]![0]).toMatchObject({ DetailType: 'identify' });
  });
});

describe('what is refused', () => {
  test('of a batch is parked as an event that can be mended and redriven', async () => {
    const bad = { type: 'track', event: 'X', properties: { text: 'a\uFFFFb' } };
    expect(await send({ batch: [...batchOf(1).batch, bad] })).toMatchObject({
      status: 200,
      success: true,
      refused: [{ index: 1, field: 'batch[1].userId' }],
    });
    const [call] = sqs.commandCalls(SendMessageCommand);
    expect(JSON.parse(call!.args[0].input.MessageBody!)).toMatchObject({
      source: 'http',
      'detail-type': 'track',
      detail: bad,
    });
    expect(call!.args[0].input.MessageBody).not.toContain('\uFFFF');
    expect(call!.args[0].input.MessageAttributes?.['reason']?.StringValue).toBe('no-identity');
  });

  test('is parked once: not before the good ones are on the bus', async () => {
    bus.on(PutEventsCommand).rejects(new Error('down'));
    expect(await send({ batch: [...batchOf(1).batch, {}] })).toMatchObject({ status: 503 });
    expect(sqs).not.toHaveReceivedCommand(SendMessageCommand);
  });

  test('whole is only answered: its sender knows', async () => {
    expect(await send('{"batch":[{}]}')).toMatchObject({ status: 400 });
    expect(await send('{')).toMatchObject({ status: 400, code: 'invalid_request' });
    expect(await send('x'.repeat(512_001))).toMatchObject({ status: 413, code: 'too_large' });
    expect(sqs).not.toHaveReceivedCommand(SendMessageCommand);
    expect(bus).not.toHaveReceivedCommand(PutEventsCommand);
  });

  test('is invalid UTF-8, when the bytes arrive', async () => {
    const body = Buffer.from('{"userId":"\xff","event":"X"}', 'latin1').toString('base64');
    expect(await send(body, { path: '/v1/track', more: { isBase64Encoded: true } })).toMatchObject({
      status: 400,
      errors: [{ reason: 'not-utf-8', field: '$' }],
    });
  });

  test('is counted by reason, and nothing personal is logged', async () => {
    const nobody = { type: 'track', event: 'X', properties: { email: 'ada@canary.example' } };
    await send({ batch: [nobody, ...batchOf(3).batch, nobody] });
    const emf = printed.filter((line) => line.startsWith('{')).map((line): object => JSON.parse(line));
    expect(emf).toContainEqual(expect.objectContaining({ SignalRefused: 2, reason: 'no-identity' }));
    expect(emf).toContainEqual(expect.objectContaining({ SignalReceived: 3 }));
    expect(printed.join('\n')).not.toContain('canary');
  });
});

describe('the write key', () => {
  test('that is wrong, missing or empty is refused before anything is read', async () => {
    expect(await send('no json', { key: 'wrong' })).toMatchObject({ status: 401, code: 'unauthorized' });
    expect(await send(batchOf(1), { more: { headers: {} } })).toMatchObject({ status: 401 });
    expect(await send(batchOf(1), { key: '' })).toMatchObject({ status: 401 });
    expect(await send({ ...batchOf(1), writeKey: 'key' }, { key: 'wrong' })).toMatchObject({ status: 401 });
    expect(bus).not.toHaveReceivedCommand(PutEventsCommand);
  });

  test('may stand in the body', async () => {
    expect(await send({ ...batchOf(1), writeKey: 'key' }, { more: { headers: {} } })).toMatchObject({ status: 200 });
    expect(await send({ ...batchOf(1), writeKey: ['key'] }, { more: { headers: {} } })).toMatchObject({ status: 401 });
  });

  test('is one of several while one replaces another, and is forgotten within minutes', async () => {
    expect(await send(batchOf(1), { key: 'new' })).toMatchObject({ status: 401 });
    secrets.on(GetSecretValueCommand).resolves({ SecretString: 'key new' });
    expect(await send(batchOf(1), { key: 'new', at: 60_000 })).toMatchObject({ status: 401 });
    for (const key of ['key', 'new'])
      expect(await send(batchOf(1), { key, at: 301_000 })).toMatchObject({ status: 200 });
    secrets.on(GetSecretValueCommand).resolves({ SecretString: 'new' });
    expect(await send(batchOf(1), { key: 'key', at: 602_000 })).toMatchObject({ status: 401 });
    expect(secrets).toHaveReceivedCommandTimes(GetSecretValueCommand, 3);
  });

  test('that cannot be read is asked for again', async () => {
    secrets.on(GetSecretValueCommand).rejectsOnce(new Error('throttled')).resolves({ SecretString: 'key' });
    await expect(send(batchOf(1))).rejects.toThrow('throttled');
    expect(await send(batchOf(1))).toMatchObject({ status: 200 });
  });
});
