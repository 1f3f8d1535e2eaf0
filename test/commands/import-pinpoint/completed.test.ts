import { describe, expect, it } from 'vitest';
import { flow, passTime, type River, source, type World } from '#core/flow';
import { compileJourney } from '#compiler';
import { durationMs, planJourney } from '#core/journey';
import { parseEvent } from '#core/signal';
import { completedSample, hasSample, imported, journeyOf, monday, topics } from './imported.ts';

const name = 'example-corp-new-subscriber-journey';

/** One customer of the completed example, told in what happens and how long it takes. */
const story = (customer = 'ada') => {
  const journey = journeyOf(imported(completedSample()), name);
  const world: World = { journeys: [{ journey, plan: planJourney(journey), version: 1, machine: name }], topics };
  let river: River = source(customer);
  let [now, count] = [monday, 0];
  const hears = (detail: object) => {
    const time = new Date(now).toISOString();
    const whole = { userId: customer, messageId: `m-${++count}`, ...detail };
    const parsed = parseEvent({ id: `e-${count}`, 'detail-type': 'track', source: 'shop', time, detail: whole }, now);
    if (parsed.signal === undefined) throw new Error(parsed.refusal.message);
    river = flow(river, parsed.signal, { world, now });
    return told;
  };
  const told = {
    is: (traits: object) =>
      hears({ type: 'identify', traits: { email: 'ada@customer.example', consent: { email: true }, ...traits } }),
    happens: (event: string, properties: object = {}) => hears({ type: 'track', event, properties }),
    opens: (step: string) =>
      told.happens('Email Opened', { enrol: river.runs[0]!.enrol, occurrence: 1, step, human: true }),
    later: (duration: string) => {
      now += durationMs(duration)!;
      river = passTime(river, now, world);
      return told;
    },
    sent: () => river.sent.map(({ at, message }) => `${message} after ${(at - monday) / 3_600_000} h`),
    ended: () => river.runs.map((run) => run.endReason ?? run.exitReason ?? 'open'),
  };
  return told;
};

describe.skipIf(!hasSample)('the completed example of the Pinpoint guide', () => {
  it('compiles to a state machine', () => {
    expect(Object.keys(compileJourney(journeyOf(imported(completedSample()), name))).length).toBeGreaterThan(1);
  });

  it('welcomes a member who opens the first email, and three days later writes to them as a member', () => {
    const ada = story()
      .is({ member: 'yes' })
      .happens('Subscribed')
      .later('1 hour')
      .opens('email-welcome')
      .later('1 day')
      .later('3 days');
    expect(ada.sent()).toEqual(['welcome after 0 h', 'welcome-new-subscribers after 72 h', 'members after 72 h']);
    expect(ada.ended()).toEqual(['completed']);
  });

  it('looks for the opened email only when a whole day has gone by, as Pinpoint did', () => {
    const ada = story().is({}).happens('Subscribed').later('1 hour').opens('email-welcome').later('22 hours');
    expect([ada.sent(), ada.ended()]).toEqual([['welcome after 0 h'], ['open']]);
  });

  it('writes to a trial customer about the trial, as they are by then', () => {
    const ben = story()
      .is({})
      .happens('Subscribed')
      .later('1 hour')
      .opens('email-welcome')
      .is({ plan: 'trial' })
      .later('4 days');
    expect(ben.sent()).toEqual(['welcome after 0 h', 'welcome-new-subscribers after 72 h', 'trial after 72 h']);
  });

  it('ends after the second email for who is neither', () => {
    const cleo = story().is({}).happens('Subscribed').later('1 hour').opens('email-welcome').later('4 days');
    expect(cleo.sent()).toEqual(['welcome after 0 h', 'welcome-new-subscribers after 72 h']);
    expect(cleo.ended()).toEqual(['completed']);
  });

  it('divides those who open nothing between the two other emails, about by half', () => {
    const last = Array.from({ length: 40 }, (_, i) => {
      const one = story(`customer-${i}`).is({}).happens('Subscribed').later('2 days');
      expect(one.ended()).toEqual(['completed']);
      return one.sent().at(-1);
    });
    expect(new Set(last)).toEqual(new Set(['trial after 24 h', 'members after 24 h']));
  });

  it('an open that no person did is none', () => {
    const one = story().is({}).happens('Subscribed');
    one.happens('Email Opened', { enrol: 'x', occurrence: 1, step: 'email-welcome', human: false }).later('5 days');
    expect(one.sent().at(-1)).not.toContain('welcome-new-subscribers');
  });
});
