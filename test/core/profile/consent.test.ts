import { describe, expect, test } from 'vitest';
import { consentChanges, consentGranted, consentsOf, emptyProfile, foldSignal, viewProfile } from '#core/profile';
import type { JsonObject, Signal } from '#core/signal';

const signal = (minute: number, fields: Partial<Signal>, id = `m${minute}`): Signal => ({
  messageId: id,
  type: 'track',
  event: 'Consent Changed',
  timestamp: new Date(Date.parse('2026-01-05T09:00:00Z') + minute * 60_000).toISOString(),
  subject: { user: 'u1' },
  properties: {},
  traits: {},
  context: {},
  ...fields,
});
const identify = (minute: number, consent: JsonObject) =>
  signal(minute, { type: 'identify', event: 'Identified', traits: { consent } });
const changed = (minute: number, properties: JsonObject, id?: string) => signal(minute, { properties }, id);
const profileOf = (...signals: readonly Signal[]) => signals.reduce(foldSignal, emptyProfile());
const consentsAfter = (...signals: readonly Signal[]) => consentsOf(profileOf(...signals));
const may = (topic: string, ...signals: readonly Signal[]) => consentGranted(consentsAfter(...signals), 'email', topic);

describe('how consent arrives', () => {
  test('by identify, for whole channels', () => {
    expect(consentChanges(identify(0, { email: true, sms: false, fax: true }))).toEqual([
      { channel: 'email', topic: '*', granted: true, at: '2026-01-05T09:00:00.000Z', id: 'm0' },
      { channel: 'sms', topic: '*', granted: false, at: '2026-01-05T09:00:00.000Z', id: 'm0' },
    ]);
  });

  test('by identify, for topics', () => {
    expect(consentChanges(identify(0, { email: { promotions: true, news: false } }))).toMatchObject([
      { channel: 'email', topic: 'promotions', granted: true },
      { channel: 'email', topic: 'news', granted: false },
    ]);
  });

  test('by Consent Changed, with where it was said', () => {
    expect(
      consentChanges(changed(0, { channel: 'sms', topic: 'promotions', granted: true, source: 'till' })),
    ).toMatchObject([{ channel: 'sms', topic: 'promotions', granted: true, source: 'till' }]);
    expect(consentChanges(changed(0, { channel: 'push', granted: false }))).toMatchObject([
      { channel: 'push', topic: '*', granted: false },
    ]);
  });

  test('a refusal of everything refuses every channel, a grant of everything grants none', () => {
    expect(consentChanges(changed(0, { granted: false })).map(({ channel }) => channel)).toEqual([
      'email',
      'sms',
      'push',
    ]);
    expect(consentChanges(changed(0, { granted: true }))).toEqual([]);
    expect(consentChanges(changed(0, { channel: 'fax', granted: false }))).toEqual([]);
  });

  test.each(['false', 'no', 0, 'true', 1, {}])('only true grants: granted %j is a refusal', (granted) => {
    expect(may('x', changed(0, { channel: 'email', granted }))).toBe(false);
    expect(consentChanges(changed(0, { channel: 'email', granted }))).toMatchObject([{ granted: false }]);
  });

  test('null says nothing', () => {
    expect(consentChanges(identify(0, { email: null, sms: { news: null } }))).toEqual([]);
  });

  test.each(['__proto__', 'constructor', 'a'.repeat(65), 'no\nline', 'a:*', '', 7])('%j is no topic', (topic) => {
    expect(consentChanges(changed(0, { channel: 'email', topic, granted: true }))).toEqual([]);
  });

  test('other calls and events say nothing about consent', () => {
    expect(
      consentChanges(signal(0, { event: 'Order Completed', properties: { channel: 'email', granted: true } })),
    ).toEqual([]);
    expect(
      consentChanges(
        signal(0, { traits: { consent: { email: true } }, properties: { channel: 'fax', granted: true } }),
      ),
    ).toEqual([]);
  });
});

describe('whether a message may go out', () => {
  const yes = (minute: number, topic = '*') => changed(minute, { channel: 'email', topic, granted: true });
  const no = (minute: number, topic = '*') => changed(minute, { channel: 'email', topic, granted: false });

  test('never said is not granted', () => {
    expect(may('promotions')).toBe(false);
    expect(may('toString', yes(0))).toBe(true);
    expect(may('toString')).toBe(false);
  });

  test('a topic never spoken of follows its channel', () => {
    expect(may('promotions', yes(0))).toBe(true);
    expect(may('promotions', yes(0), no(1))).toBe(false);
    expect(may('promotions', yes(0), no(1), yes(2))).toBe(true);
  });

  test('one channel says nothing about another', () => {
    expect(consentGranted(consentsAfter(yes(0)), 'sms', 'promotions')).toBe(false);
  });

  test('a granted topic needs no channel', () => {
    expect(may('promotions', yes(0, 'promotions'))).toBe(true);
    expect(may('news', yes(0, 'promotions'))).toBe(false);
  });

  test('a granted topic ends with a later refusal of the channel, not with an earlier one', () => {
    expect(may('promotions', yes(0, 'promotions'), no(1))).toBe(false);
    expect(may('promotions', no(0), yes(1, 'promotions'))).toBe(true);
  });

  test('a refused topic is lifted only by granting the topic', () => {
    expect(may('promotions', yes(0), no(1, 'promotions'), yes(2))).toBe(false);
    expect(may('promotions', no(1, 'promotions'), yes(2, 'promotions'))).toBe(true);
  });

  test('of a grant and a refusal in one millisecond the refusal counts', () => {
    const topic = { channel: 'email', topic: 'promotions', granted: true };
    const channel = { channel: 'email', granted: false };
    expect(may('promotions', changed(0, topic, 'b'), changed(0, channel, 'a'))).toBe(false);
    expect(may('promotions', changed(0, topic, 'a'), changed(0, channel, 'b'))).toBe(false);
  });

  test('"only promotions", said in one breath, means promotions', () => {
    const only = identify(0, { email: { '*': false, promotions: true } });
    expect(may('promotions', only)).toBe(true);
    expect(may('news', only)).toBe(false);
  });

  test('what arrives late does not undo what was said later', () => {
    expect(may('promotions', no(2), yes(1))).toBe(false);
    expect(may('promotions', no(2, 'promotions'), yes(1, 'promotions'))).toBe(false);
  });

  test('a flood of topics cannot wash a refusal away', () => {
    const flood = Array.from({ length: 40 }, (_, n) =>
      identify(n + 1, { sms: Object.fromEntries(Array.from({ length: 10 }, (_, m) => [`t${n}${m}`, true])) }),
    );
    expect(may('promotions', no(0), ...flood)).toBe(false);
    expect(may('a-rather-long-name', yes(0), no(0.5, 'a-rather-long-name'), ...flood)).toBe(false);
  });

  test('the view shows whether one may, not what was once said', () => {
    expect(viewProfile(profileOf(yes(0, 'promotions'), no(1))).consent).toEqual({
      email: { '*': false, promotions: false },
    });
    expect(viewProfile(profileOf()).consent).toEqual({});
  });
});
