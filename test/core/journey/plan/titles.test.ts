import { expect, test } from 'vitest';
import { planOf } from './planned.ts';

const named = (...steps: readonly object[]) =>
  Object.values(planOf(...steps).nodes).map(({ id, title }) => [id, title] as const);
const end = { end: 'x' };

test.each([
  [{ wait: 'PT4H' }, 'wait-4-hours', 'Wait 4 hours'],
  [{ wait: 'until 09:00' }, 'wait-until-09-00', 'Wait until 09 00'],
  [{ send: { message: 'hello', channels: ['email'] } }, 'send-hello', 'Send hello'],
  [{ waitFor: { a: { on: 'A' }, b: { on: 'B' } }, within: '1 day' }, 'wait-for-a-or-b', 'Wait for a or b'],
  [{ branch: [{ when: 'profile.orders.count > 1', then: [end] }] }, 'branch', 'Branch'],
  [
    {
      split: [
        { arm: 'a', percent: 50 },
        { arm: 'b', percent: 50 },
      ],
    },
    'split-a-or-b',
    'Split a or b',
  ],
  [{ decide: [{ option: 'call' }, { option: 'gift' }] }, 'decide-call-or-gift', 'Decide call or gift'],
  [{ update: { vip: true, tier: 'gold' } }, 'update-vip-and-tier', 'Update vip and tier'],
  [{ emit: { event: 'Card Sent' } }, 'emit-card-sent', 'Emit Card Sent'],
  [{ task: { to: 'support', title: 'Call them' } }, 'task-for-support', 'Task for support'],
  [{ task: { to: { from: 'profile.traits.store' }, title: 'Call them' } }, 'task-call-them', 'Task Call them'],
  [{ webhook: { url: 'https://api.example:8443/x' } }, 'call-api-example', 'Call api.example'],
  [{ start: { journey: 'other' } }, 'start-other', 'Start other'],
  [{ repeat: { every: '1 day', times: 2, steps: [end] } }, 'repeat-every-1-day', 'Repeat every 1 day'],
  [{ end: 'done' }, 'end-done', 'End done'],
])('a step without a name is called by what it does: %j', (step, id, title) => {
  expect(named(step, end)).toContainEqual([id, title]);
});

test('steps that do the same are numbered, and nobody takes the name an author gave', () => {
  const wait = { wait: '2 hours' };
  expect(named(wait, { id: 'wait-2-hours', ...wait }, wait, end).map(([id]) => id)).toEqual(
    expect.arrayContaining(['wait-2-hours', 'wait-2-hours-2', 'wait-2-hours-3']),
  );
  expect(named(wait, wait, end)).toEqual(expect.arrayContaining([['wait-2-hours-2', 'Wait 2 hours 2']]));
});

test('a name is no longer than a state may be called, and has no letter that it may not have', () => {
  const [, title] = named({ emit: { event: `A*b?c${'x'.repeat(100)}` } }, end)[0]!;
  expect(title).toBe(`Emit A b c${'x'.repeat(60)}`);
  const [id] = named({ emit: { event: 'ÄÖ!' } }, end)[0]!;
  expect(id).toBe('emit');
});

test('the answer to a task with a long title is called after it, for it is read at the task', () => {
  const title = 'Call about the parcel that came late, and offer what helps them most';
  const ask = { task: { to: { from: 'profile.traits.store' }, title, outcomes: ['yes'], due: '1 day' } };
  const id = 'task-call-about-the-parcel-that-came-lat';
  expect(named(ask, end).map(([name]) => name)).toEqual(expect.arrayContaining([id, `${id}-answer`]));
  for (const [, each] of named(ask, end)) expect(each.length).toBeLessThanOrEqual(70);
});

test('a wait for the answer to a task, and the pause of a repeat, are named after their step', () => {
  const ask = { id: 'ask', task: { to: 's', title: 't', outcomes: ['yes'], due: '1 day' } };
  expect(named(ask, end)).toContainEqual(['ask-answer', 'ask answer']);
  const again = { id: 'tips', repeat: { every: '1 day', times: 2, steps: [{ emit: { event: 'E' } }] } };
  expect(named(again, end)).toEqual(
    expect.arrayContaining([
      ['tips-again', 'tips again'],
      ['tips-pause', 'tips pause'],
    ]),
  );
});
