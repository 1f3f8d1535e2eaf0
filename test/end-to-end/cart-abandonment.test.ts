import { GetExecutionHistoryCommand, DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customer, type Segue, shopClient, startSegue } from './segue-process.ts';

let segue: Segue;
let put: ReturnType<typeof shopClient>;
let states: SFNClient;

beforeAll(async () => {
  segue = await startSegue('--memory');
  put = shopClient(segue.aws);
  states = new SFNClient({
    endpoint: segue.aws,
    region: 'us-east-1',
    credentials: { accessKeyId: 'ops', secretAccessKey: 'x' },
  });
}, 90_000);
afterAll(async () => segue?.stop());

const phoneOf = (userId: string): string => customer(userId).traits.phone;
const added = (userId: string, more: object = {}) => ({
  type: 'track',
  event: 'Product Added',
  userId,
  properties: { cart_id: `cart-${userId}`, product_id: 'shoes', name: 'Shoes', price: 80, quantity: 1 },
  ...more,
});
const bought = (userId: string) => ({
  type: 'track',
  event: 'Order Completed',
  userId,
  properties: { order_id: `o-${userId}`, revenue: 80, products: [{ product_id: 'shoes', price: 80, quantity: 1 }] },
});

describe('an AWS SDK client outside the process', () => {
  test('one who leaves the cart gets an email after 4 hours and an SMS a day later; one who buys gets no SMS', async () => {
    await put(customer('lea'), customer('bob'));
    await segue.advance('PT1S');
    await put(added('lea'), { ...added('bob'), event: 'Cart Abandoned' });
    await segue.advance('PT4H');
    expect(await segue.outbox('lea@example.com')).toHaveLength(1);
    expect(await segue.outbox('bob@example.com')).toHaveLength(1);
    await put(bought('bob'));
    await segue.advance('PT24H');
    expect(await segue.outbox(phoneOf('lea'))).toHaveLength(1);
    expect(await segue.outbox(phoneOf('bob'))).toHaveLength(0);
    expect(await segue.outbox('lea@example.com')).toHaveLength(1);
    const runs = await segue.executions();
    expect(runs.map(({ status }) => status)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
    for (const { entered } of runs) expect(entered.length).toBeLessThanOrEqual(3);
  });

  test('the email names what is in the cart and can be unsubscribed from with one click', async () => {
    const [email] = await segue.outbox('lea@example.com');
    expect(email!.html).toContain('Shoes');
    expect(email!.text).toContain('Shoes');
    expect(email!.headers['List-Unsubscribe-Post']).toBe('List-Unsubscribe=One-Click');
    const url = /<(http[^>]+)>/.exec(email!.headers['List-Unsubscribe']!)![1]!;
    const clicked = await fetch(url, {
      method: 'POST',
      body: 'List-Unsubscribe=One-Click',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    });
    expect(clicked.status).toBe(200);
    await segue.advance('P8D');
    await put(added('lea'));
    await segue.advance('PT5H');
    expect(await segue.outbox('lea@example.com')).toHaveLength(1);
  });

  test('the same signal sent five times changes nothing', async () => {
    await put(customer('five'));
    await segue.advance('PT1S');
    for (let i = 0; i < 5; i++) await put(added('five', { messageId: 'five-once' }));
    await segue.advance('P3D');
    expect(await segue.outbox('five@example.com')).toHaveLength(1);
    expect(await segue.outbox(phoneOf('five'))).toHaveLength(1);
  });

  test('an order in the same breath as the cart leaves nobody waiting', async () => {
    const open = async () => (await segue.executions()).filter(({ status }) => status === 'RUNNING').length;
    await segue.advance('PT48H');
    expect(await open()).toBe(0);
    await put(customer('hasty'), added('hasty'), bought('hasty'));
    await segue.advance('P3D');
    expect(await segue.outbox('hasty@example.com')).toHaveLength(0);
    expect(await open()).toBe(0);
  });

  test('without consent nothing is sent', async () => {
    await put(customer('silent', { consent: { email: false, sms: false } }));
    await segue.advance('PT1S');
    await put(added('silent'));
    await segue.advance('P3D');
    expect(await segue.outbox('silent@example.com')).toHaveLength(0);
    expect(await segue.outbox(phoneOf('silent'))).toHaveLength(0);
  });

  test('neither input nor history of any execution knows an address, a number or a name', async () => {
    const runs = await segue.executions();
    expect(runs.length).toBeGreaterThan(3);
    for (const { execution } of runs) {
      const { input } = await states.send(new DescribeExecutionCommand({ executionArn: execution }));
      const { events } = await states.send(
        new GetExecutionHistoryCommand({ executionArn: execution, includeExecutionData: true, maxResults: 1000 }),
      );
      expect(events!.length).toBeGreaterThan(3);
      expect(JSON.stringify([input, events])).not.toMatch(/@example|\+44|Canaryname|Shoes|\blea\b|\bbob\b/);
    }
  });
});

describe('the HTTP route', () => {
  const token = async (role: string): Promise<string> =>
    ((await (await fetch(`${segue.http}/_local/token?role=${role}`)).json()) as { token: string }).token;
  const start = async (journey: string, body: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${segue.http}/v1/journeys/${journey}/runs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await token('publisher')}`, 'content-type': 'application/json', ...headers },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const ask = (userId: string) => ({
    customer: userId,
    properties: { cart_id: `cart-${userId}`, product_id: 'shoes' },
  });

  test('the same request twice with one key runs once', async () => {
    await put(customer('http'), added('http', { properties: { product_id: 'shoes', name: 'Shoes' } }));
    await segue.advance('PT1S');
    const key = { 'idempotency-key': 'once' };
    const first = await start('cart-abandonment', ask('http'), key);
    const again = await start('cart-abandonment', ask('http'), key);
    expect([first.status, again.status]).toEqual([202, 202]);
    expect(again.body).toEqual(first.body);
    expect((await start('cart-abandonment', ask('other'), key)).status).toBe(422);
    await segue.advance('P3D');
    expect(await segue.outbox('http@example.com')).toHaveLength(1);
    expect(await segue.outbox(phoneOf('http'))).toHaveLength(1);
  });

  test('what cannot be started is refused by its reason', async () => {
    await start('cart-abandonment', ask('open'));
    expect((await start('cart-abandonment', ask('open'))).status).toBe(409);
    expect((await start('no-such-journey', ask('x'))).status).toBe(404);
    expect((await start('cart-abandonment', { customer: 'x', properties: {} })).status).toBe(422);
    expect((await start('cart-abandonment', ask('http'))).status).toBe(422);
    expect((await start('cart-abandonment', 'no json')).status).toBe(400);
    const nobody = await fetch(`${segue.http}/v1/journeys/cart-abandonment/runs`, { method: 'POST', body: '{}' });
    expect(nobody.status).toBe(401);
  });
});
