import { expect, test } from 'vitest';
import { checkNames, decideSend, readChecks, type SendFacts, type SendRequest, writeChecks } from '#core/decision';
import { emptyProfile, viewProfile } from '#core/profile';

const now = Date.parse('2026-01-05T12:00:00Z');
const granted = (topic: string) => ({ [topic]: { granted: true, at: '2026-01-01T00:00:00.000Z', id: 'm' } });

const request: SendRequest = {
  send: 'reminder',
  journey: 'offers',
  topic: 'promotions',
  topicClass: 'marketing',
  channels: ['email', 'sms'],
  preferredFirst: false,
  hours: {},
  zoneUnknown: 'UTC',
  caps: { limits: [], otherwise: 'hold', atMostMs: 86_400_000 },
  priority: 50,
  enteredAt: now,
  dueAt: now,
};
const facts: SendFacts = {
  profile: { ...viewProfile(emptyProfile()), email: 'ada@example.com', phone: '+447700900123' },
  gate: { version: 1, consents: { email: granted('*'), sms: granted('*') } },
  configured: ['email', 'sms', 'push'],
  quieted: [],
  rivals: [],
  switchedOff: [],
  draw: () => 0.5,
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
    per: { sms: { from: '10:00', to: '19:00' } },
    otherwise: 'hold',
    atMostMs: 86_400_000,
  } as const;
  const here = { zoneUnknown: 'America/New_York' };
  const { phone: _, ...reachable } = facts.profile;
  const at = (time: string) => ({ now: Date.parse(`2026-01-05T${time}:00Z`) });
  const anywhere = { profile: { ...reachable, phone: '+88213300655' } };
  expect(verdict({ ...here, window }, { ...at('13:30'), profile: reachable })).toBe('email');
  const held = verdict({ ...here, window, channels: ['sms'] }, { ...at('13:30'), ...anywhere });
  expect(held).toBe('hold 2026-01-05T15:00:00.000Z');
  const paris = { profile: { ...facts.profile, timezone: 'Europe/Paris' } };
  expect(verdict({ window, channels: ['sms'] }, { ...at('13:30'), ...paris })).toBe('sms');
});

test('a customer of the holdout gets no marketing, and is another in the next period', () => {
  const inPeriod = (period: string, more: Partial<SendRequest> = {}) =>
    verdict(
      { holdout: { percent: 10, period }, ...more },
      { draw: (words) => (words === 'holdout-of-all/2026-q1' ? 0.05 : 0.5) },
    );
  expect(inPeriod('2026-q1')).toBe('holdout');
  expect(inPeriod('2026-q2')).toBe('email');
  expect(inPeriod('2026-q1', { topicClass: 'transactional' })).toBe('email');
});

test('who complained, or was not satisfied, is left alone for a while; their receipts still come', () => {
  const day = 86_400_000;
  const sorry = { topics: ['promotions'], complaintMs: 30 * day, csat: { atMost: 2, ms: 14 * day } };
  const daysAgo = (days: number) => new Date(now - days * day).toISOString();
  const complaint = (days: number) => ({
    profile: { ...facts.profile, complaint: { open: true, count: 1, since: daysAgo(days) } },
  });
  const csat = (last: number, days: number) => ({
    profile: {
      ...facts.profile,
      satisfaction: { ...facts.profile.satisfaction, csat: { count: 1, last, lastAt: daysAgo(days) } },
    },
  });
  expect(verdict({ sorry }, complaint(1))).toBe('open-complaint');
  expect(verdict({ sorry }, complaint(31))).toBe('email');
  expect(verdict({ sorry }, csat(2, 13))).toBe('low-satisfaction');
  expect(verdict({ sorry }, csat(2, 15))).toBe('email');
  expect(verdict({ sorry }, csat(3, 1))).toBe('email');
  expect(verdict({ sorry, topic: 'feedback' }, complaint(1))).toBe('email');
  expect(verdict({ sorry, topicClass: 'transactional' }, complaint(1))).toBe('email');
});

test('what is switched off waits, looked at again later and later, and is given up after a day', () => {
  const at = (minutes: number, off: 'all' | 'email') =>
    verdict({}, { switchedOff: [off], now: now + minutes * 60_000 });
  expect(at(0, 'email')).toBe('hold 2026-01-05T12:15:00.000Z');
  expect(at(60, 'email')).toBe('hold 2026-01-05T13:30:00.000Z');
  expect(at(600, 'all')).toBe('hold 2026-01-05T23:00:00.000Z');
  expect(at(1400, 'all')).toBe('switched-off');
  const receipt = { topicClass: 'transactional' } as const;
  expect(verdict(receipt, { switchedOff: ['email'] })).toBe('email');
  expect(verdict(receipt, { switchedOff: ['all'] })).toBe('hold 2026-01-05T12:15:00.000Z');
});

test('of hours of the policy and of the journey the most restrictive count, in every zone that may be meant', () => {
  const window = {
    from: '06:00',
    to: '20:00',
    zone: 'UTC',
    per: {},
    otherwise: 'hold',
    atMostMs: 86_400_000,
  } as const;
  const hours = { email: { from: '08:00', to: '21:00' } };
  const inTokyo = { profile: { ...facts.profile, timezone: 'Asia/Tokyo' } };
  // Noon in UTC is 21:00 in Tokyo, whose morning at 08:00 is 23:00 in UTC; there it is 06:00 later.
  expect(verdict({ hours, window }, inTokyo)).toBe('hold 2026-01-06T06:00:00.000Z');
  expect(verdict({ hours }, inTokyo)).toBe('hold 2026-01-05T23:00:00.000Z');
  const somewhere = { profile: { ...facts.profile, phone: '+61412345678' } };
  // 08:00 in Perth is when all of Australia is awake.
  expect(verdict({ hours }, somewhere)).toBe('hold 2026-01-06T00:00:00.000Z');
});

test('a text message may arrive until the hours close', () => {
  const hours = { sms: { from: '08:00', to: '21:00' } };
  const decision = decideSend({ ...request, channels: ['sms'], hours }, facts);
  expect(decision).toMatchObject({ do: 'send', closesAt: Date.parse('2026-01-05T21:00:00Z') });
});

test('every check is told in its order, up to the first no', () => {
  const told = (more: Partial<SendRequest>, fact: Partial<SendFacts> = {}) =>
    decideSend({ ...request, ...more }, { ...facts, ...fact }).checks;
  expect(told({}).map(({ check }) => check)).toEqual(checkNames);
  expect(told({ channels: ['push'] }).at(-1)).toEqual({ check: 'channel', result: 'no', detail: 'no-consent' });
  const checks = told({}, { quieted: ['promotions'] });
  expect(checks.at(-1)).toEqual({ check: 'quiets', result: 'no', detail: 'promotions' });
  expect(readChecks(writeChecks(checks))).toEqual(checks);
});
