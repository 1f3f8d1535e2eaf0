import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { unsubscribeToken } from '../../../functions/aws/unsubscribe-link.ts';

vi.hoisted(() => {
  process.env['BUS_NAME'] = 'segue';
  process.env['KEY_SECRET_ARN'] = 'arn:aws:secretsmanager:eu-west-1:1:secret:key';
  process.env['STATE_TABLE'] = 'state';
  process.env['POWERTOOLS_DEV'] = 'true';
  process.env['POWERTOOLS_METRICS_DISABLED'] = 'true';
  process.env['POWERTOOLS_LOG_LEVEL'] = 'SILENT';
});
const { handler } = await import('../../../functions/feedback/unsubscribe.ts');

const bus = mockClient(EventBridgeClient);
const secrets = mockClient(SecretsManagerClient);
const dynamodb = mockClient(DynamoDBClient);
const what = { customer: 'c'.repeat(26), channel: 'email', topic: 'promotions' } as const;
const key = 'a secret of the stack';
const token = unsubscribeToken(what, key);

beforeEach(() => {
  // Powertools warns of every invocation that counts nothing.
  vi.spyOn(console, 'warn').mockReturnValue();
  bus.reset();
  secrets.reset();
  dynamodb.reset();
  dynamodb.on(GetItemCommand).resolves({});
  secrets.on(GetSecretValueCommand).resolves({ SecretString: key });
  bus.on(PutEventsCommand).resolves({ FailedEntryCount: 0, Entries: [{ EventId: 'e' }] });
});

type Sent = { method: string; token?: string; type?: string; body?: string; at?: number; isBase64Encoded?: boolean };
const call = async (sent: Sent): Promise<APIGatewayProxyStructuredResultV2> => {
  const event = {
    version: '2.0',
    headers: sent.type === undefined ? {} : { 'content-type': sent.type },
    pathParameters: { token: sent.token ?? token },
    requestContext: { http: { method: sent.method }, timeEpoch: sent.at ?? 1_767_603_600_000 },
    body: sent.body,
    isBase64Encoded: sent.isBase64Encoded ?? false,
  } as unknown as APIGatewayProxyEventV2;
  return (await handler(event, {} as Context)) as APIGatewayProxyStructuredResultV2;
};
const form = 'application/x-www-form-urlencoded';
const oneClick = { method: 'POST', type: form, body: 'List-Unsubscribe=One-Click' };
const events = () => bus.commandCalls(PutEventsCommand).flatMap(({ args }) => args[0].input.Entries ?? []);

describe('opening the link', () => {
  test('shows a page that asks, and changes nothing', async () => {
    const page = await call({ method: 'GET' });
    expect(page.statusCode).toBe(200);
    expect(page.headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'referrer-policy': 'no-referrer',
    });
    expect(page.body).toMatch(/<form method="post">.*<button>Unsubscribe<\/button>/s);
    expect(page.body).toContain('emails about “promotions”');
    expect(page.body).not.toContain(what.customer);
    expect(events()).toEqual([]);
  });
});

describe('one click', () => {
  test('puts one consent change on the bus, about our own id of the customer', async () => {
    const page = await call(oneClick);
    expect(page.statusCode).toBe(200);
    expect(page.headers).not.toHaveProperty('location');
    expect(page.cookies).toBeUndefined();
    const [entry, ...more] = events();
    expect(more).toEqual([]);
    expect(entry).toMatchObject({ EventBusName: 'segue', Source: 'segue.preferences', DetailType: 'track' });
    expect(JSON.parse(entry!.Detail!)).toEqual({
      type: 'track',
      event: 'Consent Changed',
      messageId: expect.stringMatching(/^unsubscribe-[\w-]{32}$/),
      context: { customer: what.customer },
      properties: { channel: 'email', topic: 'promotions', granted: false, source: 'unsubscribe-link' },
    });
  });

  test('repeated at once is the same signal; months later it is a new one', async () => {
    await call(oneClick);
    await call({ ...oneClick, at: 1_767_603_610_000 });
    await call({ ...oneClick, at: 1_777_603_600_000 });
    const ids = events().map(({ Detail }) => JSON.parse(Detail!).messageId);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  test('that could not be stored says so, and offers to try again', async () => {
    bus.on(PutEventsCommand).resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] });
    expect(await call(oneClick)).toMatchObject({ statusCode: 502, body: expect.stringContaining('Try again') });
    bus.on(PutEventsCommand).rejects(new Error('down'));
    expect(await call(oneClick)).toMatchObject({ statusCode: 502 });
  });

  test('with a link that is not ours does nothing', async () => {
    for (const bad of ['', 'x', `${token}x`, token.replace('.', ''), unsubscribeToken(what, 'another key')]) {
      for (const method of ['GET', 'POST']) {
        expect(await call({ ...oneClick, method, token: bad })).toMatchObject({ statusCode: 400 });
      }
    }
    expect(events()).toEqual([]);
  });

  test.each([
    ['no body', { type: form }],
    ['another field', { type: form, body: 'List-Unsubscribe=Two-Clicks' }],
    ['a field that only contains it', { type: form, body: 'X-List-Unsubscribe=One-Click' }],
    ['no type', { body: 'List-Unsubscribe=One-Click' }],
  ])('that is none (%s) does nothing', async (_, sent) => {
    expect(await call({ method: 'POST', ...sent })).toMatchObject({ statusCode: 400 });
    expect(events()).toEqual([]);
  });
});

const file = path.join(process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance', 'standards/rfc8058.json');
const Recorded = z.object({
  cases: z.array(
    z.object({
      id: z.string(),
      request: z
        .object({
          method: z.string(),
          headers: z.record(z.string(), z.string()).optional(),
          body: z.string().optional(),
        })
        .optional(),
    }),
  ),
});

describe('RFC 8058', () => {
  test.skipIf(!existsSync(file) && process.env['CI'] === undefined)(
    `its requests are answered as printed (${file}, skipped where absent)`,
    async () => {
      const { cases } = Recorded.parse(JSON.parse(readFileSync(file, 'utf8')));
      const expected: Record<string, readonly [status: number, stored: number]> = {
        '8.1 simple': [200, 1],
        '8.3 multipart as printed': [200, 1],
        '8.3 multipart with errata': [200, 1],
        'GET must not unsubscribe': [200, 0],
        'trailing CRLF': [200, 1],
        'wrong content type': [400, 0],
      };
      const requests = cases.flatMap(({ id, request }) => (request === undefined ? [] : [{ id, request }]));
      expect(requests.map(({ id }) => id).toSorted()).toEqual(Object.keys(expected).toSorted());
      for (const isBase64Encoded of [false, true]) {
        for (const { id, request } of requests) {
          bus.resetHistory();
          const body =
            isBase64Encoded && request.body !== undefined ? Buffer.from(request.body).toString('base64') : request.body;
          const type = request.headers?.['Content-Type'];
          const answer = await call({
            method: request.method,
            ...(type === undefined ? {} : { type }),
            ...(body === undefined ? {} : { body }),
            isBase64Encoded,
          });
          expect([id, answer.statusCode, events().length]).toEqual([id, ...expected[id]!]);
        }
      }
    },
  );
});
