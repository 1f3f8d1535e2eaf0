import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { customer, shopClient, startSegue } from './segue-process.ts';

const data = fileURLToPath(new URL('../../.segue/test-kill', import.meta.url));
const clean = (): void => rmSync(data, { recursive: true, force: true });
beforeAll(clean);
afterAll(clean);

const people = Array.from({ length: 20 }, (_, i) => `kill-${i}`);
const added = (userId: string) => ({
  type: 'track',
  event: 'Product Added',
  userId,
  properties: { cart_id: `c-${userId}`, product_id: 'p', name: 'P', price: 1 },
});

test('killed at any moment, nothing acknowledged is lost and every journey goes on', async () => {
  let segue = await startSegue('--data', data);
  for (const userId of people) await shopClient(segue.aws)(customer(userId));
  await segue.advance('PT1S');
  const acknowledged = Promise.all(people.map((userId) => shopClient(segue.aws)(added(userId))));
  await acknowledged;
  await segue.kill();

  segue = await startSegue('--data', data);
  await segue.advance('PT4H');
  for (const userId of people) expect(await segue.outbox(`${userId}@example.com`)).toHaveLength(1);
  await segue.kill();

  segue = await startSegue('--data', data);
  await segue.advance('PT24H');
  for (const userId of people) {
    expect(await segue.outbox(`${userId}@example.com`)).toHaveLength(1);
    expect(await segue.outbox(customer(userId).traits.phone)).toHaveLength(1);
  }
  await segue.stop();
}, 180_000);
