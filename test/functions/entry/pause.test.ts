import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { noPolicy } from '#core/journey';
import { crashing, unwatched, watched } from '../world/calls.ts';
import { callStep, carryOn, fold, shopper, type Somebody } from '../world/customer.ts';
import { inEveryOrder } from '../world/every-order.ts';
import { scene } from '../world/scene.ts';
import { enter, payloadOf, retry, timeOut } from '../world/step-functions.ts';
import {
  at,
  context,
  deleteRows,
  hour,
  journeyOf,
  minute,
  monday,
  outbox,
  pointersAgeASecond,
  publish,
  refolds,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import { ask, control, inLine, minutePasses, streamTells, ticks } from './desk.ts';

const reminder = { id: 'reminder', send: { message: 'cart-reminder', channels: ['email'], expires: '2 hours' } };
const lastCall = { id: 'last-call', send: { message: 'last-call', channels: ['sms'] } };
const journeys = [
  {
    name: 'frozen',
    triggers: [{ signal: 'Came' }],
    exit: [{ on: 'Left' }],
    steps: [{ wait: '4 hours' }, reminder, { wait: '1 day' }, lastCall],
  },
  { name: 'at-once', triggers: [{ signal: 'Hurried' }], steps: [reminder, { wait: '1 day' }, lastCall] },
  { name: 'chained', triggers: [{ signal: 'Chained' }], steps: [{ wait: '1 hour' }, { wait: '2 hours' }, lastCall] },
  {
    name: 'hearing',
    triggers: [{ signal: 'Asked' }],
    steps: [
      {
        id: 'answer',
        waitFor: { said: { on: 'Answered' } },
        within: '10 hours',
        then: { said: [lastCall], timeout: [{ end: 'silent' }] },
      },
    ],
  },
  {
    name: 'in-line',
    triggers: [{ signal: 'Queued' }],
    entryRate: { most: 1, per: 'minute' },
    steps: [{ wait: '1 hour' }],
  },
] as const;

/** Without hours: what leaves at night tells how long a pause was. */
const document = (name: string) => ({
  ...journeyOf(journeys.find((each) => each.name === name)!),
  policy: noPolicy,
});

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  for (const { name } of journeys) await publish(document(name));
});
afterAll(stopWorld);
/** Each test has days of its own: pauses are not forgotten. */
let start = monday;
beforeEach(() => at((start += 30 * 24 * hour)));

/** Gives an order, which functions learn of within a second. */
const order = async (journey: string, action: string, body?: object) => {
  const answer = await control(journey, action, body);
  pointersAgeASecond();
  if (answer.code === 200) await streamTells(journey);
  return answer;
};
const comes = async (event: string): Promise<Somebody> => {
  const who = await shopper();
  await fold(await who.track(event));
  await who.until(Date.now());
  return who;
};
/** When each message left, in hours. */
const hoursOf = (who: Somebody): readonly number[] =>
  outbox.filter(({ input }) => JSON.stringify(input).includes(who.id)).map((each) => (each.at - start) / hour);
const rounded = (hours: readonly number[]) => hours.map((each) => Math.round(each * 10) / 10);

test('a late attempt does not stop a run that another has carried on since the journey was resumed', async () => {
  const who = await comes('Came');
  await who.until(start + 4 * hour - 1);
  const [execution] = who.executions();
  at(start + 4 * hour);
  timeOut(execution!);
  await enter(execution!);
  await order('frozen', 'pause');
  const { handler } = await import('../../../functions/journey/run-step.ts');
  const late = await payloadOf(execution!);
  let isResumed = false;
  const before = async (operation: string): Promise<void> => {
    if (operation !== 'TransactWriteItems' || isResumed) return;
    isResumed = true;
    await unwatched(async () => {
      at(Date.now() + minute);
      await order('frozen', 'resume');
      retry(execution!, 'Lambda.Unknown');
      await carryOn(execution!);
    });
  };
  await expect(watched({ before }, () => handler(late, context))).rejects.toThrow('Error');
  expect(who.got()).toEqual(['email']);
  await who.until(start + 30 * hour);
  expect(who.got()).toEqual(['email', 'sms']);
});

describe('a journey that is paused', () => {
  test('lets nobody enter, then or later, and says so to who asks', async () => {
    expect(await order('frozen', 'pause')).toMatchObject({ code: 200, journey: 'frozen' });
    const who = await comes('Came');
    expect(await who.runs()).toEqual([]);
    expect(await ask(who, 'frozen')).toMatchObject({ code: 409, title: 'paused' });
    expect(await order('frozen', 'pause')).toMatchObject({ code: 200 });
    expect(await order('frozen', 'resume')).toMatchObject({ code: 200, journey: 'frozen' });
    expect(await who.runs()).toEqual([]);
    await fold(await who.track('Came'));
    expect(await who.runs()).toHaveLength(1);
  });

  test('sends nothing, and its waits go on for as long as they were paused', async () => {
    const who = await comes('Came');
    at(start + hour);
    await order('frozen', 'pause');
    await who.until(start + 10 * hour);
    expect(who.got()).toEqual([]);
    expect(await inLine('frozen', 'HELD')).toContain(who.id);
    expect(await control('frozen')).toMatchObject({ status: 'paused', held: expect.any(Number) });
    at(start + 11 * hour);
    await order('frozen', 'resume');
    await minutePasses();
    await who.until(start + 100 * hour);
    // Three of four hours were left at the resume; then the day counts from the message.
    expect(rounded(hoursOf(who))).toEqual([14, 38]);
    expect(await who.runs()).toMatchObject([{ endReason: 'completed' }]);
    expect(await inLine('frozen', 'HELD')).toEqual([]);
    expect(refolds).toEqual([]);
  });

  test('that is over before a wait ends lengthens it all the same', async () => {
    const who = await comes('Came');
    at(start + hour);
    await order('frozen', 'pause');
    at(start + 3 * hour);
    await order('frozen', 'resume');
    await who.until(start + 5 * hour);
    expect(who.got()).toEqual([]);
    await who.until(start + 100 * hour);
    expect(rounded(hoursOf(who))).toEqual([6, 30]);
  });

  test('twice lengthens a wait by both pauses', async () => {
    const who = await comes('Came');
    for (const from of [1, 4.5, 7]) {
      await who.until(start + from * hour);
      await order('frozen', 'pause');
      await who.until(start + (from + 1) * hour);
      await order('frozen', 'resume');
      await minutePasses();
    }
    await who.until(start + 100 * hour);
    // When the third began the message had left: it lengthens the day after it.
    expect(rounded(hoursOf(who))).toEqual([6, 31]);
  });

  test('lengthens two waits in a row, though the first ends in no function', async () => {
    const who = await comes('Chained');
    at(start + 0.5 * hour);
    await order('chained', 'pause');
    await who.until(start + 0.75 * hour);
    await order('chained', 'resume');
    await who.until(start + 10 * hour);
    expect(rounded(hoursOf(who))).toEqual([3.3]);
  });

  test('does not hold up who leaves', async () => {
    const who = await comes('Came');
    await order('frozen', 'pause');
    await who.until(start + 6 * hour);
    await fold(await who.track('Left'));
    expect(await who.runs()).toMatchObject([{ exitReason: 'Left' }]);
    expect(who.executions()).toMatchObject([{ status: 'succeeded' }]);
    await order('frozen', 'resume');
    await minutePasses();
    expect(await inLine('frozen', 'HELD')).toEqual([]);
    expect(who.got()).toEqual([]);
  });

  test('drops what was due before it and has expired when it goes on', async () => {
    const who = await shopper();
    await order('at-once', 'pause');
    await order('at-once', 'resume');
    await fold(await who.track('Hurried'));
    at(start + minute);
    await order('at-once', 'pause');
    await who.until(start + 5 * hour);
    await order('at-once', 'resume');
    await minutePasses();
    await who.until(start + 100 * hour);
    expect(await who.whys()).toMatchObject([{ reason: 'expired' }]);
    expect(rounded(hoursOf(who))).toEqual([29]);
  });

  test('hears on, and follows what it heard when it goes on', async () => {
    const [early, late] = [await comes('Asked'), await comes('Asked')];
    await order('hearing', 'pause');
    at(start + hour);
    await fold(await early.track('Answered'));
    await early.until(start + 11 * hour);
    await late.until(start + 11 * hour);
    await fold(await late.track('Answered'));
    await late.until(start + 12 * hour);
    for (const who of [early, late]) {
      expect(who.got()).toEqual([]);
      expect(await who.runs()).toMatchObject([{ heard: { answer: 'said' } }]);
    }
    await order('hearing', 'resume');
    at(start + 13 * hour);
    await minutePasses();
    for (const who of [early, late]) {
      await who.until(start + 14 * hour);
      expect(who.got()).toEqual(['sms']);
      expect(who.executions()).toMatchObject([{ status: 'succeeded' }]);
    }
  });

  test('waits on for what it has not heard, and follows at once what it then hears', async () => {
    const [silent, late] = [await comes('Asked'), await comes('Asked')];
    await order('hearing', 'pause');
    for (const who of [silent, late]) await who.until(start + 12 * hour);
    await order('hearing', 'resume');
    await minutePasses();
    for (const who of [silent, late]) await who.until(start + 15 * hour);
    expect(await silent.runs()).not.toHaveProperty('0.endedAt');
    await fold(await late.track('Answered'));
    await late.until(start + 15 * hour);
    expect(late.got()).toEqual(['sms']);
    await silent.until(start + 23 * hour);
    expect(await silent.runs()).toMatchObject([{ endReason: 'silent' }]);
  });

  test('lets so many a minute go on as was said', async () => {
    const people = [await comes('Came'), await comes('Came'), await comes('Came')];
    at(start + minute);
    await order('frozen', 'pause');
    for (const who of people) await who.until(start + 5 * hour);
    expect(await order('frozen', 'resume', { perMinute: 2 })).toMatchObject({ code: 200, held: 3 });
    await minutePasses();
    expect(await control('frozen')).toMatchObject({ held: 1 });
    await minutePasses();
    expect(await control('frozen')).toMatchObject({ held: 0 });
    expect(await order('frozen', 'resume', { perMinute: 0 })).toMatchObject({ code: 400 });
  });

  test('starts nobody who waits in line until it goes on', async () => {
    const who = await comes('Queued');
    await order('in-line', 'pause');
    at(start + 2 * minute);
    await minutePasses();
    expect(who.executions()).toEqual([]);
    expect(await control('in-line')).toMatchObject({ status: 'paused', pending: 1 });
    await order('in-line', 'resume');
    await minutePasses();
    expect(who.executions()).toHaveLength(1);
  });

  test('stays paused when it is published anew', async () => {
    await order('at-once', 'pause');
    const changed = journeyOf({ ...journeys[1], description: 'anew' });
    await publish(changed, { type: 'Update', version: 2 });
    pointersAgeASecond();
    expect(await control('at-once')).toMatchObject({ status: 'paused', version: 2 });
    expect(await (await comes('Hurried')).runs()).toEqual([]);
    await order('at-once', 'resume');
    expect(await (await comes('Hurried')).runs()).toMatchObject([{ version: 2 }]);
  });

  test('calls back also who had only just been told to hold', async () => {
    const who = await comes('Came');
    await order('frozen', 'pause');
    const [execution] = who.executions();
    at(start + 5 * hour);
    timeOut(execution!);
    await enter(execution!);
    await callStep(execution!);
    await order('frozen', 'resume');
    // The hold has no token yet: whoever calls now, calls again.
    await minutePasses();
    expect(await inLine('frozen', 'HELD')).toEqual([who.id]);
    await carryOn(execution!);
    await minutePasses();
    expect(await inLine('frozen', 'HELD')).toEqual([]);
    await who.until(start + 100 * hour);
    expect(rounded(hoursOf(who))).toEqual([9, 33]);
  });

  test('goes on though the function died at any of its calls as it stood still, or went on', async () => {
    for (const dies of ['standing still', 'going on'] as const) {
      for (let call = 1; ; call++) {
        at((start += 30 * 24 * hour));
        const who = await comes('Came');
        const [execution] = who.executions();
        at(start + hour);
        await order('frozen', 'pause');
        at(execution!.dueAt);
        timeOut(execution!);
        if (dies === 'going on') await carryOn(execution!);
        else await enter(execution!);
        const step = (): Promise<void> => callStep(execution!);
        const first =
          dies === 'standing still' ? await crashing({ at: call, when: 'before', dead: true }, step) : undefined;
        await carryOn(execution!);
        await order('frozen', 'resume');
        await minutePasses();
        if (dies === 'going on') await enter(execution!);
        const second = dies === 'going on' ? await crashing({ at: call, when: 'before', dead: true }, step) : undefined;
        await who.until(start + 100 * hour);
        expect([dies, call, who.got()]).toEqual([dies, call, ['email', 'sms']]);
        expect(await inLine('frozen', 'HELD')).toEqual([]);
        // The state machine takes what the function threw and tries again: how many calls there were says when all were tried.
        if ((first ?? second)!.calls.length < call) break;
      }
    }
  });

  test('and resumed just as a wait ends sends everything once, whoever is faster', async () => {
    const template = await comes('Came');
    const orders = await inEveryOrder(
      async () => {
        // Each story begins at the same instant: what was asked for in another is not to come.
        ticks.length = 0;
        await deleteRows('state', [{ pk: 'J#frozen', sk: 'TICK' }]);
        const { who, execution, machine } = await scene(template, { isOver: true });
        return {
          actors: {
            machine,
            operator: async () => {
              await order('frozen', 'pause');
              await order('frozen', 'resume');
            },
          },
          holds: async () => {
            await streamTells('frozen');
            for (let i = 0; i < 3; i++) {
              await carryOn(execution);
              await minutePasses();
            }
            await who.until(start + 100 * hour);
            expect(who.got()).toEqual(['email', 'sms']);
            expect(execution).toMatchObject({ status: 'succeeded' });
            expect(await inLine('frozen', 'HELD')).toEqual([]);
          },
        };
      },
      { interruptions: 2, meetAt: /ENROL#|JOURNEYS|HELD#|taskToken/ },
    );
    expect(orders).toBeGreaterThan(10);
  });

  test('that nobody ever published cannot be', async () => {
    expect(await control('nowhere', 'pause')).toMatchObject({ code: 404 });
    expect(await control('nowhere')).toMatchObject({ code: 404 });
  });
});
