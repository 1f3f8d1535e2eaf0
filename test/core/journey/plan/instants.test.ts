import { expect, test } from 'vitest';
import { instantOf } from '#core/journey';

test.each([
  ['09:00', { base: { is: 'now' }, plusMs: 0, at: '09:00' }],
  ['23:59', { base: { is: 'now' }, plusMs: 0, at: '23:59' }],
  ['Monday at 09:00', { base: { is: 'now' }, plusMs: 0, at: '09:00', weekday: 1 }],
  ['sunday at 20:15', { base: { is: 'now' }, plusMs: 0, at: '20:15', weekday: 7 }],
  ['entry', { base: { is: 'entry' }, plusMs: 0 }],
  ['entry + 3 days at 09:00', { base: { is: 'entry' }, plusMs: 259_200_000, at: '09:00' }],
  ['entry + PT4H', { base: { is: 'entry' }, plusMs: 14_400_000 }],
  ['trial_ends_at', { base: { is: 'trait', name: 'trial_ends_at' }, plusMs: 0 }],
  ['trial_ends_at - 2 days', { base: { is: 'trait', name: 'trial_ends_at' }, plusMs: -172_800_000 }],
  ['trialEndsAt at 08:00', { base: { is: 'trait', name: 'trialEndsAt' }, plusMs: 0, at: '08:00' }],
  ['entry.properties.ships_on at 18:00', { base: { is: 'property', path: 'ships_on' }, plusMs: 0, at: '18:00' }],
  ['entry.properties.box.on + 1 hour', { base: { is: 'property', path: 'box.on' }, plusMs: 3_600_000 }],
  ['best time', { bestTime: true }],
])('until %s', (text, instant) => expect(instantOf(text)).toEqual(instant));

test.each([
  '',
  '9:00',
  '24:00',
  '09:60',
  'monday + 2 days',
  'tomorrow',
  'noon at 12:00',
  'Monday',
  'entry + soon',
  'entry +3 days',
  'entry + 3 days at 9',
  'profile.traits.x',
  'entry.x',
  'trial - ',
  '7days',
  'a b',
  'best hour',
])('until %j is no instant', (text) => expect(instantOf(text)).toBeUndefined());
