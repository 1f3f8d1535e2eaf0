import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { compileJourney } from '#compiler';
import { JourneyDocument } from '#core/journey';

const root = fileURLToPath(new URL('../..', import.meta.url));
const committed = globSync('state-machines/*/journey.asl.json', { cwd: root });

const journey = (steps: unknown, more: object = {}) =>
  JourneyDocument.parse({ name: 'j', triggers: [{ signal: 'X' }], topic: 'promotions', steps, ...more });

describe('the compiled journeys in git', () => {
  test.each(committed)('%s is valid Amazon States Language', (file) => {
    const { isValid, errors } = validate(JSON.parse(readFileSync(`${root}/${file}`, 'utf8')));
    expect(errors).toEqual([]);
    expect(isValid).toBe(true);
  });

  test('cart-abandonment enters three states on its longest unheld way', () => {
    const { StartAt, States } = JSON.parse(
      readFileSync(`${root}/state-machines/cart-abandonment/journey.asl.json`, 'utf8'),
    );
    const way = [StartAt];
    for (let next = StartAt; next !== undefined;) {
      next = States[next].Catch?.find(({ ErrorEquals }: { ErrorEquals: string[] }) =>
        ErrorEquals.includes('States.Timeout'),
      )?.Next;
      if (next !== undefined) way.push(next);
    }
    expect(way).toEqual(['Wait 4 hours', 'reminder', 'Send last-call']);
  });
});

test('a wait with nothing before it needs no function; what follows a wait is one function call', () => {
  const { States } = compileJourney(
    journey([{ wait: '1 hour' }, { send: { message: 'a', channels: ['email'] } }, { wait: '1 day' }, { end: 'done' }]),
  );
  expect(States['Wait 1 hour']!['Resource']).toBe('arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken');
  expect(States['Send a']!['Resource']).toBe('arn:aws:states:::lambda:invoke.waitForTaskToken');
  expect(Object.keys(States)).not.toContain('Wait 24 hours');
});

test('a wait too short to be sure of stays a state of its own', () => {
  const { States } = compileJourney(
    journey([
      { send: { message: 'a', channels: ['email'] } },
      { wait: '1 minute' },
      { send: { message: 'b', channels: ['email'] } },
    ]),
  );
  expect(Object.keys(States)).toContain('Wait 1 minute');
});

test('only ids reach the execution: no state names a profile field', () => {
  for (const file of committed)
    expect(readFileSync(`${root}/${file}`, 'utf8')).not.toMatch(/email|phone|firstName|address/);
});

test('every branching journey compiles to a valid machine', () => {
  const send = (message: string) => ({ send: { message, channels: ['email'] } });
  const machine = compileJourney(
    journey([
      send('a'),
      {
        branch: [{ when: 'profile.orders.count > 0', then: [{ wait: '1 day' }, send('b')] }],
        otherwise: [{ wait: '2 days' }],
      },
      {
        id: 'ask',
        waitFor: { bought: { on: 'Order Completed' } },
        within: '3 days',
        then: { bought: [send('thanks'), { wait: '1 hour' }], timeout: [{ end: 'silent' }] },
      },
      send('c'),
    ]),
  );
  expect(validate(machine).errors).toEqual([]);
});

test('a wait for eight things is still a state with a name of at most 80 characters', () => {
  const winners = Array.from({ length: 8 }, (_, n) => [`${'very-'.repeat(7)}${n}`, { on: `Event ${n}` }]);
  const asked = { waitFor: Object.fromEntries(winners), within: '1 day' };
  const machine = compileJourney(journey([asked, asked, { wait: '1 day' }], { whileOpen: 'restart' }));
  expect(validate(machine).errors).toEqual([]);
  for (const name of Object.keys(machine.States)) expect(name.length).toBeLessThanOrEqual(80);
  expect(Object.keys(machine.States).filter((name) => name.startsWith('Wait for very-'))).toHaveLength(2);
});

test('the same journey always compiles to the same text', () => {
  const steps = [{ wait: '1 hour' }, { send: { message: 'a', channels: ['email'] } }];
  expect(JSON.stringify(compileJourney(journey(steps)))).toBe(JSON.stringify(compileJourney(journey(steps))));
});
