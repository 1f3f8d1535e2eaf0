import { describe, expect, test } from 'vitest';
import { mayEnter } from '#core/journey';
import { changeOf, day, entering, liveOf, now, runOf, signalOf, viewOf } from './running.ts';

const order = (properties: object = {}) => changeOf(signalOf('Order Completed', properties));

describe('who enters', () => {
  test('whoever does what the journey waits for', () => {
    const live = liveOf({ triggers: [{ signal: ['Product Added', 'Order Completed'] }] });
    expect(entering(live, order())).toMatchObject([
      { do: 'enrol', journey: 'j', key: '', occurrence: 1, at: now, entry: { event: 'Order Completed' } },
    ]);
    expect(entering(live, changeOf(signalOf('Product Viewed')))).toEqual([]);
  });
  test('once per key, and not without one', () => {
    const live = liveOf({ triggers: [{ signal: 'Order Completed', key: 'properties.order_id' }] });
    expect(entering(live, order({ order_id: 'o-7' }))).toMatchObject([{ do: 'enrol', key: 'o-7', enrol: 'j:o-7' }]);
    expect(entering(live, order({ order_id: 7 }))).toMatchObject([{ key: '7' }]);
    for (const nothing of [{}, { order_id: null }, { order_id: { a: 1 } }])
      expect(entering(live, order(nothing))).toEqual([]);
  });
  test('of whom its condition holds', () => {
    const live = liveOf({ triggers: [{ signal: 'Order Completed', where: 'event.properties.total > 100' }] });
    expect(entering(live, order({ total: 101 }))).toHaveLength(1);
    expect(entering(live, order({ total: 100 }))).toEqual([]);
    expect(entering(live, order({ total: 'much' }))).toEqual([]);
  });
  test('by the first trigger that fits', () => {
    const triggers = [
      { signal: 'Order Completed', where: 'event.properties.total > 100', key: 'properties.a' },
      { signal: 'Order Completed', key: 'properties.b' },
    ];
    expect(entering(liveOf({ triggers }), order({ total: 101, a: '1', b: '2' }))).toMatchObject([{ key: '1' }]);
    expect(entering(liveOf({ triggers }), order({ total: 99, a: '1', b: '2' }))).toMatchObject([{ key: '2' }]);
  });
  test('a segment, as one comes or goes', () => {
    const live = (on: string) => liveOf({ triggers: [{ segment: 'vip', on }] });
    const segment = (event: string, name: string) => changeOf(signalOf(event, { segment: name }));
    expect(entering(live('entered'), segment('Segment Entered', 'vip'))).toHaveLength(1);
    expect(entering(live('entered'), segment('Segment Left', 'vip'))).toEqual([]);
    expect(entering(live('entered'), segment('Segment Entered', 'other'))).toEqual([]);
    expect(entering(live('left'), segment('Segment Left', 'vip'))).toHaveLength(1);
  });
  test('by schedule, those of its segment and of this journey', () => {
    const live = liveOf({ triggers: [{ schedule: 'rate(1 day)', segment: 'vip' }] });
    const due = (journey: string, segment: string) =>
      entering(live, changeOf(signalOf('Journey Scheduled', { journey, segment })));
    expect([due('j', 'vip').length, due('other', 'vip').length, due('j', 'other').length]).toEqual([1, 0, 0]);
  });
  test('by another journey, with what that gives', () => {
    const live = liveOf({ triggers: [{ journey: ['welcome'], key: 'properties.a' }] });
    const parent = { journey: 'welcome', enrol: 'e', occurrence: 2, step: 's' };
    const asked = (fields: object) =>
      entering(
        live,
        changeOf(signalOf('Journey Requested', { journey: 'j', properties: { a: 'x' }, parent, ...fields })),
      );
    expect(asked({})).toMatchObject([{ do: 'enrol', key: 'x', parent, entry: { properties: { a: 'x' } } }]);
    expect(asked({ journey: 'other' })).toEqual([]);
    expect(asked({ parent: { ...parent, journey: 'stranger' } })).toEqual([]);
    expect(asked({ parent: undefined })).toEqual([]);
    expect(asked({ parent: { journey: 'welcome' } })).toEqual([]);
  });
  test('nobody by a signal, where only the API may', () =>
    expect(entering(liveOf({ triggers: [{ api: true }] }), order())).toEqual([]));
});

describe('the same key again', () => {
  const again = (fields: object, last = runOf(liveOf({}))) =>
    entering(liveOf(fields), order({ order_id: 'o-2' }), last);
  test('is nothing while a run is open, unless its author says so', () => {
    expect(again({})).toEqual([]);
    expect(again({ whileOpen: 'restart' })).toMatchObject([{ do: 'restart', occurrence: 1, at: now }]);
    expect(again({ whileOpen: 'update' })).toMatchObject([
      { do: 'update', occurrence: 1, entry: { properties: { order_id: 'o-2' } } },
    ]);
  });
  test('is nothing when it is the very signal that began the run', () => {
    const change = order();
    const last = runOf(liveOf({}), { entry: { ...runOf(liveOf({})).entry, messageId: change.signal.messageId } });
    expect(entering(liveOf({ whileOpen: 'restart' }), change, last)).toEqual([]);
  });
  test('enters nothing when it was received before the last run was over: it comes again late', () => {
    const last = { ...runOf(liveOf({})), enteredAt: now - 8 * day };
    const reentry = { after: '7 days' };
    expect(again({ reentry }, { ...last, exitedAt: now + 1, exitReason: 'left' })).toEqual([]);
    expect(again({ reentry }, { ...last, exitedAt: now, exitReason: 'left' })).toMatchObject([{ do: 'enrol' }]);
    expect(again({ reentry }, { ...last, endedAt: now + 1, endReason: 'completed' })).toEqual([]);
  });
  test('enters after its time, as the next occurrence', () => {
    const over = (ago: number) => runOf(liveOf({}), { enteredAt: now - ago, endedAt: now - 1 });
    expect(again({}, over(100 * day))).toEqual([]);
    expect(again({ reentry: { after: '7 days' } }, over(7 * day - 1))).toEqual([]);
    expect(again({ reentry: { after: '7 days' } }, over(7 * day))).toMatchObject([{ do: 'enrol', occurrence: 2 }]);
  });
});

test('a journey is open between its instants', () => {
  const open = { from: '2026-01-05T09:00:00Z', until: '2026-01-06T09:00:00Z' };
  const may = (at: number) => mayEnter({ open }, undefined, at);
  expect(may(now - 1)).toEqual({ eligible: false, reason: 'not-open-yet' });
  expect(may(now)).toEqual({ eligible: true, occurrence: 1 });
  expect(may(now + day - 1)).toEqual({ eligible: true, occurrence: 1 });
  expect(may(now + day)).toEqual({ eligible: false, reason: 'closed' });
});

test('the holdout takes its share, and only that', () => {
  const held = (holdout: number, drawn: number) =>
    entering(liveOf({ holdout }), { ...order(), draw: () => drawn }).map((act) => 'isHeldOut' in act);
  expect([held(10, 0.0999), held(10, 0.1), held(0, 0)]).toEqual([[true], [false], [false]]);
});

test('what is counted since entry begins from what was seen before', () => {
  const live = liveOf({}, { branch: [{ when: 'seen.`Product Viewed` > 1', then: [{ wait: '1 day' }] }] });
  const seen = { 'Product Viewed': { count: 4, firstAt: '', lastAt: '' } };
  expect(entering(live, { ...order(), after: viewOf({ seen }) })).toMatchObject([
    { seenBefore: { 'Product Viewed': 4 } },
  ]);
  expect(entering(live, order())).toMatchObject([{ seenBefore: { 'Product Viewed': 0 } }]);
});
