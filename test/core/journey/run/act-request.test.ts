import { expect, test } from 'vitest';
import { actRequest, isEndTold, nodeAt, runBindings } from '#core/journey';
import { liveOf, runOf, viewOf } from './running.ts';

const request = (step: object) => {
  const live = liveOf({}, { id: 'a', ...step });
  const node = nodeAt(live.plan, 'a');
  if (node.kind !== 'act') throw new Error('no act');
  const profile = viewOf({ orders: { count: 3, value: 99.5 }, traits: { tags: ['x', 'y'] } });
  return actRequest(node, runBindings(runOf(live), profile));
};

test('what is done outside is said with its values as they are now', () => {
  const values = {
    plain: 'gold',
    list: [1, 'a'],
    none: null,
    count: { from: 'profile.orders.count' },
    order: { from: 'entry.properties.order_id' },
    nothing: { from: 'profile.traits.none' },
  };
  const computed = { plain: 'gold', list: [1, 'a'], none: null, count: 3, order: 'o-1', nothing: null };
  expect(request({ update: values })).toEqual({ do: 'update', traits: computed });
  expect(request({ emit: { event: 'Said', properties: values } })).toEqual({
    do: 'emit',
    event: 'Said',
    properties: computed,
  });
  expect(request({ emit: { event: 'Said' } })).toEqual({ do: 'emit', event: 'Said', properties: {} });
  expect(request({ webhook: { url: 'https://a.example', body: values } })).toEqual({
    do: 'webhook',
    url: 'https://a.example',
    body: computed,
  });
  expect(request({ start: { journey: 'x', properties: values } })).toEqual({
    do: 'start',
    journey: 'x',
    properties: computed,
  });
  expect(
    request({ update: { tags: { from: 'profile.traits.tags' }, broken: { from: 'profile.orders.count + "a"' } } }),
  ).toEqual({ do: 'update', traits: { tags: ['x', 'y'], broken: null } });
});

test('a task says who does what by when, and how it may end', () => {
  expect(
    request({
      task: {
        to: 'support',
        title: 'Call',
        shows: { n: { from: 'profile.orders.count' } },
        outcomes: ['yes'],
        due: '2 days',
      },
    }),
  ).toEqual({
    do: 'task',
    to: 'support',
    title: 'Call',
    shows: { n: 3 },
    outcomes: ['yes'],
    dueMs: 172_800_000,
  });
  expect(request({ task: { to: 'support', title: 'Call' } })).toMatchObject({
    shows: {},
    outcomes: [],
    dueMs: 86_400_000,
  });
});

test('the end of a run is told where somebody must learn of it', () => {
  const parent = { parent: { journey: 'p', enrol: 'e', occurrence: 1, step: 's' } };
  const wait = { wait: '1 day' };
  const within = (step: object) => liveOf({}, { branch: [{ when: 'profile.traits.a', then: [step] }] }).journey;
  expect(isEndTold(within(wait), {})).toBe(false);
  expect(isEndTold(within(wait), parent)).toBe(true);
  expect(isEndTold(within({ start: { journey: 'x' } }), {})).toBe(true);
  expect(isEndTold(within({ task: { to: 'a', title: 'b' } }), {})).toBe(true);
  expect(isEndTold(within({ emit: { event: 'E' } }), {})).toBe(false);
});

test('a task goes to the queue that its data names, and to nobody in particular where they name none', () => {
  const to = (from: string) => request({ task: { to: { from }, title: 'Call' } });
  expect(to('"store-" & entry.properties.order_id')).toMatchObject({ do: 'task', to: 'store-o-1' });
  expect(to('profile.orders.count')).toMatchObject({ to: '3' });
  for (const nothing of ['profile.traits.none', '""', 'profile.traits.tags', 'profile.orders.count > 1'])
    expect(to(nothing)).toMatchObject({ to: 'unassigned' });
});
