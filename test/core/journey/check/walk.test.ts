import { describe, expect, test } from 'vitest';
import { ofSteps, refused } from './checked.ts';

const hour = { wait: '1 hour' };
const when = 'profile.cart.items > 0';
const reminder = { id: 'reminder', send: { message: 'hello', channels: ['email'] } };

/** Every list of steps within a step: what it is in, and its place there. */
const lists: readonly (readonly [at: string, around: (list: readonly object[]) => object])[] = [
  ['branch.0.then', (then) => ({ branch: [{ when, then }] })],
  [
    'branch.1.then',
    (then) => ({
      branch: [
        { when: 'profile.orders.count > 1', then: [hour] },
        { when, then },
      ],
    }),
  ],
  ['otherwise', (otherwise) => ({ branch: [{ when, then: [hour] }], otherwise })],
  [
    'split.1.then',
    (then) => ({
      split: [
        { arm: 'a', percent: 50 },
        { arm: 'b', percent: 50, then },
      ],
    }),
  ],
  [
    'decide.1.then',
    (then) => ({
      decide: [
        { option: 'a', when },
        { option: 'b', then },
      ],
    }),
  ],
  ['otherwise', (otherwise) => ({ decide: [{ option: 'a', when }], otherwise })],
  ['then.bought', (bought) => ({ waitFor: { bought: { on: 'Order Completed' } }, within: '1 day', then: { bought } })],
  [
    'then.timeout',
    (timeout) => ({ waitFor: { bought: { on: 'Order Completed' } }, within: '1 day', then: { timeout } }),
  ],
  ['then.done', (done) => ({ task: { to: 'support', title: 'Call', outcomes: ['done'] }, then: { done } })],
  ['then.ended', (ended) => ({ start: { journey: 'other', wait: true }, then: { ended } })],
  ['otherwise', (otherwise) => ({ wait: 'until renewal', otherwise })],
  ['repeat.steps', (steps) => ({ repeat: { every: '1 day', times: 3, steps } })],
];

describe.each(lists)('in %s', (at, around) => {
  const below = (...list: readonly object[]) => ofSteps(reminder, around(list), { id: 'last', ...hour });

  test('a mistake is told where it is', () => {
    expect(below(hour, { wait: '0 hours' })).toEqual(
      refused(`steps.1.${at}.1: A wait takes some time: write \`5 minutes\` or more.`),
    );
  });

  test('a step that is never reached is told where it is', () => {
    expect(below({ branch: [{ when, then: [{ end: 'enough' }, hour] }] })).toEqual(
      refused(/^steps\.1\..*\.0\.branch\.0\.then\.1: This step is never reached/),
    );
    expect(below({ branch: [{ when, then: [{ end: 'enough' }, hour] }] }).mistakes[0]).toContain(`steps.1.${at}.0.`);
  });

  test('a condition reads what became of a step before its own, and of no later one', () => {
    const asks = (id: string) => ({ branch: [{ when: `steps.${id}.status = "sent"`, then: [hour] }] });
    const later = { id: 'tip', send: { message: 'hello', channels: ['email'] } };
    expect(below(asks('reminder'))).toEqual({ mistakes: [], warnings: [] });
    expect(below(later, asks('tip'))).toEqual({ mistakes: [], warnings: [] });
    expect(ofSteps(around([asks('late')]), { ...later, id: 'late' }).mistakes).toEqual([
      expect.stringContaining(`steps.0.${at}.0.branch.0.when: There is no \`steps.late\`.`),
    ]);
  });

  test('two steps of one name are told', () => {
    expect(below({ id: 'reminder', ...hour })).toEqual(
      refused(`steps.1.${at}.0.id: Two steps are called \`reminder\`; give one another id.`),
    );
  });
});

describe.each(lists.filter(([at]) => at !== 'repeat.steps'))('from %s', (at, around) => {
  test('a goto leads to a later step of its list and of the one around it', () => {
    const goes = (to: string) => ({ branch: [{ when, then: [{ goto: to }] }] });
    const fine = { mistakes: [], warnings: [] };
    expect(ofSteps(around([goes('here'), hour, { id: 'here', ...hour }]))).toEqual(fine);
    expect(ofSteps(around([goes('below')]), hour, { id: 'below', ...hour })).toEqual(fine);
    expect(ofSteps({ id: 'above', ...hour }, around([goes('above')]))).toEqual(
      refused(new RegExp(`^steps\\.1\\.${at}\\.0\\.branch\\.0\\.then\\.0\\.goto: \`goto\` only goes forward`)),
    );
  });
});

test('a repeat with a name of several words that never repeats is told', () => {
  const repeat = { every: '1 day', times: 3, steps: [hour, { end: 'enough' }] };
  const told = refused(/^steps\.0\.repeat: This never repeats: every way through its steps ends\./);
  expect(ofSteps({ id: 'first-weekly-tip', repeat })).toEqual(told);
  expect(ofSteps({ repeat })).toEqual(told);
});

test('a task with a name of several words that is never reached is told once, with its answer', () => {
  const task = { id: 'first-call', task: { to: 'support', title: 'Call', outcomes: ['done'] } };
  expect(ofSteps({ end: 'enough' }, task)).toEqual(refused(/^steps\.1: This step is never reached/));
});

test('a condition after ways that meet reads what any of them did', () => {
  const tip = { id: 'tip', send: { message: 'hello', channels: ['email'] } };
  const asks = { branch: [{ when: 'steps.tip.status = "sent" or steps.ask.outcome = "bought"', then: [hour] }] };
  const ask = { id: 'ask', waitFor: { bought: { on: 'Order Completed' } }, within: '1 day' };
  expect(ofSteps({ branch: [{ when, then: [tip] }], otherwise: [ask] }, asks).mistakes).toEqual([]);
});
