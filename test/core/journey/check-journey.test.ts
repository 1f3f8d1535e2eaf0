import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkJourney, type Surroundings } from '#core/journey';
import { runs } from '../../setup/runs.ts';

const around: Surroundings = {
  topics: { promotions: 'marketing', service: 'transactional' },
  messages: { 'cart-reminder': ['email'], 'last-call': ['sms', 'push'] },
};
const good = {
  name: 'cart',
  triggers: [{ signal: 'Product Added', key: 'properties.cart_id' }],
  topic: 'promotions',
  steps: [
    { wait: '4 hours' },
    { id: 'reminder', send: { message: 'cart-reminder', channels: ['email'] } },
    { waitFor: { clicked: 'reminder' }, within: '1 day', then: { clicked: [{ end: 'responded' }] } },
    { send: { message: 'last-call', channels: 'preferred', among: ['sms', 'push'] } },
  ],
};
const mistakes = (journey: unknown) =>
  checkJourney(journey, around).problems?.map(({ path, message }) => `${path.join('.')}: ${message}`);

test('a good journey has no mistakes', () => expect(mistakes(good)).toBeUndefined());

test('each mistake has its place and a proposal', () => {
  expect(mistakes({ ...good, topic: 'promotion' })).toEqual([
    'topic: There is no topic `promotion`. Did you mean `promotions`?',
  ]);
  expect(mistakes({ ...good, trigers: [] })).toEqual([
    'trigers: `trigers` is not known here. Did you mean `triggers`?',
  ]);
  expect(mistakes({ ...good, steps: [{ wiat: '4 hours' }] })).toEqual([
    'steps.0: This is no step. Did you mean `wait`?',
  ]);
  expect(mistakes({ ...good, steps: [{ wait: '4 huors' }] })?.[0]).toMatch(
    /^steps\.0\.wait: Write a wait as `4 hours`/,
  );
  expect(mistakes({ ...good, steps: [{ send: { message: 'cart-remindr', channels: ['email'] } }] })).toEqual([
    'steps.0.send.message: There is no message `cart-remindr`. Did you mean `cart-reminder`?',
  ]);
  expect(mistakes({ ...good, steps: [{ send: { message: 'last-call', channels: ['email'] } }] })).toEqual([
    expect.stringMatching(/^steps.0.send: The message `last-call` is not written for email; it has sms, push. Write/),
  ]);
  expect(mistakes({ ...good, steps: [{ end: 'x' }, { wait: '1 hour' }] })?.[0]).toMatch(/never reached/);
  expect(mistakes({ ...good, steps: [{ wait: '400 days' }] })?.[0]).toMatch(/at most 1 year/);
  expect(mistakes({ ...good, exit: [{ when: 'profile.cart.items = ' }] })?.[0]).toMatch(
    /^exit\.0\.when: This condition cannot be used/,
  );
  expect(mistakes({ ...good, steps: [{ waitFor: { clicked: 'remindr' }, within: '1 day' }] })?.[0]).toMatch(
    /no send step with the id `remindr`/,
  );
});

const condition = (where: string, source: string) => {
  const [first, ...steps] = good.steps;
  const awaited = { bought: { on: 'Order Completed', where: source } };
  const journeys: Record<string, unknown> = {
    'trigger.where': { ...good, triggers: [{ signal: 'Product Added', where: source }] },
    'exit.when': { ...good, exit: [{ when: source }] },
    'exit.where': { ...good, exit: [{ on: 'Order Completed', where: source }] },
    'waitFor.where': { ...good, steps: [...good.steps, { waitFor: awaited, within: '1 day' }] },
    'goal.value': { ...good, goals: [{ on: 'Order Completed', within: '1 day', value: source }] },
    'branch.when': { ...good, steps: [...steps, { branch: [{ when: source, then: [first] }] }] },
  };
  return mistakes(journeys[where]);
};

describe('a condition that can never hold is refused, since it reads what is not there', () => {
  const places = {
    'trigger.where': ['profile', 'event'],
    'exit.when': ['profile'],
    'exit.where': ['profile', 'entry', 'event', 'steps', 'seen'],
    'waitFor.where': ['profile', 'entry', 'event', 'steps', 'seen'],
    'goal.value': ['profile', 'entry', 'event'],
    'branch.when': ['profile', 'entry', 'steps', 'seen'],
  };
  const readings: Record<string, string> = {
    profile: 'profile.cart.items > 1',
    entry: 'entry.properties.total > 1',
    event: 'event.properties.total > 1',
    steps: 'steps.reminder.status = "sent"',
    seen: 'seen.`Order Completed` > 1',
    now: 'now > 1',
  };
  test.each(Object.entries(places))('%s reads %j and nothing else', (where, roots) => {
    const told = Object.values(readings).flatMap((source) => condition(where, source) ?? []);
    const unread = Object.keys(readings).filter((root) => !roots.includes(root));
    expect(told).toEqual(unread.map((root) => expect.stringContaining(`"${root}" is nothing an expression can read`)));
  });

  test.each([
    ['profile.cart.itmes = 0', 'There is no `profile.cart.itmes`. Did you mean `items`?'],
    ['profile.emial = "a"', 'There is no `profile.emial`. Did you mean `email`?'],
    ['profile.order.count = 0', 'There is no `profile.order`. Did you mean `orders`?'],
    ['profile.orders.cuont = 0', 'There is no `profile.orders.cuont`. Did you mean `count`?'],
    ['profile.consent.mail.promotions', 'There is no `profile.consent.mail`. Did you mean `email`?'],
    ['profile.email.domain = "a"', 'There is no `profile.email.domain`: `profile.email` is one plain value.'],
    ['$count(profile.cart.products[price > $$.profile.limit])', /^There is no `profile.limit`. Known: `userId`/],
    ['entry.propertys.total > 1', 'There is no `entry.propertys`. Did you mean `properties`?'],
    ['entry.name = "a"', /^There is no `entry.name`. Known: `event`/],
    ['event.propertys.total > 1', 'There is no `event.propertys`. Did you mean `properties`?'],
  ])('%s', (source, message) => {
    const [told, ...more] = condition('exit.where', source) ?? [];
    expect(more).toEqual([]);
    expect(told?.replace('exit.0.where: ', '')).toMatch(message);
  });

  test.each([
    'profile.traits.anything.at.all = 1',
    'profile.seen.`Order Completed`.count > 1',
    'profile.consent.email.promotions',
    '$count(profile.cart.products[color = "red"]) > 0',
    'entry.event = "a" and entry.messageId != event.messageId',
    'event.name = "a" and event.timestamp > entry.timestamp',
    'event.properties.products[price > 10].name = entry.properties.name',
  ])('%s is fine', (source) => expect(condition('exit.where', source)).toBeUndefined());

  test('a branch reads what became of a send, not of a step that is none', () => {
    expect(condition('branch.when', 'steps.remindr.status = "sent"')).toEqual([
      'steps.3.branch.0.when: There is no `steps.remindr`. Did you mean `reminder`?',
    ]);
  });

  test('the clock is no condition', () => {
    expect(condition('exit.when', '$now() > "2026"')?.[0]).toMatch(/let a wait or a within say when/i);
  });
});

describe('a misspelt key is answered with the keys of that very object', () => {
  const step = (written: unknown) => mistakes({ ...good, steps: [written] });
  test.each([
    [{ send: { message: 'last-call', chanels: ['sms'] } }, 'steps.0.send.chanels', 'channels'],
    [{ waitFor: { bought: { on: 'X', wher: 'a' } }, within: '1 day' }, 'steps.0.waitFor.bought.wher', 'where'],
    [{ waitFor: { bought: { on: 'X' } }, witin: '1 day' }, 'steps.0.witin', 'within'],
    [{ wait: '1 hour', idd: 'a' }, 'steps.0.idd', 'id'],
    [{ branch: [{ whn: 'profile.cart.items > 1', then: [{ wait: '1 hour' }] }] }, 'steps.0.branch.0.whn', 'when'],
  ])('%j', (written, path, key) =>
    expect(step(written)).toEqual([
      `${path}: \`${path.split('.').at(-1)}\` is not known here. Did you mean \`${key}\`?`,
    ]),
  );

  test('outside the steps too', () => {
    const written = {
      ...good,
      triggers: [{ signl: 'X' }],
      window: { from: '08:00', to: '21:00', zne: 'customer' },
      goals: [{ on: 'X', withn: '1 day' }],
      exit: [{ on: 'X', smae: ['cart_id'] }, { wehn: 'profile.cart.items = 0' }],
      reentry: { aftr: '7 days' },
    };
    expect(mistakes(written)?.map((told) => told.split(' ').at(-1))).toEqual(
      expect.arrayContaining(['`signal`?', '`zone`?', '`within`?', '`same`?', '`when`?', '`after`?']),
    );
    expect(mistakes(written)).toHaveLength(6);
  });
});

test('everything wrong is said at once, each thing once', () => {
  const written = {
    ...good,
    name: 'My Cart',
    topic: 'promotion',
    quiets: ['promotions', 'promotionz'],
    exit: [{ when: 'profile.cart.itmes = 0' }],
    steps: [
      { wait: '4 huors' },
      { send: { message: 'cart-remindr', chanels: ['email'] } },
      { id: 'a', wait: '1 hour' },
      { id: 'a', wait: '1 hour' },
      { id: 'b', sned: { message: 'last-call', channels: ['sms'] } },
      { waitFor: { clicked: 'b', viewed: 'nothing' }, within: '1 day' },
    ],
  };
  expect(mistakes(written)?.toSorted()).toEqual([
    'exit.0.when: There is no `profile.cart.itmes`. Did you mean `items`?',
    'name: A journey name is lower-case words with hyphens.',
    'quiets.1: There is no topic `promotionz`. Did you mean `promotions`?',
    expect.stringMatching(/^steps\.0\.wait: Write a wait as/),
    'steps.1.send.chanels: `chanels` is not known here. Did you mean `channels`?',
    'steps.1.send.message: There is no message `cart-remindr`. Did you mean `cart-reminder`?',
    'steps.3.id: Two steps are called `a`; give one another id.',
    'steps.4: This is no step. Did you mean `send`?',
    'steps.5.waitFor.viewed: There is no send step with the id `nothing` before this. Known: `b`.',
    'topic: There is no topic `promotion`. Did you mean `promotions`?',
  ]);
});

test('a file without a journey says how one begins', () => {
  for (const nothing of [null, undefined, ''])
    expect(mistakes(nothing)).toEqual([': The file is empty: a journey begins with `name:`.']);
  for (const other of ['name', ['name'], 7])
    expect(mistakes(other)).toEqual([': This is no journey: a journey begins with `name:`.']);
});

test('a window is in a zone there is', () => {
  const inZone = (zone: string) => mistakes({ ...good, window: { from: '08:00', to: '21:00', zone } });
  for (const zone of ['customer', 'Europe/Paris', 'UTC', 'America/Argentina/Buenos_Aires'])
    expect(inZone(zone)).toBeUndefined();
  expect(inZone('Europe/Pari')).toEqual(['window.zone: There is no zone `Europe/Pari`. Did you mean `Europe/Paris`?']);
  expect(inZone('custumer')).toEqual(['window.zone: There is no zone `custumer`. Did you mean `customer`?']);
  expect(inZone('+02:00')?.[0]).toMatch(/Write `customer`, or a zone such as/);
});

test('what is waited for is not called as the time-out', () => {
  const written = { waitFor: { timeout: { on: 'Order Completed' } }, within: '1 day' };
  expect(mistakes({ ...good, steps: [written] })?.[0]).toMatch(
    /^steps\.0\.waitFor\.timeout: `timeout` is what follows/,
  );
});

describe('a run ends within the year a state machine runs', () => {
  const tooLong = [expect.stringMatching(/^steps: The waits of the longest way add up to more than 1 year/)];
  const bought = { bought: { on: 'Order Completed' } };
  const asked = (then: object) => ({ waitFor: bought, within: '100 days', then });

  test('waits one after another add up', () => {
    expect(mistakes({ ...good, steps: [{ wait: '200 days' }, { wait: '165 days' }] })).toBeUndefined();
    expect(mistakes({ ...good, steps: [{ wait: '200 days' }, { wait: '166 days' }] })).toEqual(tooLong);
  });

  test('of arms the longest counts, and only if it goes on', () => {
    const after = { wait: '200 days' };
    const long = [{ wait: '100 days' }];
    const ends = [{ wait: '265 days' }, { end: 'enough' }];
    expect(mistakes({ ...good, steps: [asked({ timeout: long, bought: long }), after] })).toEqual(tooLong);
    const goesOn = [{ wait: '65 days' }];
    expect(mistakes({ ...good, steps: [asked({ timeout: ends, bought: goesOn }), after] })).toBeUndefined();
    const longer = [{ wait: '66 days' }];
    expect(mistakes({ ...good, steps: [asked({ timeout: ends, bought: longer }), after] })).toEqual(tooLong);
    const branch = { branch: [{ when: 'profile.cart.items > 1', then: ends }], otherwise: [{ wait: '166 days' }] };
    expect(mistakes({ ...good, steps: [branch, after] })).toEqual(tooLong);
  });

  test('a single wait is named alone', () => {
    expect(mistakes({ ...good, steps: [{ wait: '400 days' }] })).toEqual([
      'steps.0: A wait is at most 1 year: a state machine runs no longer.',
    ]);
  });
});

test('words of JavaScript are ordinary mistakes', () => {
  const send = { send: { message: 'constructor', channels: ['email'], topic: 'toString' } };
  expect(mistakes({ ...good, topic: 'constructor', steps: [send, { id: 'constructor', wait: '1 day' }] })).toHaveLength(
    4,
  );
  expect(
    mistakes({ ...good, steps: [{ waitFor: { constructor: { on: 'X' } }, within: '1 day', then: {} }] }),
  ).toHaveLength(1);
});

test('an object that overwrites its own methods is told as any other', () => {
  const hostile: unknown = JSON.parse('{"constructor":{"name":{"toString":1,"valueOf":1}},"toString":1}');
  expect(mistakes({ ...good, steps: hostile })).toEqual(['steps: This should be array, not an object.']);
  expect(mistakes({ ...good, whileOpen: hostile })?.[0]).toMatch(/^whileOpen: `an object` is not possible here/);
});

test('whatever is written, the checker answers and never breaks', () => {
  const scramble = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      fc.constantFrom('4 hours', 'email', 'preferred', 'cart-reminder', '', 'x', 7, null, true),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        fc.constantFrom(
          'wait',
          'send',
          'id',
          'steps',
          'then',
          'waitFor',
          'branch',
          'when',
          'end',
          'message',
          'channels',
          'name',
          'triggers',
          'topic',
          'exit',
          'on',
          'where',
          'within',
          'zone',
          'timeout',
          'constructor',
          'toString',
        ),
        tie('value'),
        { maxKeys: 5 },
      ),
    ),
  }));
  fc.assert(
    fc.property(
      scramble.value,
      fc.constantFrom('steps', 'triggers', 'exit', 'goals', 'window', 'name', 'topic', 'whileOpen', 'goals'),
      (value, field) => {
        const { problems } = checkJourney({ ...good, [field]: value }, around);
        for (const { message } of problems ?? []) expect(message).toMatch(/\S/);
      },
    ),
    { numRuns: runs(500) },
  );
});
