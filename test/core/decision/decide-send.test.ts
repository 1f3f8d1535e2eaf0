import { expect, test } from 'vitest';
import { decideSend, type SendFacts, type SendRequest } from '#core/decision';
import { emptyProfile, viewProfile } from '#core/profile';

const now = Date.parse('2026-01-05T12:00:00Z');
const granted = (topic: string) => ({ [topic]: { granted: true, at: '2026-01-01T00:00:00.000Z', id: 'm' } });

const request: SendRequest = {
  topic: 'promotions',
  topicClass: 'marketing',
  channels: ['email', 'sms'],
  preferredFirst: false,
  dueAt: now,
};
const facts: SendFacts = {
  profile: { ...viewProfile(emptyProfile()), email: 'ada@example.com', phone: '+447700900123' },
  gate: { version: 1, consents: { email: granted('*'), sms: granted('*') } },
  configured: ['email', 'sms', 'push'],
  quieted: [],
  sending: { mode: 'live', allowed: [] },
  now,
};
const verdict = (change: Partial<SendRequest>, fact: Partial<SendFacts> = {}) => {
  const decision = decideSend({ ...request, ...change }, { ...facts, ...fact });
  return decision.do === 'send'
    ? decision.address.channel
    : decision.do === 'hold'
      ? `hold ${new Date(decision.until).toISOString()}`
      : decision.reason;
};

test('the first channel that is consented and has an address is taken', () => {
  expect(verdict({})).toBe('email');
  expect(verdict({}, { gate: { version: 1, consents: { sms: granted('*') } } })).toBe('sms');
  expect(verdict({}, { profile: { ...facts.profile, prefers: 'sms' } })).toBe('email');
  expect(verdict({ preferredFirst: true }, { profile: { ...facts.profile, prefers: 'sms' } })).toBe('sms');
  expect(verdict({}, { configured: ['sms'] })).toBe('sms');
});

test('every no has its reason', () => {
  const { email: _, phone: __, ...unreachable } = facts.profile;
  expect(verdict({}, { gate: { version: 0, consents: {} } })).toBe('no-consent');
  expect(verdict({}, { profile: unreachable })).toBe('no-address');
  expect(verdict({}, { configured: [] })).toBe('channel-not-configured');
  expect(verdict({}, { gate: { ...facts.gate, erasedAt: 1 } })).toBe('erased');
  expect(verdict({ expiresAt: now - 1 })).toBe('expired');
  expect(verdict({}, { quieted: ['promotions'] })).toBe('quieted');
  expect(verdict({}, { sending: { mode: 'off', allowed: [] } })).toBe('sending-off');
  expect(verdict({}, { sending: { mode: 'allow-list', allowed: ['ben@example.com'] } })).toBe('not-on-allow-list');
  expect(verdict({}, { sending: { mode: 'allow-list', allowed: ['ada@example.com'] } })).toBe('email');
});

test('outside the window a message is held, skipped, or given up when the hold would be too long', () => {
  const window = {
    from: '13:00',
    to: '21:00',
    zone: 'UTC',
    zoneUnknown: 'UTC',
    per: {},
    otherwise: 'hold',
    atMostMs: 86_400_000,
  } as const;
  expect(verdict({ window })).toBe('hold 2026-01-05T13:00:00.000Z');
  expect(verdict({ window: { ...window, otherwise: 'skip' } })).toBe('quiet-hours');
  expect(verdict({ window: { ...window, atMostMs: 60_000 } })).toBe('quiet-hours');
  expect(verdict({ window, expiresAt: now + 1 })).toBe('expired');
});

test('what a customer must know of a purchase needs no consent and no window, but stops at erasure', () => {
  const service = { topic: 'service', topicClass: 'transactional' } as const;
  const window = {
    from: '13:00',
    to: '21:00',
    zone: 'UTC',
    zoneUnknown: 'UTC',
    per: {},
    otherwise: 'hold',
    atMostMs: 86_400_000,
  } as const;
  const silent = { version: 0, consents: {} };
  expect(verdict({ ...service, window }, { gate: silent, quieted: ['service'] })).toBe('email');
  expect(verdict(service, { gate: { ...silent, erasedAt: 1 } })).toBe('erased');
});

test('a channel may have hours of its own, and an unknown customer is in the zone of the journey', () => {
  const window = {
    from: '08:00',
    to: '21:00',
    zone: 'customer',
    zoneUnknown: 'America/New_York',
    per: { sms: { from: '10:00', to: '19:00' } },
    otherwise: 'hold',
    atMostMs: 86_400_000,
  } as const;
  const at = (time: string) => ({ now: Date.parse(`2026-01-05T${time}:00Z`) });
  expect(verdict({ window }, at('13:30'))).toBe('email');
  expect(verdict({ window, channels: ['sms'] }, at('13:30'))).toBe('hold 2026-01-05T15:00:00.000Z');
  const paris = { profile: { ...facts.profile, timezone: 'Europe/Paris' } };
  expect(verdict({ window, channels: ['sms'] }, { ...at('13:30'), ...paris })).toBe('sms');
});
