import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Ground } from '../../local/ground.ts';
import { deploy, type Deployed } from './deploy.ts';

const root = join(import.meta.dirname, '../..');
const start = Date.parse('2026-01-05T09:00:00Z');

let deployed: Deployed;
let ground: Ground;
beforeAll(async () => {
  deployed = await deploy({});
  ({ ground } = deployed);
}, 90_000);
afterAll(() => deployed?.stop());

// oxlint-disable-next-line typescript/no-explicit-any -- what AWS answers
type Json = any;
const call = (service: string, operation: string, input: object): Promise<Json> =>
  ground.call(service, operation, input as never) as Promise<Json>;
const get = async (path: string): Promise<Json> => (await fetch(`${ground.awsUrl}${path}`)).json();
const advance = (duration: string): Promise<unknown> =>
  fetch(`${ground.awsUrl}/_local/clock`, { method: 'POST', body: JSON.stringify({ advance: duration }) });

const tell = async (...details: readonly object[]): Promise<void> => {
  for (const detail of details) {
    const entry = { EventBusName: 'segue', Source: 'shop', DetailType: 'track', Detail: JSON.stringify(detail) };
    await call('events', 'PutEvents', { Entries: [entry] });
    await advance('PT5S');
  }
};

const sentTo = async (to: string): Promise<number> =>
  ((await get('/_local/outbox')) as { to: string }[]).filter((message) => message.to === to).length;

const stateTable = async (): Promise<string> =>
  (await call('dynamodb', 'ListTables', {})).TableNames.find((name: string) => /State/.test(name));

/** Every profile, by what is in it: whose it is and how often it was written say nothing of what is known. */
const profiles = async (): Promise<readonly string[]> => {
  const { Items } = await call('dynamodb', 'Scan', {
    TableName: await stateTable(),
    FilterExpression: 'sk = :profile',
    ExpressionAttributeValues: { ':profile': { S: 'PROFILE' } },
    ConsistentRead: true,
  });
  return Items.map((item: Json) => JSON.stringify([item.pk, item.body, item.mergedInto, item.owed])).toSorted();
};

const known = { type: 'identify', userId: 'ada', traits: { email: 'ada@shop.example', consent: { email: true } } };
const cart = { cart_id: '7', product_id: 'mug', name: 'Mug', price: 9 };

test('who fills a cart before they sign in is reminded once, on every device they are one customer', async () => {
  await tell(
    { ...known, anonymousId: 'laptop' },
    { type: 'track', event: 'Product Added', anonymousId: 'phone', properties: cart },
    { type: 'identify', userId: 'ada', anonymousId: 'phone', traits: {} },
    { type: 'track', event: 'Product Viewed', anonymousId: 'phone', properties: { product_id: 'tea' } },
    { type: 'alias', userId: 'ada', previousId: 'ada-of-the-old-shop' },
    { type: 'track', event: 'Product Viewed', userId: 'ada-of-the-old-shop', properties: { product_id: 'jug' } },
  );
  await advance('PT1M');
  const bodies = (await profiles()).filter((row) => row.includes('ada@shop.example'));
  expect(bodies).toHaveLength(1);
  expect(bodies[0]).toContain('\\"Product Viewed\\":[2,');
  await advance('PT20H');
  expect(await sentTo('ada@shop.example')).toBe(1);
});

test('the whole archive replayed changes nothing and sends nothing', async () => {
  await advance('P3D');
  const [before, sent] = [await profiles(), ((await get('/_local/outbox')) as object[]).length];
  const { Archives } = await call('events', 'ListArchives', {});
  const { ArchiveArn } = await call('events', 'DescribeArchive', { ArchiveName: Archives[0].ArchiveName });
  await call('events', 'StartReplay', {
    ReplayName: 'everything',
    EventSourceArn: ArchiveArn,
    EventStartTime: start / 1000,
    EventEndTime: start / 1000 + 3 * 86_400,
    Destination: { Arn: Archives[0].EventSourceArn },
  });
  await advance('PT10M');
  expect(await call('events', 'DescribeReplay', { ReplayName: 'everything' })).toMatchObject({
    State: 'COMPLETED',
    EventLastReplayedTime: expect.any(Number),
  });
  await advance('P2D');
  expect(await profiles()).toEqual(before);
  expect((await get('/_local/outbox')) as object[]).toHaveLength(sent);
});

test('the rebuild command gives back every profile that is lost', async () => {
  const before = await profiles();
  const TableName = await stateTable();
  const { Items } = await call('dynamodb', 'Scan', {
    TableName,
    FilterExpression: 'sk = :profile',
    ExpressionAttributeValues: { ':profile': { S: 'PROFILE' } },
  });
  for (const { pk, sk } of Items) await call('dynamodb', 'DeleteItem', { TableName, Key: { pk, sk } });
  expect(await profiles()).toEqual([]);
  const command = ['commands/rebuild.ts', '--all', '--endpoint', ground.awsUrl];
  const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: root });
  expect(stdout).toContain('Done.');
  await advance('PT1M');
  expect(await profiles()).toEqual(before);
});
