import { afterAll, beforeAll, expect, test } from 'vitest';
import { fold, shoes, shopper } from '../world/customer.ts';
import { cartAbandonment, hour, monday, publish, startWorld, stopWorld } from '../world/world.ts';

beforeAll(async () => {
  await startWorld();
  console.log(await publish(cartAbandonment));
});
afterAll(stopWorld);

test('the whole way', async () => {
  const maya = await shopper();
  await fold(await maya.track('Product Added', shoes));
  await maya.until(monday + 48 * hour);
  expect(maya.got()).toEqual(['email', 'sms']);
  console.log(JSON.stringify([await maya.runs(), await maya.sends(), maya.executions().map(e => [e.status, e.error, e.path])], undefined, 1));
});
