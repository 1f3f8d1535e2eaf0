import { SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { type Crash, crashing, services, unwatched, watched } from '../world/calls.ts';
import { callStep, carryOn, fold, shoes, shopper, type Somebody, thrown, twinOf } from '../world/customer.ts';
import { customerKey } from '../world/environment.ts';
import { inEveryOrder } from '../world/every-order.ts';
import { enter, payloadOf, retry, timeOut, toldStepFunctions } from '../world/step-functions.ts';
import {
  at,
  cartAbandonment,
  context,
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

const quick = journeyOf({
  name: 'quick',
  triggers: [{ signal: 'Start quick' }],
  window: { from: '08:00', to: '21:00', zone: 'customer' },
  steps: [{ id: 'hello', send: { message: 'cart-reminder', channels: ['email'], expires: '2 hours' } }],
});
const slow = journeyOf({
  name: 'slow',
  triggers: [{ signal: 'Start slow' }],
  steps: [
    { id: 'one', send: { message: 'cart-reminder', channels: ['email'] } },
    { wait: '2 days' },
    { id: 'two', send: { message: 'last-call', channels: ['sms'] } },
  ],
});

/** About to get the reminder, and about to get the last call. */
let beforeReminder: Somebody;
let beforeLastCall: Somebody;

beforeAll(async () => {
  await startWorld();
  vi.spyOn(Math, 'random').mockReturnValue(0);
  for (const journey of [cartAbandonment, quick, slow]) await publish(journey);
  beforeReminder = await shopper();
  await fold(await beforeReminder.track('Product Added', shoes));
  await beforeReminder.until(monday + 4 * hour - 1);
  beforeLastCall = await twinOf(beforeReminder);
  await beforeLastCall.until(monday + 28 * hour - 1);
});
afterAll(stopWorld);
beforeEach(() => at(monday));
afterEach(providersAccept);

/** Somebody whose wait has just run out: the state after it is entered, its function to be called. */
const afterTheWait = async (template: Somebody) => {
  const who = await twinOf(template);
  const execution = who.executions()[0]!;
  at(execution.dueAt);
  timeOut(execution);
  await enter(execution);
  return { who, execution };
};

/** An error of a provider, with an address in its sentence as they have it. */
const failure = (name: string, status?: number): Error =>
  Object.assign(new Error('cannot reach person@customer.example'), {
    name,
    $metadata: status === undefined ? {} : { httpStatusCode: status },
  });

const endOfRun = async (who: Somebody): Promise<unknown> => {
  const [run] = await who.runs();
  return run!['endReason'] ?? run!['exitReason'] ?? 'open';
};

describe('an attempt that breaks at any of its calls to AWS', () => {
  const states = {
    'the reminder': { template: () => beforeReminder, calls: 4, gets: ['email', 'sms'], step: 'reminder' },
    'the last call': { template: () => beforeLastCall, calls: 5, gets: ['sms'], step: 'send-last-call' },
  } as const;
  for (const [name, { template, calls, gets, step }] of Object.entries(states))
    for (const dead of [true, false])
      for (const when of ['before', 'after'] as const)
        test(`${name}: ${dead ? 'the process dies' : 'the call fails'} ${when} it arrives; nothing is sent twice and the run goes on`, async () => {
          const { execution: whole } = await afterTheWait(template());
          const { calls: all } = await crashing({ at: 0, when, dead }, () => callStep(whole));
          expect(all).toHaveLength(calls);
          for (let n = 1; n <= calls; n++) {
            const { who, execution } = await afterTheWait(template());
            const crash: Crash = { at: n, when, dead };
            await crashing(crash, () => callStep(execution));
            at(Date.now() + 5000);
            await carryOn(execution);
            await who.until(monday + 90 * hour);
            const [send] = (await who.sends()).filter(({ sk }) => sk.endsWith(step));
            const wasAsked = who.got()[0] === gets[0];
            // Of a call that failed nobody knows what became of it, and nobody looks again.
            const mayBe = [...(wasAsked ? ['SENT'] : []), 'UNKNOWN', ...(dead ? [] : ['CLAIMED'])];
            expect({
              at: `${when} ${all[n - 1]}`,
              execution: execution.status,
              run: await endOfRun(who),
              got: who.got(),
              ledger: mayBe.includes(send?.['status']),
            }).toEqual({
              at: `${when} ${all[n - 1]}`,
              execution: 'succeeded',
              run: 'completed',
              got: wasAsked ? gets : gets.slice(1),
              ledger: true,
            });
          }
        });
});

describe('a provider', () => {
  test('that does not answer: nobody knows, the run goes on, and the message is not sent again', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('TimeoutError'));
    const { who, execution } = await afterTheWait(beforeReminder);
    await carryOn(execution);
    expect(await who.sends()).toMatchObject([{ status: 'UNKNOWN', detail: 'TimeoutError' }]);
    expect((await who.runs())[0]!['steps'].reminder).toMatchObject({ status: 'unknown' });
    providersAccept();
    await who.until(monday + 90 * hour);
    expect(who.got()).toEqual(['sms']);
    expect(await endOfRun(who)).toBe('completed');
  });

  test('that does not answer before the process dies: after its lease the claim is given up, and nothing is sent again', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('TimeoutError'));
    const { who, execution } = await afterTheWait(beforeReminder);
    await crashing({ at: 4, when: 'before', dead: true }, () => callStep(execution));
    providersAccept();
    await carryOn(execution);
    expect(execution).toMatchObject({ state: 'Hold reminder', dueAt: monday + 4 * hour + 31_000 });
    await who.until(monday + 5 * hour);
    expect(await who.sends()).toMatchObject([{ status: 'UNKNOWN', detail: 'lease-expired' }]);
    expect(who.got()).toEqual([]);
    expect(execution).toMatchObject({ state: 'reminder', status: 'running' });
  });

  test('that is throttled gives the claim back, and the message goes later, once', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('Throttling', 400));
    const { who, execution } = await afterTheWait(beforeReminder);
    await carryOn(execution);
    expect(await who.sends()).toEqual([]);
    expect((await who.runs())[0]!['steps'].reminder).toMatchObject({ status: 'held', dueAt: monday + 4 * hour });
    expect(execution).toMatchObject({ state: 'Hold reminder', dueAt: monday + 4 * hour + minute });
    await who.until(monday + 4 * hour + minute);
    providersAccept();
    await who.until(monday + 5 * hour);
    expect(who.got()).toEqual(['email']);
    expect(await who.sends()).toMatchObject([{ status: 'SENT' }]);
  });

  test('that is throttled all day loses the message, not the run', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('Throttling', 400));
    const { who, execution } = await afterTheWait(beforeReminder);
    await carryOn(execution);
    await who.until(monday + 90 * hour);
    expect(who.got()).toEqual(['sms']);
    expect((await who.runs())[0]!['steps'].reminder).toMatchObject({ status: 'withheld', reason: 'expired' });
    expect(await endOfRun(who)).toBe('completed');
  });

  test('that rejects the last call ends the run, as its author wants, with the reason', async () => {
    services.sms.on(SendTextMessageCommand).rejects(failure('ValidationException', 400));
    const { who, execution } = await afterTheWait(beforeLastCall);
    await carryOn(execution);
    const last = (await who.sends()).find(({ sk }) => sk.endsWith('send-last-call'));
    expect(last).toMatchObject({ status: 'FAILED', detail: 'ValidationException' });
    expect(await endOfRun(who)).toBe('rejected');
    expect(execution).toMatchObject({ status: 'succeeded' });
  });

  test('that rejects the reminder changes nothing else: the last call follows', async () => {
    services.ses.on(SendRawEmailCommand).rejects(failure('MessageRejected', 400));
    const { who, execution } = await afterTheWait(beforeReminder);
    await carryOn(execution);
    await who.until(monday + 90 * hour);
    expect((await who.runs())[0]!['steps'].reminder).toMatchObject({ status: 'failed', reason: 'rejected' });
    expect(who.got()).toEqual(['sms']);
  });
});

describe('consent', () => {
  const says = async (who: Somebody, granted: boolean) =>
    fold(await who.track('Consent Changed', { channel: 'email', topic: 'promotions', granted, source: 'page' }));

  test('that is withdrawn after the function has looked is decided anew: the message is withheld', async () => {
    const { who, execution } = await afterTheWait(beforeReminder);
    let asked = 0;
    const before = async (operation: string): Promise<void> => {
      if (operation === 'TransactWriteItems' && ++asked === 1) await unwatched(() => says(who, false));
    };
    await watched({ before }, () => carryOn(execution));
    expect(who.got()).toEqual([]);
    expect(await who.whys()).toMatchObject([{ verdict: 'withheld', reason: 'no-consent', message: 'cart-reminder' }]);
    expect(await who.sends()).toEqual([]);
  });

  test('that changes without a no only lets the function look again', async () => {
    const { who, execution } = await afterTheWait(beforeReminder);
    let asked = 0;
    const before = async (operation: string): Promise<void> => {
      if (operation === 'TransactWriteItems' && ++asked === 1) await unwatched(() => says(who, true));
    };
    await watched({ before }, () => carryOn(execution));
    expect(who.got()).toEqual(['email']);
  });

  test('does not help where the address has bounced', async () => {
    const { addressHash } = idsWith(customerKey);
    const who = await shopper({ email: 'Bounced@customer.example' });
    await putRow('state', { pk: `ADDR#${addressHash('email', 'bounced@customer.example')}`, sk: 'SUPPRESSED' });
    await fold(await who.track('Product Added', shoes));
    await who.until(monday + 5 * hour);
    expect(who.got()).toEqual([]);
    expect(await who.whys()).toMatchObject([{ reason: 'suppressed' }]);
  });
});

describe('a window', () => {
  const newYorker = async (event: string, properties: object, start: number): Promise<Somebody> => {
    at(start);
    const who = await shopper({ timezone: 'America/New_York' });
    await fold(await who.track(event, properties));
    return who;
  };
  const tenInTheEvening = Date.parse('2026-01-06T03:00:00Z');
  const eightInTheMorning = Date.parse('2026-01-06T13:00:00Z');

  test('that is closed holds the message until it opens, and remembers since when it waits', async () => {
    const who = await newYorker('Product Added', shoes, tenInTheEvening - 4 * hour);
    await who.until(eightInTheMorning - 1000);
    expect(who.got()).toEqual([]);
    expect((await who.runs())[0]).toMatchObject({
      step: 'hold:reminder',
      deadline: eightInTheMorning,
      steps: { reminder: { status: 'held', dueAt: tenInTheEvening } },
    });
    await who.until(eightInTheMorning + 1000);
    expect(who.got()).toEqual(['email']);
    expect(outbox.at(-1)!.at).toBe(eightInTheMorning);
    expect((await who.runs())[0]).toMatchObject({ step: 'response', deadline: eightInTheMorning + 24 * hour });
  });

  test('does not hold a message that would be too old by then', async () => {
    const who = await newYorker('Start quick', {}, tenInTheEvening);
    await who.until(tenInTheEvening + minute);
    expect(await who.whys()).toMatchObject([{ reason: 'expired' }]);
    expect(await endOfRun(who)).toBe('completed');
    expect(who.got()).toEqual([]);
  });

  test('opens for nobody who has bought or said no overnight', async () => {
    for (const event of ['Order Completed', 'Consent Changed']) {
      const who = await newYorker('Product Added', shoes, tenInTheEvening - 4 * hour);
      await who.until(tenInTheEvening + hour);
      await fold(await who.track(event, { cart_id: 'cart-1', channel: 'email', granted: false }));
      await who.until(eightInTheMorning + hour);
      expect(who.got()).toEqual([]);
    }
  });
});

test('two attempts at once send one message, whoever is faster, and the run goes on', async () => {
  const orders = await inEveryOrder(
    async () => {
      const { who, execution } = await afterTheWait(beforeReminder);
      const { handler } = await import('../../../functions/journey/run-step.ts');
      const first = await payloadOf(execution);
      // The state machine heard nothing in time and tries again, while the first attempt goes on.
      retry(execution, 'Lambda.Unknown');
      return {
        actors: { first: () => handler(first, context).catch(() => undefined), again: () => carryOn(execution) },
        holds: async () => {
          await who.until(monday + 5 * hour);
          expect(who.got()).toEqual(['email']);
          expect(execution).toMatchObject({ status: 'running' });
        },
      };
    },
    { interruptions: 2, meetAt: /ENROL#|SEND#|"GATE"|RawMessage/ },
  );
  expect(orders).toBeGreaterThan(10);
});

test('while another attempt may still be sending, the run comes back when its lease is over', async () => {
  const { who, execution } = await afterTheWait(beforeReminder);
  await crashing({ at: 2, when: 'after', dead: true }, () => callStep(execution));
  at(Date.now() + 5000);
  await carryOn(execution);
  expect(execution).toMatchObject({ state: 'Hold reminder', dueAt: monday + 4 * hour + 31_000 });
  await who.until(monday + 5 * hour);
  expect(await who.sends()).toMatchObject([{ status: 'UNKNOWN' }]);
  expect(execution.path).toEqual(['Wait 4 hours', 'reminder', 'Hold reminder', 'reminder']);
});

test('a late attempt says nothing of a run that another has carried on', async () => {
  const { who, execution } = await afterTheWait(beforeReminder);
  const says = async (granted: boolean) =>
    fold(await who.track('Consent Changed', { channel: 'email', topic: 'promotions', granted, source: 'page' }));
  const { handler } = await import('../../../functions/journey/run-step.ts');
  const late = await payloadOf(execution);
  let isHeld = false;
  const before = async (operation: string): Promise<void> => {
    if (operation !== 'TransactWriteItems' || isHeld) return;
    isHeld = true;
    await unwatched(async () => {
      // The next attempt finds the window closed; then the customer says no, which is news to the late one alone.
      at(monday + 13 * hour);
      retry(execution, 'Lambda.Unknown');
      await carryOn(execution);
      await says(false);
    });
  };
  await expect(watched({ before }, () => handler(late, context))).rejects.toThrow('Error');
  expect(await who.whys()).toEqual([]);
  expect((await who.runs())[0]).toMatchObject({ step: 'hold:reminder', steps: { reminder: { status: 'held' } } });
  await says(true);
  await who.until(monday + 24 * hour);
  expect(who.got()).toEqual(['email']);
});

test('an attempt that broke after it began a wait does not wait twice', async () => {
  const who = await shopper();
  await fold(await who.track('Start slow'));
  const execution = who.executions()[0]!;
  await enter(execution);
  await crashing({ at: 4, when: 'after', dead: true }, () => callStep(execution));
  await who.until(monday + 2 * 24 * hour + minute);
  expect(who.got()).toEqual(['email', 'sms']);
  expect(execution.path).not.toContain('Hold one');
});

test('a customer with more runs than fit into one answer of the table is found', async () => {
  const { who, execution } = await afterTheWait(beforeReminder);
  const [run] = await who.runs();
  const entry = JSON.stringify({ ...JSON.parse(run!['entry']), properties: { note: 'x'.repeat(60_000) } });
  for (let n = 0; n < 18; n++)
    await putRow('state', {
      ...run,
      sk: `ENROL#a-journey#${n}`,
      enrol: `${n}`,
      journey: 'a-journey',
      entry,
      endedAt: 1,
      endReason: 'completed',
    });
  await carryOn(execution);
  expect(who.got()).toEqual(['email']);
});

test('nothing that Step Functions is told, or finds in an error, says who anybody is', async () => {
  const { who, execution } = await afterTheWait(beforeReminder);
  const profile = (await who.rows()).get('PROFILE');
  await putRow('state', { ...profile, body: 'Maya is no JSON' });
  await carryOn(execution);
  expect(thrown.length).toBeGreaterThan(0);
  const told = [...toldStepFunctions, ...thrown].join('\n');
  expect(told.length).toBeGreaterThan(500);
  for (const canary of ['customer.example', '447700900123', 'Maya', 'Shoes', 'cart-1', 'person-'])
    expect(told).not.toContain(canary);
});
