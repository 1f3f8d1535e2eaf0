import { describe, expect, test } from 'vitest';
import { advance, armOf, heardInPassing, stepKey } from '#core/journey';
import { move, planOf, seeing } from './planned.ts';

const send = (id: string, fields: object = {}) => ({ id, send: { message: 'm', channels: ['email'], ...fields } });
const wait = (id: string) => ({ id, wait: '1 hour' });

describe('from step to step', () => {
  const plan = planOf(wait('w'), send('s'), { emit: { event: 'Said' } }, { end: 'enough' });
  test('a run begins with its first step', () => expect(move(plan, { reached: plan.first })).toBe('wait w'));
  test('goes on when a wait is over', () => expect(move(plan, { timedOut: 'w' })).toBe('send s'));
  test('goes on when a message left', () =>
    expect(move(plan, { sent: 's', outcome: { status: 'sent' } })).toBe('act emit-said'));
  test('goes on when something was done', () =>
    expect(move(plan, { acted: 'emit-said', outcome: { status: 'done' } })).toBe('end enough'));
  test('leaves for the reason it is told', () =>
    expect(move(plan, { exited: 'Order Completed' })).toBe('end Order Completed'));
  test('is completed after its last step', () =>
    expect(move(planOf(wait('w')), { timedOut: 'w' })).toBe('end completed'));
  test('a plan without a way on is completed at once', () =>
    expect(move(plan, { reached: undefined })).toBe('end completed'));
});

describe('a message that could not be sent', () => {
  const after = (otherwise: string, status: 'withheld' | 'failed' | 'unknown' | 'sent') => {
    const plan = planOf(send('s', { otherwise }), wait('w'));
    const outcome = status === 'withheld' || status === 'failed' ? { status, reason: 'no-consent' } : { status };
    return move(plan, { sent: 's', outcome });
  };
  test.each(['withheld', 'failed'] as const)('ends the run if its author says so: %s', (status) => {
    expect(after('end', status)).toBe('end no-consent');
    expect(after('continue', status)).toBe('wait w');
  });
  test.each(['sent', 'unknown'] as const)('but not one that is %s', (status) =>
    expect(after('end', status)).toBe('wait w'),
  );
});

test('a call that failed ends the run only if its author says so', () => {
  const after = (otherwise: string, status: 'done' | 'failed') => {
    const plan = planOf({ id: 'c', webhook: { url: 'https://a.example', otherwise } }, wait('w'));
    return move(plan, { acted: 'c', outcome: status === 'done' ? { status } : { status, reason: 'http-500' } });
  };
  expect([after('end', 'failed'), after('continue', 'failed'), after('end', 'done')]).toEqual([
    'end http-500',
    'wait w',
    'wait w',
  ]);
});

describe('a branch', () => {
  const plan = planOf(
    {
      branch: [
        { when: 'a', then: [wait('wa')] },
        { when: 'b', then: [wait('wb')] },
      ],
      otherwise: [wait('wo')],
    },
    wait('below'),
  );
  const from = (...holding: readonly string[]) => move(plan, { reached: plan.first }, seeing(...holding));
  test('takes the first way that holds', () =>
    expect([from('a', 'b'), from('b'), from()]).toEqual(['wait wa', 'wait wb', 'wait wo']));
  test('rejoins below', () =>
    expect([move(plan, { timedOut: 'wb' }), move(plan, { timedOut: 'wo' })]).toEqual(['wait below', 'wait below']));
});

describe('a decision', () => {
  const plan = planOf({
    id: 'd',
    decide: [
      { option: 'a', when: 'a', then: [wait('wa')] },
      { option: 'b', then: [wait('wb')] },
    ],
    otherwise: [wait('wo')],
  });
  const one = planOf({ id: 'd', decide: [{ option: 'a', when: 'a', then: [wait('wa')] }], otherwise: [wait('wo')] });
  test('takes the first eligible option and says why', () => {
    expect(move(plan, { reached: 'd' }, seeing('a'))).toEqual([
      'wait wa',
      { d: { status: 'decided', option: 'a', reason: 'first-eligible' } },
    ]);
    expect(move(plan, { reached: 'd' }, seeing())).toEqual([
      'wait wb',
      { d: { status: 'decided', option: 'b', reason: 'first-eligible' } },
    ]);
  });
  test('takes none where none is eligible', () =>
    expect(move(one, { reached: 'd' })).toEqual(['wait wo', { d: { status: 'decided', reason: 'none-eligible' } }]));
  test('asks whoever chooses among the eligible', () => {
    const last = {
      ...seeing('a'),
      choose: (_: unknown, all: readonly { option: string }[]) => ({ option: all.at(-1)!.option, reason: 'learnt' }),
    };
    expect(move(plan, { reached: 'd' }, last)).toEqual([
      'wait wb',
      { d: { status: 'decided', option: 'b', reason: 'learnt' } },
    ]);
  });
});

test('a split notes the arm it drew, and the step after it sees that', () => {
  const plan = planOf({
    id: 's',
    split: [
      { arm: 'a', percent: 100, then: [{ branch: [{ when: 'x', then: [wait('w')] }] }] },
      { arm: 'b', percent: 1e-9 },
    ],
  });
  const seen: unknown[] = [];
  advance(plan, { reached: 's' }, { ...seeing(), holds: (_, steps) => (seen.push(steps['s']), true) });
  expect(seen).toEqual([{ status: 'split', arm: 'a' }]);
});

describe('a wait for something', () => {
  const plan = planOf(
    {
      id: 'w',
      waitFor: { a: { on: 'A' }, b: { when: 'b' } },
      within: '1 day',
      then: { a: [wait('wa')], timeout: [wait('wt')] },
    },
    wait('below'),
  );
  const noted = (outcome: string, status = 'heard') => ({ w: { status, outcome } });
  test('is a wait', () => expect(move(plan, { reached: 'w' })).toBe('wait w'));
  test('goes where its winner goes', () => {
    expect(move(plan, { heard: 'w', winner: 'a' })).toBe('wait wa');
    expect(move(plan, { heard: 'w', winner: 'b' })).toBe('wait below');
  });
  test('is over in time', () =>
    expect(move(plan, { timedOut: 'w' })).toEqual(['wait wt', noted('timeout', 'timed-out')]));
  test('is over as it begins if what it waits for is so already', () =>
    expect(move(plan, { reached: 'w' }, seeing('b'))).toEqual(['wait below', noted('b')]));
  test('is told among those a run went past, one that timed out is not', () => {
    const passing = (happening: Parameters<typeof move>[1]) =>
      heardInPassing(plan, advance(plan, happening, seeing('b')).notes);
    expect(passing({ reached: 'w' })).toEqual([['w', 'b']]);
    expect(passing({ timedOut: 'w' })).toEqual([]);
    expect(heardInPassing(plan, { below: { status: 'heard', outcome: 'no wait for something' } })).toEqual([]);
  });
  test('says to the machine which state is next, or how the run ends', () => {
    expect(armOf(plan, { step: 'w', winner: 'a' }, seeing())).toEqual({ step: 'wa' });
    const ends = planOf({
      id: 'w',
      waitFor: { a: { on: 'A' }, b: { on: 'B' } },
      within: '1 day',
      then: { a: [{ end: 'bought' }] },
    });
    expect(armOf(ends, { step: 'w', winner: 'a' }, seeing())).toEqual({ ends: 'bought' });
    expect(armOf(ends, { step: 'w', winner: 'b' }, seeing())).toEqual({ ends: 'completed' });
  });
});

test('a wait until a date that is missing goes its own way', () => {
  const plan = planOf({ id: 'w', wait: 'until renewal', otherwise: [{ end: 'no date' }] }, wait('below'));
  expect(move(plan, { missing: 'w' })).toBe('end no date');
  expect(move(plan, { timedOut: 'w' })).toBe('wait below');
  expect(move(planOf({ id: 'w', wait: 'until renewal' }, wait('below')), { missing: 'w' })).toBe('wait below');
});

describe('a repeat', () => {
  const plan = planOf(
    { id: 'r', repeat: { every: '1 day', times: 3, until: 'enough', steps: [send('s')] } },
    wait('below'),
  );
  const round = (n: number) => ({ ...seeing(), steps: { r: { status: 'repeating', round: n } } });
  const sent = { sent: 's', outcome: { status: 'sent' } } as const;
  test('counts its rounds', () => {
    expect(move(plan, { reached: 'r' })).toEqual(['send s', { r: { status: 'repeating', round: 1 } }]);
    expect(move(plan, { timedOut: 'r-pause' }, round(1))).toEqual(['send s', { r: { status: 'repeating', round: 2 } }]);
  });
  test('pauses between rounds, not after the last', () => {
    expect(move(plan, sent, round(1))).toBe('wait r-pause');
    expect(move(plan, sent, round(2))).toBe('wait r-pause');
    expect(move(plan, sent, round(3))).toBe('wait below');
  });
  test('stops as soon as it is enough: before a round, and after it', () => {
    expect(move(plan, { reached: 'r' }, seeing('enough'))).toBe('wait below');
    expect(move(plan, sent, { ...round(1), holds: (condition) => condition === 'enough' })).toBe('wait below');
  });
  test('names its steps anew in each round', () => {
    expect(stepKey(plan, 's', {})).toBe('s');
    expect([1, 2, 3].map((n) => stepKey(plan, 's', { r: { round: n } }))).toEqual(['s', 's@2', 's@3']);
    expect(stepKey(plan, 'below', { r: { round: 3 } })).toBe('below');
  });
});

test('a goto goes there', () => {
  const plan = planOf({ branch: [{ when: 'a', then: [{ goto: 'end' }] }] }, wait('between'), wait('end'));
  expect(move(plan, { reached: plan.first }, seeing('a'))).toBe('wait end');
  expect(move(plan, { reached: plan.first })).toBe('wait between');
});

test('what asks a person waits for the answer', () => {
  const plan = planOf(
    {
      id: 't',
      task: { to: 'a', title: 'b', outcomes: ['yes', 'no'], due: '2 hours' },
      then: { yes: [wait('wy')], timeout: [wait('wt')] },
    },
    wait('below'),
  );
  expect(move(plan, { acted: 't', outcome: { status: 'done' } })).toBe('wait t-answer');
  expect(move(plan, { heard: 't-answer', winner: 'yes' })).toBe('wait wy');
  expect(move(plan, { heard: 't-answer', winner: 'no' })).toBe('wait below');
  expect(move(plan, { timedOut: 't-answer' })).toEqual([
    'wait wt',
    { 't-answer': { status: 'timed-out', outcome: 'timeout' } },
  ]);
  expect(plan.nodes['t-answer']).toMatchObject({
    kind: 'waitFor',
    ms: 7_200_000,
    awaited: { yes: { outcome: 'yes', of: 't' }, no: { outcome: 'no', of: 't' } },
  });
});

test('another journey is waited for only if its author says so', () => {
  const plan = planOf(
    { id: 'a', start: { journey: 'x', wait: true, within: '3 days' }, then: { ended: [wait('we')] } },
    wait('below'),
  );
  expect(move(plan, { acted: 'a', outcome: { status: 'done' } })).toBe('wait a-ended');
  expect(move(plan, { heard: 'a-ended', winner: 'ended' })).toBe('wait we');
  expect(plan.nodes['a-ended']).toMatchObject({ ms: 259_200_000, awaited: { ended: { ended: 'a' } } });
  expect(
    move(planOf({ id: 'a', start: { journey: 'x' } }, wait('below')), { acted: 'a', outcome: { status: 'done' } }),
  ).toBe('wait below');
});

describe('what cannot be is an error, not a move', () => {
  const plan = planOf(
    wait('w'),
    send('s'),
    { id: 'e', emit: { event: 'E' } },
    { id: 'f', waitFor: { a: { on: 'A' } }, within: '1 day' },
  );
  test.each([
    [{ sent: 'w', outcome: { status: 'sent' } }, '"w" is no send.'],
    [{ acted: 's', outcome: { status: 'done' } }, '"s" does nothing outside.'],
    [{ timedOut: 's' }, '"s" is no wait.'],
    [{ missing: 'f' }, '"f" waits for no date.'],
    [{ heard: 'w', winner: 'a' }, '"w" waits for nothing.'],
    [{ reached: 'nowhere' }, 'The journey has no step "nowhere".'],
    [{ reached: 'constructor' }, 'The journey has no step "constructor".'],
  ] as const)('%j', (happening, why) => expect(() => move(plan, happening)).toThrow(why));
});
