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
