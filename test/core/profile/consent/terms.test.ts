import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consentChanges, consentsOf, consentStatus, emptyProfile, foldSignal, viewProfile } from '#core/profile';
import type { JsonObject, Signal } from '#core/signal';

const start = Date.parse('2026-01-05T09:00:00Z');
const minute = 60_000;
const changed = (at: number, properties: JsonObject): Signal => ({
  messageId: `m${at}`,
  type: 'track',
  event: 'Consent Changed',
  timestamp: new Date(start + at * minute).toISOString(),
  subject: { user: 'u1' },
  properties: { channel: 'email', ...properties },
  traits: {},
  context: {},
});
const grant = (at: number, more: JsonObject = {}) => changed(at, { topic: 'newsletter', granted: true, ...more });
const refuse = (at: number, more: JsonObject = {}) => changed(at, { topic: 'newsletter', granted: false, ...more });
const profileOf = (signals: readonly Signal[]) => signals.reduce(foldSignal, emptyProfile());
const status = (signals: readonly Signal[], { minutes = 100, isDouble = false } = {}) =>
  consentStatus(consentsOf(profileOf(signals)), 'email', 'newsletter', { now: start + minutes * minute, isDouble });

describe('consent that runs out', () => {
  const until = (minutes: number) => ({ expiresAt: new Date(start + minutes * minute).toISOString() });

  test('holds until its instant, and not at it', () => {
    const signals = [grant(0, until(10))];
    expect([9, 10, 11].map((minutes) => status(signals, { minutes }))).toEqual(['granted', 'expired', 'expired']);
  });

  test('is renewed by a later grant, with or without an end', () => {
    expect(status([grant(0, until(10)), grant(5)])).toBe('granted');
    expect(status([grant(0), grant(5, until(10))])).toBe('expired');
  });

  test('of a whole channel runs out for the topics that follow it', () => {
    const whole = changed(0, { granted: true, ...until(10) });
    expect(status([whole], { minutes: 5 })).toBe('granted');
    expect(status([whole])).toBe('expired');
    expect(status([whole, grant(1)])).toBe('granted');
  });

  test.each(['soon', 'tomorrow', {}, -5])('whose end cannot be read (%j) is over at once', (expiresAt) => {
    expect(status([grant(0, { expiresAt })])).toBe('expired');
  });

  test('does not show in the view any more', () => {
    const profile = profileOf([grant(0, until(10))]);
    expect(viewProfile(profile, start + 9 * minute).consent).toEqual({ email: { newsletter: true } });
    expect(viewProfile(profile, start + 11 * minute).consent).toEqual({ email: { newsletter: false } });
  });
});

describe('consent that is to be confirmed', () => {
  const confirm = (at: number) => grant(at, { confirmed: true });
  const double = (...signals: readonly Signal[]) => status(signals, { isDouble: true });

  test('is pending until then, and never counts', () => {
    expect(double()).toBe('unsaid');
    expect(double(grant(0))).toBe('pending');
    expect(double(grant(0), confirm(1))).toBe('granted');
    expect(double(changed(0, { granted: true }))).toBe('pending');
  });

  test('only `confirmed: true` confirms', () => {
    for (const confirmed of ['true', 1, {}, 'yes']) expect(double(grant(0, { confirmed }))).toBe('pending');
  });

  test('stays confirmed when a shop repeats the grant', () => {
    expect(double(confirm(1), grant(5))).toBe('granted');
  });

  test('is to be confirmed anew after a refusal of the topic or the channel', () => {
    expect(double(confirm(1), refuse(2))).toBe('refused');
    expect(double(confirm(1), refuse(2), grant(3))).toBe('pending');
    expect(double(confirm(1), changed(2, { granted: false }), grant(3))).toBe('pending');
    expect(double(confirm(1), refuse(2), grant(3), confirm(4))).toBe('granted');
  });

  test('comes out the same in whatever order it is heard', () => {
    const said = fc.constantFrom(grant, refuse, confirm, (at: number) => changed(at, { granted: false }));
    fc.assert(
      fc.property(
        fc.array(said, { maxLength: 7 }).chain((all) => {
          const signals = all.map((each, at) => each(at));
          return fc.tuple(fc.constant(signals), fc.shuffledSubarray(signals, { minLength: signals.length }));
        }),
        ([signals, shuffled]) => {
          expect(double(...shuffled)).toBe(double(...signals));
          expect(profileOf(shuffled)).toEqual(profileOf(signals));
        },
      ),
    );
  });
});

test('one refusal may name several topics', () => {
  const changes = consentChanges(refuse(0, { topic: ['newsletter', 'promotions', 7, '__proto__'] }));
  expect(changes.map(({ topic }) => topic)).toEqual(['newsletter', 'promotions']);
  expect(consentChanges(refuse(0, { topic: [] }))).toEqual([]);
});
