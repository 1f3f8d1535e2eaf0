import { ListExecutionsCommand, StopExecutionCommand } from '@aws-sdk/client-sfn';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { crashing, services } from '../world/calls.ts';
import { fold, shopper, type Somebody } from '../world/customer.ts';
import {
  context,
  hour,
  at,
  journeyOf,
  minute,
  monday,
  pointersAgeASecond,
  publish,
  startWorld,
  stopWorld,
} from '../world/world.ts';
import { ask, control, inLine, minutePasses, streamTells, ticks } from './desk.ts';

const lastCall = { id: 'last-call', send: { message: 'last-call', channels: ['sms'] } };
const journeys = [
  { name: 'doomed', triggers: [{ signal: 'Came' }], steps: [{ wait: '4 hours' }, lastCall] },
  {
    name: 'doomed-line',
    triggers: [{ signal: 'Queued' }],
    entryRate: { most: 1, per: 'hour' },
    steps: [{ wait: '4 hours' }, lastCall],
  },
] as const;

const people: Somebody[] = [];

/** Step Functions tells of what was stopped, on its bus; the queue hands it on. */
const closeRuns = async (bodies: readonly object[]): Promise<void> => {
  const { handler } = await import('../../../functions/journey/close-run.ts');
  const Records = bodies.map((detail, i) => ({ messageId: String(i), body: JSON.stringify({ detail }) }));
  await handler({ Records } as unknown as SQSEvent, context);
};

const said: object[] = [];
beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  for (const each of journeys) await publish(journeyOf(each));
  const running = (journey: string) =>
    people.flatMap((who) =>
      who.executions().filter(({ status, input }) => status === 'running' && input['journey'] === journey),
    );
  services.sfn
    .on(ListExecutionsCommand)
    .callsFake(({ stateMachineArn }: { stateMachineArn: string }) => {
      const [, , , , , , name = '', version] = stateMachineArn.split(':');
      if (version !== undefined) throw new Error('A version lists only its own runs.');
      return { executions: running(name.slice('segue-test-'.length)).map((each) => ({ executionArn: each.name })) };
    })
    .on(StopExecutionCommand)
    .callsFake(({ executionArn, error }: { executionArn: string; error: string }) => {
      const found = people.flatMap((who) => [...who.executions()]).find(({ name }) => name === executionArn);
      if (found === undefined) throw new Error('There is no such execution.');
      Object.assign(found, { status: 'failed', token: undefined, next: undefined, dueAt: Infinity });
      said.push({ status: 'ABORTED', error, input: JSON.stringify(found.input) });
      return {};
    });
});
afterAll(stopWorld);
let start = monday;
beforeEach(() => {
  at((start += 30 * 24 * hour));
  said.length = 0;
});

/** Gives an order, of which the stream tells at once unless it is held up. */
const order = async (journey: string, action: string, { isTold = true } = {}) => {
  const answer = await control(journey, action);
  pointersAgeASecond();
  if (isTold && answer.code === 200) await streamTells(journey);
  return answer;
};
const comes = async (event: string): Promise<Somebody> => {
  const who = await shopper();
  people.push(who);
  await fold(await who.track(event));
  await who.until(Date.now());
  return who;
};

describe('a journey that is stopped', () => {
  test('ends all its runs with that reason, lets nobody enter, and says how far it is', async () => {
    const [one, other] = [await comes('Came'), await comes('Came')];
    at(start + minute);
    expect(await order('doomed', 'stop')).toMatchObject({ code: 200, status: 'stopped', stop: { isOver: false } });
    expect(await ask(one, 'doomed')).toMatchObject({ code: 409, title: 'stopped' });
    expect(await order('doomed', 'resume')).toMatchObject({ code: 409, title: 'stopping' });
    await closeRuns(said);
    for (const who of [one, other]) {
      expect(await who.runs()).toMatchObject([{ endReason: 'stopped' }]);
      expect(who.executions()).toMatchObject([{ status: 'failed' }]);
    }
    expect(await control('doomed')).toMatchObject({ stop: { isOver: false, stopped: 2 } });
    await minutePasses();
    expect(await control('doomed')).toMatchObject({ status: 'stopped', stop: { isOver: true, stopped: 2 } });
    expect(await order('doomed', 'pause')).toMatchObject({ code: 409, title: 'stopped' });
  });

  test('is entered again when it is resumed, and not when it is published', async () => {
    await publish(journeyOf({ ...journeys[0], description: 'anew' }), { type: 'Update', version: 2 });
    pointersAgeASecond();
    const early = await comes('Came');
    expect(await early.runs()).toEqual([]);
    expect(await order('doomed', 'resume')).toMatchObject({ code: 200, status: 'live', version: 2 });
    const who = await comes('Came');
    await who.until(start + 5 * hour);
    expect(who.got()).toEqual(['sms']);
  });

  test('sends nothing more from the moment it is, however long the rest takes', async () => {
    const who = await comes('Came');
    at(start + minute);
    await order('doomed', 'stop', { isTold: false });
    await who.until(start + 5 * hour);
    expect(who.got()).toEqual([]);
    expect(await who.runs()).toMatchObject([{ endReason: 'stopped' }]);
    expect(who.executions()).toMatchObject([{ status: 'succeeded' }]);
    await streamTells('doomed');
    expect(await order('doomed', 'resume')).toMatchObject({ status: 'live' });
  });

  test('that stood still before has nobody left to call back', async () => {
    const who = await comes('Came');
    await order('doomed', 'pause');
    await who.until(start + 5 * hour);
    expect(await inLine('doomed', 'HELD')).toEqual([who.id]);
    expect(await order('doomed', 'stop')).toMatchObject({ code: 200, held: 1 });
    for (let i = 0; i < 2; i++) await minutePasses();
    await closeRuns(said);
    expect(await who.runs()).toMatchObject([{ endReason: 'stopped' }]);
    expect(await order('doomed', 'resume')).toMatchObject({ status: 'live', held: 0 });
  });

  test('never starts who waits in line: they are told that it was stopped', async () => {
    const line = [await comes('Queued'), await comes('Queued')];
    at(start + minute);
    await order('doomed-line', 'stop');
    for (let i = 0; i < 2; i++) await minutePasses();
    for (const who of line) {
      expect(await who.runs()).toMatchObject([{ endReason: 'stopped' }]);
      expect(who.executions()).toEqual([]);
    }
    expect(await control('doomed-line')).toMatchObject({ pending: 0, stop: { isOver: true, stopped: 2 } });
  });

  test('is stopped in the end whatever call of the function that does it dies', async () => {
    for (let call = 1; ; call++) {
      at((start += 30 * 24 * hour));
      const who = await comes('Came');
      at(start + minute);
      await order('doomed', 'stop', { isTold: false });
      const { error } = await crashing({ at: call, when: 'before', dead: true }, () => streamTells('doomed'));
      if (error !== undefined) await streamTells('doomed');
      for (let i = 0; i < 3; i++) await minutePasses();
      expect(ticks).toEqual([]);
      await closeRuns(said);
      expect(await who.runs()).toMatchObject([{ endReason: 'stopped' }]);
      expect(await order('doomed', 'resume')).toMatchObject({ status: 'live' });
      if (error === undefined) break;
    }
  });
});
