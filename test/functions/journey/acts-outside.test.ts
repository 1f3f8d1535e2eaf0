import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { crashing, services } from '../world/calls.ts';
import { callStep, carryOn, fold, shopper, type Somebody, twinOf } from '../world/customer.ts';
import { enter, timeOut } from '../world/step-functions.ts';
import {
  at,
  bus,
  busAccepts,
  hour,
  journeyOf,
  minute,
  monday,
  publish,
  startWorld,
  stopWorld,
} from '../world/world.ts';

const day = 24 * hour;

/** One of everything, then a wait. */
const errands = journeyOf({
  name: 'errands',
  triggers: [{ signal: 'Start errands' }],
  steps: [
    { id: 'mark', update: { plan: 'gold', size: { from: 'entry.properties.size' } } },
    { id: 'say', emit: { event: 'Card Sent', properties: { size: { from: 'entry.properties.size' } } } },
    { id: 'ask', task: { to: 'support', title: 'Call them', shows: { size: { from: 'entry.properties.size' } } } },
    { id: 'begin', start: { journey: 'other', properties: { size: 1 } } },
    { id: 'call', webhook: { url: 'https://127.0.0.1/hook' } },
    { wait: '1 day' },
  ],
});
const callOrEnd = journeyOf({
  name: 'call-or-end',
  triggers: [{ signal: 'Start call-or-end' }],
  steps: [{ id: 'call', webhook: { url: 'https://127.0.0.1/hook', otherwise: 'end' } }, { wait: '1 day' }],
});
const daily = journeyOf({
  name: 'daily',
  triggers: [{ signal: 'Start daily' }],
  steps: [
    {
      id: 'tips',
      repeat: { every: '1 day', times: 3, steps: [{ id: 'tip', send: { message: 'last-call', channels: ['sms'] } }] },
    },
    { end: 'told' },
  ],
});
/** More rounds than one execution may have. */
const endless = journeyOf({
  name: 'endless',
  triggers: [{ signal: 'Start endless' }],
  exit: [{ on: 'Order Completed' }],
  steps: [
    {
      id: 'rounds',
      repeat: {
        every: '1 hour',
        times: 1000,
        until: 'profile.orders.count > 0',
        steps: [{ branch: [{ when: 'profile.orders.count > 9', then: [{ update: { rich: true } }] }] }],
      },
    },
  ],
});

let beforeErrands: Somebody;
let inRoundTwo: Somebody;

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  for (const journey of [errands, callOrEnd, daily, endless]) await publish(journey);
  at(monday);
  beforeErrands = await shopper();
  await fold(await beforeErrands.track('Start errands', { size: 'large' }));
  inRoundTwo = await shopper();
  await fold(await inRoundTwo.track('Start daily'));
  await inRoundTwo.until(monday + day - 1);
});
afterAll(stopWorld);
beforeEach(() => {
  at(monday);
  bus.length = 0;
});
afterEach(busAccepts);

/** What was said, by id: the same again is the same. */
const said = (): Record<string, Record<string, unknown>> =>
  Object.fromEntries(
    bus.map(({ Detail }) => {
      const { messageId, ...detail } = JSON.parse(Detail);
      return [messageId.split('/')[1], detail];
    }),
  );

describe('what a run does outside', () => {
  test('is said on the bus about its customer, asked of people and noted', async () => {
    const who = await twinOf(beforeErrands);
    await carryOn(who.executions()[0]!);
    const [run] = await who.runs();
    const { enrol } = run!;
    const context = { customer: who.id, hops: 1 };
    expect(bus.map(({ Source }) => Source)).toEqual(Array.from({ length: 3 }, () => 'segue.journey'));
    expect(said()).toMatchObject({
      mark: { type: 'identify', traits: { plan: 'gold', size: 'large' }, context },
      say: { type: 'track', event: 'Card Sent', properties: { size: 'large' }, context },
      begin: {
        event: 'Journey Requested',
        properties: {
          journey: 'other',
          properties: { size: 1 },
          parent: { journey: 'errands', enrol, occurrence: 1, step: 'begin' },
        },
      },
    });
    const [task] = [...(await who.rows())].filter(([sk]) => sk.startsWith('TASK#')).map(([, row]) => row);
    // Whoever sees the run end looks for its tasks.
    expect(await who.runs()).toMatchObject([{ hasAsked: true }]);
    expect(task).toMatchObject({
      enrol,
      step: 'ask',
      to: 'support',
      shows: { size: 'large' },
      askedAt: monday,
      dueAt: monday + day,
    });
    expect(run!['steps']).toEqual({
      mark: { status: 'done', at: monday },
      say: { status: 'done', at: monday },
      ask: { status: 'done', at: monday },
      begin: { status: 'done', at: monday },
      call: { status: 'failed', reason: 'not-public', at: monday },
    });
    expect(run).toMatchObject({ told: true, step: 'wait-24-hours' });
  });

  for (const dead of [true, false])
    for (const when of ['before', 'after'] as const)
      test(`is done once, and the run goes on, where the ${dead ? 'process dies' : 'call fails'} ${when} any call arrives`, async () => {
        const whole = (await twinOf(beforeErrands)).executions()[0]!;
        await enter(whole);
        const { calls } = await crashing({ at: 0, when, dead }, () => callStep(whole));
        expect(calls.filter((call) => call === 'PutEvents')).toHaveLength(3);
        for (let n = 1; n <= calls.length; n++) {
          bus.length = 0;
          at(monday);
          const who = await twinOf(beforeErrands);
          const execution = who.executions()[0]!;
          await enter(execution);
          await crashing({ at: n, when, dead }, () => callStep(execution));
          at(monday + minute);
          await carryOn(execution);
          expect({ at: calls[n - 1], said: Object.keys(said()).toSorted() }).toEqual({
            at: calls[n - 1],
            said: ['begin', 'mark', 'say'],
          });
          expect([...(await who.rows()).keys()].filter((sk) => sk.startsWith('TASK#'))).toHaveLength(1);
          await who.until(monday + 2 * day);
          expect(execution).toMatchObject({ status: 'succeeded' });
          expect(await who.runs()).toMatchObject([{ endReason: 'completed' }]);
        }
      });

  test('that fails ends the run where its author wants that, with the reason', async () => {
    const who = await shopper();
    await fold(await who.track('Start call-or-end'));
    await carryOn(who.executions()[0]!);
    expect(await who.runs()).toMatchObject([{ endReason: 'not-public' }]);
  });

  test('that the bus does not take is tried again by the state machine', async () => {
    const who = await twinOf(beforeErrands);
    const execution = who.executions()[0]!;
    services.bus
      .on(PutEventsCommand)
      .resolves({ FailedEntryCount: 1, Entries: [{ ErrorCode: 'ThrottlingException' }] });
    await enter(execution);
    await callStep(execution);
    expect(execution).toMatchObject({ attempt: 1, status: 'running' });
    busAccepts();
    await carryOn(execution);
    expect(Object.keys(said())).toHaveLength(3);
  });
});

describe('a round of a repeat', () => {
  for (const dead of [true, false])
    for (const when of ['before', 'after'] as const)
      test(`is counted once where the ${dead ? 'process dies' : 'call fails'} ${when} any call arrives`, async () => {
        for (let n = 1, isBeyond = false; !isBeyond; n++) {
          at(monday + day - 1);
          const who = await twinOf(inRoundTwo);
          const execution = who.executions()[0]!;
          timeOut(execution);
          await enter(execution);
          const { calls } = await crashing({ at: n, when, dead }, () => callStep(execution));
          isBeyond = calls.length < n;
          at(Date.now() + minute);
          await carryOn(execution);
          await who.until(monday + 10 * day);
          const sends = (await who.sends()).map(({ sk }) => String(sk).split('#').at(-1));
          const wasLost = (await who.sends()).some(({ status }) => status !== 'SENT');
          expect(sends).toEqual(['tip', 'tip@2', 'tip@3']);
          expect(who.got().length).toBe(wasLost ? who.got().length : 2);
          expect(execution).toMatchObject({ status: 'succeeded' });
          expect(await who.runs()).toMatchObject([{ endReason: 'told', steps: { tips: { round: 3 } } }]);
        }
      });

  test('after hundreds of them begins a new execution, once, and an order still ends the run', async () => {
    const who = await shopper();
    await fold(await who.track('Start endless'));
    await who.until(monday + 400 * hour);
    const [first, second, ...more] = who.executions();
    expect(more).toEqual([]);
    expect(first).toMatchObject({ status: 'succeeded' });
    // What one state writes at most, without tries, into a history of 25,000 events.
    expect(first!.path.length * 6).toBeLessThan(20_000);
    expect(second).toMatchObject({ status: 'running', input: { from: 'rounds pause' } });
    expect(second!.path.slice(0, 3)).toEqual(['Begin', 'rounds pause', 'rounds']);
    expect((await who.runs())[0]!['steps'].rounds).toMatchObject({ round: 401 });
    await fold(await who.track('Order Completed'));
    expect(await who.runs()).toMatchObject([{ exitReason: 'Order Completed' }]);
    expect(second).toMatchObject({ status: 'succeeded' });
  });
});
