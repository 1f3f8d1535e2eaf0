import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { consentsOf, consentStatus, emptyProfile, foldSignal, viewProfile, withConfirmation } from '#core/profile';
import { checkSegment, compileSegment } from '#core/segment';
import type { JsonObject, Signal } from '#core/signal';

const start = Date.parse('2026-03-01T12:00:00Z');
const hour = 3_600_000;
const [doubles, others] = [
  ['newsletter', 'club'],
  ['promotions', 'feedback'],
] as const;
const topics = [...doubles, ...others];

const said = (n: number, properties: JsonObject): Signal => ({
  messageId: `m-${n}`,
  type: 'track',
  event: 'Consent Changed',
  timestamp: new Date(start + n * hour).toISOString(),
  subject: { user: 'ada' },
  properties: { channel: 'email', ...properties },
  traits: {},
  context: {},
});
const known = (...all: readonly JsonObject[]) => all.map((each, n) => said(n, each)).reduce(foldSignal, emptyProfile());
const reader = (topic: string) =>
  compileSegment({ name: 'readers', when: `profile.consent.email.${topic} = true`, confirm: [...doubles] });

const words = fc.record(
  {
    topic: fc.constantFrom(...topics, '*'),
    granted: fc.boolean(),
    confirmed: fc.boolean(),
    expiresAt: fc.nat(40).map((n) => new Date(start + n * hour).toISOString()),
  },
  { requiredKeys: ['topic', 'granted'] },
);

describe('a segment that asks for consent', () => {
  test('holds for nobody whose yes waits for its confirmation, and for whoever has confirmed it', () => {
    const asked = known({ topic: 'newsletter', granted: true });
    const confirmed = known(
      { topic: 'newsletter', granted: true },
      { topic: 'newsletter', granted: true, confirmed: true },
    );
    const now = start + 10 * hour;
    expect(reader('newsletter').holds(asked, now)).toBe(false);
    expect(reader('newsletter').holds(confirmed, now)).toBe(true);
    expect(reader('promotions').holds(known({ topic: 'promotions', granted: true }), now)).toBe(true);
    const waiting = compileSegment({
      name: 'waiting',
      when: 'profile.consentStatus.email.newsletter = "pending"',
      confirm: [...doubles],
    });
    expect([waiting.holds(asked, now), waiting.holds(confirmed, now)]).toEqual([true, false]);
  });

  test('says what a message would be decided by, whatever was said of it, at any time', () => {
    fc.assert(
      fc.property(fc.array(words, { maxLength: 8 }), fc.nat(60), (all, hours) => {
        const profile = known(...all);
        const now = start + hours * hour;
        const view = withConfirmation(viewProfile(profile, now), doubles);
        for (const topic of topics) {
          const isDouble = doubles.some((each) => each === topic);
          const status = consentStatus(consentsOf(profile), 'email', topic, { now, isDouble });
          const seen = view.consentStatus.email?.[topic];
          expect(reader(topic).holds(profile, now)).toBe(status === 'granted' && seen !== undefined);
          if (seen === undefined) continue;
          expect(seen === 'confirmed' ? 'granted' : seen).toBe(status);
          expect(view.consent.email?.[topic]).toBe(status === 'granted');
        }
      }),
    );
  });

  test('changes in the very instant a consent runs out, without a signal', () => {
    fc.assert(
      fc.property(fc.array(words, { minLength: 1, maxLength: 6 }), fc.constantFrom(...topics), (all, topic) => {
        const [profile, segment] = [known(...all), reader(topic)];
        const before = start + all.length * hour;
        const next = segment.nextChange(profile, before);
        const instants = Array.from({ length: 45 }, (_, n) => before + n * hour);
        const first = instants.find((at) => segment.holds(profile, at) !== segment.holds(profile, before));
        expect(next).toBe(first);
      }),
    );
  });

  test('is not told by its author which topics are confirmed', () => {
    const { problems } = checkSegment({
      name: 'readers',
      when: 'profile.consent.email.newsletter',
      confirm: ['newsletter'],
    });
    expect(problems).toMatchObject([{ path: ['confirm'], message: expect.stringContaining('topics.yaml') }]);
  });
});
