import { describe, expect, test } from 'vitest';
import { afterAct, concerns, type Enrolment } from '#core/journey';
import { changeOf, day, happens, liveOf, now, runOf, signalOf, viewOf } from './running.ts';

const send = (id: string, ...channels: readonly string[]) => ({ id, send: { message: 'm', channels } });
const short = (acts: readonly object[]) =>
  acts.map((act) =>
    Object.fromEntries(
      Object.entries(act).filter(([key]) => !['journey', 'enrol', 'occurrence', 'version', 'at'].includes(key)),
    ),
  );

describe('an exit', () => {
  const exits = (exit: object, event: string, properties: object = {}) =>
    short(happens(liveOf({ exit: [exit] }), runOf(liveOf({})), changeOf(signalOf(event, properties))));
  test('by an event ends the run at once', () => {
    expect(exits({ on: ['Order Cancelled'] }, 'Order Cancelled')).toEqual([{ do: 'exit', reason: 'Order Cancelled' }]);
    expect(exits({ on: 'Order Cancelled' }, 'Order Updated')).toEqual([]);
  });
  test('is about the same thing', () => {
    const same = { on: 'Order Cancelled', same: ['order_id'] };
    expect(exits(same, 'Order Cancelled', { order_id: 'o-1' })).toHaveLength(1);
    expect(exits(same, 'Order Cancelled', { order_id: 'o-2' })).toEqual([]);
  });
  test('has a condition', () => {
    const where = { on: 'Order Cancelled', where: 'event.properties.total > 3 and entry.properties.order_id = "o-1"' };
    expect(exits(where, 'Order Cancelled', { total: 4 })).toHaveLength(1);
    expect(exits(where, 'Order Cancelled', { total: 3 })).toEqual([]);
  });
  test('by a condition ends the run when it becomes true, not while it is', () => {
    const live = liveOf({ exit: [{ when: 'profile.traits.vip' }] });
    const change = (before: boolean, after: boolean) =>
      happens(
        live,
        runOf(live),
        changeOf(signalOf('X'), {
          before: viewOf({ traits: { vip: before } }),
          after: viewOf({ traits: { vip: after } }),
        }),
      );
    expect(short(change(false, true))).toEqual([{ do: 'exit', reason: 'profile.traits.vip' }]);
    expect([change(true, true), change(true, false), change(false, false)]).toEqual([[], [], []]);
  });
  test('comes with the end of the run that began this one', () => {
    const live = liveOf({ triggers: [{ journey: 'p' }] });
    const run = runOf(live, { parent: { journey: 'p', enrol: 'pe', occurrence: 2, step: 's' } });
    const ended = (enrol: string, occurrence: number) =>
      short(happens(live, run, changeOf(signalOf('Journey Ended', { enrol, occurrence }))));
    expect(ended('pe', 2)).toEqual([{ do: 'exit', reason: 'parent-ended' }]);
    expect([ended('pe', 1), ended('other', 2)]).toEqual([[], []]);
  });
});

describe('a goal', () => {
  const live = liveOf({ goals: [{ on: 'Order Completed', within: '7 days', value: 'event.properties.revenue' }] });
  const reached = (run: Enrolment, at: number, revenue: unknown = 30) =>
    short(happens(live, run, { ...changeOf(signalOf('Order Completed', { revenue })), now: at }));
  test('counts within its time, once, with its worth', () => {
    expect(reached(runOf(live), now + 7 * day)).toEqual([{ do: 'goal', goal: 0, value: 30, event: 'Order Completed' }]);
    expect(reached(runOf(live), now + 7 * day + 1)).toEqual([]);
    expect(reached(runOf(live, { goals: { 0: {} } }), now)).toEqual([]);
    expect(reached(runOf(live), now, { a: 1 })).toMatchObject([{ value: null }]);
  });
  test('outlives the run, until nothing can be reached any more', () => {
    const over = runOf(live, { endedAt: now + 1 });
    expect(reached(over, now + 7 * day)).toMatchObject([{ do: 'goal' }]);
    expect(reached(over, now + 7 * day + 1)).toEqual([{ do: 'forget' }]);
  });
  test('is reached by what ends the run, too', () => {
    const both = liveOf({ goals: [{ on: 'Order Completed', within: '7 days' }], exit: [{ on: 'Order Completed' }] });
    expect(short(happens(both, runOf(both), changeOf(signalOf('Order Completed')))).map((act) => act['do'])).toEqual([
      'goal',
      'exit',
    ]);
  });
});

describe('a wait', () => {
  const live = liveOf({}, send('mail', 'email', 'sms'), {
    id: 'w',
    waitFor: {
      clicked: 'mail',
      wrote: { reply: 'mail' },
      bought: { on: 'Order Updated', where: 'event.properties.total > 3' },
      rich: { when: 'profile.orders.count > 3' },
    },
    within: '1 day',
  });
  const sent = { mail: { status: 'sent', channel: 'sms', at: now } };
  const waiting = (fields: Partial<Enrolment> = {}) =>
    runOf(live, { step: 'w', deadline: now + day, steps: sent, ...fields });
  const hears = (event: string, properties: object = {}, run = waiting(), change = {}) =>
    happens(live, run, changeOf(signalOf(event, properties), change)).flatMap((act) =>
      act.do === 'hear' ? [act.winner] : [],
    );
  const ours = { enrol: 'j:', occurrence: 1, step: 'mail' };

  test('hears a person click its own message', () => {
    expect(hears('Email Link Clicked', { ...ours, human: true })).toEqual(['clicked']);
    expect(hears('Email Link Clicked', { ...ours, human: false })).toEqual([]);
    expect(hears('Email Link Clicked', { ...ours, step: 'other' })).toEqual([]);
    expect(hears('Email Link Clicked', { ...ours, enrol: 'other' })).toEqual([]);
    expect(hears('Email Link Clicked', { ...ours, occurrence: 2 })).toEqual([]);
  });
  test('hears the answer to a text message that went by sms', () => {
    expect(hears('SMS Received', { text: 'yes' })).toEqual(['wrote']);
    expect(
      hears('SMS Received', { text: 'yes' }, waiting({ steps: { mail: { status: 'sent', channel: 'email' } } })),
    ).toEqual([]);
  });
  test('hears an event of which its condition holds', () => {
    expect(hears('Order Updated', { total: 4 })).toEqual(['bought']);
    expect(hears('Order Updated', { total: 3 })).toEqual([]);
  });
  test('hears what becomes true', () => {
    const orders = (count: number) => viewOf({ orders: { count, value: 0 } });
    expect(hears('X', {}, waiting(), { before: orders(3), after: orders(4) })).toEqual(['rich']);
    expect(hears('X', {}, waiting(), { before: orders(4), after: orders(5) })).toEqual([]);
  });
  test('hears once', () =>
    expect(hears('Order Updated', { total: 4 }, waiting({ heard: { w: 'clicked' } }))).toEqual([]));
  test('is not deaf while its run is on the way to it', () => {
    const { step: _, deadline: __, ...onTheWay } = waiting();
    expect(hears('Order Updated', { total: 4 }, onTheWay)).toEqual(['bought']);
    const held = waiting({ step: 'hold:mail', deadline: now + 1 });
    expect(hears('Order Updated', { total: 4 }, held)).toEqual([]);
    expect(hears('Order Updated', { total: 4 }, { ...held, deadline: now })).toEqual(['bought']);
  });
  test('of another run hears nothing', () =>
    expect(
      happens(live, waiting({ exitedAt: now }), changeOf(signalOf('Order Updated', { total: 4 }))),
    ).not.toMatchObject([{ do: 'hear' }]));
});

describe('what came back about a message', () => {
  const live = liveOf(
    {},
    send('mail', 'email', 'sms'),
    { id: 'w', wait: '1 day' },
    { branch: [{ when: 'steps.mail.clicked > 0', then: [{ end: 'x' }] }] },
  );
  const back = (event: string, fields: object = {}, note: object = {}) =>
    short(
      happens(
        live,
        runOf(live, { steps: { mail: { status: 'sent', ...note } } }),
        changeOf(signalOf(event, { enrol: 'j:', occurrence: 1, step: 'mail', ...fields })),
      ),
    );
  test('is noted where it is read, once', () => {
    expect(back('Email Link Clicked')).toEqual([{ do: 'note', step: 'mail', field: 'clicked' }]);
    expect(back('Email Opened')).toEqual([]);
    expect(back('Email Link Clicked', {}, { clicked: 1 })).toEqual([]);
    expect(back('Email Link Clicked', { human: false })).toEqual([]);
    expect(back('Email Link Clicked', { step: 'mail@2' })).toEqual([{ do: 'note', step: 'mail', field: 'clicked' }]);
    expect(back('Email Link Clicked', { enrol: 'x' })).toEqual([]);
  });
  test('changes the notes of the run', () => {
    const run = runOf(live, { steps: { mail: { status: 'sent' } } });
    expect(
      afterAct(run, { do: 'note', journey: 'j', enrol: 'j:', occurrence: 1, step: 'mail', field: 'clicked', at: 7 })
        ?.steps,
    ).toEqual({ mail: { status: 'sent', clicked: 7 } });
    expect(
      afterAct(run, { do: 'note', journey: 'j', enrol: 'j:', occurrence: 1, step: 'none', field: 'clicked', at: 7 }),
    ).toEqual(run);
  });
});

describe('a date that changes while it is waited for', () => {
  const live = liveOf({}, { id: 'first', wait: '1 day' }, { id: 'w', wait: 'until renewal' });
  const traits = (renewal: string) => viewOf({ traits: { renewal } });
  const moved = (step: string, before: string, after: string) =>
    short(
      happens(
        live,
        runOf(live, { step, deadline: Date.parse('2026-02-01') }),
        changeOf(signalOf('X'), { before: traits(before), after: traits(after) }),
      ),
    );
  test('is followed', () => expect(moved('w', '2026-02-01', '2026-03-01')).toEqual([{ do: 'replan', step: 'w' }]));
  test('is told to a run that may be on its way there, and not where it did not change', () => {
    expect(moved('first', '2026-02-01', '2026-03-01')).toEqual([{ do: 'replan', step: 'w' }]);
    expect(moved('w', '2026-02-01', '2026-02-01')).toEqual([]);
  });
  test('only if the wait ends at another time', () =>
    expect(moved('w', '2026-01-31T24:00:00Z', '2026-02-01')).toEqual([]));
});

test('a run is read only for signals that may matter to it', () => {
  const live = liveOf(
    { exit: [{ on: 'A' }], goals: [{ on: 'B', within: '1 day' }] },
    { waitFor: { c: { on: 'C' } }, within: '1 day' },
  );
  const matters = (event: string) => concerns(live, changeOf(signalOf(event)));
  expect(['A', 'B', 'C', 'D', 'Email Link Clicked'].filter(matters)).toEqual(['A', 'B', 'C']);
});
