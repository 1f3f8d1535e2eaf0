import { describe, expect, test } from 'vitest';
import { checkJourney } from '#core/journey';
import { around, ofSteps, refused, told } from './checked.ts';

const hour = { wait: '1 hour' };
const kinds =
  '`wait`, `send`, `waitFor`, `branch`, `split`, `decide`, `update`, `emit`, `task`, `webhook`, `start`, `repeat`, `goto`, `end`';

describe('what fits nothing is told as what it stands for', () => {
  test('a step', () => {
    for (const step of [7, null, [], {}, { id: 'a' }])
      expect(told({ steps: [step] })).toEqual(refused(`steps.0: This is no step. Known: ${kinds}.`));
    expect(told({ steps: ['wiat'] })).toEqual(refused('steps.0: This is no step. Did you mean `wait`?'));
    expect(ofSteps({ id: 'wait-1', wiat: '1 hour' })).toEqual(
      refused('steps.0: This is no step. Did you mean `wait`?'),
    );
    expect(ofSteps({ branch: [{ when: 'profile.cart.items > 0', then: [{ wiat: '1 hour' }] }] })).toEqual(
      refused('steps.0.branch.0.then.0: This is no step. Did you mean `wait`?'),
    );
  });

  test('a trigger', () => {
    const known = 'Known: `signal`, `segment`, `schedule`, `api`, `journey`.';
    for (const trigger of [7, 'Order Completed', {}])
      expect(told({ triggers: [hour, trigger] }).mistakes).toContain(`triggers.1: This is no trigger. ${known}`);
  });

  test('an exit', () => {
    expect(told({ exit: [7] })).toEqual(refused('exit.0: This is no exit. Known: `on`, `when`.'));
    expect(told({ exit: [{ whn: 'profile.cart.items = 0' }] })).toEqual(
      refused('exit.0: This is no exit. Did you mean `when`?'),
    );
  });

  test('what is waited for', () => {
    const waitFor = (bought: unknown) => ofSteps({ waitFor: { bought }, within: '1 day' });
    expect(waitFor(7)).toEqual(
      refused('steps.0.waitFor.bought: This is no thing to wait for. Known: `on`, `reply`, `when`.'),
    );
    expect(waitFor({ onn: 'Order Completed' })).toEqual(
      refused('steps.0.waitFor.bought: This is no thing to wait for. Did you mean `on`?'),
    );
    expect(waitFor('Not Good')).toEqual(
      refused('steps.0.waitFor.bought: A step id is lower-case words with hyphens, such as `first-reminder`.'),
    );
  });

  test('a value', () => {
    const to = (value: unknown) => ofSteps({ task: { to: value, title: 'Call' } });
    for (const value of [7, true])
      expect(to(value)).toEqual(refused('steps.0.task.to: This is no value. Known: `from`.'));
    expect(to('')).toEqual(refused(/^steps\.0\.task\.to: Too small: expected string/));
    expect(to({})).toEqual(refused('steps.0.task.to.from: `from` is missing.'));
    expect(to({ frm: 'profile.email' })).toEqual(
      refused('steps.0.task.to.frm: `frm` is not known here. Did you mean `from`?'),
    );
    expect(to(undefined)).toEqual(refused('steps.0.task.to: `to` is missing.'));
  });
});

describe('of several forms the one its author means is held against it', () => {
  const update = (value: unknown) => ofSteps({ update: { level: value } }).mistakes;
  test('an object is one that is computed', () => {
    expect(update({})).toEqual(['steps.0.update.level.from: `from` is missing.']);
    expect(update({ from: 3 })).toEqual(['steps.0.update.level.from: This should be string, not 3.']);
  });
  test('a list is told by the place in it', () => {
    expect(update([1, {}, 'a'])).toEqual([expect.stringMatching(/^steps\.0\.update\.level\.1: This should be /)]);
    expect(told({ triggers: [{ signal: ['Order Completed', 7] }] })).toEqual(
      refused('triggers.0.signal.1: This should be string, not 7.'),
    );
    expect(told({ triggers: [{ signal: [] }] })).toEqual(refused(/^triggers\.0\.signal: Too small: expected array/));
    expect(told({ triggers: [{ journey: ['other', 'Other'] }] })).toEqual(
      refused('triggers.0.journey.1: A journey name is lower-case words with hyphens.'),
    );
    expect(ofSteps({ send: { message: 'hello', channels: ['emial'] } })).toEqual(
      refused('steps.0.send.channels.0: `emial` is not possible here. Did you mean `email`?'),
    );
  });
  test('a text is a text', () => {
    expect(told({ triggers: [{ signal: '' }] })).toEqual(refused(/^triggers\.0\.signal: Too small: expected string/));
    expect(told({ triggers: [{ journey: 'Other' }] })).toEqual(
      refused('triggers.0.journey: A journey name is lower-case words with hyphens.'),
    );
    expect(ofSteps({ send: { message: 'hello', channels: 'prefered' } })).toEqual(
      refused('steps.0.send.channels: `prefered` is not possible here. Did you mean `preferred`?'),
    );
  });
  test('of two kinds of step the one with more of its words', () =>
    expect(ofSteps({ end: 'done', waitFor: { bought: { on: 'Order Completed' } }, within: '1 day' })).toEqual(
      refused('steps.0.end: A step is one thing: write `end` as a step of its own.'),
    ));
});

describe('a key', () => {
  test('that is not there is missing', () => {
    expect(told({ entryRate: { most: 3 } })).toEqual(refused('entryRate.per: `per` is missing.'));
    expect(told({ triggers: undefined })).toEqual(refused('triggers: `triggers` is missing.'));
    expect(ofSteps({ send: { message: 'hello' } })).toEqual(refused('steps.0.send.channels: `channels` is missing.'));
    expect(told({ budget: {} })).toEqual(
      refused('budget.messages: `messages` is missing.', 'budget.per: `per` is missing.'),
    );
  });
  test('that was misspelt is told once, with what it should be', () => {
    expect(told({ entryRate: { most: 3, pre: 'minute' } })).toEqual(
      refused('entryRate.pre: `pre` is not known here. Did you mean `per`?'),
    );
    expect(told({ window: { frm: '08:00', to: '20:00', zone: 'customer' } })).toEqual(
      refused('window.frm: `frm` is not known here. Did you mean `from`?'),
    );
  });
  test('that nothing is like does not hide that another is missing', () =>
    expect(told({ entryRate: { most: 3, xyz: 1 } })).toEqual(
      refused('entryRate.per: `per` is missing.', 'entryRate.xyz: `xyz` is not known here. Known: `most`, `per`.'),
    ));
  test('of a step within another of its words is no second step', () => {
    expect(ofSteps({ send: { message: 'hello', channels: ['email'], wait: '1 hour' } })).toEqual(
      refused(/^steps\.0\.send\.wait: `wait` is not known here\. Known: `message`, /),
    );
    expect(told({ triggers: [{ api: true, wait: '1 hour' }] })).toEqual(
      refused('triggers.0.wait: `wait` is not known here. Known: `api`, `key`.'),
    );
    expect(ofSteps({ start: { journey: 'other', end: 'x' } })).toEqual(
      refused('steps.0.start.end: `end` is not known here. Known: `journey`, `properties`, `wait`, `within`.'),
    );
  });
  test('has the words its list allows', () => {
    expect(told({ entryRate: { most: 3, per: 'minut' } })).toEqual(
      refused('entryRate.per: `minut` is not possible here. Did you mean `minute`?'),
    );
    expect(told({ triggers: [{ api: false }] })).toEqual(
      refused('triggers.0.api: `false` is not possible here. Known: `true`.'),
    );
  });
  test('that an author made up is held to the form of names', () =>
    expect(ofSteps({ waitFor: { 'Not Good': { on: 'Order Completed' } }, within: '1 day' })).toEqual(
      refused('steps.0.waitFor.Not Good: A step id is lower-case words with hyphens, such as `first-reminder`.'),
    ));
});

test('a place is told in the words and numbers of the document', () => {
  const places = (journey: object) => checkJourney(journey, around).problems?.map(({ path }) => path);
  const journey = { name: 'j', topic: 'promotions', triggers: [{ signal: 7 }], steps: [{ waitFor: { 1: 7 } }] };
  expect(places(journey)).toEqual([
    ['triggers', 0, 'signal'],
    ['steps', 0, 'waitFor', '1'],
    ['steps', 0, 'within'],
  ]);
});

describe('a document', () => {
  /** A list within a list, so many levels below the journey. */
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);
  const size = (fields: object) => told(fields).mistakes.filter((each) => each.startsWith(': This is more than'));
  test('of a hundred levels is read, and no deeper one', () => {
    expect(size({ steps: deep(99) })).toEqual([]);
    expect(size({ steps: deep(100) })).toEqual([
      ': This is more than 100 levels deep. Give some of its steps a journey of their own.',
    ]);
  });
  test('of fifty thousand values is read, and no longer one', () => {
    // The journey and its six fields hold 14 values without those of the list.
    const values = (count: number) => ({ description: Array.from({ length: count - 14 }, () => 1) });
    expect(size(values(50_000))).toEqual([]);
    expect(size(values(50_001))).toEqual([
      ': This is more than 50,000 values long. Give some of its steps a journey of their own.',
    ]);
  });
});
