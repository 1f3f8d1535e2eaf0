import { mkdtempSync, readdirSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { PublishedDocument } from '#core/journey';
import { behaviourText } from '../../../commands/simulate/behaviour/behaviour-text.ts';
import { defaultBehaviour } from '../../../commands/simulate/behaviour/default-behaviour.ts';
import { forLog } from '../../../commands/simulate/behaviour/for-log.ts';
import { readBehaviour } from '../../../commands/simulate/behaviour/read-behaviour.ts';
import { cartAbandonment, everything, journeyOf, simulated } from './lab.ts';

const stateMachines = new URL('../../../state-machines/', import.meta.url).pathname;
const shipped = readdirSync(stateMachines).filter((name) => existsSync(path.join(stateMachines, name, 'journey.json')));

const reading = (yaml: string) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'behaviour-'));
  const file = path.join(folder, 'simulate.yaml');
  writeFileSync(file, yaml);
  try {
    return readBehaviour(file, cartAbandonment().journey);
  } finally {
    rmSync(folder, { recursive: true });
  }
};

const refusal = (yaml: string): string => {
  try {
    reading(yaml);
    return 'read';
  } catch (error) {
    const { place, message } = error as { place: string; message: string };
    return `${path.basename(place)} ${message}`;
  }
};

describe('the behaviour nobody wrote down', () => {
  test.each(shipped)('lets customers enter %s and come to its end', (name) => {
    const published = PublishedDocument.parse(
      JSON.parse(readFileSync(path.join(stateMachines, name, 'journey.json'), 'utf8')),
    );
    const isByApi = published.journey.triggers.every((trigger) => 'api' in trigger);
    const given = readBehaviour(path.join(stateMachines, name, 'simulate.yaml'), published.journey);
    const tally = simulated(published, 150, { days: 60, behaviour: () => given });
    // The command makes signals of requests to the API; here they are none.
    expect(tally.runs > 0).toBe(!isByApi);
  });

  test('fits a trigger with a condition, a key in depth, and lists of names', () => {
    const published = journeyOf(`
name: picky
triggers:
  - signal: [Plan Changed, Other]
    key: properties.plan.id
    where: >-
      event.properties.level >= 3 and event.properties.kind in ["a", "b"] and event.properties.paid = true
      and $exists(event.properties.region)
topic: promotions
steps: [{ wait: 1 hour }]
`);
    const tally = simulated(published, 50);
    expect(tally.runs).toBeGreaterThan(20);
    expect(defaultBehaviour(published.journey).events[0]).toMatchObject({
      event: 'Plan Changed',
      properties: { plan: { id: { new: 'id' } }, level: 3, kind: { one: ['a', 'b'] }, paid: true, region: 'something' },
    });
  });

  test.each([
    ['a segment', '{ segment: lapsed, on: left }'],
    ['a schedule', '{ schedule: rate(1 day), segment: lapsed }'],
    ['another journey', '{ journey: cart-abandonment, key: properties.case }'],
  ])('lets customers enter by %s', (_, trigger) => {
    const published = journeyOf(`
name: entered
triggers: [${trigger}]
topic: promotions
steps: [{ wait: 1 hour }]
`);
    expect(simulated(published, 50).runs).toBeGreaterThan(20);
  });

  test('written out and read again is the same', () => {
    for (const { journey } of [cartAbandonment(), everything()]) {
      const folder = mkdtempSync(path.join(tmpdir(), 'behaviour-'));
      const file = path.join(folder, 'simulate.yaml');
      writeFileSync(file, behaviourText(defaultBehaviour(journey)));
      expect(readBehaviour(file, journey)).toEqual(defaultBehaviour(journey));
      rmSync(folder, { recursive: true });
    }
  });
});

test('beside a log, only answers to messages and tasks are drawn', () => {
  const { journey } = everything();
  const { events, start } = forLog(defaultBehaviour(journey), journey, Date.parse('2026-03-01T00:00:00Z'));
  expect(start).toBe('2026-03-01T00:00:00.000Z');
  expect(events.length).toBeGreaterThan(3);
  expect(events.filter((event) => 'every' in event || event.after === 'entry')).toEqual([]);
});

test('the example of the documentation can be used as it stands', () => {
  const page = readFileSync(new URL('../../../docs/simulate.md', import.meta.url), 'utf8');
  const [, example = ''] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const given = reading(example);
  expect(given.events).toHaveLength(3);
  const { runs, ended } = simulated(cartAbandonment(), 100, { behaviour: () => given });
  expect(runs).toBeGreaterThan(30);
  expect(ended['Order Completed']).toBeGreaterThan(0);
});

describe('simulate.yaml', () => {
  test('changes what it names and leaves the rest', () => {
    const given = reading('customers: { sms: { consent: 12 } }\nmessages: { steps: { reminder: { clicked: 50 } } }');
    expect(given.customers.sms).toEqual({ address: 95, consent: 12, confirmed: 70 });
    expect(given.customers.email.consent).toBe(65);
    expect(given.messages.steps).toEqual({ reminder: { clicked: 50 } });
    expect(given.events).toEqual(defaultBehaviour(cartAbandonment().journey).events);
    expect(reading('')).toEqual(defaultBehaviour(cartAbandonment().journey));
  });

  test.each([
    ['customers:\n  emial: {}', 'simulate.yaml:2:3 `emial` is not known here. Did you mean `email`?'],
    ['customers: { sms: { consent: 120 } }', 'simulate.yaml:1:21 Too big: expected number to be <=100.'],
    ['messages:\n  email:\n    delay: soon', /^simulate\.yaml:3:5 Write a duration as/],
    [
      'events:\n  - { event: X, evry: 3 days }',
      /^simulate\.yaml:2:17 `evry` is not known here\. Did you mean `every`\?/,
    ],
    [
      'events: [{ event: X, after: remindr, delay: 1 hour }]',
      'simulate.yaml:1:22 The journey has no step `remindr`. Did you mean `reminder`?',
    ],
    [
      'events: [{ event: X, after: reminder cliked, delay: 1 hour }]',
      /^simulate\.yaml:1:22 Nobody can have `cliked` a message\. Did you mean `clicked`\?/,
    ],
    [
      'events: [{ event: X, after: response clicked, delay: 1 hour }]',
      'simulate.yaml:1:22 `response` sends nothing that could be clicked.',
    ],
    ['messages: { steps: { response: { clicked: 3 } } }', /^simulate\.yaml:1:22 The journey has no step `response`\./],
    ['customers: { zones: { Europe/Pariss: 100 } }', /^simulate\.yaml:1:23 This is no time zone/],
    [
      'customers: { zones: { Europe/Paris: 60, Europe/Rome: 60 } }',
      /^simulate\.yaml:1:14 These shares add up to more than 100/,
    ],
    ['start: tomorrow', /^simulate\.yaml:1:1 Write an instant as/],
    ['events: 3', /^simulate\.yaml:1:1 /],
    ['events: [3]', /^simulate\.yaml:1:10 /],
    ['- a', /^simulate\.yaml:1:1 /],
    ['a: [', /^simulate\.yaml:\d+:\d+ This is no YAML/],
  ])('%j is refused with its place', (yaml, told) => {
    expect(refusal(yaml)).toMatch(told);
  });
});
