import { DynamoDBClient, ListTablesCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { Analytics } from '@segment/analytics-node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { viewProfile } from '#core/profile';
import type { Signal } from '#core/signal';
import { type Segue, startSegue } from './segue-process.ts';

/** How many events the official client sends. */
const EVENTS = Number(process.env['SEGUE_SEGMENT_EVENTS'] ?? 300);
const CUSTOMERS = Math.max(1, Math.floor(EVENTS / 10));

let segue: Segue;
let database: DynamoDBClient;
beforeAll(async () => {
  segue = await startSegue('--memory');
  const credentials = { accessKeyId: 'ops', secretAccessKey: 'x' };
  database = new DynamoDBClient({ endpoint: segue.aws, region: 'us-east-1', credentials });
}, 90_000);
afterAll(async () => segue?.stop());

type Row = { pk: string; sk: string; [field: string]: unknown };
/** All rows of a table, by a word of its name: CloudFormation gives the rest. */
const rowsOf = async (word: string): Promise<Row[]> => {
  const { TableNames = [] } = await database.send(new ListTablesCommand({}));
  const TableName = TableNames.find((name) => name.includes(word))!;
  const rows: Row[] = [];
  for await (const { Items = [] } of paginateScan({ client: database }, { TableName }))
    rows.push(...Items.map((one) => unmarshall(one) as Row));
  return rows;
};
const signalOf = (row: Row): Signal => JSON.parse(String(row['signal']));

/** Asks again until it is so: what a client was told is on the bus is in the tables a moment later. */
const eventually = async <T>(read: () => Promise<T>, isSo: (value: T) => boolean): Promise<T> => {
  for (let left = 300; ; left--) {
    const value = await read();
    if (isSo(value) || left === 0) return value;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
};

const post = async (path: string, body: string) => {
  const authorization = `Basic ${Buffer.from('local:').toString('base64')}`;
  const headers = { 'content-type': 'application/json', authorization };
  const response = await fetch(`${segue.http}${path}`, { method: 'POST', headers, body });
  return { status: response.status, body: (await response.json()) as { [field: string]: unknown } };
};

/** What one customer's events add up to, counted where they are sent. */
type Tally = { readonly seen: Record<string, number>; orders: number; revenue: number };

/** The n-th event of the stream, and what it adds. */
const sendNth = (analytics: Analytics, n: number, tally: Tally): void => {
  const userId = `segment-${n % CUSTOMERS}`;
  const count = (event: string) => (tally.seen[event] = (tally.seen[event] ?? 0) + 1);
  switch (Math.floor(n / CUSTOMERS) % 5) {
    case 0:
      count('Identified');
      return analytics.identify({ userId, traits: { email: `${userId}@example.com`, plan: userId } });
    case 1:
      count('Order Completed');
      tally.orders++;
      tally.revenue += n % 7;
      return analytics.track({ userId, event: 'Order Completed', properties: { order_id: `o-${n}`, revenue: n % 7 } });
    case 2:
      count('Page Viewed');
      return analytics.page({ userId, name: 'Home', properties: { n } });
    case 3:
      count('Group Joined');
      return analytics.group({ userId, groupId: `group-${n}` });
    default:
      count('Screen Viewed');
      return analytics.screen({ userId, name: 'Start', properties: { n } });
  }
};

/** What the profiles say, by userId. */
const profiles = async () => {
  const users = new Map((await rowsOf('Log')).map((row) => [row.pk, signalOf(row).subject.user ?? '']));
  return new Map(
    (await rowsOf('State'))
      .filter(({ pk, sk }) => sk === 'PROFILE' && users.has(pk))
      .map((row) => {
        const { seen, orders, traits } = viewProfile(JSON.parse(String(row['body'])));
        const counts = Object.fromEntries(Object.entries(seen).map(([event, { count }]) => [event, count]));
        return [
          users.get(row.pk)!,
          { seen: counts, orders: orders.count, revenue: orders.value, plan: traits['plan'] },
        ];
      }),
  );
};
const total = (found: Awaited<ReturnType<typeof profiles>>): number =>
  [...found.values()].flatMap(({ seen }) => Object.values(seen)).reduce((sum, count) => sum + count, 0);

describe('the official Segment client for Node, told nothing but another host and key', () => {
  test(`sends ${EVENTS} events, and the profiles are what they add up to`, { timeout: 600_000 }, async () => {
    const failures: unknown[] = [];
    const analytics = new Analytics({ writeKey: 'local', host: segue.http, flushAt: 50, flushInterval: 200 });
    analytics.on('error', (error) => failures.push(error));
    const expected = new Map<string, Tally & { plan: string }>();
    for (let n = 0; n < EVENTS; n++) {
      const userId = `segment-${n % CUSTOMERS}`;
      const tally = expected.get(userId) ?? { seen: {}, orders: 0, revenue: 0, plan: userId };
      expected.set(userId, tally);
      sendNth(analytics, n, tally);
    }
    await analytics.closeAndFlush({ timeout: 300_000 });
    expect(failures).toEqual([]);
    expect(await eventually(profiles, (found) => total(found) >= EVENTS)).toEqual(expected);
  });

  test('has a clock months away from the one here, and its events happened when they did', async () => {
    const now = Date.parse(await segue.clock());
    const times = (await rowsOf('Log')).map(({ at }) => Date.parse(String(at)));
    expect(Math.max(...times)).toBeLessThanOrEqual(now + 60_000);
    expect(Math.min(...times)).toBeGreaterThan(now - 600_000);
  });

  test('a wrong write key is told, and nothing is stored', async () => {
    const answers: unknown[] = [];
    const analytics = new Analytics({ writeKey: 'wrong', host: segue.http, flushAt: 1, maxRetries: 0 });
    analytics.on('error', ({ code }) => answers.push(code));
    analytics.on('http_response', ({ status }) => answers.push(status));
    analytics.track({ userId: 'nobody', event: 'X' });
    await analytics.closeAndFlush();
    expect(answers).toContain(401);
    expect(JSON.stringify(await rowsOf('Log'))).not.toContain('nobody');
  });
});

describe('each call on its own', () => {
  test.each(['track', 'identify', 'page', 'screen', 'group', 'alias'])(
    '%s is answered as Segment does',
    async (call) => {
      const more = { track: { event: 'X' }, group: { groupId: 'g' }, alias: { previousId: 'p' } }[call] ?? {};
      const messageId = `single-${call}`;
      const answer = await post(`/v1/${call}`, JSON.stringify({ userId: 'single', messageId, ...more }));
      expect(answer).toEqual({ status: 200, body: { success: true } });
      const rows = await eventually(
        async () => (await rowsOf('Log')).filter(({ sk }) => sk === messageId),
        (found) => found.length > 0,
      );
      expect(rows.map((row) => signalOf(row).type)).toEqual([call]);
    },
  );
});
