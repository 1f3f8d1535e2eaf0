import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { StepDocument } from '#core/journey';
import { asFile, imported, textOf } from '../imported.ts';

const template = asFile('t.json', { TemplateName: 'T', TemplateType: 'EMAIL', Subject: 'T', HtmlPart: '<p>T</p>' });
const email = (NextActivity?: string) => ({ EMAIL: { TemplateName: 'T', NextActivity } });
const wait = (WaitFor: string, NextActivity?: string) => ({ Wait: { WaitTime: { WaitFor }, NextActivity } });
const asks = (type: string, MessageActivity = 'a', more: object = {}) => ({
  EventCondition: { Dimensions: { EventType: { Values: [type], ...more } }, MessageActivity },
});
const yesNo = (Conditions: readonly object[], Operator = 'ALL', EvaluationWaitTime?: object) => ({
  ConditionalSplit: { Condition: { Conditions, Operator }, EvaluationWaitTime, TrueActivity: 'z' },
});

const start = {
  EventStartCondition: { EventFilter: { FilterType: 'ENDPOINT', Dimensions: { EventType: { Values: ['X'] } } } },
};

type Made = {
  readonly steps: StepDocument[];
  readonly incomplete?: readonly string[];
  readonly reentry?: unknown;
  readonly window?: unknown;
  readonly zone?: unknown;
};

/** The journey with these activities, of which `a` is the first. */
const journey = (Activities: object, more: object = {}) => {
  const document = { Name: 'j', StartActivity: 'a', Activities, StartCondition: start, ...more };
  const result = imported([asFile('j.json', document), template]);
  const isDraft = result.drafts.length > 0;
  const made: Made = parse(textOf(result, isDraft ? 'j/journey.draft.yaml' : 'j/journey.yaml'));
  return { ...made, isDraft, toDo: result.summaries[0]!.incomplete };
};

/** The condition of the only branch, and the wait before it. */
const split = (condition: object) => {
  const { steps } = journey({ a: email('s'), s: condition, z: email() });
  const branch = steps.find((step) => 'branch' in step);
  return { when: branch?.branch[0]!.when, before: steps[1] };
};

describe('what a split asks about a message', () => {
  it.each([
    ['_email.send', 'steps.`email-t`.status = "sent"'],
    ['_email.delivered', '$exists(steps.`email-t`.delivered)'],
    ['_email.open', '$exists(steps.`email-t`.opened)'],
    ['_email.click', '$exists(steps.`email-t`.clicked)'],
    ['_SMS.SUCCESS', '$exists(steps.`email-t`.delivered)'],
    ['_email.unsubscribe', 'profile.consent.email.`*` = false or profile.consent.email.promotions = false'],
    ['_SMS.OPTOUT', 'profile.consent.sms.`*` = false or profile.consent.sms.promotions = false'],
  ])('%s is known when it decides, so it waits all its time', (type, when) => {
    const { when: said, before } = split(yesNo([asks(type)], 'ALL', { WaitFor: 'P3D' }));
    expect(said!.replaceAll(/[()]/g, '')).toBe(when.replaceAll(/[()]/g, ''));
    expect(before).toMatchObject({ wait: '3 days' });
  });

  it.each([
    ['_email.hardbounce', 'Email Bounced', 'bounceType = "Permanent"'],
    ['_email.softbounce', 'Email Bounced', 'bounceType != "Permanent"'],
    ['_email.complaint', 'Email Complained', 'step = "email-t"'],
    ['_email.rejected', 'Email Rejected', 'step = "email-t"'],
    ['_SMS.FAILURE', 'SMS Failed', 'step = "email-t"'],
  ])('%s is listened for', (type, on, where) => {
    const { when, before } = split(yesNo([asks(type)], 'ALL', { WaitFor: 'PT6H' }));
    const [winner, awaited] = Object.entries('waitFor' in before! ? before.waitFor : {})[0]!;
    expect(awaited).toMatchObject({ on, where: expect.stringContaining(where) });
    expect(before).toMatchObject({ within: '6 hours' });
    expect(when).toBe(`steps.\`if-s\`.outcome = "${winner}"`);
  });

  it.each([
    '_campaign.opened_notification',
    '_journey.received_background',
    'My Own Event',
    'constructor',
    'Timeout',
    '日本',
  ])('%s is listened for as the app says it', (type) => {
    expect(split(yesNo([asks(type)])).before).toMatchObject({ within: '1 minute' });
    expect(journey({ a: email('s'), s: yesNo([asks(type)]), z: email() }).isDraft).toBe(false);
  });

  it('an event that may have come before the wait is looked for among what the run has seen', () => {
    const { steps } = journey({ a: email('w'), w: wait('P1D', 's'), s: yesNo([asks('_email.complaint')]), z: email() });
    const branch = steps.find((step) => 'branch' in step);
    expect(branch?.branch[0]!.when).toBe('steps.`if-s`.outcome = "email-complained" or seen.`Email Complained` > 0');
  });

  it('not having happened is the opposite', () => {
    const not = { DimensionType: 'EXCLUSIVE' };
    expect(split(yesNo([asks('_email.open', 'a', not)])).when).toBe('$not($exists(steps.`email-t`.opened))');
    expect(split(yesNo([asks('_email.complaint', 'a', not)])).when).toBe(
      '$not(steps.`if-s`.outcome = "email-complained")',
    );
  });

  it('any of several, all of several', () => {
    const [open, click] = [asks('_email.open'), asks('_email.click')];
    expect(split(yesNo([open, click], 'ANY')).when).toMatch(/opened\) or \$exists/);
    expect(split(yesNo([open, click], 'ALL')).when).toMatch(/opened\) and \$exists/);
  });

  it.each([
    [
      'a message that is only sent later',
      { a: yesNo([asks('_email.open', 'z')]), z: email() },
      /activity z, which is not sent before/,
    ],
    [
      'no message',
      { a: email('s'), s: yesNo([{ EventCondition: { Dimensions: {} } }]), z: email() },
      /names no message/,
    ],
    [
      'several that must all come',
      { a: email('s'), s: yesNo([asks('_email.complaint'), asks('_email.hardbounce')]), z: email() },
      /a wait hears the first/,
    ],
    [
      'an event until a date',
      { a: email('s'), s: yesNo([asks('_email.complaint')], 'ALL', { WaitUntil: '2030-01-01T00:00:00Z' }), z: email() },
      /until a fixed date/,
    ],
  ])('%s is to be completed', (_, activities, why) => {
    expect(journey(activities).toDo.join()).toMatch(why);
  });
});

describe('a journey that is complete, but that no journey here can be', () => {
  it('is a draft that says why at its top', () => {
    const { isDraft, incomplete } = journey({ a: wait('P300D', 'b'), b: wait('P200D', 'z'), z: email() });
    expect([isDraft, incomplete]).toEqual([true, [expect.stringContaining('more than 1 year')]]);
  });
});

describe('who is held out and how a split ends', () => {
  it('a holdout before everything is the journey’s', () => {
    expect(journey({ a: { Holdout: { Percentage: 20, NextActivity: 'z' } }, z: email() })).toMatchObject({
      holdout: 20,
    });
  });

  it.each([
    [
      60,
      {
        split: [
          { arm: 'held-out', percent: 60 },
          { arm: 'carried-on', percent: 40 },
        ],
      },
    ],
    [100, { end: 'holdout' }],
  ])('one of %i percent is a step', (Percentage, step) => {
    expect(journey({ a: { Holdout: { Percentage, NextActivity: 'z' } }, z: email() }).steps[0]).toMatchObject(step);
  });

  it('a share of nobody and a split in one are left out', () => {
    const Branches = [
      { Percentage: 100, NextActivity: 'z' },
      { Percentage: 0, NextActivity: 'y' },
    ];
    const { steps } = journey({ a: { RandomSplit: { Branches } }, y: email(), z: email() });
    expect(steps).toMatchObject([{ id: 'email-t-2', send: { message: 't' } }]);
  });
});

describe('when', () => {
  const simple = { a: email() };
  it('a date is waited for, and one that is past goes on at once', () => {
    const { steps } = journey({
      a: { Wait: { WaitTime: { WaitUntil: '2020-01-01T00:00:00Z' }, NextActivity: 'z' } },
      z: email(),
    });
    expect(steps).toMatchObject([{ wait: 'until 2020-01-01T00:00:00Z' }, { send: { message: 't' } }]);
  });

  it.each([
    [{ Limits: { EndpointReentryCap: 0, EndpointReentryInterval: 'P7D' } }, { reentry: { after: '1 week' } }],
    [{ Limits: { EndpointReentryCap: 0 } }, { reentry: { after: '0 seconds' } }],
    [
      { QuietTime: { Start: '21:00', End: '08:00' }, WaitForQuietTime: true },
      { window: { from: '08:00', to: '21:00', otherwise: 'hold' } },
    ],
    [{ QuietTime: { Start: '21:00', End: '08:00' } }, { window: { otherwise: 'skip' } }],
    [
      { Schedule: { Timezone: 'UTC+05:30', EndTime: '2026-03-01T00:00:00+01:00' } },
      { zone: 'Asia/Kolkata', open: { until: '2026-02-28T23:00:00Z' } },
    ],
    [{ Schedule: { Timezone: 'UTC-08' } }, { zone: 'Etc/GMT+8' }],
  ])('%j is %j', (more, fields) => {
    expect(journey(simple, more)).toMatchObject({ isDraft: false, ...fields });
  });

  it.each([
    { Limits: { EndpointReentryCap: 1 } },
    { QuietTime: { Start: '09:00', End: '09:00' } },
    { Schedule: { Timezone: 'UTC+77' } },
    { Schedule: { Timezone: 'constructor' } },
  ])('%j says nothing of a journey', (more) => {
    const { reentry, window, zone, isDraft } = journey(simple, more);
    expect({ reentry, window, zone, isDraft }).toEqual({ isDraft: false });
  });
});
