import { describe, expect, test } from 'vitest';
import { flow, passTime, source, type World } from '#core/flow';
import { nextOf, planJourney } from '#core/journey';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { endPrefix, entrance } from '../../../commands/simulate/river/counter.ts';
import { addTally, emptyTally, type Tally } from '../../../commands/simulate/river/tally.ts';
import { readLog } from '../../../commands/simulate/run/read-log.ts';
import { simulate } from '../../../commands/simulate/run/simulate.ts';
import { rangeSimulator } from '../../../commands/simulate/run/simulate-range.ts';
import { assignmentOf, cartAbandonment, everything, journeyOf, simulated, sum } from './lab.ts';

/** What flows into a place and out of it, by the ways that were counted. */
const flowOf = ({ ways }: Tally) => {
  const into: { [place: string]: number } = {};
  const outOf: { [place: string]: number } = {};
  for (const [way, runs] of Object.entries(ways)) {
    const cut = way.indexOf('>');
    const [from, to] = [way.slice(0, cut), way.slice(cut + 1)];
    outOf[from] = (outOf[from] ?? 0) + runs;
    into[to] = (into[to] ?? 0) + runs;
  }
  return { into, outOf };
};

/** A share of many lies within four standard errors of its rate: that fails by chance once in 16,000 times, for no seed here. */
const near = (count: number, of: number, rate: number): void => {
  expect(Math.abs(count / of - rate)).toBeLessThan(4 * Math.sqrt((rate * (1 - rate)) / of));
};

describe('a simulation', () => {
  test('with the same seed is the same, with another another', () => {
    expect(simulated(everything(), 150)).toEqual(simulated(everything(), 150));
    expect(simulated(everything(), 150, { seed: 8 })).not.toEqual(simulated(everything(), 150));
  });

  test('is the same, however its customers are divided', () => {
    const simulateRange = rangeSimulator(assignmentOf(everything()));
    const parts = [40, 0, 20].map((from) => simulateRange({ from, to: from + 20 }));
    expect(parts.reduce(addTally, emptyTally())).toEqual(simulateRange({ from: 0, to: 60 }));
  });

  test('is the same with one worker and with two', async () => {
    const assignment = assignmentOf(cartAbandonment());
    const done: number[] = [];
    const by = (workers: number) =>
      simulate({ ...assignment, customers: 1100, workers, progress: (each) => void done.push(each) });
    const one = await by(1);
    expect(done).toEqual([500, 1000, 1100]);
    expect(await by(2)).toEqual(one);
    expect(one.customers).toBe(1100);
  });

  test.each([
    ['cart-abandonment', cartAbandonment],
    ['a journey with a bit of everything', everything],
  ])('loses nobody: who entered %s is somewhere', (_, published) => {
    const tally = simulated(published(), 600);
    const plan = planJourney(published().journey);
    expect(tally.runs).toBeGreaterThan(300);
    expect(sum(tally.ended) + tally.open).toBe(tally.runs);
    const { into, outOf } = flowOf(tally);
    expect(sum(tally.ended) - tally.heldOut).toBe(
      Object.entries(into).reduce(
        (total, [place, runs]) => total + (place.startsWith(endPrefix) || plan.nodes[place]?.kind === 'end' ? runs : 0),
        0,
      ),
    );
    const isWay = (from: string, to: string): boolean =>
      to.startsWith(endPrefix) || (from === entrance ? to === plan.first : nextOf(plan.nodes[from]!).includes(to));
    const strange = Object.keys(tally.ways).filter((way) => !isWay(way.split('>')[0]!, way.split('>')[1]!));
    expect(strange).toEqual([]);
    for (const [id, step] of Object.entries(tally.steps)) {
      expect([id, step.reached]).toEqual([id, into[id] ?? 0]);
      const stays = step.waiting + (plan.nodes[id]?.kind === 'end' ? step.reached : 0);
      expect([id, step.reached]).toEqual([id, (outOf[id] ?? 0) + stays]);
    }
    expect(tally.open).toBe(Object.values(tally.steps).reduce((total, { waiting }) => total + waiting, 0));
  });

  test('sends, holds and withholds exactly what reaches a message', () => {
    const tally = simulated(everything(), 600);
    for (const id of ['mail', 'text', 'nudge', 'again', 'last']) {
      const { reached, sent, withheld, held, ended, waiting } = tally.steps[id]!;
      const gone = reached - sent - sum(withheld);
      expect([id, gone <= held, gone >= 0]).toEqual([id, true, true]);
      // What is neither sent nor withheld is held still, or was left while it was held.
      expect([id, gone]).toEqual([id, waiting + (ended['Subscription Started'] ?? 0)]);
    }
    const sent = ['mail', 'text', 'nudge', 'again', 'last'].reduce((total, id) => total + tally.steps[id]!.sent, 0);
    expect(sum(tally.messages)).toBe(sent);
  });

  test('comes to every round of a repeat, and to both answers of a task', () => {
    const { steps } = simulated(everything(), 600);
    expect(steps['again']!.reached).toBeGreaterThan(steps['last']!.reached * 2);
    expect(Object.keys(steps['ask-answer']!.heard).toSorted()).toEqual(['glad', 'sad']);
    expect(steps['rest']!.arms).toMatchObject({ sms: expect.any(Number), nothing: expect.any(Number) });
  });
});

describe('declared rates are kept', () => {
  const plain = () =>
    journeyOf(`
name: plain
triggers: [{ signal: Signed Up }]
topic: promotions
holdout: 20
goals: [{ on: Bought, within: 10 days, value: event.properties.price }]
steps:
  - id: arms
    split: [{ arm: a, percent: 25 }, { arm: b, percent: 75 }]
  - id: mail
    send: { message: m, channels: [email] }
  - id: answer
    waitFor: { clicked: mail }
    within: 5 days
`);
  const behaviour = (given: object) => ({
    ...given,
    customers: {
      email: { address: 80, consent: 50 },
      zones: {},
    },
    messages: { email: { failed: 40, clicked: 20, unsubscribed: 0, complained: 0, delay: '10 minutes' } },
    events: [
      { event: 'Signed Up', every: '5 days' },
      { event: 'Bought', after: 'mail clicked', share: 40, delay: '1 hour', properties: { price: 12.5 } },
    ],
  });

  test('shares of arms, consent, addresses, clicks and goals', () => {
    const tally = simulated(plain(), 2500, { behaviour, days: 60 });
    const { steps, groups } = tally;
    const { mail, arms, answer } = steps as { [id: string]: Tally['steps'][string] };
    near(tally.heldOut, tally.runs, 0.2);
    near(arms!.arms['a']!, arms!.reached, 0.25);
    near(mail!.sent, mail!.reached, 0.4);
    near(mail!.withheld['no-consent']!, mail!.reached, 0.5);
    // Four in ten bounce; of the others one in five clicks.
    near(answer!.heard['clicked']!, mail!.sent, 0.12);
    near(groups['carried']!.goals['0']!, answer!.heard['clicked']!, 0.4);
    expect(groups['holdout']!.goals).toEqual({});
    expect(groups['carried']!.thousandths['0']).toBe(groups['carried']!.goals['0']! * 12_500);
    expect(groups['arms: a']!.runs + groups['arms: b']!.runs).toBe(groups['carried']!.runs);
  });

  test('consents that wait for their confirmation, on topics that ask for it', () => {
    const letter = `
name: letter
triggers: [{ signal: Signed Up }]
topic: promotions
steps: [{ id: mail, send: { message: m, channels: [email] } }]
`;
    const given = { customers: { email: { address: 100, consent: 50, confirmed: 40 }, zones: {} } };
    const own = (each: object) => ({ ...each, ...given, events: [{ event: 'Signed Up', every: '5 days' }] });
    const asked = { ...journeyOf(letter), confirm: ['promotions'] };
    const [single, double] = [journeyOf(letter), asked].map(
      (published) => simulated(published, 1500, { behaviour: own }).steps['mail']!,
    );
    near(single!.sent, single!.reached, 0.5);
    near(double!.sent, double!.reached, 0.2);
    near(double!.withheld['consent-pending']!, double!.reached, 0.3);
    expect(double!.withheld['no-consent']).toBe(single!.withheld['no-consent']);
  });

  test('an event comes as often as it is said to', () => {
    const only = (events: object[]) => ({
      days: 10,
      behaviour: () => ({ events, messages: { email: { failed: 0, clicked: 0, unsubscribed: 0, complained: 0 } } }),
    });
    const events = (list: object[]): number => simulated(plain(), 400, only(list)).signals - 400;
    // Two in ten days on average; the number of all is Poisson's, whose variance is its mean.
    expect(Math.abs(events([{ event: 'Signed Up', every: '5 days' }]) - 800)).toBeLessThan(4 * Math.sqrt(800));
    expect(Math.abs(events([{ event: 'Signed Up', every: '5 days', share: 25 }]) - 200)).toBeLessThan(100);
    expect(events([])).toBe(0);
  });
});

describe('a recorded log', () => {
  const lines = [
    {
      type: 'identify',
      userId: 'ada',
      timestamp: '2026-01-05T09:00:00Z',
      traits: { email: 'a@shop.example', phone: '+447700900123', consent: { email: true, sms: true } },
    },
    {
      type: 'track',
      event: 'Product Added',
      userId: 'ada',
      timestamp: '2026-01-05T09:00:01Z',
      properties: { cart_id: '1', product_id: 'mug', price: 9 },
    },
    {
      type: 'identify',
      userId: 'ben',
      timestamp: '2026-01-05T10:00:00Z',
      traits: { email: 'b@shop.example', consent: { email: true } },
    },
    {
      type: 'track',
      event: 'Product Added',
      userId: 'ben',
      timestamp: '2026-01-05T10:00:01Z',
      properties: { cart_id: '2', product_id: 'mug', price: 9 },
    },
    {
      type: 'track',
      event: 'Order Completed',
      userId: 'ben',
      timestamp: '2026-01-05T14:30:00Z',
      properties: { products: [{ product_id: 'mug' }], revenue: 9 },
    },
  ].map((line, i) => ({ messageId: `m-${i}`, ...line }));
  const quiet = (given: object) => ({
    ...given,
    start: '2026-01-05T09:00:00Z',
    messages: {
      email: { failed: 0, clicked: 0, opened: 0, unsubscribed: 0, complained: 0 },
      sms: { failed: 0, replied: 0, unsubscribed: 0 },
    },
    events: [],
  });

  test('gives what its customers get when each is carried by hand', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'simulate-'));
    const log = path.join(folder, 'log.ndjson');
    writeFileSync(log, lines.map((line) => JSON.stringify(line)).join('\n'));
    const published = cartAbandonment();
    const tally = simulated(published, 2, { log, behaviour: quiet });

    const { journey, topics } = published;
    const world: World = { journeys: [{ journey, plan: planJourney(journey), version: 1, machine: '' }], topics };
    const rivers = readLog(log).customers.map(([name, signals]) => {
      let river = source(name);
      for (const signal of signals) {
        const now = Date.parse(signal.timestamp);
        river = flow(passTime(river, now, world), signal, { world, now });
      }
      return passTime(river, Date.parse('2026-02-04T09:00:00Z'), world);
    });
    rmSync(folder, { recursive: true });

    const channels = rivers.flatMap(({ sent }) => sent.map(({ channel }) => channel));
    expect(channels.toSorted()).toEqual(['email', 'email', 'sms']);
    expect(tally.messages).toEqual({ email: 2, sms: 1 });
    expect(tally.ended).toEqual({ completed: 1, 'Order Completed': 1 });
    expect(rivers.flatMap(({ runs }) => runs.map((run) => run.endReason ?? run.exitReason)).toSorted()).toEqual(
      Object.keys(tally.ended).toSorted(),
    );
    expect(tally.groups['carried']).toEqual({ runs: 2, goals: { 0: 1 }, thousandths: { 0: 9000 } });
    // Ada: a wait, the reminder with the wait for its answer, the last call; Ben leaves from his second state.
    expect(tally.transitions).toBe(3 + 2);
    expect(tally.minutes).toEqual({ [28 * 60]: 1, [4.5 * 60]: 1 });
  });

  test('with a line that is no signal is refused with its place', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'simulate-'));
    const log = path.join(folder, 'log.ndjson');
    const refusal = (text: string): string => {
      writeFileSync(log, text);
      try {
        readLog(log);
        return 'read';
      } catch (error) {
        const { place, message } = error as { place: string; message: string };
        return `${path.basename(place)} ${message}`;
      }
    };
    const first = JSON.stringify(lines[0]);
    expect(refusal(`${first}\n{oops`)).toMatch(/^log\.ndjson:2 This is no JSON/);
    expect(refusal(`${first}\n\n{"type":"track"}`)).toMatch(/^log\.ndjson:3 The signal has no `timestamp`/);
    expect(refusal('{"type":"track","event":"X","timestamp":"2026-01-05T09:00:00Z"}')).toMatch(/^log\.ndjson:1 /);
    expect(refusal('\n')).toMatch(/There is no signal in it/);
    rmSync(folder, { recursive: true });
  });
});
