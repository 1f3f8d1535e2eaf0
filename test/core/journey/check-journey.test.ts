import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkJourney, type Surroundings } from '#core/journey';

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
    /^steps\.0\.wait: Write a duration as `4 hours`/,
  );
  expect(mistakes({ ...good, steps: [{ send: { message: 'cart-remindr', channels: ['email'] } }] })).toEqual([
    'steps.0.send.message: There is no message `cart-remindr`. Did you mean `cart-reminder`?',
  ]);
  expect(mistakes({ ...good, steps: [{ send: { message: 'last-call', channels: ['email'] } }] })).toEqual([
    'steps.0.send: The message `last-call` is not written for email; it has sms, push.',
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
        ),
        tie('value'),
        { maxKeys: 5 },
      ),
    ),
  }));
  fc.assert(
    fc.property(
      scramble.value,
      fc.constantFrom('steps', 'triggers', 'exit', 'goals', 'window', 'name', 'topic'),
      (value, field) => {
        const { problems } = checkJourney({ ...good, [field]: value }, around);
        for (const { message } of problems ?? []) expect(message).toMatch(/\S/);
      },
    ),
    { numRuns: 500 },
  );
});
