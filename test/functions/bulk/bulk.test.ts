import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { bulkRows } from '../../../functions/bulk/desk/bulk-rows.ts';
import { bulkShards } from '../../../functions/bulk/desk/bulk-shards.ts';
import { sentBulks } from '../../../functions/bulk/desk/sent-bulks.ts';
import { hashWith } from '../../../functions/aws/keyed-hash.ts';
import { unwatched, watched } from '../world/calls.ts';
import { customerKey, tables } from '../world/environment.ts';
import {
  at,
  bus,
  context,
  hour,
  minute,
  monday,
  outbox,
  providersAccept,
  putRow,
  rowsOf,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import {
  bulk,
  bulks,
  campaignOf,
  fillList,
  ledgerOf,
  mails,
  memberOf,
  openOffice,
  order,
  pass,
  publishCampaign,
  queues,
  start,
} from './office.ts';

const second = 1000;
const oneClick = { 'content-type': 'application/x-www-form-urlencoded' };

beforeAll(async () => {
  await startWorld();
  openOffice();
  await publishCampaign(campaignOf('letter'));
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  providersAccept();
  outbox.length = 0;
  queues.walks = [];
  queues.members = [];
});

const letter = (name: string, segment: string, perSecond = 10) => ({ name, campaign: 'letter', segment, perSecond });

test('everybody in a segment is sent the message once, and whoever has not agreed is told why not', async () => {
  const ids = await fillList('all', 60, 20);
  expect((await start(letter('all', 'all'))).status).toBe(202);
  await pass(5 * minute);
  expect((await bulk('all')).body).toMatchObject({
    status: 'done',
    walked: 60,
    sent: 40,
    withheld: 20,
    open: 0,
    reasons: { 'no-consent': 20 },
    by: 'kim',
  });
  const rows = await ledgerOf(ids);
  expect(rows.filter(({ sends, whys }) => sends.length + whys.length !== 1)).toEqual([]);
  expect(mails().size).toBe(40);
  expect(Math.max(...mails().values())).toBe(1);
});

test('it is not faster than its rate, and not much slower', async () => {
  await fillList('rate', 100);
  await start(letter('rate', 'rate', 10));
  await pass(5 * minute);
  const times = outbox.map((each) => each.at - monday);
  expect(times).toHaveLength(100);
  for (let from = 0; from < 20 * second; from += second)
    expect(times.filter((time) => time >= from && time < from + second).length).toBeLessThanOrEqual(10);
  // 100 at 10 a second are 10 seconds.
  expect(Math.max(...times)).toBeLessThanOrEqual(11 * second);
  expect(Math.max(...times)).toBeGreaterThanOrEqual(9 * second);
});

test('while it is paused nothing leaves; resumed, it goes on and nobody is left out', async () => {
  const ids = await fillList('paused', 60);
  await start(letter('paused', 'paused', 5));
  await pass(6 * second);
  const paused = await order('pause', 'paused');
  expect(paused.body).toMatchObject({ status: 'paused' });
  const before = outbox.length;
  expect(before).toBeGreaterThan(20);
  await pass(hour);
  expect(outbox).toHaveLength(before);
  expect((await order('resume', 'paused')).body).toMatchObject({ status: 'running' });
  await pass(hour);
  expect((await bulk('paused')).body).toMatchObject({ status: 'done', sent: 60, open: 0 });
  expect((await ledgerOf(ids)).every(({ sends }) => sends.length === 1)).toBe(true);
  expect(mails().size).toBe(60);
  expect(Math.max(...mails().values())).toBe(1);
});

test('what waited while it was paused does not leave all at once', async () => {
  await fillList('burst', 100);
  await start(letter('burst', 'burst', 20));
  await pass(2 * second);
  await order('pause', 'burst');
  await pass(30 * minute);
  outbox.length = 0;
  await order('resume', 'burst');
  await pass(hour);
  const bySecond = Map.groupBy(outbox, (each) => Math.floor(each.at / second));
  expect(Math.max(...[...bySecond.values()].map((each) => each.length))).toBeLessThanOrEqual(21);
});

test('what lay in the queue for too long leaves at the rate too', async () => {
  await fillList('late', 60);
  await start(letter('late', 'late'));
  await pass(6 * second, (of, call) => (of === 'walks' ? call() : Promise.resolve()));
  queues.members = queues.members.map(({ body }) => ({ body, at: monday + hour }));
  expect(queues.members.length).toBeGreaterThan(50);
  await pass(2 * hour);
  expect(outbox).toHaveLength(60);
  const bySecond = Map.groupBy(outbox, (each) => Math.floor(each.at / second));
  expect(Math.max(...[...bySecond.values()].map((each) => each.length))).toBeLessThanOrEqual(20);
});

test('once it is cancelled nothing leaves any more, and it cannot be resumed', async () => {
  await fillList('cancelled', 100);
  await start(letter('cancelled', 'cancelled'));
  await pass(3 * second);
  await order('cancel', 'cancelled');
  const before = outbox.length;
  await pass(hour);
  expect(outbox).toHaveLength(before);
  expect(queues).toEqual({ walks: [], members: [] });
  const { body } = await bulk('cancelled');
  expect(body).toMatchObject({ status: 'cancelled', sent: before });
  expect(body['open']).toBe(body['walked'] - before);
  expect((await order('resume', 'cancelled')).status).toBe(409);
  expect((await order('cancel', 'cancelled')).status).toBe(200);
});

test('a message that comes out of the queue twice is sent once and counted once', async () => {
  const ids = await fillList('twice', 30, 5);
  await start(letter('twice', 'twice'));
  await pass(0);
  queues.members.push(...queues.members);
  await pass(hour);
  expect((await bulk('twice')).body).toMatchObject({ status: 'done', sent: 25, withheld: 5 });
  expect((await ledgerOf(ids)).every(({ sends, whys }) => sends.length + whys.length === 1)).toBe(true);
});

test('whoever was told why not is not sent it after all by a second copy, though they have agreed meanwhile', async () => {
  const [id = ''] = await fillList('changed', 1, 1);
  const [agreed = ''] = await fillList('agreed', 1);
  await start(letter('changed', 'changed'));
  await pass(minute);
  expect((await ledgerOf([id]))[0]?.whys).toEqual(['no-consent']);
  for (const sk of ['PROFILE', 'GATE'])
    await putRow('state', { ...(await rowsOf(`C#${agreed}`)).get(sk), pk: `C#${id}`, version: 2 });
  queues.members.push({ body: memberOf(id, 'changed'), at: Date.now() });
  await pass(hour);
  expect(outbox).toHaveLength(0);
  expect((await bulk('changed')).body).toMatchObject({ sent: 0, withheld: 1 });
});

test('whoever is told why not while a second copy is about to be sent is not sent it', async () => {
  const [id = ''] = await fillList('race', 1);
  await start(letter('race', 'race'));
  const shards = bulkShards(tables.state);
  const row = await bulkRows(tables.state).find('race');
  let claims = 0;
  const before = async (operation: string, input: string): Promise<void> => {
    if (operation !== 'TransactWriteItems' || !input.includes('CLAIMED') || ++claims > 1) return;
    await unwatched(() => shards.end(id, row!, { outcome: 'withheld', reason: 'no-consent', writes: [] }));
  };
  await pass(minute, (of, call) => (of === 'walks' ? call() : watched({ before }, call)));
  expect(claims).toBe(1);
  expect(outbox).toHaveLength(0);
  expect((await bulk('race')).body).toMatchObject({ status: 'done', sent: 0, withheld: 1 });
});

test('a message that was decided on and not claimed yet does not leave once it is cancelled', async () => {
  await fillList('between', 5);
  await start(letter('between', 'between'));
  let cancelled: Promise<unknown> | undefined;
  const before = async (operation: string, input: string): Promise<void> => {
    if (operation !== 'TransactWriteItems' || !input.includes('CLAIMED')) return;
    await (cancelled ??= unwatched(() => order('cancel', 'between')));
  };
  await pass(hour, (of, call) => (of === 'walks' ? call() : watched({ before }, call)));
  expect(cancelled).toBeDefined();
  expect(outbox).toHaveLength(0);
  expect((await bulk('between')).body).toMatchObject({ status: 'cancelled', sent: 0, withheld: 0, open: 5 });
});

test('a message waits for the hours of its campaign, and leaves at the rate once they have come', async () => {
  const window = { from: '10:00', to: '12:00', zone: 'UTC', otherwise: 'hold', atMost: '1 day' };
  await publishCampaign(campaignOf('late-letter', { window }));
  await fillList('hours', 40);
  await start({ ...letter('hours', 'hours', 5), campaign: 'late-letter' });
  await pass(hour - 1);
  expect(outbox).toHaveLength(0);
  await pass(hour);
  expect(outbox).toHaveLength(40);
  const bySecond = Map.groupBy(outbox, (each) => Math.floor(each.at / second));
  expect(Math.max(...[...bySecond.values()].map((each) => each.length))).toBeLessThanOrEqual(6);
});

test('whoever follows the link in it unsubscribes from its topic', async () => {
  const [id = ''] = await fillList('link', 1);
  await start(letter('link', 'link'));
  await pass(minute);
  const raw = Buffer.from((outbox[0]!.input as { RawMessage: { Data: Uint8Array } }).RawMessage.Data).toString();
  const [, token = ''] =
    /List-Unsubscribe:\s*<[^>]*\/v1\/unsubscribe\/([^>]+)>/.exec(raw.replaceAll(/\r\n /g, '')) ?? [];
  const { handler } = await import('../../../functions/feedback/unsubscribe.ts');
  const event = { routeKey: 'POST /v1/unsubscribe/{token}', pathParameters: { token }, headers: oneClick };
  const request = {
    requestContext: { http: { method: 'POST' }, timeEpoch: monday },
    body: 'List-Unsubscribe=One-Click',
    ...event,
  };
  expect(await handler(request as unknown as APIGatewayProxyEventV2, context)).toMatchObject({ statusCode: 200 });
  expect(JSON.parse(bus.at(-1)?.Detail ?? '{}')).toMatchObject({
    context: { customer: id },
    properties: { channel: 'email', topic: 'promotions', granted: false },
  });
});

test('somebody who turned out to be another customer is sent it once, as that one', async () => {
  const [first = '', second_ = ''] = await fillList('merged', 2);
  const profile = (await rowsOf(`C#${first}`)).get('PROFILE');
  await putRow('state', { ...profile, mergedInto: second_ });
  await start(letter('merged', 'merged'));
  await pass(hour);
  expect((await bulk('merged')).body).toMatchObject({ status: 'done', sent: 1, passed: 1 });
  expect(mails().size).toBe(1);
});

test('somebody who was sent it under one id is not sent it again under another that turns out to be theirs', async () => {
  const ids = await fillList('joined', 3);
  await start(letter('joined', 'joined', 1));
  await pass(second);
  const rows = await ledgerOf(ids);
  const [first, other] = [1, 0].map((sent) => rows.find(({ sends }) => sends.length === sent)?.id ?? '');
  expect(mails().size).toBe(2);
  // Through another id, as when two merges follow one another.
  const between = 'b'.repeat(26);
  const sent = sentBulks(tables.state, () => Promise.resolve(hashWith(customerKey)));
  await sent.share(first!, between, Date.now());
  await sent.share(between, other!, Date.now());
  await pass(hour);
  expect((await bulk('joined')).body).toMatchObject({ status: 'done', open: 0, sent: 2, passed: 1 });
  expect(mails().size).toBe(2);
  // The queue may bring them again: all are counted.
  queues.members.push(...ids.map((id) => ({ body: memberOf(id, 'joined'), at: Date.now() })));
  await pass(minute);
  expect((await bulk('joined')).body).toMatchObject({ open: 0, sent: 2, passed: 1 });
});

test('of whoever was erased nothing is kept of what was sent to somebody they were', async () => {
  const [first = ''] = await fillList('once', 1);
  await start(letter('once', 'once'));
  await pass(hour);
  const erased = 'e'.repeat(26);
  await putRow('state', { pk: `C#${erased}`, sk: 'GATE', erasedAt: Date.now(), version: 1 });
  const sent = sentBulks(tables.state, () => Promise.resolve(hashWith(customerKey)));
  await sent.share(first, erased, Date.now());
  expect([...(await rowsOf(`C#${erased}`)).keys()]).toEqual(['GATE']);
});

test('what is wrong with an order is said, and nothing begins', async () => {
  await fillList('some', 1);
  const right = letter('right', 'some');
  const wrong = [
    await start('no json'),
    await start({ ...right, perSecond: 0 }),
    await start({ ...right, perSecond: 1001 }),
    await start({ ...right, campaign: 'nonsense' }),
    await start({ ...right, segment: 'nobody' }),
    await order('pause', 'nothing'),
    await bulk('nothing'),
  ];
  expect(wrong.map(({ status, body }) => `${status} ${body['title']}`)).toEqual([
    '400 bad-request',
    '400 bad-request',
    '400 bad-request',
    '404 unknown-campaign',
    '404 unknown-segment',
    '404 unknown-bulk',
    '404 unknown-bulk',
  ]);
  expect(wrong[1]?.body['detail']).toMatch(/`perSecond` is missing, unknown or of the wrong kind/);
  expect(queues.walks).toEqual([]);
  expect((await start(right)).status).toBe(202);
  expect((await start(right)).status).toBe(200);
  expect((await start({ ...right, perSecond: 11 })).body).toMatchObject({ title: 'name-taken' });
  expect((await bulks()).body['bulks'].map(({ name }: { name: string }) => name)).toContain('right');
});

test('a campaign whose channel is not there, or that was taken away, is not sent', async () => {
  await fillList('some', 1);
  expect(await publishCampaign(campaignOf('by-push', {}, { channels: ['push'] }))).toMatch(/not configured/);
  const refused = await start({ ...letter('by-push', 'some'), campaign: 'by-push' });
  expect(refused).toMatchObject({ status: 409, body: { title: 'campaign-not-live' } });
  await publishCampaign(campaignOf('gone'));
  await publishCampaign(campaignOf('gone'), 'Delete');
  const gone = await start({ ...letter('gone', 'some'), campaign: 'gone' });
  expect(gone.body['detail']).toBe('The campaign `gone` cannot be sent: it is retired.');
});
