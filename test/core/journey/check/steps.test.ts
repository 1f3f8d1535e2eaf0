import { describe, expect, test } from 'vitest';
import { around, fine, ofSteps, refused, told, warned } from './checked.ts';

const hour = { wait: '1 hour' };
const end = { end: 'done' };
const send = (id: string, ...channels: readonly string[]) => ({ id, send: { message: 'hello', channels } });

describe('a step that is never reached', () => {
  const never = (path: string) =>
    refused(
      `${path}: This step is never reached: every way before it ends or goes elsewhere. Remove it, or what ends before it.`,
    );

  test('follows an end', () => expect(ofSteps(end, hour)).toEqual(never('steps.1')));
  test('is told once, though many follow', () => expect(ofSteps(end, hour, hour, hour)).toEqual(never('steps.1')));
  test('is told once, though it has steps within', () =>
    expect(ofSteps(end, { branch: [{ when: 'profile.cart.items > 0', then: [hour] }] })).toEqual(never('steps.1')));
  test('follows a branch of which every way ends', () => {
    const branch = { branch: [{ when: 'profile.cart.items > 0', then: [end] }] };
    expect(ofSteps({ ...branch, otherwise: [end] }, hour)).toEqual(never('steps.1'));
    expect(ofSteps({ ...branch, otherwise: [hour] }, hour)).toEqual(fine);
    expect(ofSteps(branch, hour)).toEqual(fine);
  });
  test('follows a split of which every arm ends', () => {
    const split = (...then: readonly object[]) => ({
      split: [
        { arm: 'a', percent: 50, then: [end] },
        { arm: 'b', percent: 50, then },
      ],
    });
    expect(ofSteps(split(end), hour)).toEqual(never('steps.1'));
    expect(ofSteps(split(hour), hour)).toEqual(fine);
  });
  test('follows a wait of which every winner and the time-out end', () => {
    const waitFor = { waitFor: { bought: { on: 'Order Completed' } }, within: '1 day' };
    expect(ofSteps({ ...waitFor, then: { bought: [end], timeout: [end] } }, hour)).toEqual(never('steps.1'));
    expect(ofSteps({ ...waitFor, then: { bought: [end] } }, hour)).toEqual(fine);
    expect(ofSteps({ ...waitFor, then: { timeout: [end] } }, hour)).toEqual(fine);
  });
  test('is the way of no option, where one is always eligible', () => {
    const decide = (when: object) => ({ decide: [{ option: 'a', ...when }], otherwise: [hour] });
    expect(ofSteps(decide({}))).toEqual(never('steps.0.otherwise.0'));
    expect(ofSteps(decide({ when: 'profile.orders.count > 1' }))).toEqual(fine);
  });
  test('follows a way that always holds', () => {
    const branch = { branch: [{ when: 'true', then: [hour] }], otherwise: [end] };
    expect(ofSteps(branch).mistakes).toEqual(never('steps.0.otherwise.0').mistakes);
    expect(ofSteps(branch).warnings).toEqual([
      expect.stringMatching(/^steps\.0\.branch\.0\.when: This always holds\. /),
    ]);
  });
  test('lies between a goto and where it leads', () => {
    expect(ofSteps({ goto: 'later' }, hour, { id: 'later', ...hour })).toEqual(never('steps.1'));
    expect(ofSteps(end, { goto: 'later' }, { id: 'later', ...hour }).mistakes).toHaveLength(2);
  });
  test('follows a repeat that never ends by itself and whose rounds all end the run', () => {
    const repeat = { every: '1 day', times: 3, steps: [end] };
    const { mistakes } = ofSteps({ repeat }, hour);
    expect(mistakes).toHaveLength(2);
    expect(mistakes).toContain(never('steps.1').mistakes[0]);
    expect(mistakes).toContain(
      'steps.0.repeat: This never repeats: every way through its steps ends. Let one go on, or write the steps without `repeat`.',
    );
    expect(ofSteps({ repeat: { ...repeat, until: 'profile.orders.count > 0' } }, hour).mistakes).toHaveLength(1);
  });
});

describe('a goto', () => {
  const goes = (to: string) => ({ goto: to });
  const branch = (...then: readonly object[]) => ({ branch: [{ when: 'profile.cart.items > 0', then }] });

  test('leads to a later step of its list or of one around it', () => {
    expect(ofSteps(branch(goes('later')), hour, { id: 'later', ...hour })).toEqual(fine);
    expect(ofSteps(branch(branch(goes('later'))), { id: 'later', ...hour })).toEqual(fine);
    expect(ofSteps(branch(branch(goes('later')), { id: 'later', ...hour }), hour)).toEqual(fine);
  });
  test('leads to a step there is', () =>
    expect(ofSteps(branch(goes('latr')), { id: 'later', ...hour })).toEqual(
      refused('steps.0.branch.0.then.0.goto: There is no step with the id `latr`. Did you mean `later`?'),
    ));
  test('does not lead back, nor to itself', () => {
    const back = refused(
      'steps.1.goto: `goto` only goes forward, to a step later in this list, or in one around it; `before` is not there. Write those steps here, or use `repeat`.',
    );
    expect(ofSteps({ id: 'before', ...hour }, goes('before'))).toEqual(back);
  });
  test('does not lead into another arm', () =>
    expect(ofSteps(branch(goes('inside'), hour), branch({ id: 'inside', ...hour })).mistakes[0]).toMatch(
      /^steps\.0\.branch\.0\.then\.0\.goto: `goto` only goes forward/,
    ));
  test('stays in its repeat', () => {
    const repeat = (...steps: readonly object[]) => ({ repeat: { every: '1 day', times: 3, steps } });
    expect(ofSteps(repeat(branch(goes('last')), hour, { id: 'last', ...hour }))).toEqual(fine);
    expect(ofSteps(repeat(branch(goes('after')), hour), { id: 'after', ...hour })).toEqual(
      refused(
        'steps.0.repeat.steps.0.branch.0.then.0.goto: `goto` only goes forward, to a step later in the same `repeat`; `after` is not there. Write those steps here, or use `repeat`.',
      ),
    );
    expect(ofSteps(branch(goes('inside')), repeat({ id: 'inside', ...hour })).mistakes).toHaveLength(1);
  });
});

describe('a repeat', () => {
  const repeat = (fields: object) => ({ repeat: { every: '1 day', times: 3, steps: [hour], ...fields } });
  test('has a bound', () => {
    expect(ofSteps({ repeat: { every: '1 day', steps: [hour] } })).toEqual(
      refused('steps.0.repeat.times: `times` is missing.'),
    );
    expect(ofSteps(repeat({ times: 1001 })).mistakes).toHaveLength(1);
    expect(ofSteps(repeat({ times: 0 })).mistakes).toHaveLength(1);
  });
  test('of one round is none', () =>
    expect(ofSteps(repeat({ times: 1 }))).toEqual(
      warned(
        'steps.0.repeat.times: A repeat of one round repeats nothing. Write its steps without `repeat`, or more rounds.',
      ),
    ));
  test('has none within it, at any depth', () => {
    const inner = repeat({ steps: [{ branch: [{ when: 'profile.cart.items > 0', then: [repeat({})] }] }] });
    expect(ofSteps(inner)).toEqual(
      refused(/^steps\.0\.repeat\.steps\.0\.branch\.0\.then\.0\.repeat: A repeat within a repeat/),
    );
  });
  test('waits between its rounds', () =>
    expect(ofSteps(repeat({ every: '0 hours' }))).toEqual(
      refused('steps.0.repeat.every: A wait takes some time: write `5 minutes` or more.'),
    ));
  test('may stop by what is not known before', () =>
    expect(ofSteps(repeat({ until: 'profile.traits.anything = 1' }))).toEqual(fine));
  test('adds up with all its rounds', () => {
    const tooLong = refused(/^steps: The waits of the longest way add up to more than 1 year/);
    expect(ofSteps(repeat({ every: '10 days', times: 37, steps: [{ wait: '0.1 hours' }] }))).toEqual(fine);
    expect(ofSteps(repeat({ every: '10 days', times: 38, steps: [hour] }))).toEqual(tooLong);
    expect(ofSteps(repeat({ every: '1 day', times: 100, steps: [{ wait: '3 days' }] }))).toEqual(tooLong);
  });
});

describe('a send', () => {
  test('says what it is not written for', () =>
    expect(ofSteps({ send: { message: 'letter', channels: ['email', 'push'] } })).toEqual(
      refused(
        'steps.0.send: The message `letter` is not written for push; it has email. Write `messages/letter.push.…`, or take another channel.',
      ),
    ));
  test('chooses among channels only if it is to choose', () => {
    expect(ofSteps({ send: { message: 'hello', channels: 'preferred' } })).toEqual(
      refused(/^steps\.0\.send\.channels: `preferred` needs/),
    );
    expect(ofSteps({ send: { message: 'hello', channels: ['email'], among: ['sms'] } })).toEqual(
      warned('steps.0.send.among: `among` is for `channels: preferred`. Leave it out, or write `preferred`.'),
    );
    expect(ofSteps({ send: { message: 'hello', channels: 'preferred', among: ['email', 'push'] } })).toEqual(fine);
  });
  test('by sms has a window, unless it is transactional', () => {
    const night = warned(
      'steps.0.send: This text message may come at night. Add to the journey `window: { from: "08:00", to: "21:00", zone: customer }`.',
    );
    const sms = (fields: object) => ({
      window: undefined,
      steps: [{ send: { message: 'hello', channels: ['push', 'sms'], ...fields } }],
    });
    expect(told(sms({}))).toEqual(night);
    expect(told(sms({ channels: 'preferred', among: ['sms'] }))).toEqual(night);
    expect(told({ ...sms({}), window: { from: '08:00', to: '20:00', zone: 'UTC' } })).toEqual(fine);
    expect(told(sms({ topic: 'service' }))).toEqual(fine);
    expect(told({ ...sms({}), topic: 'service' })).toEqual(fine);
    expect(told({ ...sms({ topic: 'promotions' }), topic: 'service' })).toEqual(night);
    expect(told(sms({ channels: ['email'] }))).toEqual(fine);
  });
  test('asks consent for a topic there is', () => {
    expect(ofSteps({ send: { message: 'hello', channels: ['email'], topic: 'servce' } })).toEqual(
      refused('steps.0.send.topic: There is no topic `servce`. Did you mean `service`?'),
    );
    expect(told({ topic: undefined }).mistakes).toEqual(['topic: `topic` is missing.']);
  });
  test('reads what something provides', () => {
    const reads = (...paths: readonly string[]) =>
      told(
        { steps: [{ send: { message: 'hello', channels: ['email'] } }] },
        {
          ...around,
          reads: { hello: paths },
          variables: ['profile.firstName', 'profile.traits.*', 'entry.properties.*', 'cart.items'],
        },
      );
    expect(
      reads('profile.firstName', 'profile.traits.level', 'profile.traits', 'cart', 'entry.properties.order_id'),
    ).toEqual(fine);
    expect(reads('profile.fristName')).toEqual(
      refused(
        'steps.0.send.message: The message `hello` reads `profile.fristName`, which nothing provides. Did you mean `profile.firstName`?',
      ),
    );
    expect(reads('entry.properties.order_di')).toEqual(
      warned(
        'steps.0.send.message: The message `hello` reads `entry.properties.order_di`, which no trigger of this journey carries by the Segment Spec: without it the message is withheld. Did you mean `order_id`?',
      ),
    );
    expect(reads('entry.properties.something_of_ours')).toEqual(fine);
  });
  describe('reads of the steps before it', () => {
    const ask = { id: 'ask', waitFor: { told: { on: ['Product Viewed', 'Product Added'] } }, within: '1 day' };
    const other = { id: 'other', waitFor: { paid: { on: 'Paid' }, read: { on: 'Product Viewed' } }, within: '1 day' };
    const call = { id: 'call', task: { to: 'a', title: 'T.', outcomes: ['yes'], due: '1 day' } };
    const steps = [send('first', 'email'), ask, other, call, hour, send('last', 'email'), { ...other, id: 'later' }];
    const reads = (...paths: readonly string[]) =>
      told(
        {
          steps: steps.map((step) =>
            'send' in step && step.id === 'last' ? { ...step, send: { ...step.send, message: 'letter' } } : step,
          ),
        },
        { ...around, reads: { letter: paths }, variables: ['steps.*'] },
      );
    const wrong = (path: string, why: string) =>
      refused(`steps.5.send.message: The message \`letter\` reads \`${path}\`. ${why}`);

    test('what they note', () =>
      expect(
        reads(
          'steps.ask.event.properties.product_id',
          'steps.ask.event.properties.products.*.name',
          'steps.ask.event.properties',
          'steps.ask.event.name',
          'steps.other.event.properties.product_di',
          'steps.other.outcome',
          'steps.call.response.anything',
          'steps.call.event.properties.by',
          'steps.first.clicked',
        ),
      ).toEqual(fine));
    test('not of one that comes later, or is none', () => {
      expect(reads('steps.later.outcome')).toEqual(
        wrong(
          'steps.later.outcome',
          'No step before this one that notes anything is called `later`. Known: `call`, `other`, `ask`, `first`.',
        ),
      );
      expect(reads('steps.aks.event.name')).toEqual(
        wrong(
          'steps.aks.event.name',
          'No step before this one that notes anything is called `aks`. Did you mean `ask`?',
        ),
      );
      expect(reads('steps.wait-1-hour.outcome').mistakes).toHaveLength(1);
    });
    test('not what one heard that hears nothing', () => {
      expect(reads('steps.first.event.name')).toEqual(
        wrong(
          'steps.first.event.name',
          '`first` hears nothing: a `waitFor`, a `task` with `outcomes` and a `start` that waits do. Known: `call`, `other`, `ask`.',
        ),
      );
      const alone = told(
        { steps: [send('first', 'sms'), { send: { message: 'letter', channels: ['email'] } }] },
        { ...around, reads: { letter: ['steps.first.event.name'] }, variables: ['steps.*'] },
      );
      expect(alone.mistakes).toEqual([expect.stringMatching(/start` that waits do\. No step before this one does\.$/)]);
    });
    test('not what is never noted of one', () => {
      expect(reads('steps.ask.event.product_id')).toEqual(
        wrong('steps.ask.event.product_id', 'There is no `steps.ask.event.product_id`. Known: `name`, `properties`.'),
      );
      expect(reads('steps.call.outcme')).toEqual(
        wrong('steps.call.outcme', 'There is no `steps.call.outcme`. Did you mean `outcome`?'),
      );
    });
    test('not of all together', () => {
      const why = 'Say which step and what of it, as in `steps.ask.event.properties.color`.';
      for (const path of ['steps', 'steps.*.event', 'steps.ask', 'steps.ask.*'])
        expect(reads(path)).toEqual(wrong(path, why));
    });
    test('and is told of a property that none of the events has', () =>
      expect(reads('steps.ask.event.properties.product_di')).toEqual(
        warned(
          'steps.5.send.message: The message `letter` reads `steps.ask.event.properties.product_di`, which no event `ask` waits for carries by the Segment Spec: without it the message says its fallback, or is withheld. Did you mean `product_id`?',
        ),
      ));
  });
});

describe('a wait', () => {
  const wait = (text: string, fields: object = {}) => ofSteps({ wait: text, ...fields });
  test('takes some time, and at most a year', () => {
    expect(wait('0 hours')).toEqual(refused('steps.0: A wait takes some time: write `5 minutes` or more.'));
    expect(wait('365 days')).toEqual(fine);
    expect(wait('366 days')).toEqual(refused('steps.0: A wait is at most 1 year: a state machine runs no longer.'));
    expect(wait('until entry + 366 days')).toEqual(refused(/^steps\.0: A wait is at most 1 year/));
    expect(wait('until entry + 300 days')).toEqual(fine);
    expect(wait('until entry')).toEqual(fine);
    expect(wait('until renewal - 2 days')).toEqual(fine);
    expect(ofSteps({ waitFor: { bought: { on: 'Order Completed' } }, within: '0 days' })).toEqual(
      refused(/^steps\.0: A wait takes some time/),
    );
    expect(ofSteps({ task: { to: 'support', title: 'Call', due: '366 days' } })).toEqual(
      refused(/^steps\.0\.task\.due: A wait is at most/),
    );
    expect(ofSteps({ send: { message: 'hello', channels: ['email'], expires: '0 hours' } })).toEqual(
      refused(/^steps\.0\.send\.expires: A wait takes some time/),
    );
  });
  test('has a way for a missing date only where a date may be missing', () => {
    const otherwise = [{ end: 'none' }];
    for (const text of ['1 hour', 'until 09:00', 'until Monday at 09:00', 'until entry + 2 days'])
      expect(wait(text, { otherwise })).toEqual(
        refused(
          'steps.0.otherwise: This `otherwise` is never reached: it is for a date that is missing, and this wait needs none. Remove it, or wait `until` a trait.',
        ),
      );
    for (const text of ['until renewal', 'until best time', 'until entry.properties.ships_on at 18:00'])
      expect(wait(text, { otherwise })).toEqual(fine);
  });
  test('reads a property its entry has', () => {
    expect(wait('until entry.properties.affiliatoin')).toEqual(
      warned(
        'steps.0.wait: No trigger of this journey carries `affiliatoin` by the Segment Spec. Did you mean `affiliation`?',
      ),
    );
  });
  test('adds up along the longest way with what is held', () => {
    const steps = [{ wait: '364 days' }, { send: { message: 'letter', channels: ['email'] } }];
    const held = (atMost: string) => told({ steps, window: { from: '08:00', to: '20:00', zone: 'customer', atMost } });
    expect(held('1 day')).toEqual(fine);
    expect(held('25 hours')).toEqual(
      warned(/^window: With every message held as long as it may be, the longest way takes more than 1 year/),
    );
    expect(
      told({ steps, topic: 'service', window: { from: '08:00', to: '20:00', zone: 'customer', atMost: '25 hours' } }),
    ).toEqual(fine);
  });
});

describe('what is waited for', () => {
  const waits = (awaited: object, fields: object = {}) => ({ waitFor: awaited, within: '1 day', ...fields });
  test('is a click in an email that was sent before', () => {
    expect(ofSteps(send('a', 'email', 'sms'), waits({ clicked: 'a' }))).toEqual(fine);
    expect(ofSteps(send('a', 'sms'), waits({ clicked: 'a' }))).toEqual(
      refused(
        'steps.1.waitFor.clicked: Only a link in an email can be clicked, and `a` goes by sms. Send it by email, or wait for an event.',
      ),
    );
    expect(ofSteps(waits({ clicked: 'a' }), send('a', 'email'))).toEqual(
      refused('steps.0.waitFor.clicked: There is no send step with the id `a` before this.'),
    );
  });
  test('is a reply to a text message', () => {
    expect(ofSteps(send('a', 'email', 'sms'), waits({ no: { reply: 'a' } }))).toEqual(fine);
    expect(ofSteps(send('a', 'email'), waits({ no: { reply: 'a' } }))).toEqual(
      refused(
        'steps.1.waitFor.no.reply: Only a text message can be replied to, and `a` goes by email. Send it by sms, or wait for an event.',
      ),
    );
    expect(ofSteps(send('abc', 'sms'), waits({ no: { reply: 'abd' } }))).toEqual(
      refused('steps.1.waitFor.no.reply: There is no send step with the id `abd` before this. Did you mean `abc`?'),
    );
  });
  test('is what its arms name', () => {
    expect(ofSteps(waits({ bought: { on: 'Order Completed' } }, { then: { bougt: [hour] } }))).toEqual(
      refused('steps.0.then.bougt: Nothing called `bougt` is waited for. Did you mean `bought`?'),
    );
  });
  test('of a task are its outcomes', () => {
    const task = (outcomes: readonly string[] | undefined, then: object | undefined) =>
      ofSteps({ task: { to: 'support', title: 'Call', ...(outcomes && { outcomes }) }, ...(then && { then }) });
    expect(task(['reached', 'missed'], { reached: [hour], timeout: [hour] })).toEqual(fine);
    expect(task(['reached'], { reachd: [hour] })).toEqual(
      refused(/^steps\.0\.then\.reachd: Nothing called `reachd` is waited for\. Did you mean `reached`\?/),
    );
    expect(task(['timeout'], undefined)).toEqual(refused(/^steps\.0\.task\.outcomes\.0: `timeout` is what follows/));
    expect(task(['a', 'b', 'a'], undefined)).toEqual(
      refused('steps.0.task.outcomes: Two outcomes are called `a`; give one another name.'),
    );
    expect(task(undefined, { timeout: [hour] })).toEqual(
      refused(
        'steps.0.then: This step waits for nothing that `then` could follow. Name its answers: `outcomes: [done, declined]`.',
      ),
    );
  });
  test('of another journey is its end', () => {
    const start = (wait: boolean, then: object) => ofSteps({ start: { journey: 'other', wait }, then });
    expect(start(true, { ended: [hour], timeout: [hour] })).toEqual(fine);
    expect(start(true, { endd: [hour] })).toEqual(
      refused(/^steps\.0\.then\.endd: Nothing called `endd` is waited for\. Did you mean `ended`\?/),
    );
    expect(start(false, { ended: [hour] })).toEqual(
      refused(
        'steps.0.then: This step waits for nothing that `then` could follow. Wait for its end with `wait: true`.',
      ),
    );
  });
});

describe('arms and options', () => {
  const split = (...arms: readonly (readonly [string, number])[]) =>
    ofSteps({ split: arms.map(([arm, percent]) => ({ arm, percent })) });
  test('add up to all customers', () => {
    expect(split(['a', 50], ['b', 50])).toEqual(fine);
    expect(split(['a', 33.3], ['b', 33.3], ['c', 33.4])).toEqual(fine);
    expect(split(['a', 50], ['b', 45])).toEqual(
      refused('steps.0.split: The shares add up to 95 %, not to 100 %. Give `b` 50.'),
    );
    expect(split(['a', 60], ['b', 45])).toEqual(
      refused('steps.0.split: The shares add up to 105 %, not to 100 %. Give `b` 40.'),
    );
    expect(split(['a', 100], ['b', 45])).toEqual(
      refused('steps.0.split: The shares add up to 145 %, not to 100 %. Make some of them smaller.'),
    );
  });
  test('have names of their own', () => {
    expect(split(['a', 50], ['a', 50])).toEqual(
      refused('steps.0.split: Two arms are called `a`; give one another name.'),
    );
    expect(ofSteps({ decide: [{ option: 'a' }, { option: 'a' }] })).toEqual(
      refused('steps.0.decide: Two options are called `a`; give one another name.'),
    );
  });
});

describe('another journey', () => {
  const start = (journey: string, triggers: { journey: string | string[] }[]) =>
    told({ steps: [{ start: { journey } }] }, { ...around, journeys: { other: { triggers } } });
  test('is started if it says so', () => {
    expect(start('other', [{ journey: 'example' }])).toEqual(fine);
    expect(start('other', [{ journey: ['else', 'example'] }])).toEqual(fine);
    expect(start('other', [{ journey: 'else' }])).toEqual(
      refused(
        'steps.0.start.journey: `other` does not let this journey start it. Add `{ journey: example }` to its triggers.',
      ),
    );
  });
  test('is one there is', () => {
    expect(start('othr', [])).toEqual(
      refused('steps.0.start.journey: There is no journey `othr`. Did you mean `other`?'),
    );
    expect(ofSteps({ start: { journey: 'anything' } })).toEqual(fine);
  });
});

test('a step is one thing', () =>
  expect(ofSteps({ wait: '1 hour', send: { message: 'hello', channels: ['email'] } })).toEqual(
    refused('steps.0.send: A step is one thing: write `send` as a step of its own.'),
  ));

test('no step is called as the answer to another is', () => {
  const call = { id: 'call', task: { to: 's', title: 'T.', outcomes: ['yes'] } };
  expect(ofSteps(call, { id: 'call-answer', ...hour })).toEqual(
    refused('steps.1.id: `call-answer` is what the answer to `call` is called; take another id.'),
  );
  expect(ofSteps({ id: 'call-ended', ...hour }, { ...call, id: 'call-again' })).toEqual(fine);
  expect(ofSteps({ id: 'call', task: { to: 's', title: 'T.' } }, { id: 'call-answer', ...hour })).toEqual(fine);
});

test('of two steps with one id the second is told', () =>
  expect(
    ofSteps({ id: 'a', ...hour }, { branch: [{ when: 'profile.cart.items > 0', then: [{ id: 'a', ...hour }] }] }),
  ).toEqual(refused('steps.1.branch.0.then.0.id: Two steps are called `a`; give one another id.')));

test('a goto to one of two steps with the same id harms nobody', () => {
  const goes = { branch: [{ when: 'profile.cart.items > 0', then: [{ goto: 'a' }] }] };
  expect(ofSteps({ id: 'a', ...hour }, goes, { id: 'a', ...hour })).toEqual(
    refused(/^steps\.2\.id: Two steps are called `a`/),
  );
});
