import { describe, expect, test } from 'vitest';
import { type Enrolment, type PublishedJourney, rivalsOf } from '#core/journey';
import { day, liveOf, now, runOf } from './running.ts';

const offers = liveOf(
  { name: 'offers', topic: 'promotions', priority: 80 },
  { wait: '1 day' },
  { id: 'offer', send: { message: 'offer', channels: ['email', 'sms'] } },
  { id: 'survey', send: { message: 'survey', channels: ['email'], topic: 'feedback' } },
);

/** A run of another journey, whose message waits for a slot. */
const waiting = (fields: Partial<Enrolment> = {}, note: object = {}): Enrolment =>
  runOf(offers, {
    journey: 'offers',
    enrol: 'other',
    enteredAt: now - 2 * day,
    step: 'hold:offer',
    deadline: now + day,
    steps: {
      offer: { status: 'held', dueAt: now - day, reason: 'frequency-cap', channel: 'sms', ...note },
      survey: { status: 'held', dueAt: now - day, reason: 'topic-cap', channel: 'email' },
    },
    ...fields,
  });

const rivals = (runs: readonly Enrolment[], publishedOf: () => PublishedJourney | undefined = () => offers) =>
  rivalsOf(runs, { enrol: 'mine' }, publishedOf);

describe('the messages of a customer’s other runs', () => {
  test('that wait for a slot come for it, each with what tells who goes first', () => {
    expect(rivals([waiting()])).toEqual([
      {
        journey: 'offers',
        topic: 'promotions',
        channel: 'sms',
        priority: 80,
        dueAt: now - day,
        enteredAt: now - 2 * day,
        until: now + day,
      },
    ]);
  });

  test('are looked at on their own topic and channel', () => {
    expect(rivals([waiting({ step: 'hold:survey' })])).toMatchObject([{ topic: 'feedback', channel: 'email' }]);
    for (const channel of ['email', 'sms', 'push'])
      expect(rivals([waiting({}, { channel })])).toMatchObject([{ channel }]);
  });

  test('are due when they were first held, else when they come', () => {
    expect(rivals([waiting({}, { dueAt: undefined })])).toMatchObject([{ dueAt: now + day }]);
  });

  test('count for every kind of cap, and not when they wait for something else', () => {
    for (const reason of ['frequency-cap', 'channel-cap', 'topic-cap', 'journey-cap'])
      expect(rivals([waiting({}, { reason })])).toHaveLength(1);
    for (const reason of ['quiet-hours', 'budget-spent', 'cap-table', undefined])
      expect(rivals([waiting({}, { reason })])).toEqual([]);
  });

  test('do not count where nobody knows by which channel, or until when, they wait', () => {
    for (const channel of [undefined, 'fax', 7]) expect(rivals([waiting({}, { channel })])).toEqual([]);
    const { deadline: _, ...endless } = waiting();
    expect(rivals([endless])).toEqual([]);
  });

  test('do not count where nothing was noted of them', () => {
    expect(rivals([waiting({ steps: {} })])).toEqual([]);
  });

  test('are those of other runs: a message is not its own rival', () => {
    expect(rivals([waiting({ enrol: 'mine' }), waiting()])).toHaveLength(1);
  });

  test('are those of runs that are open', () => {
    expect(rivals([waiting({ endedAt: now }), waiting({ exitedAt: now })])).toEqual([]);
  });

  test('are held: a run that waits for time, or has not come to a step, has none', () => {
    const { step: _, ...nowhere } = waiting();
    expect(rivals([nowhere, waiting({ step: 'offer' }), waiting({ step: 'hold:' })])).toEqual([]);
  });

  test('are of the version the run follows: without it, or where the step is no send in it, there is none', () => {
    expect(rivals([waiting()], () => undefined)).toEqual([]);
    const renamed = liveOf({ name: 'offers' }, { id: 'offer', wait: '1 day' });
    expect(rivals([waiting()], () => renamed)).toEqual([]);
    const without = liveOf({ name: 'offers' }, { id: 'other', wait: '1 day' });
    expect(rivals([waiting()], () => without)).toEqual([]);
    const inherited = { step: 'hold:constructor', steps: { constructor: waiting().steps['offer']! } };
    expect(rivals([waiting(inherited)])).toEqual([]);
  });

  test('are read for the runs that may have one, and no other', () => {
    const asked: string[] = [];
    rivalsOf([waiting({ step: 'w', enrol: 'a' }), waiting({ enrol: 'b' })], { enrol: 'mine' }, ({ enrol }) => {
      asked.push(enrol);
      return offers;
    });
    expect(asked).toEqual(['b']);
  });
});
