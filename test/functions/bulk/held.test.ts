import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { Policy } from '#core/journey';
import { segmentStore } from '../../../functions/aws/segment-store.ts';
import { services } from '../world/calls.ts';
import { carryAllOn, fold, somebody } from '../world/customer.ts';
import { tables } from '../world/environment.ts';
import {
  at,
  hour,
  journeyOf,
  minute,
  monday,
  outbox,
  providersAccept,
  publish,
  rowsOf,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import {
  bulk,
  campaignOf,
  fillList,
  mails,
  openOffice,
  order,
  pass,
  publishCampaign,
  queues,
  start,
} from './office.ts';

const second = 1000;
const day = 24 * hour;
const window = { from: '19:00', to: '21:00', zone: 'UTC', otherwise: 'hold', atMost: '1 day' };
const evening = monday + 10 * hour;

const onceADay = Policy.parse({ caps: [{ most: 1, per: 'day' }] });
const held = { caps: { otherwise: 'hold', atMost: '5 days' } };

const offer = (name: string, on: string, more: object = {}) => ({
  ...journeyOf({
    name,
    triggers: [{ signal: on }],
    steps: [{ id: 'offer', send: { message: 'cart-reminder', channels: ['email'] } }],
    ...held,
    ...more,
  }),
  policy: onceADay,
});

beforeAll(async () => {
  await startWorld();
  openOffice();
  await publishCampaign(campaignOf('letter'));
  await publishCampaign(campaignOf('evening-letter', { window }));
  for (const priority of [10, 90])
    await publishCampaign({ ...campaignOf(`letter-${priority}`, { ...held, priority }), policy: onceADay });
  await publish(offer('first', 'Come First'));
  await publish(offer('offer', 'Come Offer'));
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  providersAccept();
  outbox.length = 0;
  queues.walks = [];
  queues.members = [];
});

const begin = (name: string, perSecond = 10, campaign = 'evening-letter') =>
  start({ name, campaign, segment: name, perSecond });

/** Rows of members who rest, in all partitions of a bulk. */
const resting = async (name: string): Promise<number> => {
  const all = await Promise.all(Array.from({ length: 64 }, (_, shard) => rowsOf(`BULK#${name}#${shard}`)));
  return all.flatMap((rows) => [...rows.keys()]).filter((sk) => sk.startsWith('HOLD#')).length;
};

describe('members who are held for hours', () => {
  test('rest as rows, and come back once when their time has come, at the rate', async () => {
    await fillList('evening', 40);
    const askedBatches = () => services.sqs.commandCalls(SendMessageBatchCommand).length;
    const askedWalks = () => services.sqs.commandCalls(SendMessageCommand).length;
    await begin('evening', 5);
    await pass(minute);
    expect((await bulk('evening')).body).toMatchObject({
      status: 'running',
      walked: 40,
      open: 40,
      held: 40,
      heldUntil: { first: new Date(evening).toISOString(), last: new Date(evening).toISOString() },
    });
    expect(queues.members).toEqual([]);
    const [batches, walks] = [askedBatches(), askedWalks()];
    await pass(9 * hour);
    // One call that goes on from quarter to quarter of an hour, however many are held.
    expect(askedBatches() - batches).toBe(0);
    expect(askedWalks() - walks).toBeLessThanOrEqual(40);
    await pass(2 * hour);
    expect(outbox).toHaveLength(40);
    const times = outbox.map((each) => each.at - evening);
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
    for (let from = 0; from < 20 * second; from += second)
      expect(times.filter((time) => time >= from && time < from + second).length).toBeLessThanOrEqual(6);
    expect(Math.max(...mails().values())).toBe(1);
    const { body } = await bulk('evening');
    expect(body).toMatchObject({ status: 'done', sent: 40, open: 0, held: 0 });
    expect(body['heldUntil']).toBeUndefined();
    expect(await resting('evening')).toBe(0);
  });

  test('rest on while it is paused, and come when it is resumed', async () => {
    await fillList('paused', 20);
    await begin('paused');
    await pass(minute);
    await order('pause', 'paused');
    await pass(11 * hour);
    expect(outbox).toHaveLength(0);
    expect((await bulk('paused')).body).toMatchObject({ status: 'paused', held: 20 });
    expect(queues).toEqual({ walks: [], members: [] });
    await order('resume', 'paused');
    await pass(5 * minute);
    expect((await bulk('paused')).body).toMatchObject({ status: 'done', sent: 20, held: 0 });
    expect(Math.max(...mails().values())).toBe(1);
  });

  test('paused and resumed before, they come in time', async () => {
    await fillList('between', 20);
    await begin('between');
    await pass(minute);
    await order('pause', 'between');
    await pass(hour);
    await order('resume', 'between');
    await pass(8 * hour);
    expect(outbox).toHaveLength(0);
    await pass(hour);
    expect((await bulk('between')).body).toMatchObject({ status: 'done', sent: 20 });
  });

  test('are forgotten when it is cancelled', async () => {
    await fillList('cancelled', 20);
    await begin('cancelled');
    await pass(minute);
    await order('cancel', 'cancelled');
    await pass(minute);
    expect(await resting('cancelled')).toBe(0);
    expect((await bulk('cancelled')).body).toMatchObject({ status: 'cancelled', held: 0, open: 20 });
    await pass(11 * hour);
    expect(outbox).toHaveLength(0);
    expect(queues).toEqual({ walks: [], members: [] });
  });

  test('come back while the walk is still under way', async () => {
    await fillList('long', 60);
    at(evening - 20 * minute);
    await begin('long', 1);
    await pass(10 * second);
    await order('pause', 'long');
    await pass(19 * minute);
    await order('resume', 'long');
    await pass(hour);
    expect((await bulk('long')).body).toMatchObject({ status: 'done', sent: 60, held: 0 });
    expect(Math.max(...mails().values())).toBe(1);
  });
});

const subscriber = async () => {
  const who = somebody();
  await fold(await who.identify({ email: `${who.user}@example.com`, timezone: 'UTC', consent: { email: true } }));
  return who;
};

/** Everybody who waits goes on, a few seconds at a time. */
const together = async (who: Awaited<ReturnType<typeof subscriber>>, from: number, until: number): Promise<void> => {
  for (let now = from; now <= until; now += 10 * second) {
    at(now);
    await who.until(now);
    await pass(0);
  }
};

describe('a message to many and a journey’s that wait for the same slot:', () => {
  const compete = async (priority: number, isFirst: boolean): Promise<readonly unknown[]> => {
    const name = `rival-${priority}-${isFirst ? 'first' : 'last'}`;
    const who = await subscriber();
    const store = segmentStore(tables.state);
    await store.keepList(name, '2026-01-01T00:00:00Z');
    await store.change(name, who.id, { isIn: true, order: 1, at: 1 });
    await fold(await who.track('Come First'));
    await carryAllOn(who.id);
    const letter = async () => {
      await begin(name, 10, `letter-${priority}`);
      await pass(minute);
    };
    if (isFirst) await letter();
    await fold(await who.track('Come Offer'));
    await carryAllOn(who.id);
    if (!isFirst) await letter();
    expect((await who.rows()).has(`HELD#${name}`)).toBe(true);
    const midnight = monday + 15 * hour;
    await pass(midnight - Date.now() - minute);
    await together(who, midnight - minute, midnight + 10 * minute);
    await pass(0);
    await together(who, midnight + day - minute, midnight + day + 10 * minute);
    expect((await who.rows()).has(`HELD#${name}`)).toBe(false);
    return (await who.sends())
      .toSorted((a, b) => (String(a['claimedAt']) < String(b['claimedAt']) ? -1 : 1))
      .map(({ journey }) => journey);
  };

  test.each([true, false])(
    'the higher priority goes first on the side of the campaign (begun first: %s)',
    async (isFirst) => {
      expect(await compete(90, isFirst)).toEqual(['first', 'letter-90', 'offer']);
    },
  );

  test.each([true, false])(
    'the higher priority goes first on the side of the journey (begun first: %s)',
    async (isFirst) => {
      expect(await compete(10, isFirst)).toEqual(['first', 'offer', 'letter-10']);
    },
  );
});

type Answer = {
  readonly ConsumedCapacity?: { readonly CapacityUnits?: number }[] | { readonly CapacityUnits?: number };
};

test('a message that is not held costs no write for those that are', async () => {
  await fillList('cost', 1);
  await begin('cost', 10, 'letter');
  const prototype = DynamoDBClient.prototype as unknown as { send: (command: object) => Promise<Answer> };
  const { send } = prototype;
  const units: number[] = [];
  const measure = vi.spyOn(prototype, 'send').mockImplementation(async function (this: unknown, command) {
    Object.assign(Reflect.get(command, 'input'), { ReturnConsumedCapacity: 'TOTAL' });
    const answer = await send.call(this, command);
    if (!/^(Query|GetItem|BatchGetItem)/.test(command.constructor.name))
      units.push([answer.ConsumedCapacity ?? []].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0));
    return answer;
  });
  await pass(0, async (of, call) => {
    units.length = 0;
    await call();
    if (of === 'walks') units.length = 0;
  });
  measure.mockRestore();
  expect(mails().size).toBe(1);
  // Three conditions and a row to claim; the row and the count to settle: what a journey's message costs.
  expect(units).toEqual([8, 4]);
});
