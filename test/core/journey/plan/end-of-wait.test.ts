import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { endOfWait, nodeAt } from '#core/journey';
import { planOf } from './planned.ts';
import { runs } from '../../../setup/runs.ts';

const now = Date.parse('2026-01-05T09:00:00Z'); // a Monday
const day = 86_400_000;

type Given = {
  readonly now?: string;
  readonly zone?: string;
  readonly traits?: object;
  readonly properties?: object;
  readonly entered?: string;
};

const ends = (wait: string, { now: at, zone, traits = {}, properties = {}, entered }: Given = {}) => {
  const plan = planOf({ id: 'w', wait });
  const node = nodeAt(plan, 'w');
  if (node.kind !== 'wait') throw new Error('no wait');
  const ms = endOfWait(node, {
    now: at === undefined ? now : Date.parse(at),
    enteredAt: entered === undefined ? now : Date.parse(entered),
    profile: { traits, ...(zone === undefined ? {} : { timezone: zone }) } as Parameters<
      typeof endOfWait
    >[1]['profile'],
    entry: { properties: properties as Parameters<typeof endOfWait>[1]['entry']['properties'] },
    zone: 'UTC',
  });
  return ms === undefined ? undefined : new Date(ms).toISOString().replace(':00.000Z', 'Z');
};

describe('a wait is over', () => {
  test.each([
    ['4 hours', {}, '2026-01-05T13:00Z'],
    ['until 09:00', {}, '2026-01-05T09:00Z'],
    ['until 09:01', {}, '2026-01-05T09:01Z'],
    ['until 2026-02-01', { zone: 'Europe/Paris' }, '2026-01-31T23:00Z'],
    ['until 2026-02-01 at 08:30', { zone: 'Europe/Paris' }, '2026-02-01T07:30Z'],
    ['until 2026-02-01T08:30:00+05:30', { zone: 'Europe/Paris' }, '2026-02-01T03:00Z'],
    ['until 2025-12-31', {}, '2026-01-05T09:00Z'],
    ['until 08:59', {}, '2026-01-06T08:59Z'],
    ['until 09:00', { zone: 'Europe/Berlin' }, '2026-01-06T08:00Z'],
    ['until 10:00', { zone: 'Europe/Berlin' }, '2026-01-05T09:00Z'],
    ['until Monday at 09:00', {}, '2026-01-05T09:00Z'],
    ['until Monday at 08:00', {}, '2026-01-12T08:00Z'],
    ['until Sunday at 08:00', {}, '2026-01-11T08:00Z'],
    ['until tuesday at 08:00', {}, '2026-01-06T08:00Z'],
    ['until entry', {}, '2026-01-05T09:00Z'],
    ['until entry + 3 days', { entered: '2026-01-04T10:30:00Z' }, '2026-01-07T10:30Z'],
    ['until entry + 3 days at 09:00', { entered: '2026-01-04T10:30:00Z' }, '2026-01-07T09:00Z'],
    ['until entry + 12 hours at 09:00', { entered: '2026-01-04T22:30:00Z' }, '2026-01-05T09:00Z'],
    ['until entry + 36 hours at 09:00', { entered: '2026-01-04T22:30:00Z' }, '2026-01-06T09:00Z'],
    ['until trial - 2 days', { traits: { trial: '2026-01-10T12:00:00Z' } }, '2026-01-08T12:00Z'],
    ['until trial + 90 minutes', { traits: { trial: '2026-01-10T12:00:00Z' } }, '2026-01-10T13:30Z'],
    [
      'until trial - 2 days at 18:00',
      { traits: { trial: '2026-01-10' }, zone: 'America/New_York' },
      '2026-01-08T23:00Z',
    ],
    ['until trial', { traits: { trial: '2026-01-10' }, zone: 'Asia/Tokyo' }, '2026-01-09T15:00Z'],
    ['until trial', { traits: { trial: 1_768_046_400 } }, '2026-01-10T12:00Z'],
    ['until trial', { traits: { trial: 1_768_046_400_000 } }, '2026-01-10T12:00Z'],
    ['until entry.properties.ships_on at 18:00', { properties: { ships_on: '2026-01-07' } }, '2026-01-07T18:00Z'],
    ['until entry.properties.box.on', { properties: { box: { on: '2026-01-07T07:00:00Z' } } }, '2026-01-07T07:00Z'],
    ['until best time', { traits: { best_hour: 9 } }, '2026-01-05T09:00Z'],
    ['until best time', { traits: { best_hour: 8 } }, '2026-01-06T08:00Z'],
    ['until best time', { traits: { best_hour: 0 } }, '2026-01-06T00:00Z'],
    ['until best time', { traits: { best_hour: 23 } }, '2026-01-05T23:00Z'],
  ] as const)('%s, %j: %s', (wait, given, expected) => expect(ends(wait, given)).toBe(expected));

  test('at once, if its date is past', () => {
    expect(ends('until trial', { traits: { trial: '2020-01-01' } })).toBe('2026-01-05T09:00Z');
    expect(ends('until trial - 30 days', { traits: { trial: '2026-01-10' } })).toBe('2026-01-05T09:00Z');
  });
  test('after a year at the latest', () =>
    expect(ends('until trial', { traits: { trial: '2036-01-01' } })).toBe('2027-01-05T09:00Z'));

  test.each([
    ['until trial', {}],
    ['until trial', { traits: { trial: 'soon' } }],
    ['until trial', { traits: { trial: '2026-13-40' } }],
    ['until trial', { traits: { trial: null } }],
    ['until trial', { traits: { trial: true } }],
    ['until trial', { traits: { trial: 1e300 } }],
    ['until constructor', {}],
    ['until entry.properties.ships_on', {}],
    ['until best time', {}],
    ['until best time', { traits: { best_hour: 24 } }],
    ['until best time', { traits: { best_hour: -1 } }],
    ['until best time', { traits: { best_hour: 9.5 } }],
    ['until best time', { traits: { best_hour: '9' } }],
  ] as const)('never, where the date is missing: %s, %j', (wait, given) => expect(ends(wait, given)).toBeUndefined());
});

describe('where the clock is set', () => {
  test('a time that comes twice is the first', () => {
    expect(ends('until 01:30', { now: '2026-11-01T04:00:00Z', zone: 'America/New_York' })).toBe('2026-11-01T05:30Z');
  });
  test('three days later at nine is at nine', () => {
    expect(
      ends('until entry + 3 days at 09:00', {
        now: '2026-03-06T15:00:00Z',
        entered: '2026-03-06T15:00:00Z',
        zone: 'America/New_York',
      }),
    ).toBe('2026-03-09T13:00Z');
    expect(
      ends('until entry + 3 days', {
        now: '2026-03-06T15:00:00Z',
        entered: '2026-03-06T15:00:00Z',
        zone: 'America/New_York',
      }),
    ).toBe('2026-03-09T15:00Z');
  });

  const folder = process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance';
  const file = join(folder, 'standards/dst-edge-cases.json');
  if (process.env['CI'] !== undefined && !existsSync(file)) throw new Error(`${file} is missing.`);
  test.skipIf(!existsSync(file))('recorded edges of many zones agree', () => {
    type Case = { zone: string; instant: string; quiet_end: string; in_quiet: boolean; next_allowed_utc: string };
    const { quiet_hours: cases }: { quiet_hours: readonly Case[] } = JSON.parse(readFileSync(file, 'utf8'));
    const quiet = cases.filter((each) => each.in_quiet);
    expect(quiet.length).toBeGreaterThan(10);
    const found = quiet.map(({ zone, instant, quiet_end }) => ends(`until ${quiet_end}`, { now: instant, zone }));
    expect(found).toEqual(
      quiet.map(({ next_allowed_utc }) => new Date(next_allowed_utc).toISOString().replace(':00.000Z', 'Z')),
    );
  });
});

test('whatever the wait, it ends between now and a year from now', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Berlin',
    'America/New_York',
    'Asia/Kathmandu',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'Pacific/Apia',
  );
  const waits = fc.constantFrom(
    '1 hour',
    'until 02:30',
    'until Sunday at 00:00',
    'until entry + 40 days at 23:59',
    'until trial - 2 days',
    'until best time',
  );
  const customers = fc.record({
    wait: waits,
    zone: zones,
    at: fc.integer({ min: 0, max: 4e12 }),
    trial: fc.integer({ min: -4e12, max: 4e12 }),
    hour: fc.nat(23),
  });
  fc.assert(
    fc.property(customers, ({ wait, zone, at, trial, hour }) => {
      const iso = new Date(at).toISOString();
      const traits = { trial: new Date(trial).toISOString(), best_hour: hour };
      const end = ends(wait, { now: iso, entered: iso, zone, traits });
      const ms = Date.parse(end!.replace(/T(\d\d:\d\d)Z/, 'T$1:00Z'));
      expect(ms).toBeGreaterThanOrEqual(at - 60_000);
      expect(ms).toBeLessThanOrEqual(at + 365 * day);
    }),
    { numRuns: runs(300) },
  );
});
