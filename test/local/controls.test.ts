import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGround, type Ground } from '../../local/ground.ts';
import type { Json } from '../../local/world.ts';
import { writeAssembly } from './template/write-assembly.ts';

let ground: Ground;
beforeAll(async () => {
  const sender = { EmailIdentity: 'shop.example' };
  ground = await startGround({
    assembly: writeAssembly({ resources: { Sender: ['AWS::SES::EmailIdentity', sender] } }),
    data: undefined,
    clock: 'virtual',
    start: Date.parse('2026-01-05T09:00:00Z'),
    awsPort: 0,
    httpPort: 0,
    note: () => undefined,
  });
});
afterAll(() => ground?.stop());

const local = async (method: string, path: string, body?: Json): Promise<{ status: number; answer: Json }> => {
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(`${ground.awsUrl}/_local/${path}`, { method, ...sent });
  return { status: response.status, answer: JSON.parse(await response.text()) };
};
const sendTo = (to: string) =>
  ground.call('ses', 'SendEmail', {
    Source: 'hello@shop.example',
    Destination: { ToAddresses: [to] },
    Message: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'Hello' } } },
  });

test('a provider can be made to refuse, and to work again', async () => {
  expect(await local('GET', 'providers')).toEqual({ status: 200, answer: { sending: 'normal', sandbox: false } });
  await local('PUT', 'providers', { sending: 'throttled' });
  await expect(sendTo('a@example.com')).rejects.toMatchObject({ code: 'Throttling' });
  await local('PUT', 'providers', { sending: 'normal' });
  await expect(sendTo('a@example.com')).resolves.toMatchObject({ MessageId: expect.any(String) });
  expect((await local('PUT', 'providers', { sending: 'tired' })).status).toBe(400);
});

test('a person can be told what to do with messages, by one word or in detail', async () => {
  expect(await local('PUT', 'recipients/b@example.com', 'bounce')).toEqual({ status: 200, answer: {} });
  expect(await local('PUT', 'recipients/*', { opensAfterSeconds: 60 })).toEqual({ status: 200, answer: {} });
  expect(await local('PUT', 'recipients/c@example.com', { outcome: 'explode' })).toMatchObject({ status: 400 });
});
