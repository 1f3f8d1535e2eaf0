import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { checkNames, readChecks } from '#core/decision';
import { Policy } from '#core/journey';
import { services } from '../world/calls.ts';
import { callStep, carryAllOn, carryOn, fold, somebody } from '../world/customer.ts';
import { enter, executionsOf } from '../world/step-functions.ts';
import {
  at,
  hour,
  journeyOf,
  minute,
  monday,
  outbox,
  providersAccept,
  publish,
  putRow,
  startWorld,
  stopWorld,
} from '../world/world.ts';

const day = 24 * hour;
const sixteen = Array.from({ length: 16 }, (_, n) => `offer-${n}`);
const atMost = (most: number, more: object = {}) => Policy.parse({ caps: [{ most, per: 'day', ...more }] });

/** One email at once, to whoever starts it. */
const offer = (name: string, on: string, { policy, ...more }: { policy?: Policy; [field: string]: unknown } = {}) => ({
  ...journeyOf({
    name,
    triggers: [{ signal: on }],
    reentry: { after: '1 hour' },
    steps: [{ id: 'offer', send: { message: 'cart-reminder', channels: ['email'] } }],
    ...more,
  }),
  policy: policy ?? Policy.parse({}),
});

beforeAll(async () => {
  await startWorld();
  for (const name of sixteen) await publish(offer(name, 'Come All', { policy: atMost(5) }));
  const held = { caps: { otherwise: 'hold', atMost: '5 days' }, policy: atMost(1) };
  await publish(offer('first', 'Come First', held));
  // The one with the lower priority begins first, and would come first.
  await publish(offer('later', 'Come Both', { ...held, priority: 10 }));
  await publish(offer('sooner', 'Come Both', { ...held, priority: 90 }));
  const email = { message: 'cart-reminder', channels: ['email'] };
  const steps = ['one', 'two'].map((id) => ({ id, send: email }));
  await publish(offer('twice', 'Come Twice', { policy: atMost(2), steps }));
  await publish(offer('often', 'Come Often', { policy: atMost(3) }));
  await publish({ ...offer('receipt', 'Come Receipt', { topic: 'service' }), topics: { service: 'transactional' } });
  await publish(offer('spent', 'Come Cheap', { budget: { messages: 2, per: 'day' }, caps: { otherwise: 'skip' } }));
});
afterAll(stopWorld);
beforeEach(() => at(monday));
afterEach(providersAccept);

const subscriber = async (channel = 'email') => {
  const who = somebody();
  await fold(await who.identify({ email: `${who.user}@example.com`, phone: '+447700900123', timezone: 'UTC' }));
  await fold(await who.track('Consent Changed', { channel, topic: '*', granted: true }));
  return who;
};
type Who = Awaited<ReturnType<typeof subscriber>>;

const statuses = async (who: Who) =>
  (await who.runs()).map(({ steps, endedAt }) => (endedAt === undefined ? 'held' : steps.offer.status)).toSorted();
const gateOf = async (who: Who) => (await who.rows()).get('GATE')!;

describe('sixteen journeys that write to one customer at once', () => {
  test('send as many messages as the cap allows, exactly, and hold the others', async () => {
    const who = await subscriber();
    const before = outbox.length;
    await fold(await who.track('Come All'));
    const executions = executionsOf(who.id);
    expect(executions).toHaveLength(16);
    await Promise.all(executions.map((execution) => carryOn(execution)));
    expect(outbox.length - before).toBe(5);
    expect(await statuses(who)).toEqual([...Array(11).fill('held'), ...Array(5).fill('sent')]);
    expect((await gateOf(who))['slots'].size).toBe(5);
  });

  test('stop at once when the customer says no between decision and claim', async () => {
    const who = await subscriber();
    const before = outbox.length;
    await fold(await who.track('Come All'));
    const refuses = await who.track('Consent Changed', { channel: 'email', topic: '*', granted: false });
    let acknowledgedAt = Infinity;
    const claims = executionsOf(who.id).map((execution) => carryOn(execution));
    await fold(refuses).then(() => (acknowledgedAt = outbox.length));
    await Promise.all(claims);
    expect(outbox.length - before).toBeLessThanOrEqual(5);
    // Of claims that were granted before, the calls may still be under way; none is granted after.
    const gate = await gateOf(who);
    const sends = await who.sends();
    for (const { consentVersion } of sends) expect(consentVersion).toBeLessThan(gate['version']);
    expect(acknowledgedAt).toBeGreaterThanOrEqual(before);
  });
});

test('of two held messages the one with the higher priority gets the next slot, whoever comes first', async () => {
  const who = await subscriber();
  await fold(await who.track('Come First'));
  await carryAllOn(who.id);
  at(monday + minute);
  await fold(await who.track('Come Both'));
  await carryAllOn(who.id);
  expect(await statuses(who)).toEqual(['held', 'held', 'sent']);
  await who.until(monday + day);
  const sent = (await who.sends()).map(({ journey }) => journey).toSorted();
  expect(sent).toEqual(['first', 'sooner']);
  await who.until(monday + 2 * day);
  expect((await who.sends()).map(({ journey }) => journey).toSorted()).toEqual(['first', 'later', 'sooner']);
});

describe('a message that did not leave', () => {
  const failing = (status: number, name: string) =>
    services.ses
      .on(SendRawEmailCommand)
      .rejects(Object.assign(new Error('no'), { name, $metadata: { httpStatusCode: status } }));

  test('gives its slot back when the provider refused it', async () => {
    const who = await subscriber();
    failing(400, 'MessageRejected');
    await fold(await who.track('Come First'));
    await carryAllOn(who.id);
    expect((await gateOf(who))['slots']).toBeUndefined();
    providersAccept();
    await fold(await who.track('Come Both'));
    await carryAllOn(who.id);
    expect(await statuses(who)).toEqual(['failed', 'held', 'sent']);
  });

  test('gives its slot back while the provider takes nothing, and takes one again', async () => {
    const who = await subscriber();
    failing(400, 'Throttling');
    await fold(await who.track('Come First'));
    await carryAllOn(who.id);
    expect((await gateOf(who))['slots']).toBeUndefined();
    providersAccept();
    await who.until(monday + 5 * minute);
    expect(await statuses(who)).toEqual(['sent']);
    expect((await gateOf(who))['slots'].size).toBe(1);
  });

  test('gives its slot back beside another one of the same step', async () => {
    const who = await subscriber();
    failing(400, 'MessageRejected');
    await fold(await who.track('Come Twice'));
    await carryAllOn(who.id);
    const [run] = await who.runs();
    expect(run).toMatchObject({
      endReason: 'completed',
      steps: { one: { status: 'failed' }, two: { status: 'failed' } },
    });
    expect((await gateOf(who))['slots']).toBeUndefined();
  });

  test('keeps its slot as long as nobody knows what became of it', async () => {
    const who = await subscriber();
    failing(500, 'InternalFailure');
    await fold(await who.track('Come First'));
    await carryAllOn(who.id);
    expect((await gateOf(who))['slots'].size).toBe(1);
    providersAccept();
    await fold(await who.track('Come Both'));
    await carryAllOn(who.id);
    expect(await statuses(who)).toEqual(['held', 'held', 'unknown']);
  });
});

test('what a customer must know has nothing to unsubscribe from in its headers, an offer has', async () => {
  const who = await subscriber();
  const headersOf = async (event: string): Promise<string> => {
    await fold(await who.track(event));
    await carryAllOn(who.id);
    const { RawMessage } = outbox.at(-1)!.input as { RawMessage: { Data: Uint8Array } };
    return new TextDecoder().decode(RawMessage.Data).split('\r\n\r\n')[0]!;
  };
  expect(await headersOf('Come Often')).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  expect(await headersOf('Come Receipt')).not.toContain('List-Unsubscribe');
});

test('a budget of the day is spent to the last message by all customers together, and no further', async () => {
  const before = outbox.length;
  const all = await Promise.all([1, 2, 3, 4].map(() => subscriber()));
  for (const who of all) await fold(await who.track('Come Cheap'));
  for (const who of all) await carryAllOn(who.id);
  expect(outbox.length - before).toBe(2);
  const last = all.at(-1)!;
  expect(await last.whys()).toMatchObject([{ reason: 'budget-spent' }]);
});

test('what was looked at, in its order, is in the row of the message', async () => {
  const who = await subscriber();
  await fold(await who.track('Come Often'));
  await carryAllOn(who.id);
  const [send] = await who.sends();
  expect(send).toMatchObject({ status: 'SENT', topic: 'promotions', channel: 'email' });
  const looked = readChecks(send!['checks']);
  expect(looked.map(({ check }) => check)).toEqual(checkNames);
  expect(looked.every(({ result }) => result === 'yes')).toBe(true);
  expect(send!['checks']).toContain('caps=yes:0 of 3 per day');
});

describe('what an operator switched off', () => {
  const put = (name: string, isOff: boolean) =>
    putRow('state', { pk: 'SWITCHES', sk: name, isOff, by: 'op', at: new Date().toISOString(), because: 'test' });
  let clock = 0;
  const fiveSecondsLater = () => {
    const { now } = performance;
    if (clock === 0) vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + clock);
    clock += 5001;
  };
  afterEach(async () => {
    for (const name of ['all', 'email']) await put(name, false);
    fiveSecondsLater();
  });

  for (const name of ['all', 'email'])
    test(`${name}: a message waits, and leaves when it is switched on again`, async () => {
      const who = await subscriber();
      await put(name, true);
      fiveSecondsLater();
      await fold(await who.track('Come Often'));
      await carryAllOn(who.id);
      expect((await who.runs())[0]!['steps'].offer).toMatchObject({ status: 'held', reason: 'switched-off' });
      await put(name, false);
      fiveSecondsLater();
      await who.until(monday + hour);
      expect(await statuses(who)).toEqual(['sent']);
    });

  test('for more than a day: the message is withheld, and the row says why', async () => {
    const who = await subscriber();
    await put('email', true);
    fiveSecondsLater();
    await fold(await who.track('Come Often'));
    await carryAllOn(who.id);
    await who.until(monday + 2 * day);
    expect(await who.whys()).toMatchObject([{ reason: 'switched-off' }]);
  });
});

type Capacity = { readonly CapacityUnits?: number };
type Answer = { readonly ConsumedCapacity?: Capacity | readonly Capacity[] };

test('a message that is sent costs four calls to AWS: 8 write units to claim, 4 to settle', async () => {
  const [other, who] = [await subscriber(), await subscriber()];
  for (const each of [other, who]) await fold(await each.track('Come Often'));
  const [execution] = executionsOf(who.id);
  await enter(execution!);
  // Switches and pauses are read by the first of many.
  await carryAllOn(other.id);
  const calls: { readonly name: string; readonly units: number }[] = [];
  const prototype = DynamoDBClient.prototype as unknown as { send: (command: object) => Promise<Answer> };
  const { send } = prototype;
  const measure = vi.spyOn(prototype, 'send').mockImplementation(async function (this: unknown, command) {
    Object.assign(Reflect.get(command, 'input'), { ReturnConsumedCapacity: 'TOTAL' });
    const answer = await send.call(this, command);
    const consumed = [answer.ConsumedCapacity ?? []].flat();
    const units = consumed.reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
    calls.push({ name: command.constructor.name.replace('Command', ''), units });
    return answer;
  });
  await callStep(execution!);
  measure.mockRestore();
  expect(calls).toMatchObject([
    { name: 'Query' },
    { name: 'TransactWriteItems', units: 8 },
    { name: 'TransactWriteItems', units: 4 },
  ]);
  expect(await statuses(who)).toEqual(['sent']);
});
