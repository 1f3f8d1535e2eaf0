import { afterAll, beforeAll, expect, test } from 'vitest';
import { customer, type Segue, shopClient, startSegue } from './segue-process.ts';

let segue: Segue;
let put: ReturnType<typeof shopClient>;
beforeAll(async () => {
  segue = await startSegue('--memory');
  put = shopClient(segue.aws);
}, 90_000);
afterAll(async () => segue?.stop());

const cart = (userId: string, cartId: string, more: object = {}) => ({
  type: 'track',
  event: 'Product Added',
  userId,
  properties: { cart_id: cartId, product_id: 'shoes', name: 'Shoes', price: 80, ...more },
});
const act = (id: string, what: string) =>
  fetch(`${segue.aws}/_local/outbox/${id}/${what}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });

test('an address that bounced is not written to again, whatever the journey', async () => {
  await put(customer('gone'), cart('gone', 'one'));
  await segue.advance('PT4H');
  const [email] = await segue.outbox('gone@example.com');
  expect((await act(email!.id, 'bounce')).status).toBe(200);
  await segue.advance('P3D');
  await put(cart('gone', 'two'));
  await segue.advance('P3D');
  expect(await segue.outbox('gone@example.com')).toHaveLength(1);
});

test('a click in the email ends the journey as answered: no SMS follows', async () => {
  await put(customer('keen'), cart('keen', 'three'));
  await segue.advance('P1D');
  const [email] = await segue.outbox('keen@example.com');
  expect((await act(email!.id, 'click')).status).toBe(200);
  await segue.advance('P3D');
  expect(await segue.outbox(customer('keen').traits.phone)).toHaveLength(0);
});

test('an app says that a push came and was tapped, of which the provider had said nothing', async () => {
  const devices = [{ token: 'sue-phone', type: 'ios' }];
  await fetch(`${segue.aws}/_local/recipients/sue-phone`, { method: 'PUT', body: '"timeout"' });
  await put(customer('sue', { prefers: 'push', consent: { email: true, sms: true, push: true }, devices }));
  await put(cart('sue', 'pushed'));
  await segue.advance('P1DT5H');
  const [push] = await segue.outbox('sue-phone');
  const { token } = (await (await fetch(`${segue.http}/_local/token?role=agent`)).json()) as { token: string };
  const message = async () => {
    const path = `${segue.http}/v1/messages/${push!.tags['message_id']}`;
    return (await fetch(path, { headers: { authorization: `Bearer ${token}` } })).json();
  };
  expect(await message()).toMatchObject({ status: 'unknown', channel: 'push' });

  const app = { authorization: `Basic ${btoa('local:')}`, 'content-type': 'application/json' };
  for (const event of ['Push Notification Received', 'Push Notification Tapped']) {
    const body = JSON.stringify({ userId: 'sue', event, properties: { message_id: push!.tags['message_id'] } });
    expect((await fetch(`${segue.http}/v1/track`, { method: 'POST', headers: app, body })).status).toBe(200);
  }
  await segue.advance('PT1M');
  expect(await message()).toMatchObject({
    status: 'sent',
    history: [{ is: 'claimed' }, { is: 'delivered' }, { is: 'opened' }],
  });
});

test('thirty large signals at once enter thirty runs, and a consent among them is not lost', async () => {
  await put(customer('busy'));
  await segue.advance('PT1S');
  const open = async () => (await segue.executions()).filter(({ status }) => status === 'RUNNING').length;
  await segue.advance('P3D');
  const before = await open();
  const large = Array.from({ length: 30 }, (_, i) => cart('busy', `large-${i}`, { note: 'x'.repeat(60_000) }));
  for (let i = 0; i < 30; i += 3) await put(...large.slice(i, i + 3));
  await put({
    type: 'track',
    event: 'Consent Changed',
    userId: 'busy',
    properties: { channel: 'email', granted: false },
  });
  await segue.advance('PT1S');
  expect((await open()) - before).toBe(30);
  await segue.advance('P3D');
  expect(await segue.outbox('busy@example.com')).toHaveLength(0);
}, 60_000);

test('a run whose execution is stopped by hand is closed, so that its customer may enter again', async () => {
  const { SFNClient, StopExecutionCommand } = await import('@aws-sdk/client-sfn');
  const states = new SFNClient({
    endpoint: segue.aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'ops', secretAccessKey: 'x' },
  });
  await put(customer('stuck'), cart('stuck', 'stopped'));
  await segue.advance('PT1M');
  const [run] = (await segue.executions()).filter(({ status }) => status === 'RUNNING');
  await states.send(new StopExecutionCommand({ executionArn: run!.execution }));
  await segue.advance('P8D');
  await put(cart('stuck', 'stopped'));
  await segue.advance('P1D');
  expect(await segue.outbox('stuck@example.com')).toHaveLength(1);
});
