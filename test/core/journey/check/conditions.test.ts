import { describe, expect, test } from 'vitest';
import { fine, ofSteps, refused, told, warned } from './checked.ts';

const hour = { wait: '1 hour' };
const branch = (when: string) => ({ branch: [{ when, then: [hour] }] });
const at = 'steps.0.branch.0.when';
const when = (source: string) => ofSteps(branch(source));

const send = (id: string, ...channels: readonly string[]) => ({ id, send: { message: 'hello', channels } });
/** What is told of a condition that stands after these steps. */
const after = (source: string, ...before: readonly object[]) => {
  const { mistakes, warnings } = ofSteps(...before, branch(source));
  expect(warnings).toEqual([]);
  return mistakes.map((each) => each.replace(`steps.${before.length}.branch.0.when: `, ''));
};

describe('a condition that can never hold', () => {
  const compare = 'Compare it, as in `… > 0` or `… = "…"`.';
  const one = 'Compare values of one kind, and leave out what is settled.';
  test.each([
    ['false', `it gives false. ${one}`],
    ['1 = 2', `it gives false. ${one}`],
    ['profile.cart.items', `it gives a number. ${compare}`],
    ['$count(profile.cart.products)', `it gives a number. ${compare}`],
    ['profile.email', `it gives a text. ${compare}`],
    ['profile.orders.count = "three"', `it gives false. ${one}`],
    ['profile.orders.count > "3"', `it gives what does not fit its comparison. ${one}`],
    ['profile.email < 3', `it gives what does not fit its comparison. ${one}`],
    ['profile.orders.count in ["a", "b"]', `it gives false. ${one}`],
    ['profile.orders.count > 1 and false', `it gives false. ${one}`],
    ['profile.orders.count in []', `it gives false. ${one}`],
    ['profile.email & "x"', `it gives a text. ${compare}`],
    ['-profile.orders.count', `it gives a number. ${compare}`],
    ['$not(true)', `it gives false. ${one}`],
    ['$exists(profile.orders.count) = "yes"', `it gives false. ${one}`],
    ['profile.orders.count > 1 ? "a" : "b"', `it gives a text. ${compare}`],
    ['$uppercase(profile.email) = 3', `it gives false. ${one}`],
    ['profile.orders.count + 1', `it gives a number. ${compare}`],
    ['[profile.orders.count]', `it gives a list. ${one}`],
    ['profile.cart', `it gives a list or an object. ${one}`],
  ])('%s', (source, why) => {
    const [only, ...more] = when(source).mistakes;
    expect(more).toEqual([]);
    const words = (only ?? '').replace('an object or a list', 'a list or an object');
    expect(words).toBe(`${at}: This can never hold: ${why}`);
  });

  test.each([
    'profile.orders.count > 3 and profile.orders.count < 2',
    'profile.orders.count = 1 and profile.orders.count = 2',
    'profile.prefers = "sms" and profile.prefers != "sms"',
    '3 < profile.orders.count and (profile.orders.count <= 3 and profile.email = "a")',
    'profile.orders.count in [1, 2] and profile.orders.count > 2',
    'profile.orders.count >= 2 and profile.orders.count > 2 and profile.orders.count <= 2',
    'profile.traits.level = "gold" and profile.traits.level = 3',
    'profile.orders.count > -1 and profile.orders.count < -1',
  ])('contradicts itself: %s', (source) => {
    const { mistakes } = when(source);
    expect(mistakes).toEqual([
      expect.stringMatching(
        /^steps\.0\.branch\.0\.when: This can never hold: no `profile\.[a-z.]+` is all that is asked of it\. Correct/,
      ),
    ]);
  });

  test.each([
    'profile.orders.count > 2 and profile.orders.count < 4',
    'profile.orders.count > 2 and profile.orders.count < 3',
    'profile.orders.count > 3 or profile.orders.count < 2',
    'profile.orders.count >= 2 and profile.orders.count <= 2',
    'profile.prefers != "sms" and profile.prefers != "email"',
    'profile.traits.level >= "b" and profile.traits.level < "c"',
    'profile.traits.vip',
    'profile.consent.email.promotions',
    '$not(profile.traits.vip)',
    '$exists(profile.email)',
    '$contains(profile.email, "@shop.example")',
    'profile.orders.lastAt > "2026"',
    'profile.traits.level = 3',
    'profile.traits.level in [1, "a"]',
    '$boolean(profile.cart.products)',
    'profile.orders.count > 1 ? profile.traits.vip : false',
    'profile.cart.products[price > 3] != 3',
    '$lowercase(profile.email) = "a"',
    '$count(profile.cart.products[price > 3]) >= 1',
    'profile.orders.value / profile.orders.count > 20',
    'profile.orders.count in [1, 2, 3]',
    'entry.properties.total > profile.orders.value',
  ])('is not %s', (source) => expect(when(source)).toEqual(fine));
});

test('a condition that always holds is told', () => {
  const always = warned(
    `${at}: This always holds. Leave the condition out, or compare something that differs between customers.`,
  );
  for (const source of ['true', '1 = 1', '$exists(profile.cart.items)']) expect(when(source)).toEqual(always);
});

describe('what became of steps', () => {
  const waitFor = { id: 'answer', waitFor: { bought: { on: 'Order Completed' } }, within: '1 day' };
  const split = {
    id: 'test',
    split: [
      { arm: 'short', percent: 50 },
      { arm: 'long', percent: 50 },
    ],
  };
  const decide = { id: 'remedy', decide: [{ option: 'call', when: 'profile.orders.count > 1' }] };
  const task = { id: 'call', task: { to: 'support', title: 'Call', outcomes: ['reached'] } };
  const repeat = { id: 'again', repeat: { every: '1 day', times: 3, steps: [send('tip', 'push')] } };

  test.each([
    ['steps.a.status = "sent" and steps.a.channel = "sms"', send('a', 'sms')],
    ['steps.a.status in ["withheld", "failed"] and steps.a.reason = "no-consent"', send('a', 'sms')],
    ['steps.a.clicked > 0 or steps.a.opened > 0 or steps.a.delivered > 0', send('a', 'email')],
    ['steps.a.opened > 0 or steps.a.delivered > 0', send('a', 'push')],
    ['steps.a.replied > 0', send('a', 'sms')],
    ['steps.answer.outcome = "bought" and steps.answer.event.properties.total > 3', waitFor],
    ['steps.answer.outcome = "timeout" and steps.answer.status = "timed-out"', waitFor],
    ['steps.test.arm = "short"', split],
    ['steps.remedy.option = "call" and steps.remedy.reason = "first-eligible"', decide],
    ['steps.call.outcome = "reached" and steps.call.response.mood = "bad"', task],
    ['steps.call.status = "done" and steps.call.at > 0', task],
    ['steps.again.round > 1 and steps.tip.status = "sent"', repeat],
    ['steps.`send-hello`.status = "sent"', { send: { message: 'hello', channels: ['email'] } }],
  ])('%s may be read', (source, step) => expect(after(source, step)).toEqual([]));

  test.each([
    ['steps.a.status = "snet"', send('a', 'sms'), '`steps.a.status` is never `snet`. Did you mean `sent`?'],
    ['"bougt" = steps.answer.outcome', waitFor, '`steps.answer.outcome` is never `bougt`. Did you mean `bought`?'],
    ['steps.test.arm in ["short", "lang"]', split, '`steps.test.arm` is never `lang`. Did you mean `long`?'],
    ['$not(steps.remedy.option = "cal")', decide, '`steps.remedy.option` is never `cal`. Did you mean `call`?'],
    ['steps.a.stauts = "sent"', send('a', 'sms'), 'There is no `steps.a.stauts`. Did you mean `status`?'],
    ['steps.a.clicked > 0', send('a', 'sms'), /^There is no `steps\.a\.clicked`\. Known: `status`/],
    ['steps.a.replied > 0', send('a', 'email'), /^There is no `steps\.a\.replied`\./],
    ['steps.a.clicked > 0', send('a', 'push'), /^There is no `steps\.a\.clicked`\./],
    ['steps.a.outcome = "x"', send('a', 'email'), /^There is no `steps\.a\.outcome`\./],
    ['steps.`call-answer`.outcome = "reached"', task, /^There is no `steps\.call-answer`\./],
    ['steps.a.status = "sent"', { id: 'a', ...hour }, 'There is no `steps.a`. No step before this one notes anything.'],
    ['steps.answr.outcome = "x"', waitFor, 'There is no `steps.answr`. Did you mean `answer`?'],
  ])('%s may not', (source, step, why) =>
    expect(after(source, step)).toEqual([typeof why === 'string' ? why : expect.stringMatching(why)]),
  );

  test.each([
    ['steps.last-call.status = "sent"', 'steps.`last-call`.status'],
    ['steps.last-call.delivered > 0 and profile.orders.count > 1', 'steps.`last-call`.delivered'],
    ['profile.order-history.last-one = 1', 'profile.`order-history`.`last-one`'],
  ])('a dash makes a subtraction of a name: %s', (source, instead) => {
    const last = { id: 'last-call', send: { message: 'hello', channels: ['email'] } };
    const [told] = after(source, last);
    expect(told).toContain(`write ${instead}.`);
  });

  test('a dash between two names is a subtraction, and one in a text or in backticks is a dash', () => {
    const asks = { id: 'a-b', send: { message: 'hello', channels: ['email'] } };
    expect(after('profile.orders.count - profile.cart.count > 1 and steps.`a-b`.status = "x-y"', asks)[0]).not.toMatch(
      /backticks/,
    );
    expect(after('profile.orders.count-1 > 1', asks)).toEqual([]);
  });

  test('that come later, or in another arm, are not there yet', () => {
    const none = refused(`${at}: There is no \`steps.a\`. No step before this one notes anything.`);
    expect(ofSteps(branch('steps.a.status = "sent"'), send('a', 'sms'))).toEqual(none);
    const arms = {
      branch: [
        { when: 'profile.orders.count > 1', then: [send('a', 'sms')] },
        { when: 'profile.orders.count > 2', then: [branch('steps.a.status = "sent"')] },
      ],
    };
    expect(ofSteps(arms).mistakes).toEqual([
      expect.stringMatching(/^steps\.0\.branch\.1\.then\.0\.branch\.0\.when: There is no `steps\.a`/),
    ]);
    expect(ofSteps(arms, branch('steps.a.status = "sent"')).mistakes).toHaveLength(1);
  });

  test('of the round before may be read in a repeat', () => {
    const body = [branch('steps.tip.status = "withheld"'), send('tip', 'push')];
    expect(
      ofSteps({ repeat: { every: '1 day', times: 3, until: 'steps.tip.status = "failed"', steps: body } }),
    ).toEqual(fine);
  });

  test('may be read by an exit, whichever they are', () => {
    const exit = (where: string) => told({ exit: [{ on: 'Order Cancelled', where }], steps: [send('a', 'sms')] });
    expect(exit('steps.a.status = "sent"')).toEqual(fine);
    expect(exit('steps.b.status = "sent"')).toEqual(refused('exit.0.where: There is no `steps.b`. Known: `a`.'));
  });
});

describe('a word no step ever notes is told, with those it may', () => {
  const a = (step: object) => ({ id: 'a', ...step });
  const asks = { to: 'support', title: 'Call', outcomes: ['reached', 'missed'] };
  test.each([
    ['status', send('a', 'email'), ['sent', 'withheld', 'failed', 'held', 'unknown']],
    ['channel', send('a', 'email', 'sms'), ['email', 'sms', 'push']],
    ['status', a({ waitFor: { bought: { on: 'Order Completed' } }, within: '1 day' }), ['heard', 'timed-out']],
    ['outcome', a({ waitFor: { bought: { on: 'Order Completed' } }, within: '1 day' }), ['bought', 'timeout']],
    ['status', a({ task: asks }), ['done', 'failed']],
    ['outcome', a({ task: asks }), ['reached', 'missed', 'timeout']],
    ['status', a({ start: { journey: 'other', wait: true } }), ['done', 'failed']],
    ['outcome', a({ start: { journey: 'other', wait: true } }), ['ended', 'timeout']],
    [
      'arm',
      a({
        split: [
          { arm: 'one', percent: 50 },
          { arm: 'two', percent: 50 },
        ],
      }),
      ['one', 'two'],
    ],
    ['option', a({ decide: [{ option: 'one' }, { option: 'two' }] }), ['one', 'two']],
  ])('%s of %j', (field, step, words) =>
    expect(after(`steps.a.${field} = "xyzxyz"`, step)).toEqual([
      `\`steps.a.${field}\` is never \`xyzxyz\`. Known: ${words.map((word) => `\`${word}\``).join(', ')}.`,
    ]),
  );
  test.each([
    [
      'split',
      a({
        split: [
          { arm: 'one', percent: 50 },
          { arm: 'two', percent: 50 },
        ],
      }),
      'split',
    ],
    ['decision', a({ decide: [{ option: 'one' }] }), 'decided'],
    ['repeat', a({ repeat: { every: '1 day', times: 3, steps: [hour] } }), 'repeating'],
  ])('a %s has one status', (_, step, status) => {
    expect(after(`steps.a.status = "${status}"`, step)).toEqual([]);
    expect(after('steps.a.status = "xyzxyz"', step)).toEqual([
      `\`steps.a.status\` is never \`xyzxyz\`. Known: \`${status}\`.`,
    ]);
  });
  test('what is not waited for has no outcome', () => {
    for (const step of [a({ task: { to: 'support', title: 'Call' } }), a({ start: { journey: 'other' } })])
      expect(after('steps.a.outcome = "ended"', step)).toEqual([
        expect.stringMatching(/^There is no `steps\.a\.outcome`\. Known: `status`, `reason`, `at`\.$/),
      ]);
  });
  test('of an answer its event may be read', () => {
    for (const step of [a({ task: asks }), a({ start: { journey: 'other', wait: true } })])
      expect(after('steps.a.event.name = "x" and steps.a.event.properties.any = 1', step)).toEqual([]);
  });
});

describe('an expression is looked at wherever it stands:', () => {
  const source = 'profile.ordres.count > 1';
  test.each([
    [{ decide: [{ option: 'a' }, { option: 'b', when: source }] }, 'decide.1.when'],
    [{ repeat: { every: '1 day', times: 3, until: source, steps: [hour] } }, 'repeat.until'],
    [{ waitFor: { came: { when: source } }, within: '1 day' }, 'waitFor.came.when'],
    [{ waitFor: { came: { on: 'Order Completed', where: source } }, within: '1 day' }, 'waitFor.came.where'],
    [{ task: { to: { from: 'profile.ordres.count' }, title: 'Call' } }, 'task.to.from'],
  ])('%j', (step, path) =>
    expect(ofSteps(step).mistakes).toEqual([
      `steps.0.${path}: There is no \`profile.ordres\`. Did you mean \`orders\`?`,
    ]),
  );
  test('an event that is waited for, and what it is compared by', () => {
    const waits = (bought: object) => ofSteps({ waitFor: { bought }, within: '1 day' });
    expect(waits({ on: ['Order Completed', 'Order Completd'] })).toEqual(
      warned(
        'steps.0.waitFor.bought.on.1: No event of the Segment Spec is called `Order Completd`. Did you mean `Order Completed`?',
      ),
    );
    expect(waits({ on: 'Order Cancelled', same: ['properties.order_id'] })).toEqual(
      refused('steps.0.waitFor.bought.same.0: `same` begins with a property: write `order_id`.'),
    );
  });
});

describe('a value', () => {
  test.each([
    ['update', { update: { level: { from: 'profile.ordres.count' } } }, 'steps.0.update.level.from'],
    [
      'emit',
      { emit: { event: 'X', properties: { n: { from: 'profile.ordres.count' } } } },
      'steps.0.emit.properties.n.from',
    ],
    [
      'task',
      { task: { to: 'a', title: 'b', shows: { n: { from: 'profile.ordres.count' } } } },
      'steps.0.task.shows.n.from',
    ],
    [
      'webhook',
      { webhook: { url: 'https://a.example', body: { n: { from: 'profile.ordres.count' } } } },
      'steps.0.webhook.body.n.from',
    ],
    [
      'start',
      { start: { journey: 'x', properties: { n: { from: 'profile.ordres.count' } } } },
      'steps.0.start.properties.n.from',
    ],
  ])('of %s is read from what there is', (_, step, path) =>
    expect(ofSteps(step)).toEqual(refused(`${path}: There is no \`profile.ordres\`. Did you mean \`orders\`?`)),
  );
  test('need not be a truth', () =>
    expect(ofSteps({ update: { level: { from: 'profile.orders.count' } } })).toEqual(fine));
  test('is an expression', () =>
    expect(ofSteps({ update: { level: { from: 'profile.orders.count >' } } })).toEqual(
      refused(/^steps\.0\.update\.level\.from: This expression cannot be used: /),
    ));
});

test('a misspelt property of an event everybody knows is told', () => {
  const waits = (where: string) => ofSteps({ waitFor: { bought: { on: 'Order Completed', where } }, within: '1 day' });
  expect(waits('event.properties.totla > 3')).toEqual(
    warned('steps.0.waitFor.bought.where: No such event carries `totla` by the Segment Spec. Did you mean `total`?'),
  );
  expect(waits('event.properties.gift > 3')).toEqual(fine);
  expect(when('entry.properties.totla > 3')).toEqual(
    warned(`${at}: No trigger of this journey carries \`totla\` by the Segment Spec. Did you mean \`total\`?`),
  );
});

test('what a wait awaits of the customer is looked at as any condition', () => {
  const waits = (source: string) => ofSteps({ waitFor: { came: { when: source } }, within: '1 day' });
  expect(waits('profile.orders.count > 3 and seen.`Product Viewed` > 1')).toEqual(fine);
  expect(waits('profile.orders.count')).toEqual(refused(/^steps\.0\.waitFor\.came\.when: This can never hold/));
  expect(waits('event.name = "x"')).toEqual(
    refused(/^steps\.0\.waitFor\.came\.when: This condition cannot be used: "event" is nothing/),
  );
});

test('an event that is counted has the name of one everybody knows, or quite another', () => {
  const near = (source: string) => when(source).warnings;
  const told = [`${at}: No event of the Segment Spec is called \`Product Viewd\`. Did you mean \`Product Viewed\`?`];
  expect(near('seen.`Product Viewd` > 1')).toEqual(told);
  expect(near('profile.seen.`Product Viewd`.count > 1')).toEqual(told);
  expect(near('seen.`Product Viewed` > 1 and profile.seen.Something.count > 1')).toEqual([]);
  expect(near('profile.traits.`Product Viewd` > 1')).toEqual([]);
});

describe('what is summed up of a customer', () => {
  test.each([
    'profile.stage = "loyalty" and profile.stageReason = "orders-often"',
    'profile.rfm.recency >= 4 and profile.windows.spent.days30 > 100',
    'profile.satisfaction.csat.last <= 2 or profile.sentiment.average < 0',
    'profile.complaint.open and profile.complaint.count > 1',
    '"shoes" in profile.browsing.categories',
    'profile.engagement.email.opened = 0',
  ])('%s may be read', (source) => expect(when(source)).toEqual(fine));
  test.each([
    ['profile.stage = "loyal"', '`profile.stage` is never `loyal`. Did you mean `loyalty`?'],
    ['profile.windows.spent.days31 > 1', 'There is no `profile.windows.spent.days31`. Did you mean `days30`?'],
    ['profile.satisfaction.cast.last > 1', 'There is no `profile.satisfaction.cast`. Did you mean `csat`?'],
    ['profile.complaint.open = "yes"', /^This can never hold: it gives false/],
  ])('%s may not', (source, why) => {
    const [only = ''] = when(source).mistakes;
    expect(only.slice(at.length + 2)).toMatch(why);
  });
});
