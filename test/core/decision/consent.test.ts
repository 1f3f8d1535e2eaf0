import { expect, test } from 'vitest';
import { decideSend, type SendFacts, type SendRequest } from '#core/decision';
import { type Consents, emptyProfile, viewProfile } from '#core/profile';

const now = Date.parse('2026-01-05T12:00:00Z');
const said = { granted: true, at: '2026-01-01T00:00:00.000Z', id: 'm' };
const request: SendRequest = {
  send: 'news',
  journey: 'letters',
  topic: 'newsletter',
  topicClass: 'marketing',
  channels: ['email'],
  preferredFirst: false,
  hours: {},
  zoneUnknown: 'UTC',
  caps: { limits: [], otherwise: 'hold', atMostMs: 86_400_000 },
  priority: 50,
  enteredAt: now,
  dueAt: now,
};
const facts = (consents: Consents): SendFacts => ({
  profile: { ...viewProfile(emptyProfile()), email: 'ada@example.com' },
  gate: { version: 1, consents },
  configured: ['email'],
  quieted: [],
  rivals: [],
  switchedOff: [],
  draw: () => 0.5,
  sending: { mode: 'live', allowed: [] },
  now,
});
const verdict = (consents: Consents, change: Partial<SendRequest> = {}) => {
  const decision = decideSend({ ...request, ...change }, facts(consents));
  return decision.do === 'withhold' ? decision.reason : decision.do;
};
const until = (ms: number) => ({ email: { newsletter: { ...said, expiresAt: new Date(ms).toISOString() } } });

test('a consent that has run out lets nothing out, to the millisecond', () => {
  expect(verdict(until(now + 1))).toBe('send');
  expect(verdict(until(now))).toBe('consent-expired');
  expect(verdict(until(now - 1))).toBe('consent-expired');
});

test('on a topic of double opt-in a consent counts once it is confirmed', () => {
  const double = { isDouble: true };
  expect(verdict({ email: { newsletter: said } }, double)).toBe('consent-pending');
  expect(verdict({ email: { '*': said } }, double)).toBe('consent-pending');
  expect(verdict({ email: { newsletter: { ...said, confirmed: true } } }, double)).toBe('send');
  expect(verdict({ email: { newsletter: said } })).toBe('send');
  expect(verdict({}, double)).toBe('no-consent');
});

test('what a customer must know goes without', () => {
  expect(verdict({}, { topicClass: 'transactional', isDouble: true })).toBe('send');
});
