import { describe, expect, test } from 'vitest';
import { concerns, type Enrolment, planJourney } from '#core/journey';
import { changeOf, day, happens, liveOf, now, runOf, signalOf, viewOf } from './running.ts';

const send = (id: string, ...channels: readonly string[]) => ({ id, send: { message: 'm', channels } });
const heard = (acts: readonly object[]) => acts.filter((act) => 'winner' in act);

describe('a task', () => {
  const live = liveOf(
    {},
    {
      id: 'ask',
      task: { to: 'support', title: 'Call.', outcomes: ['yes', 'no'], due: '2 days' },
      then: { yes: [{ end: 'x' }] },
    },
    { branch: [{ when: 'steps.ask.response.score > 3', then: [{ end: 'good' }] }] },
  );
  const answered = (fields: object, run: Partial<Enrolment> = {}, event = 'Task Answered') =>
    heard(
      happens(
        live,
        runOf(live, { step: 'ask-answer', deadline: now + day, ...run }),
        changeOf(signalOf(event, { enrol: 'j:', occurrence: 1, step: 'ask', outcome: 'yes', ...fields })),
      ),
    );
  test('is answered by one of its outcomes', () => {
    expect(answered({})).toMatchObject([{ step: 'ask-answer', winner: 'yes', note: { outcome: 'yes' } }]);
    expect(answered({ outcome: 'no' })).toMatchObject([{ winner: 'no' }]);
    expect(answered({ outcome: 'perhaps' })).toEqual([]);
    expect(answered({}, {}, 'Task Created')).toEqual([]);
  });
  test('leaves what was answered where the journey reads it', () =>
    expect(answered({ response: { score: 4 } })).toMatchObject([{ note: { response: { score: 4 } } }]));
  test('of another run, occurrence or step is not answered', () => {
    for (const other of [{ enrol: 'x' }, { occurrence: 2 }, { step: 'other' }]) expect(answered(other)).toEqual([]);
    expect(answered({ occurrence: undefined })).toHaveLength(1);
  });
  test('may be answered before its run has come to the wait', () => {
    expect(answered({}, { step: 'elsewhere' })).toHaveLength(1);
    expect(answered({}, { step: 'elsewhere', heard: { 'ask-answer': 'no' } })).toEqual([]);
  });
});

describe('a journey that began another', () => {
  const live = liveOf(
    {},
    { id: 'child', start: { journey: 'other', wait: true, within: '10 days' }, then: { ended: [{ end: 'told' }] } },
  );
  const parent = { journey: 'j', enrol: 'j:', occurrence: 1, step: 'child' };
  const ended = (from: unknown, event = 'Journey Ended') =>
    heard(
      happens(
        live,
        runOf(live, { step: 'child-ended', deadline: now + day }),
        changeOf(signalOf(event, { journey: 'other', enrol: 'other:', occurrence: 1, parent: from })),
      ),
    );
  test('hears when that one ends, and of no other end', () => {
    expect(ended(parent)).toMatchObject([{ step: 'child-ended', winner: 'ended' }]);
    for (const other of [{ enrol: 'x' }, { occurrence: 2 }, { step: 'x' }])
      expect(ended({ ...parent, ...other })).toEqual([]);
    expect([ended(undefined), ended('child'), ended(parent, 'Journey Started')]).toEqual([[], [], []]);
  });
});

describe('a wait', () => {
  const live = liveOf(
    {},
    { id: 'pause', wait: '1 day' },
    send('mail', 'email'),
    {
      id: 'w',
      waitFor: { clicked: 'mail', bought: { on: 'Order Updated', same: ['order_id'] } },
      within: '1 day',
      then: { clicked: [{ id: 'later', waitFor: { paid: { on: 'Order Paid' } }, within: '1 day' }] },
    },
    { id: 'last', waitFor: { came: { on: 'Store Visited' } }, within: '1 day' },
  );
  const hears = (event: string, fields: Partial<Enrolment>, properties: object = {}, at = now) =>
    happens(live, runOf(live, fields), changeOf(signalOf(event, properties), { now: at })).flatMap((act) =>
      act.do === 'hear' ? [act.step] : [],
    );
  const same = { order_id: 'o-1' };

  test('hears nothing before its run is on its way to it', () => {
    expect(hears('Order Updated', { step: 'pause', deadline: now + 1 }, same)).toEqual([]);
    expect(hears('Order Updated', { step: 'pause', deadline: now }, same)).toEqual(['w']);
  });
  test('hears while the wait before it is over, by what that heard or because its time came', () => {
    expect(hears('Store Visited', { step: 'w', deadline: now + 1 })).toEqual([]);
    expect(hears('Store Visited', { step: 'w', deadline: now })).toEqual(['last']);
    expect(hears('Order Paid', { step: 'w', deadline: now + day, heard: { w: 'clicked' } })).toEqual(['later']);
    expect(hears('Order Paid', { step: 'w', deadline: now })).toEqual([]);
    expect(hears('Store Visited', { step: 'w', deadline: now + day, heard: { w: 'bought' } })).toEqual(['last']);
  });
  test('hears while a date before it was past or missing, on the way of either', () => {
    const waits = (id: string, on: string) => ({ id, waitFor: { a: { on } }, within: '1 day' });
    const dated = liveOf(
      {},
      { id: 'until', wait: 'until renewal', otherwise: [waits('none', 'A')] },
      waits('after', 'B'),
    );
    const listens = (event: string, deadline: number) =>
      heard(happens(dated, runOf(dated, { step: 'until', deadline }), changeOf(signalOf(event))));
    expect(listens('A', now)).toMatchObject([{ step: 'none' }]);
    expect(listens('B', now)).toMatchObject([{ step: 'after' }]);
    expect([...listens('A', now + 1), ...listens('B', now + 1)]).toEqual([]);
  });
  test('that goes on in a hold, since its journey is paused, hears on', () => {
    expect(hears('Order Updated', { step: 'hold:w', deadline: now + day }, same)).toEqual(['w']);
    expect(hears('Order Updated', { step: 'hold:mail', deadline: now + day }, same)).toEqual([]);
    expect(hears('Store Visited', { step: 'hold:gone', deadline: now + day })).toEqual([]);
  });
  test('is about the same thing, and keeps a click that came early', () => {
    expect(hears('Order Updated', { step: 'w', deadline: now + day }, { order_id: 'o-2' })).toEqual([]);
    const click = { enrol: 'j:', occurrence: 1, step: 'mail' };
    expect(hears('Email Link Clicked', { step: 'pause', deadline: now + day }, click)).toEqual(['w']);
  });
  test('of a step that this version does not have hears nothing', () =>
    expect(hears('Order Updated', { step: 'constructor', deadline: now + day }, same)).toEqual([]));
  test('hears nothing that was received well before it began', () => {
    const began = { step: 'w', deadline: now + day };
    expect(hears('Order Updated', began, same, now - 10_000)).toEqual(['w']);
    expect(hears('Order Updated', began, same, now - 10_001)).toEqual([]);
    // Another wait that is ahead of an old one has no such time.
    expect(hears('Order Updated', { step: 'pause', deadline: now - 20_000 }, same, now - 20_000)).toEqual(['w']);
  });
});

test('a wait keeps the event it heard where the journey reads it, and the answer to a task', () => {
  const reading = (when: string) =>
    liveOf(
      {},
      { id: 'w', waitFor: { paid: { on: 'Order Paid' } }, within: '1 day' },
      { branch: [{ when, then: [{ end: 'x' }] }] },
    );
  const noted = (when: string) => {
    const live = reading(when);
    const run = runOf(live, { step: 'w', deadline: now + day });
    return heard(happens(live, run, changeOf(signalOf('Order Paid', { total: 3, response: 'r' }))));
  };
  expect(noted('steps.w.event.properties.total > 2')).toMatchObject([
    { note: { status: 'heard', outcome: 'paid', event: { name: 'Order Paid', properties: { total: 3 } } } },
  ]);
  expect(noted('steps.w.outcome = "paid"')).toMatchObject([{ note: { status: 'heard', outcome: 'paid' } }]);
  expect(noted('steps.w.outcome = "paid"')).not.toMatchObject([{ note: { event: {} } }]);
});

describe('a wait keeps what messages read of what it heard, and nothing else', () => {
  const saying = (reads: readonly string[], ...steps: readonly object[]) => {
    const live = liveOf({}, ...steps);
    return { ...live, plan: planJourney(live.journey, reads) };
  };
  const waits = { id: 'w', waitFor: { paid: { on: 'Order Paid' } }, within: '1 day' };
  const properties = { total: 3, card: 'secret', shop: { name: 'S', id: 7 }, lines: [{ sku: 'a' }], 'a.b': 1, '': 2 };
  const keptOf = (reads: readonly string[], ...steps: readonly object[]) => {
    const live = saying(
      reads.map((path) => `steps.w.${path}`),
      waits,
      ...steps,
    );
    const run = runOf(live, { step: 'w', deadline: now + day });
    const [act] = happens(live, run, changeOf(signalOf('Order Paid', properties)));
    return act?.do === 'hear' ? act.note['event'] : undefined;
  };
  test.each<[string, readonly string[], unknown]>([
    ['nothing', ['outcome'], undefined],
    ['a property', ['event.properties.total'], { properties: { total: 3 } }],
    [
      'several',
      ['event.name', 'event.properties.shop.name', 'event.properties.total'],
      { name: 'Order Paid', properties: { total: 3, shop: { name: 'S' } } },
    ],
    [
      'of a list all',
      ['event.properties.lines.0.sku', 'event.properties.lines.size'],
      { properties: { lines: [{ sku: 'a' }] } },
    ],
    ['one whose name has a dot', ['event.properties.a.b'], { properties: { 'a.b': 1 } }],
    ['what is not there', ['event.properties.none', 'event.properties.total.none'], { properties: { total: 3 } }],
    ['nothing inherited', ['event.constructor', 'event.__proto__'], {}],
    ['all where only the run knows which', ['event.properties.*.name'], { properties }],
    ['all', ['event.properties.total', 'event'], { name: 'Order Paid', properties }],
  ])('%s', (_, reads, kept) => expect(keptOf(reads)).toEqual(kept));

  test('and all where a condition reads it, too', () =>
    expect(
      keptOf(['event.properties.total'], { branch: [{ when: 'steps.w.event.name = "A"', then: [{ end: 'x' }] }] }),
    ).toEqual({ name: 'Order Paid', properties }));

  test('also of the answer to a task, which is read at the task', () => {
    const asks = { id: 'ask', task: { to: 's', title: 'T.', outcomes: ['a'], due: '1 day' } };
    const live = saying(['steps.ask.response.when', 'steps.ask.event.properties.by'], asks);
    const run = runOf(live, { step: 'ask-answer', deadline: now + day });
    const response = { when: 'noon', note: 'angry' };
    const answer = { enrol: 'j:', occurrence: 1, step: 'ask', outcome: 'a', by: 'kim', response };
    expect(happens(live, run, changeOf(signalOf('Task Answered', answer)))).toMatchObject([
      { note: { status: 'heard', outcome: 'a', response: { when: 'noon' }, event: { properties: { by: 'kim' } } } },
    ]);
  });

  test('and when a message was clicked, where another says so', () => {
    const live = saying(['steps.mail.clicked'], send('mail', 'email'), waits);
    const run = runOf(live, { step: 'w', deadline: now + day, steps: { mail: { status: 'sent' } } });
    const click = signalOf('Email Link Clicked', { enrol: 'j:', occurrence: 1, step: 'mail' });
    expect(happens(live, run, changeOf(click))).toMatchObject([
      { do: 'note', step: 'mail', field: 'clicked', at: now },
    ]);
  });
});

describe('a run is read', () => {
  const read = (live: ReturnType<typeof liveOf>, event: string, changed = false) =>
    concerns(live, changeOf(signalOf(event), changed ? { after: viewOf({ traits: { a: 1 } }) } : {}));
  const waitingFor = (waitFor: object) =>
    liveOf({}, send('mail', 'email', 'sms'), { id: 'w', waitFor: { a: waitFor, b: { on: 'B' } }, within: '1 day' });
  test('when its wait could hear a click, a reply, an event or a change', () => {
    expect(read(waitingFor({ reply: 'mail' }), 'SMS Received')).toBe(true);
    expect(read(waitingFor({ on: 'C' }), 'SMS Received')).toBe(false);
    const clicked = liveOf({}, send('mail', 'email'), { waitFor: { a: 'mail', b: { on: 'B' } }, within: '1 day' });
    expect(['Email Link Clicked', 'B', 'C'].map((event) => read(clicked, event))).toEqual([true, true, false]);
    expect(read(waitingFor({ when: 'profile.traits.a = 1' }), 'X', true)).toBe(true);
    expect(read(waitingFor({ when: 'profile.traits.a = 1' }), 'X')).toBe(false);
  });
  test('when a task of it is answered, or a journey it began ends', () => {
    const asks = liveOf({}, { id: 'ask', task: { to: 's', title: 'T.', outcomes: ['a'], due: '1 day' }, then: {} });
    expect([read(asks, 'Task Answered'), read(asks, 'Journey Ended')]).toEqual([true, false]);
    const begins = liveOf({}, { id: 'c', start: { journey: 'o', wait: true, within: '1 day' }, then: {} });
    expect([read(begins, 'Task Answered'), read(begins, 'Journey Ended')]).toEqual([false, true]);
  });
  test('when the run that began it may have ended', () => {
    const child = liveOf({ triggers: [{ signal: 'X' }, { journey: 'p' }] });
    expect([read(child, 'Journey Ended'), read(liveOf({}), 'Journey Ended')]).toEqual([true, false]);
    expect(read(child, 'Y')).toBe(false);
  });
  test('when a condition reads what comes back of a message', () => {
    const reads = liveOf({}, send('mail', 'email'), {
      branch: [{ when: 'steps.mail.opened > 0', then: [{ end: 'x' }] }],
    });
    expect(['Email Opened', 'Email Delivered', 'X'].map((event) => read(reads, event))).toEqual([true, false, false]);
  });
  test('when the date it waits for may be another', () => {
    const waits = liveOf({}, { wait: 'until a - 2 days' });
    expect([read(waits, 'X', true), read(waits, 'X')]).toEqual([true, false]);
    expect(read(liveOf({}, { wait: 'until best time' }), 'X', true)).toBe(false);
    expect(read(liveOf({}, { wait: 'until b' }), 'X', true)).toBe(false);
    expect(read(liveOf({}, { wait: 'until entry + 3 days' }), 'X', true)).toBe(false);
  });
  test('when any of its exits or goals is meant, not all', () => {
    const live = liveOf({
      exit: [{ on: 'A' }, { on: 'B' }],
      goals: [
        { on: 'C', within: '1 day' },
        { on: 'D', within: '1 day' },
      ],
    });
    expect(['A', 'B', 'C', 'D', 'E'].map((event) => read(live, event))).toEqual([true, true, true, true, false]);
  });
});
