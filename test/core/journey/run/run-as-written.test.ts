import { describe, expect, test } from 'vitest';
import { afterAct, beginRun, drawsOf, dueAt, mayEnter, runBindings, sightOf } from '#core/journey';
import { changeOf, day, entering, happens, liveOf, now, runOf, signalOf, viewOf } from './running.ts';

const about = { journey: 'j', enrol: 'j:', occurrence: 1 } as const;

describe('a text message is answered', () => {
  const live = liveOf(
    {},
    { id: 'first', send: { message: 'm', channels: ['sms'] } },
    { id: 'second', send: { message: 'm', channels: ['sms'] } },
    { id: 'mail', send: { message: 'm', channels: ['email'] } },
    { id: 'w', wait: '1 day' },
    { branch: ['first', 'second', 'mail'].map((id) => ({ when: `steps.${id}.replied > 0`, then: [{ end: 'x' }] })) },
  );
  const noted = (steps: { readonly [step: string]: { readonly [field: string]: string | number } }) =>
    happens(live, runOf(live, { steps }), changeOf(signalOf('SMS Received', { text: 'yes' }))).flatMap((act) =>
      act.do === 'note' ? [[act.step, act.field]] : [],
    );
  const sms = { channel: 'sms', status: 'sent' };
  test('and the newest one that went out is meant', () => {
    expect(noted({ first: { ...sms, at: 2 }, second: { ...sms, at: 1 } })).toEqual([['first', 'replied']]);
    expect(noted({ first: { ...sms, at: 1 }, second: { ...sms, at: 2 } })).toEqual([['second', 'replied']]);
    expect(noted({ first: { ...sms }, second: { ...sms, at: 2 } })).toEqual([['second', 'replied']]);
    expect(noted({ first: { ...sms, at: 2 }, second: { ...sms } })).toEqual([['first', 'replied']]);
  });
  test('never an email, nor one that was withheld', () => {
    expect(noted({ first: { ...sms, at: 1 }, mail: { channel: 'email', status: 'sent', at: 2 } })).toEqual([
      ['first', 'replied'],
    ]);
    expect(noted({ first: { ...sms, at: 1 }, second: { channel: 'sms', status: 'withheld', at: 2 } })).toEqual([
      ['first', 'replied'],
    ]);
    expect(noted({ mail: { channel: 'email', status: 'sent', at: 2 } })).toEqual([]);
    expect(noted({})).toEqual([]);
  });
});

test('a report of another occurrence, or about no step, notes nothing', () => {
  const live = liveOf(
    {},
    { id: 'mail', send: { message: 'm', channels: ['email'] } },
    { wait: '1 day' },
    {
      branch: [{ when: 'steps.mail.opened > 0', then: [{ end: 'x' }] }],
    },
  );
  const run = runOf(live, { steps: { mail: { status: 'sent' } } });
  const opened = (fields: object) =>
    happens(live, run, changeOf(signalOf('Email Opened', { enrol: 'j:', occurrence: 1, step: 'mail', ...fields })));
  expect(opened({})).toHaveLength(1);
  expect(opened({ occurrence: undefined })).toHaveLength(1);
  for (const other of [{ occurrence: 2 }, { step: undefined }, { step: 7 }, { step: 'other' }])
    expect(opened(other)).toEqual([]);
  expect(
    happens(live, runOf(live), changeOf(signalOf('Email Opened', { enrol: 'j:', occurrence: 1, step: 'mail' }))),
  ).toHaveLength(1);
});

describe('a run', () => {
  const parent = { journey: 'p', enrol: 'p:', occurrence: 2, step: 's' };
  const child = liveOf({ triggers: [{ journey: 'p' }] });
  const requested = (fields: object, context: { [field: string]: number | string } = {}) =>
    entering(child, changeOf(signalOf('Journey Requested', { journey: 'j', parent, ...fields }, { context })));
  test('knows who began it, and how many signals of ours led to it', () => {
    const [act] = requested({}, { hops: 3 });
    expect(act).toMatchObject({ do: 'enrol', parent, hops: 3 });
    expect(act?.do === 'enrol' ? beginRun(act) : undefined).toMatchObject({ parent, hops: 3 });
    const [plain] = entering(liveOf({}), changeOf(signalOf('Order Completed', {}, { context: { hops: 'many' } })));
    expect(Object.keys(plain ?? {})).not.toContain('hops');
    expect(Object.keys(plain ?? {})).not.toContain('parent');
    expect(Object.keys(plain?.do === 'enrol' ? beginRun(plain) : {})).not.toContain('hops');
    expect(Object.keys(plain?.do === 'enrol' ? beginRun(plain) : {})).not.toContain('parent');
  });
  test('is begun by a step that is named in full only', () => {
    for (const missing of ['journey', 'enrol', 'step'])
      expect(requested({ parent: { ...parent, [missing]: undefined } })).toEqual([]);
  });
  test('that is over begins no other of the same key before its time, whatever its author wants while one is open', () => {
    const over = runOf(liveOf({}), { enteredAt: now - day, endedAt: now - 1 });
    for (const whileOpen of ['restart', 'update'])
      expect(entering(liveOf({ whileOpen }), changeOf(signalOf('Order Completed')), over)).toEqual([]);
    expect(mayEnter({}, over, now)).toEqual({ eligible: false, reason: 'may-enter-once' });
    expect(mayEnter({ reentry: { after: '2 days' } }, over, now)).toEqual({
      eligible: false,
      reason: 'too-soon-to-reenter',
    });
  });
  test('keeps what each of its waits heard, and its goals with their time', () => {
    const run = runOf(liveOf({}), { heard: { a: 'x' }, goals: { 0: { at: 1 } } });
    const hear = { do: 'hear', ...about, version: 1, step: 'b', stepKey: 'b@2', winner: 'y', at: now } as const;
    expect(afterAct(run, { ...hear, note: { status: 'heard' } })).toMatchObject({
      heard: { a: 'x', 'b@2': 'y' },
      steps: { b: { status: 'heard' } },
    });
    const goal = { do: 'goal', ...about, goal: 1, at: now, value: null, event: 'X' } as const;
    expect(afterAct(run, goal)?.goals).toEqual({ 0: { at: 1 }, 1: { at: now } });
    expect(afterAct(undefined, goal)).toBeUndefined();
    expect(afterAct(run, { do: 'replan', ...about, version: 1, step: 'b', at: now })).toEqual(run);
    expect(afterAct(run, { do: 'forget', ...about })).toEqual(run);
    expect(afterAct(run, { do: 'exit', ...about, reason: 'left', at: now })).toMatchObject({ exitReason: 'left' });
  });
  test('remembers when a step it holds was due', () => {
    expect(dueAt(runOf(liveOf({}), { steps: { mail: { dueAt: 5 } } }), 'mail', now)).toBe(5);
    expect(dueAt(runOf(liveOf({}), { steps: { mail: { status: 'sent' } } }), 'mail', now)).toBe(now);
    expect(dueAt(runOf(liveOf({})), 'mail', now)).toBe(now);
  });
  test('counts what came since it began', () => {
    const seen = { X: { count: 5, firstAt: '', lastAt: '' } };
    const run = runOf(liveOf({}), { seenBefore: { X: 3, Y: 0 } });
    expect(runBindings(run, viewOf({ seen })).seen).toEqual({ X: 2, Y: 0 });
  });
  test('ends with the run that began it, by that event only', () => {
    const run = runOf(child, { parent });
    const told = (event: string) => happens(child, run, changeOf(signalOf(event, { enrol: 'p:', occurrence: 2 })));
    expect([told('Journey Ended').length, told('Journey Started').length]).toEqual([1, 0]);
  });
});

test('a goal may be worth a text', () => {
  const live = liveOf({ goals: [{ on: 'Order Completed', within: '7 days', value: 'event.properties.tier' }] });
  const worth = (tier: unknown) => happens(live, runOf(live), changeOf(signalOf('Order Completed', { tier })));
  expect(worth('gold')).toMatchObject([{ value: 'gold' }]);
  expect(worth(true)).toMatchObject([{ value: null }]);
});

test('a goal may have a condition on its event', () => {
  const live = liveOf({ goals: [{ on: 'Order Completed', within: '7 days', where: 'event.properties.total > 100' }] });
  const reached = (total: unknown) => happens(live, runOf(live), changeOf(signalOf('Order Completed', { total })));
  expect(reached(101)).toMatchObject([{ do: 'goal' }]);
  expect([reached(100), reached('much')]).toEqual([[], []]);
});

describe('an answer is read at the step that asked', () => {
  const steps = {
    call: { status: 'done', at: 1 },
    'call-answer': { status: 'heard', outcome: 'reached', response: { mood: 'bad' } },
    next: { status: 'done', at: 2 },
    'next-ended': { status: 'timed-out', outcome: 'timeout' },
    'free-answer': { status: 'heard', outcome: 'x' },
  };
  test('of a task and of a journey that was begun', () => {
    const read = runBindings(runOf(liveOf({}), { steps }), viewOf()).steps;
    expect(read['call']).toEqual({ status: 'done', at: 1, outcome: 'reached', response: { mood: 'bad' } });
    expect(read['next']).toEqual({ status: 'done', at: 2, outcome: 'timeout' });
    expect(read['free-answer']).toEqual(steps['free-answer']);
    expect(Object.keys(read)).toEqual(Object.keys(steps));
  });
  test('also by conditions that are looked at on the way', () => {
    const { holds } = sightOf(runOf(liveOf({})), viewOf(), drawsOf('ada'));
    expect(holds('steps.call.outcome = "reached" and steps.call.response.mood = "bad"', steps)).toBe(true);
    expect(holds('steps.next.outcome = "ended"', steps)).toBe(false);
  });
});
