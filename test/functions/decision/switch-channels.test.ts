import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { at, context, hour, monday, startWorld, stopWorld } from '../world/world.ts';

beforeAll(startWorld);
afterAll(stopWorld);
beforeEach(() => at(monday));

const ask = async (method: 'GET' | 'POST', body?: unknown, sub: string | undefined = 'kim') => {
  const { handler } = await import('../../../functions/decision/switch-channels.ts');
  const event = {
    routeKey: `${method} /v1/switches`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    requestContext: { authorizer: { jwt: { claims: sub === '' ? {} : { sub } } } },
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
  const { statusCode, body: said } = (await handler(event, context)) as APIGatewayProxyStructuredResultV2;
  return { status: statusCode, said: JSON.parse(said ?? '{}') };
};

test('who switches a channel off is written down with the reason, and so is who switches it on again', async () => {
  expect((await ask('GET')).said.switches.map(({ off }: { off: boolean }) => off)).toEqual([
    false,
    false,
    false,
    false,
  ]);
  const off = await ask('POST', { switch: 'sms', off: true, because: 'a wrong price went out' });
  expect(off.status).toBe(200);
  expect(off.said.switches[2]).toEqual({
    switch: 'sms',
    off: true,
    by: 'kim',
    at: '2026-01-05T09:00:00.000Z',
    because: 'a wrong price went out',
  });
  at(monday + hour);
  await ask('POST', { switch: 'sms', off: false, because: 'corrected' }, 'lee');
  const { said } = await ask('GET');
  expect(said.switches[2]).toMatchObject({ off: false, by: 'lee' });
  expect(said.history).toMatchObject([
    { switch: 'sms', off: false, by: 'lee', because: 'corrected' },
    { switch: 'sms', off: true, by: 'kim', because: 'a wrong price went out' },
  ]);
});

test('nobody switches without a reason, a name, or something that is there', async () => {
  const [noReason, unknown, broken] = [
    await ask('POST', { switch: 'sms', off: true, because: ' ' }),
    await ask('POST', { switch: 'fax', off: true, because: 'x' }),
    await ask('POST', 'no json'),
  ];
  for (const { status } of [noReason, unknown, broken]) expect(status).toBe(400);
  expect(noReason.said.detail).toMatch(/`because` is missing/);
  expect((await ask('POST', { switch: 'all', off: true, because: 'x' }, '')).status).toBe(403);
  expect((await ask('GET')).said.switches[0]).toEqual({ switch: 'all', off: false });
});
