import { expect, test } from 'vitest';
import { emptyProfile, viewProfile } from '#core/profile';
import { zonesOf } from '../../../core/decision/hours/zones-of.ts';

const nobody = viewProfile(emptyProfile());
const zones = (more: { timezone?: string; phone?: string; traits?: Record<string, never> | object }) =>
  zonesOf({ ...nobody, ...more } as typeof nobody, 'Etc/UTC');

const offsetOf = (timeZone: string): string =>
  new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).format(Date.UTC(2026, 6, 1)).split(', ')[1]!;

test('somebody is where they say they are, whatever their phone says', () => {
  expect(zones({ timezone: 'Asia/Tokyo', phone: '+12125550100' })).toEqual(['Asia/Tokyo']);
});

test('else where their phone is from: its country, in North America the place', () => {
  expect(zones({ phone: '+12125550100' })).toEqual(['America/New_York']);
  expect(zones({ phone: '+13125550100' })).toEqual(['America/Chicago']);
  expect(zones({ phone: '+18085550100' })).toEqual(['Pacific/Honolulu']);
  expect(zones({ phone: '+16045550100' })).toEqual(['America/Vancouver']);
  expect(zones({ phone: '+18765550100' })).toEqual(['America/Jamaica']);
  expect(zones({ phone: '+33612345678' })).toEqual(['Europe/Paris']);
});

test('a place that lies in two zones has both, and a country with several has them all', () => {
  expect(zones({ phone: '+12085550100' })).toEqual(['America/Denver', 'America/Los_Angeles']);
  const australia = zones({ phone: '+61412345678' });
  expect(australia).toContain('Australia/Perth');
  expect(australia.length).toBeGreaterThan(4);
  const anywhere = zones({ phone: '+18005550100' });
  for (const zone of ['Pacific/Honolulu', 'America/New_York', 'America/Los_Angeles'])
    expect(anywhere.map((each) => offsetOf(each))).toContain(offsetOf(zone));
});

test('else in the country their shop knows, else where the journey says', () => {
  expect(zones({ traits: { country: 'JP' } })).toEqual(['Asia/Tokyo']);
  expect(zones({ traits: { address: { country: 'de' } } })).toEqual([expect.stringMatching(/^Europe\//)]);
  expect(zones({ traits: { country: 'Narnia' } })).toEqual(['Etc/UTC']);
  expect(zones({ traits: { country: 'XX' } })).toEqual(['Etc/UTC']);
  expect(zones({})).toEqual(['Etc/UTC']);
});
