import { describe, expect, test } from 'vitest';
import { afterWait, isSpanWait, nodeAt, segmentAt, segmentsOf, spanMs } from '#core/journey';
import { planOf } from './planned.ts';

const send = (id: string) => ({ id, send: { message: 'm', channels: ['email'] } });
const wait = (id: string, time = '1 day') => ({ id, wait: time });
const states = (...steps: readonly object[]) =>
  segmentsOf(planOf(...steps)).map(({ entry, wait: fused }) => (fused === undefined ? entry : `${entry}..${fused.id}`));

describe('a state per wait', () => {
  test('is what leads to the wait, and the wait', () => {
    expect(states(wait('a'), send('s'), wait('b'), send('t'))).toEqual(['a..a', 's..b', 't']);
    expect(states(send('s'), send('t'), { id: 'e', emit: { event: 'E' } }, wait('b'))).toEqual(['s..b']);
  });
  test('is none for an end, but for one that follows a time-out or is all there is', () => {
    expect(states({ id: 'x', end: 'x' })).toEqual(['x']);
    expect(states(send('s'), { id: 'x', end: 'x' })).toEqual(['s']);
    expect(states(wait('a'), { id: 'x', end: 'x' })).toEqual(['a..a', 'x']);
    const waitFor = { id: 'w', waitFor: { a: { on: 'A' } }, within: '1 day', then: { a: [{ id: 'y', end: 'y' }] } };
    expect(states(waitFor, { id: 'x', end: 'x' })).toEqual(['w..w', 'x']);
  });
  test('ends in the first wait it can come to, and has the others as states of their own', () => {
    const branch = { id: 'b', branch: [{ when: 'a', then: [wait('w')] }] };
    expect(states(branch, wait('v'))).toEqual(['b..w', 'v..v']);
  });
  test('does not end in a wait too short for the sends before it', () => {
    expect(states(send('s'), wait('w', '89 seconds'))).toEqual(['s', 'w..w']);
    expect(states(send('s'), wait('w', '90 seconds'))).toEqual(['s..w']);
    expect(states(wait('w', '1 second'))).toEqual(['w..w']);
  });
  test('is one of its own for a wait until a date', () => {
    expect(states(send('s'), wait('w', 'until 09:00'), send('t'))).toEqual(['s', 'w', 't']);
    const plan = planOf(send('s'), wait('w', 'until renewal'));
    const node = nodeAt(plan, 'w');
    expect(node.kind === 'wait' && isSpanWait(node)).toBe(false);
    expect(segmentAt(plan, 'w')).toEqual({ entry: 'w' });
  });
  test('is each round of a repeat again', () =>
    expect(states({ id: 'r', repeat: { every: '1 day', times: 3, steps: [send('s')] } }, wait('w')).toSorted()).toEqual(
      ['r..r-pause', 'w..w'],
    ));
});

test('a wait leads to its time-out first', () => {
  const plan = planOf({
    id: 'w',
    waitFor: { a: { on: 'A' } },
    within: '2 days',
    then: { a: [wait('x')], timeout: [wait('y')] },
  });
  const node = nodeAt(plan, 'w');
  if (node.kind !== 'waitFor') throw new Error('no wait');
  expect(afterWait(node)).toEqual(['y', 'x']);
  expect(spanMs(node)).toBe(172_800_000);
});
