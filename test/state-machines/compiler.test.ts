import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import validate from 'asl-validator';
import { describe, expect, test } from 'vitest';
import { compileJourney, machineProblems, type Machine } from '#compiler';
import { JourneyDocument } from '#core/journey';

const root = fileURLToPath(new URL('../..', import.meta.url));
const committed = globSync('state-machines/*/journey.asl.json', { cwd: root });

const journey = (steps: unknown, more: object = {}) =>
  JourneyDocument.parse({ name: 'j', triggers: [{ signal: 'X' }], topic: 'promotions', steps, ...more });

const compile = (steps: unknown, more: object = {}): Machine => compileJourney(journey(steps, more));
const send = (message: string) => ({ send: { message, channels: ['email'] } });

const catchersOf = (machine: Machine, title: string): readonly { ErrorEquals: string[]; Next: string }[] =>
  machine.States[title]!['Catch'] as { ErrorEquals: string[]; Next: string }[];

/** Where an error of a state leads; from the start, the states on the way of these errors. */
const wayOf = (machine: Machine, ...errors: readonly string[]): readonly string[] =>
  errors.reduce<readonly string[]>(
    (way, error) => {
      const next = catchersOf(machine, way.at(-1)!).find(({ ErrorEquals }) => ErrorEquals.includes(error))?.Next;
      if (next === undefined) throw new Error(`${way.at(-1)} catches no ${error}.`);
      return [...way, next];
    },
    [machine.StartAt],
  );
const timeout = 'States.Timeout';

/** What the validator said of a machine; it takes its time, and the same machine comes often while mutants are tested. */
const validated = new Map<string, readonly unknown[]>();
const faultsOf = (machine: Machine): readonly unknown[] => {
  const text = JSON.stringify(machine);
  const errors = validated.get(text) ?? validate(machine).errors;
  validated.set(text, errors);
  return [...errors, ...machineProblems(machine)];
};

describe('the compiled journeys in git', () => {
  test.each(committed)('%s is valid Amazon States Language', (file) => {
    expect(faultsOf(JSON.parse(readFileSync(`${root}/${file}`, 'utf8')))).toEqual([]);
  });

  test.each(committed)('%s is what its journey compiles to', (file) => {
    const asl = readFileSync(`${root}/${file}`, 'utf8');
    const { journey: document } = JSON.parse(readFileSync(`${root}/${file.replace('.asl.json', '.json')}`, 'utf8'));
    expect(compileJourney(JourneyDocument.parse(document))).toEqual(JSON.parse(asl));
  });

  test('cart-abandonment enters three states on its longest unheld way', () => {
    const machine: Machine = JSON.parse(
      readFileSync(`${root}/state-machines/cart-abandonment/journey.asl.json`, 'utf8'),
    );
    expect(wayOf(machine, timeout, timeout)).toEqual(['Wait 4 hours', 'reminder', 'Send last-call']);
    expect(catchersOf(machine, 'Send last-call').map(({ ErrorEquals }) => ErrorEquals)).toEqual([['Hold']]);
  });
});

describe('a state', () => {
  test('is a wait with nothing before it, without a function; what follows a wait is one function call', () => {
    const { States } = compile([{ wait: '1 hour' }, send('a'), { wait: '1 day' }, { end: 'done' }]);
    expect(States['Wait 1 hour']!['Resource']).toBe('arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken');
    expect(States['Send a']!['Resource']).toBe('arn:aws:states:::lambda:invoke.waitForTaskToken');
    expect(Object.keys(States)).not.toContain('Wait 24 hours');
  });

  test('is a wait too short to be sure of', () => {
    const { States } = compile([send('a'), { wait: '1 minute' }, send('b')]);
    expect(Object.keys(States)).toContain('Wait 1 minute');
  });

  test('knows no field of a profile: only ids reach the execution', () => {
    for (const file of committed)
      expect(readFileSync(`${root}/${file}`, 'utf8')).not.toMatch(/email|phone|firstName|address/);
  });

  test('has a name of at most 80 characters, also where eight things are waited for', () => {
    const winners = Array.from({ length: 8 }, (_, n) => [`${'very-'.repeat(7)}${n}`, { on: `Event ${n}` }]);
    const asked = { waitFor: Object.fromEntries(winners), within: '1 day' };
    const machine = compile([asked, asked, { wait: '1 day' }], { whileOpen: 'restart' });
    expect(faultsOf(machine)).toEqual([]);
    expect(Object.keys(machine.States).filter((name) => name.startsWith('Wait for very-'))).toHaveLength(2);
  });

  test('of ours is not taken for one an author calls End', () => {
    const machine = compile([{ wait: '1 day' }, { end: '%' }]);
    expect(faultsOf(machine)).toEqual([]);
    expect(wayOf(machine, timeout)).toEqual(['Wait 24 hours', 'End 2']);
  });
});

/** Where a state leads when nothing is said, what it waits for and how it is caught. */
const waysFrom = (machine: Machine, title: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    catchersOf(machine, title).flatMap(({ ErrorEquals, Next }) => ErrorEquals.map((error) => [error, Next])),
  );

test('a journey that only ends does so for its own reason', () => {
  const machine = compile([{ end: 'done' }]);
  expect(faultsOf(machine)).toEqual([]);
  expect(machine.StartAt).toBe('End done');
  expect(machine.States['End done']).toMatchObject({ Arguments: { Payload: { step: 'end-done' } } });
  expect(Object.keys(machine.States)).toEqual(['End done', 'Hold End done', 'Left early']);
});

describe('a wait that may begin anew', () => {
  const { States } = compile([{ wait: '90 seconds' }, send('a')], { whileOpen: 'restart' });
  test('has its span as heartbeat, and a month more as time-out', () => {
    const [wait] = Object.values(States);
    expect(wait).toMatchObject({
      HeartbeatSeconds: expect.stringContaining('($states.context.State.EnteredTime) + 90000 - $millis()) / 1000'),
      TimeoutSeconds: 31 * 86_400 + 90,
    });
  });
  test('is looked at by a function before the next wait begins: its old end may have been on the way', () => {
    const functionsOf = (whileOpen: string) =>
      Object.values(compile([{ wait: '4 hours' }, { wait: '5 hours' }, send('a')], { whileOpen }).States).map(
        ({ Resource }) => /lambda/.test(String(Resource)),
      );
    expect(functionsOf('restart').slice(0, 2)).toEqual([false, true]);
    expect(functionsOf('ignore').slice(0, 2)).toEqual([false, false]);
  });
  test('has its span as time-out where it may not', () => {
    const [wait] = Object.values(compile([{ wait: '90 seconds' }, send('a')]).States);
    expect(wait).toMatchObject({ TimeoutSeconds: expect.stringContaining('EnteredTime) + 90000 - $millis()) / 1000') });
    expect(wait).not.toHaveProperty('HeartbeatSeconds');
  });
});

describe('what is heard at the very end of a wait is followed from where its time-out leads', () => {
  const ask = {
    id: 'ask',
    waitFor: { bought: { on: 'Order Completed' } },
    within: '3 days',
    then: { bought: [send('thanks'), { wait: '1 hour' }, { end: 'bought' }] },
  };
  test('from the next step', () => {
    const machine = compile([ask, send('b'), { wait: '1 day' }, send('c')]);
    expect(waysFrom(machine, 'Send b')).toEqual({
      'States.Timeout': 'Send c',
      'States.HeartbeatTimeout': 'Send c',
      Hold: 'Hold Send b',
      'Goto.Send c': 'Send c',
      'Goto.Send thanks': 'Send thanks',
    });
    expect(waysFrom(machine, 'Send c')).toEqual({ Hold: 'Hold Send c' });
  });
  test('from a wait, which is then no wait without a function', () => {
    const machine = compile([ask, { wait: '1 day' }, send('b')]);
    expect(machine.States['Wait 24 hours']!['Resource']).toContain('lambda:invoke');
    expect(waysFrom(machine, 'Wait 24 hours')).toMatchObject({ 'Goto.Send thanks': 'Send thanks' });
  });
  test('from the end', () => {
    const machine = compile([ask]);
    expect(waysFrom(machine, 'End')).toEqual({ Hold: 'Hold End', 'Goto.Send thanks': 'Send thanks' });
    expect(waysFrom(machine, 'End bought')).toEqual({ Hold: 'Hold End bought' });
  });
});

describe('a run that waits n times for spans makes n + 1 transitions', () => {
  test('through a choice to the wait that follows on every way', () => {
    const choice = { branch: [{ when: 'profile.orders.count > 0', then: [send('b')] }] };
    const machine = compile([send('a'), choice, { update: { seen: true } }, { wait: '2 days' }, send('c')]);
    expect(wayOf(machine, timeout)).toEqual(['Send a', 'Send c']);
    expect(Object.keys(machine.States)).toEqual(['Send a', 'Hold Send a', 'Send c', 'Hold Send c', 'Left early']);
  });

  test('through every round of a repeat: the pause is waited for in the state that does the round', () => {
    const machine = compile([
      { id: 'weekly', repeat: { every: '7 days', times: 4, steps: [send('tip')] } },
      send('bye'),
    ]);
    expect(wayOf(machine, timeout, timeout, timeout)).toEqual(['weekly', 'weekly', 'weekly', 'weekly']);
    expect(faultsOf(machine)).toEqual([]);
  });

  test('with one more for a wait that is not the first ahead of a choice', () => {
    const choice = {
      branch: [{ when: 'profile.orders.count > 0', then: [{ wait: '1 day' }] }],
      otherwise: [{ wait: '2 days' }],
    };
    const machine = compile([send('a'), choice, send('b')]);
    expect(wayOf(machine, timeout)).toEqual(['Send a', 'Send b']);
    expect(wayOf(machine, 'Goto.Wait 2 days', timeout)).toEqual(['Send a', 'Wait 2 days', 'Send b']);
  });
});

describe('a wait until a date', () => {
  const machine = compile([
    send('a'),
    { id: 'trial', wait: 'until trial_ends_at - 2 days', otherwise: [{ wait: '3 days' }] },
    send('b'),
  ]);

  test('is a state that is told the instant, whoever sends the run there', () => {
    expect(wayOf(machine, 'Goto.Until trial', timeout)).toEqual(['Send a', 'Until trial', 'Send b']);
    const assigns = catchersOf(machine, 'Send a').filter(
      (catcher) => 'Assign' in catcher && catcher.Next === 'Until trial',
    );
    expect(assigns).toMatchObject([{ Assign: { until: '{% $states.errorOutput.Cause %}' } }]);
  });

  test('is sent to itself when the date is another, on when it is past, elsewhere when it is gone', () => {
    expect(wayOf(machine, 'Goto.Until trial', 'Goto.Until trial')).toHaveLength(3);
    expect(wayOf(machine, 'Goto.Until trial', 'Goto.Send b').at(-1)).toBe('Send b');
    expect(wayOf(machine, 'Goto.Until trial', 'Goto.Wait 3 days').at(-1)).toBe('Wait 3 days');
  });

  test('looks again where its date was moved before it began', () => {
    expect(wayOf(machine, 'Goto.Until trial', 'DynamoDb.ConditionalCheckFailedException').at(-1)).toBe('trial');
    expect(faultsOf(machine)).toEqual([]);
  });
});

describe('a long repeat', () => {
  const repeat = (times: number) => ({ id: 'daily', repeat: { every: '1 day', times, steps: [send('tip')] } });

  test('goes on in a new execution before its history is full, which begins with the pause', () => {
    const machine = compile([repeat(1000)]);
    expect(faultsOf(machine)).toEqual([]);
    expect(machine.StartAt).toBe('Begin');
    const [choice] = machine.States['Begin']!['Choices'] as { Condition: string; Next: string }[];
    expect(choice).toMatchObject({ Next: 'daily pause', Condition: expect.stringContaining("= 'daily pause'") });
    const { rounds } = (machine.States['daily']!['Arguments'] as { Payload: { rounds: { daily: number } } }).Payload;
    // A round writes entered, scheduled, started, submitted, ended and left, at most; tries and holds beside them.
    expect(rounds.daily * 30).toBeLessThan(20_000);
    expect(rounds.daily).toBeGreaterThan(100);
  });

  const roundsOf = (machine: Machine): unknown =>
    (machine.States['daily']!['Arguments'] as { Payload: { rounds?: unknown } }).Payload.rounds;

  test('counts its own rounds, and shares the history with the others', () => {
    expect(roundsOf(compile([repeat(222)]))).toEqual({ daily: 221 });
    const waits = Array.from({ length: 40 }, (_, n) => [{ wait: '1 day' }, send(`m${n}`)]).flat();
    // Forty states and forty messages of thirty events each, and what ends the run, take an eighth of 20,000.
    expect(roundsOf(compile([...waits, repeat(222)]))).toEqual({ daily: 194 });
    const weekly = { id: 'weekly', repeat: { every: '7 hours', times: 700, steps: [send('tip'), { wait: '1 hour' }] } };
    const both = compile([repeat(222), weekly]);
    expect(faultsOf(both)).toEqual([]);
    expect(roundsOf(both)).toEqual({ daily: 110, weekly: 82 });
    expect(both.States['Begin']).toMatchObject({
      Choices: [{ Next: 'daily pause' }, { Next: 'weekly pause' }],
      Default: 'daily',
    });
  });

  test('begins anew with a pause of its length, then does the round', () => {
    const machine = compile([repeat(222)]);
    expect(machine.States['daily pause']).toMatchObject({
      Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken',
      TimeoutSeconds: expect.stringContaining(' + 86400000 - '),
    });
    expect(waysFrom(machine, 'daily pause')).toEqual({
      'States.Timeout': 'daily',
      'States.HeartbeatTimeout': 'daily',
      'DynamoDb.ConditionalCheckFailedException': 'Left early',
    });
  });

  test('only then: a shorter one pays nothing for it', () => {
    const machine = compile([repeat(221)]);
    expect(machine.StartAt).toBe('daily');
    expect(JSON.stringify(machine)).not.toContain('rounds');
    expect(Object.keys(machine.States)).not.toContain('daily pause');
  });
});

test('every branching journey compiles to a valid machine', () => {
  const machine = compile([
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
  ]);
  expect(faultsOf(machine)).toEqual([]);
});

test('the same journey always compiles to the same text', () => {
  const steps = [{ wait: '1 hour' }, send('a')];
  expect(JSON.stringify(compile(steps))).toBe(JSON.stringify(compile(steps)));
});

describe('what validators let pass is found:', () => {
  const task = (more: object) => ({ Type: 'Task', Resource: 'r', End: true, ...more });
  const machineOf = (States: Record<string, object>): Machine => ({
    Comment: '',
    QueryLanguage: 'JSONata',
    StartAt: 'One',
    States: States as Machine['States'],
  });
  const found = (first: object, second: object = task({})) =>
    machineProblems(machineOf({ One: { Catch: [{ ErrorEquals: ['E'], Next: 'Two' }], ...first }, Two: second }));

  test('a variable that one of the ways does not set', () => {
    const reads = task({ Arguments: { at: '{% $toMillis($hold) %}' } });
    const sets = { ErrorEquals: ['A'], Next: 'Two', Assign: { hold: 'x' } };
    expect(found(task({ Catch: [sets] }), reads)).toEqual([]);
    expect(found(task({ Catch: [sets, { ErrorEquals: ['B'], Next: 'Two' }] }), reads)).toEqual([
      'Two: $hold may not be set.',
    ]);
  });

  test.each([
    [
      'a variable called states',
      task({ Catch: [{ ErrorEquals: ['E'], Next: 'Two', Assign: { states: 1 } }] }),
      'One: no variable may be called states.',
    ],
    [
      'States.ALL beside others',
      task({ Retry: [{ ErrorEquals: ['States.ALL', 'E'] }] }),
      'One: States.ALL stands beside other errors.',
    ],
    [
      'States.ALL before others',
      task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['E'] }] }),
      'One: States.ALL is not the last.',
    ],
    [
      'a heartbeat as long as the time-out',
      task({ HeartbeatSeconds: 60, TimeoutSeconds: 60 }),
      'One: the heartbeat is not shorter than the time-out.',
    ],
    [
      'a state of another language',
      task({ QueryLanguage: 'JSONPath' }),
      'One: it speaks another language than the machine.',
    ],
    ['a field of JSONPath', task({ ResultPath: '$.x' }), 'One: ResultPath is of JSONPath.'],
    [
      'a Goto that strays',
      task({ Catch: [{ ErrorEquals: ['Goto.Three'], Next: 'Two' }] }),
      'One: a Goto leads to Two.',
    ],
    [
      'a state that is not there',
      task({ Catch: [{ ErrorEquals: ['E'], Next: 'Three' }] }),
      'One: there is no state Three.',
    ],
  ])('%s', (_, first, problem) => {
    expect(found(first)).toEqual([problem]);
  });

  test('a heartbeat or a time-out alone is fine, and so is one that is computed', () => {
    for (const times of [
      { HeartbeatSeconds: 60 },
      { TimeoutSeconds: 60 },
      { HeartbeatSeconds: 59, TimeoutSeconds: 60 },
    ])
      expect(found(task(times))).toEqual([]);
    expect(found(task({ HeartbeatSeconds: 60, TimeoutSeconds: '{% 30 + 30 %}' }))).toEqual([]);
  });

  test('a name over 80 characters', () => {
    const name = 'x'.repeat(81);
    expect(machineProblems(machineOf({ [name]: { Type: 'Succeed' } }))).toContainEqual(
      `${name}: the name is over 80 characters.`,
    );
  });

  test('a definition over 1 MB', () => {
    const large = machineOf({ One: { Type: 'Succeed', Comment: 'x'.repeat(1_048_576) } });
    expect(machineProblems(large)).toContain('The definition is over 1 MB.');
    expect(machineProblems(machineOf({ One: { Type: 'Succeed' } }))).not.toContain('The definition is over 1 MB.');
  });
});
