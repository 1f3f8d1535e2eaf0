import { createServer } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttpApi, type HttpApi } from '../../../local/http-api/create-http-api.ts';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { AwsError, type Json, type JsonObject, type Resource } from '../../../local/world.ts';
import { arnOf, resource, smallWorld } from '../events/small-world.ts';

const START = arnOf('lambda', 'function:start');
const api = (ref: string, type: string, properties: JsonObject): Resource => ({
  ...resource(`AWS::ApiGatewayV2::${type}`, arnOf('apigateway', ref), properties),
  ref,
});
const route = (key: string, more: JsonObject = {}): Resource =>
  api(key, 'Route', { ApiId: 'api1', RouteKey: key, Target: 'integrations/int1', ...more });
const guarded = {
  AuthorizationType: 'JWT',
  AuthorizerId: 'auth1',
  AuthorizationScopes: ['segue/publisher', 'segue/admin'],
};

const open: HttpApi[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()));
});

const ground = async (
  more: {
    answer?: () => Json;
    extra?: readonly Resource[];
    ready?: boolean;
    cors?: JsonObject;
    journal?: ReturnType<typeof memoryJournal>;
  } = {},
) => {
  const small = smallWorld(
    [
      api('api1', 'Api', { ProtocolType: 'HTTP', ...(more.cors && { CorsConfiguration: more.cors }) }),
      api('stage', 'Stage', { StageName: '$default', AutoDeploy: true }),
      api('int1', 'Integration', { IntegrationType: 'AWS_PROXY', IntegrationUri: START, PayloadFormatVersion: '2.0' }),
      api('auth1', 'Authorizer', {
        AuthorizerType: 'JWT',
        JwtConfiguration: { Issuer: 'https://issuer.example', Audience: ['console'] },
      }),
      route('GET /v1/things/{thing-id}'),
      route('GET /v1/things/special'),
      route('POST /v1/journeys/{name}/runs', guarded),
      route('GET /v1/me', { AuthorizationType: 'JWT', AuthorizerId: 'auth1' }),
      route('ANY /files/{path+}'),
      ...(more.extra ?? []),
    ],
    more.journal,
  );
  // oxlint-disable-next-line typescript/no-explicit-any
  const seen: { event: any; caller: string }[] = [];
  small.add({
    name: 'lambda',
    operations: {
      Invoke: async ({ Payload }, caller) => {
        caller.require('lambda:InvokeFunction', START);
        seen.push({ event: Payload, caller: caller.id });
        return { StatusCode: 200, Payload: more.answer?.() ?? { statusCode: 200, body: 'ok' } };
      },
    },
  });
  const http = createHttpApi(small.world, { ready: () => more.ready ?? true, details: () => ({ clock: 'virtual' }) });
  const port = await http.listen(0);
  open.push(http);
  const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${port}${path}`, init);
  const bearer = async (role: string) => ({ authorization: `Bearer ${(await http.token(role)).token}` });
  return { ...small, http, port, ask, bearer, seen };
};

describe('a request to the HTTP API', () => {
  it('reaches its function as a payload 2.0 event', async () => {
    const { ask, seen, required } = await ground();
    const response = await ask('/v1/things/a%20b?x=1&x=2&y=', { headers: { cookie: 'a=1; b=2', 'x-custom': 'yes' } });
    expect([response.status, await response.text()]).toEqual([200, 'ok']);
    expect(seen[0]!.event).toMatchObject({
      version: '2.0',
      routeKey: 'GET /v1/things/{thing-id}',
      rawPath: '/v1/things/a%20b',
      rawQueryString: 'x=1&x=2&y=',
      queryStringParameters: { x: '1,2', y: '' },
      pathParameters: { 'thing-id': 'a b' },
      cookies: ['a=1', 'b=2'],
      headers: { 'x-custom': 'yes' },
      requestContext: {
        http: { method: 'GET', path: '/v1/things/a%20b', sourceIp: '127.0.0.1' },
        stage: '$default',
        time: '05/Jan/2026:09:00:00 +0000',
        timeEpoch: 1_767_603_600_000,
      },
      isBase64Encoded: false,
    });
    expect(seen[0]!.event).not.toHaveProperty('body');
    expect(required[0]).toBe(
      `apigateway.amazonaws.com lambda:InvokeFunction ${START} for arn:aws:execute-api:us-east-1:000000000000:api1/$default/GET/v1/things/{thing-id}`,
    );
  });

  it('goes to the most particular route, whatever the method of ANY, and to long parameters', async () => {
    const { ask, seen } = await ground();
    await ask('/v1/things/special');
    await ask('/files/a/b/c.txt', { method: 'DELETE' });
    await ask(`/v1/things/${'t'.repeat(500)}`);
    expect(seen.map(({ event }) => [event.routeKey, event.pathParameters])).toEqual([
      ['GET /v1/things/special', undefined],
      ['ANY /files/{path+}', { path: 'a/b/c.txt' }],
      ['GET /v1/things/{thing-id}', { 'thing-id': 't'.repeat(500) }],
    ]);
  });

  it('carries text as it is and bytes in base64', async () => {
    const { ask, seen } = await ground();
    await ask('/files/x', { method: 'POST', body: '{"a":1}', headers: { 'content-type': 'application/json' } });
    await ask('/files/x', { method: 'POST', body: Buffer.of(255, 0), headers: { 'content-type': 'image/png' } });
    expect(seen.map(({ event }) => [event.body, event.isBase64Encoded])).toEqual([
      ['{"a":1}', false],
      ['/wA=', true],
    ]);
  });

  it('that no route fits is a 404, and over 10 MB a 413', async () => {
    const { ask } = await ground();
    const missing = await ask('/nowhere');
    expect([missing.status, await missing.json()]).toEqual([404, { message: 'Not Found' }]);
    expect((await ask('/v1/things/special', { method: 'PUT' })).status).toBe(404);
    const large = await ask('/files/x', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect(large.status).toBe(413);
  });

  it('falls to $default where there is one', async () => {
    const { ask, seen } = await ground({ extra: [route('$default')] });
    await ask('/nowhere');
    expect(seen[0]!.event.routeKey).toBe('$default');
  });

  it.each([
    [
      {
        statusCode: 201,
        body: '{"a":1}',
        headers: { 'X-A': 'b', 'content-type': 'application/json' },
        cookies: ['c=1', 'd=2'],
      },
      201,
      '{"a":1}',
    ],
    [{ statusCode: 200, body: 'aGk=', isBase64Encoded: true }, 200, 'hi'],
    [{ hello: 'world' }, 200, '{"hello":"world"}'],
    ['text', 200, 'text'],
    [{ statusCode: 'many' }, 500, '{"message":"Internal Server Error"}'],
  ])('is answered with what the function gives (%j)', async (...[given, status, body]) => {
    const { ask } = await ground({ answer: () => given });
    const response = await ask('/v1/things/x');
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  it('is a 500, and a line for the operator, when API Gateway may not invoke the function', async () => {
    const { ask, denied, notes } = await ground();
    denied.add(`lambda:InvokeFunction ${START}`);
    expect((await ask('/v1/things/x')).status).toBe(500);
    expect(notes[0]).toContain('lambda:InvokeFunction');
  });

  it('is a 500 when the function fails', async () => {
    const { ask, failing } = await ground();
    failing.set('lambda Invoke', new AwsError('ServiceException', 'down'));
    expect(await (await ask('/v1/things/x')).json()).toEqual({ message: 'Internal Server Error' });
  });

  it('from a page of an allowed origin may be read by it', async () => {
    const { ask } = await ground({
      cors: { AllowOrigins: ['https://shop.example'], AllowMethods: ['GET'], AllowHeaders: ['authorization'] },
    });
    const headers = { origin: 'https://shop.example', 'access-control-request-method': 'GET' };
    const before = await ask('/v1/me', { method: 'OPTIONS', headers });
    expect([before.status, before.headers.get('access-control-allow-origin')]).toEqual([204, 'https://shop.example']);
    expect((await ask('/v1/me', { headers })).headers.get('access-control-allow-origin')).toBe('https://shop.example');
  });
});

describe('a route with a JWT authorizer', () => {
  const run = { method: 'POST', body: '{}' };

  it('is open to a token with one of its scopes, whose claims the function sees', async () => {
    const { ask, bearer, seen } = await ground();
    const response = await ask('/v1/journeys/cart/runs', { ...run, headers: await bearer('publisher') });
    expect(response.status).toBe(200);
    expect(seen[0]!.event.requestContext.authorizer.jwt).toMatchObject({
      claims: { sub: 'local-publisher', iss: 'https://issuer.example', aud: '[console]', scope: 'segue/publisher' },
      scopes: ['segue/publisher'],
    });
  });

  it('is closed without a token, with a forged one, and after twelve hours', async () => {
    const { ask, bearer, world } = await ground();
    const headers = await bearer('publisher');
    const forged = { authorization: `${headers.authorization.slice(0, -4)}AAAA` };
    const none = await ask('/v1/journeys/cart/runs', run);
    expect([none.status, await none.json()]).toEqual([401, { message: 'Unauthorized' }]);
    expect((await ask('/v1/journeys/cart/runs', { ...run, headers: forged })).status).toBe(401);
    await world.clock.advance(12 * 3_600_000);
    expect((await ask('/v1/journeys/cart/runs', { ...run, headers })).status).toBe(401);
  });

  it('is forbidden to a token without its scopes', async () => {
    const { ask, bearer } = await ground({
      extra: [route('GET /v1/other', { ...guarded, AuthorizationScopes: ['segue/reader'] })],
    });
    const response = await ask('/v1/journeys/cart/runs', { ...run, headers: await bearer('reader') });
    expect([response.status, await response.json()]).toEqual([403, { message: 'Forbidden' }]);
  });

  it('has tokens to be had from the ground, by role, also after a restart', async () => {
    const journal = memoryJournal();
    const before = await ground({ journal });
    const { token, expiresAt } = (await (await before.ask('/_local/token?role=publisher')).json()) as {
      token: string;
      expiresAt: string;
    };
    expect(expiresAt).toBe('2026-01-05T21:00:00.000Z');
    const after = await ground({ journal });
    const response = await after.ask('/v1/me', { headers: { authorization: `Bearer ${token}` } });
    expect(response.status).toBe(200);
    const unknown = await after.ask('/_local/token?role=king');
    expect([unknown.status, await unknown.json()]).toMatchObject([400, { roles: ['publisher', 'admin'] }]);
  });
});

describe('the ground’s own routes', () => {
  it('tell whether it is ready', async () => {
    const [up, down] = [await ground(), await ground({ ready: false })];
    expect(await (await up.ask('/health')).json()).toEqual({ status: 'ok', clock: 'virtual' });
    expect((await down.ask('/health')).status).toBe(503);
  });

  it('can be added, and only pages of this machine may use them', async () => {
    const { ask, http } = await ground();
    http.route('POST', '/_local/outbox/{id}/act', async ({ params, body }) => ({
      id: params['id'] ?? '',
      body: body ?? null,
    }));
    http.route('DELETE', '/_local/outbox', async () => undefined);
    const act = (headers: Record<string, string> = {}) =>
      ask('/_local/outbox/m1/act', { method: 'POST', body: '{"act":"open"}', headers });
    expect(await (await act()).json()).toEqual({ id: 'm1', body: { act: 'open' } });
    expect((await ask('/_local/outbox', { method: 'DELETE' })).status).toBe(204);
    expect((await act({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await ask('/_local/nothing')).status).toBe(404);
  });

  it('serve a folder, and nothing beside it', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'static-'));
    try {
      writeFileSync(join(folder, 'index.html'), '<h1>console</h1>');
      writeFileSync(join(folder, '.secret'), 'no');
      const { ask, http } = await ground();
      http.mount('/console', folder);
      const page = await ask('/console/');
      expect([await page.text(), page.headers.get('content-type')]).toEqual([
        '<h1>console</h1>',
        'text/html; charset=utf-8',
      ]);
      http.mount('/', folder);
      expect(await (await ask('/')).text()).toBe('<h1>console</h1>');
      for (const path of ['/console/.secret', '/console/..%2f..%2fetc/passwd', '/console/nothing.js'])
        expect((await ask(path)).status).toBe(404);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('name the flag when the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const { world } = smallWorld([]);
    const taken = typeof address === 'object' && address !== null ? address.port : 0;
    await expect(createHttpApi(world, { ready: () => true }).listen(taken)).rejects.toThrow('--http-port');
    other.close();
  });
});

describe('what this ground cannot imitate', () => {
  it.each([
    ['a WebSocket API', api('ws', 'Api', { ProtocolType: 'WEBSOCKET' })],
    [
      'a service integration',
      api('int2', 'Integration', {
        IntegrationType: 'AWS_PROXY',
        IntegrationSubtype: 'SQS-SendMessage',
        IntegrationUri: 'x',
        PayloadFormatVersion: '1.0',
      }),
    ],
    ['a Lambda authorizer', api('auth2', 'Authorizer', { AuthorizerType: 'REQUEST' })],
    ['another stage', api('stage2', 'Stage', { StageName: 'beta' })],
  ])('%s is refused at start', async (...[, extra]) => {
    await expect(ground({ extra: [extra] })).rejects.toThrow('supported here');
  });
});
