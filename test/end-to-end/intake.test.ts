import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Signal } from '#core/signal';
import { type Segue, startSegue } from './segue-process.ts';

let segue: Segue;
beforeAll(async () => {
  segue = await startSegue('--memory');
}, 90_000);
afterAll(async () => segue?.stop());

const config = () => ({
  endpoint: segue.aws,
  region: 'us-east-1',
  credentials: { accessKeyId: 'ops', secretAccessKey: 'x' },
});

const stored = async (): Promise<Signal[]> => {
  const client = new DynamoDBClient(config());
  const { TableNames = [] } = await client.send(new ListTablesCommand({}));
  const TableName = TableNames.find((name) => name.includes('Log'))!;
  const signals: Signal[] = [];
  for await (const { Items = [] } of paginateScan({ client }, { TableName }))
    signals.push(...Items.map((one) => JSON.parse(String(unmarshall(one)['signal'])) as Signal));
  return signals;
};

/** What is on the bus is in the log a moment later. */
const storedWith = async (messageId: string): Promise<Signal> => {
  for (let left = 100; left > 0; left--) {
    const found = (await stored()).find((signal) => signal.messageId === messageId);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${messageId} was not stored`);
};

const parked = async (): Promise<{ reason: string; path: string; body: string }[]> => {
  const sqs = new SQSClient(config());
  const QueueUrl = `${segue.aws}/000000000000/segue-local-refused-signals`;
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      WaitTimeSeconds: 1,
    }),
  );
  return Messages.map(({ MessageAttributes, Body }) => ({
    reason: MessageAttributes?.['reason']?.StringValue ?? '',
    path: MessageAttributes?.['path']?.StringValue ?? '',
    body: Body ?? '',
  }));
};

const withKey = (key: string) => ({ authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}` });
const post = async (path: string, body: string | Buffer, headers: Record<string, string> = withKey('local')) => {
  const sent = { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body };
  const response = await fetch(`${segue.http}${path}`, sent);
  const answer = (await response.json()) as { success: boolean; errors?: { index: number; field: string }[] };
  return { status: response.status, ...answer };
};

describe('who may write', () => {
  test.each([
    ['no key', {}],
    ['a wrong key', withKey('wrong')],
    ['an empty key', withKey('')],
    ['a token', { authorization: 'Bearer local' }],
    ['no base64', { authorization: 'Basic ***' }],
  ])('%s is answered with 401', async (_what, headers: Record<string, string>) => {
    expect(await post('/v1/track', '{"userId":"u","event":"X"}', headers)).toMatchObject({
      status: 401,
      success: false,
    });
    expect(await post('/v1/track', 'no json', headers)).toMatchObject({ status: 401 });
  });

  test('a key in the body will do, as clients in browsers send it', async () => {
    const call = { userId: 'u', event: 'X', messageId: 'browser-1', writeKey: 'local' };
    expect(await post('/v1/track', JSON.stringify(call), {})).toMatchObject({ status: 200, success: true });
    expect(JSON.stringify(await storedWith('browser-1'))).not.toContain('writeKey');
  });
});

describe('a call that is wrong is answered with the field that is', () => {
  const call = (more: object) => JSON.stringify({ userId: 'u1', event: 'X', ...more });
  const nested = (depth: number): object => (depth === 0 ? {} : { in: nested(depth - 1) });
  test.each([
    ['no JSON', '{"userId":', 400, '$'],
    ['NaN', '{"userId":"u1","event":"X","properties":{"price":NaN}}', 400, '$'],
    ['no object', '[]', 400, '$'],
    [
      'a number no program can hold',
      '{"userId":"u1","event":"X","properties":{"price":1e999}}',
      400,
      'properties.price',
    ],
    ['nobody', '{"event":"X"}', 400, 'userId'],
    ['null for everybody', '{"event":"X","userId":null,"anonymousId":null}', 400, 'userId'],
    ['an object as userId', call({ userId: { $ne: 1 } }), 400, 'userId'],
    ['a userId that lost digits', '{"userId":123456789012345678901,"event":"X"}', 400, 'userId'],
    ['half a character', '{"userId":"u\\ud800","event":"X"}', 400, 'userId'],
    ['a line break in a name', call({ event: 'X\r\nBcc: all@example.com' }), 400, 'event'],
    [
      'a name of JavaScript',
      '{"userId":"u1","event":"X","traits":{"__proto__":{"admin":true}}}',
      400,
      'traits.__proto__',
    ],
    [
      'constructor',
      '{"userId":"u1","event":"X","properties":{"a":[{"constructor":1}]}}',
      400,
      'properties.a.0.constructor',
    ],
    ['nine levels', call({ properties: nested(8) }), 400, 'properties.in.in.in.in.in.in.in'],
    [
      'a hundred thousand levels',
      `{"userId":"u1","event":"X","p":${'['.repeat(1e5)}${']'.repeat(1e5)}}`,
      400,
      'p.0.0.0.0.0.0.0',
    ],
    ['yesterday', call({ timestamp: 'yesterday' }), 400, 'timestamp'],
    ['the beginning of 1970', call({ timestamp: '1970-01-01T00:00:00Z' }), 400, 'timestamp'],
    ['seconds', call({ timestamp: 1767603600 }), 400, 'timestamp'],
    ['a day that is none', call({ timestamp: '2026-02-30T00:00:00Z' }), 400, 'timestamp'],
    ['a sentAt that is no date', call({ sentAt: 'now' }), 400, 'sentAt'],
    ['no event', '{"userId":"u1"}', 400, 'event'],
    ['a list as properties', call({ properties: [] }), 400, 'properties'],
    ['64 KB and a bit', call({ properties: { text: 'x'.repeat(66_000) } }), 413, '$'],
    ['more than 500 KB', call({ properties: { text: 'x'.repeat(520_000) } }), 413, '$'],
  ])('%s', async (_what, body, status, field) => {
    const answer = await post('/v1/track', body);
    expect([answer.status, answer.success, answer.errors?.map((one) => one.field)]).toEqual([status, false, [field]]);
  });

  test('invalid UTF-8, in bytes or as what stands in for them', async () => {
    const broken = Buffer.from('{"userId":"u\xff\xfe","event":"X"}', 'latin1');
    const bytes = { ...withKey('local'), 'content-type': 'application/octet-stream' };
    expect(await post('/v1/track', broken, bytes)).toMatchObject({ status: 400, errors: [{ field: '$' }] });
    expect(await post('/v1/track', broken)).toMatchObject({ status: 400, errors: [{ field: 'userId' }] });
  });

  test('a time to come is taken for now: a clock that runs ahead wins over nothing', async () => {
    expect(await post('/v1/track', call({ messageId: 'ahead', timestamp: '2099-01-01T00:00:00Z' }))).toMatchObject({
      status: 200,
    });
    expect((await storedWith('ahead')).timestamp.slice(0, 10)).toBe((await segue.clock()).slice(0, 10));
  });
});

describe('a batch', () => {
  test('takes what is good, names what is not, and keeps that for the operator', async () => {
    const batch = [
      { type: 'track', event: 'X', userId: 'b1', messageId: 'good-1' },
      { type: 'track', event: 'X', messageId: 'bad-1' },
      null,
      { type: 'identify', userId: 'b2', messageId: 'good-2', traits: { name: 'B' } },
    ];
    expect(await post('/v1/batch', JSON.stringify({ batch }))).toEqual({
      status: 200,
      success: true,
      refused: [
        expect.objectContaining({ index: 1, reason: 'no-identity', field: 'batch[1].userId' }),
        expect.objectContaining({ index: 2, reason: 'unknown-shape', field: 'batch[2]' }),
      ],
    });
    await storedWith('good-1');
    await storedWith('good-2');
    const kept = (await parked()).toSorted((a, b) => (a.path < b.path ? -1 : 1));
    expect(kept.map(({ reason, path }) => [reason, path])).toEqual([
      ['no-identity', 'batch[1].userId'],
      ['unknown-shape', 'batch[2]'],
    ]);
    expect(JSON.parse(kept[0]!.body)).toMatchObject({ source: 'http', detail: batch[1] });
  });

  test('with nothing good is refused', async () => {
    expect(await post('/v1/batch', '{"batch":[{"type":"track"},{}]}')).toMatchObject({
      status: 400,
      errors: [{ index: 0 }, { index: 1 }],
    });
    expect(await post('/v1/batch', '{"batch":{}}')).toMatchObject({ status: 400, errors: [{ field: 'batch' }] });
    expect(await post('/v1/batch', '{"batch":[]}')).toMatchObject({ status: 200 });
  });

  test('says once for all when it was sent, and times are put right by it', async () => {
    const sentAt = Date.parse('2031-05-05T12:00:00Z');
    const timestamp = new Date(sentAt - 90_000).toISOString();
    const batch = [{ type: 'track', event: 'X', userId: 'skewed', messageId: 'skewed-1', timestamp }];
    const before = Date.parse(await segue.clock());
    await post('/v1/batch', JSON.stringify({ batch, sentAt: new Date(sentAt).toISOString() }));
    const at = Date.parse((await storedWith('skewed-1')).timestamp);
    expect(at - before).toBeGreaterThanOrEqual(-90_000);
    expect(at - before).toBeLessThan(-80_000);
  });
});

describe('events of others', () => {
  const bus = () => new EventBridgeClient(config());

  test('become signals by a mapping, straight from the bus they arrive on', async () => {
    const sample = JSON.parse(readFileSync('mappings/samples/shopify-order.json', 'utf8'));
    await bus().send(
      new PutEventsCommand({
        Entries: [{ Source: 'shopify', DetailType: sample['detail-type'], Detail: JSON.stringify(sample.detail) }],
      }),
    );
    expect(await storedWith('shopify:b54557e4-bdd9-4b37-8a5f-bf7d70bcd043')).toMatchObject({
      event: 'Order Completed',
      subject: { user: '115310627314723950' },
      timestamp: '2026-01-05T09:00:00.123Z',
      properties: { cart_id: 'hWN2X7kKq0', revenue: 88 },
    });
  });

  test('what a customer texts back is a signal of the number it came from', async () => {
    const message = {
      originationNumber: '+447700900456',
      destinationNumber: '+447700900001',
      messageKeyword: 'KEYWORD_447700900001',
      messageBody: 'Stop please',
      inboundMessageId: 'in-1',
      previousPublishedMessageId: 'out-1',
    };
    const response = await fetch(segue.aws, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization:
          'AWS4-HMAC-SHA256 Credential=x/20260105/us-east-1/sns/aws4_request, SignedHeaders=host, Signature=x',
      },
      body: new URLSearchParams({
        Action: 'Publish',
        Version: '2010-03-31',
        TopicArn: 'arn:aws:sns:us-east-1:000000000000:segue-local-inbound-sms',
        Message: JSON.stringify(message),
      }),
    });
    expect([response.status, await response.text()]).toEqual([200, expect.stringContaining('MessageId')]);
    expect(await storedWith('sms:in-1')).toMatchObject({
      event: 'SMS Received',
      subject: { anonymous: 'sms:+447700900456' },
      properties: { text: 'Stop please', in_reply_to: 'out-1' },
    });
  });

  test('what Segue says itself is no signal, whoever says it in its name', async () => {
    const detail = (messageId: string) => JSON.stringify({ type: 'track', event: 'X', userId: 'loop', messageId });
    const entry = { EventBusName: 'segue', DetailType: 'track' };
    await bus().send(
      new PutEventsCommand({
        Entries: [
          ...['segue', 'segue.else'].map((Source) => ({ ...entry, Source, Detail: detail(`of-${Source}`) })),
          { ...entry, Source: 'shop', Detail: detail('of-shop') },
        ],
      }),
    );
    await storedWith('of-shop');
    expect((await stored()).map(({ messageId }) => messageId)).not.toContain('of-segue');
    expect((await stored()).map(({ messageId }) => messageId)).not.toContain('of-segue.else');
  });
});
