import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { nextOpening, type OpenDays, type OpenHours, type Weekday } from '#core/decision';
import { zoneOf } from '#core/profile';

/** Cases recorded elsewhere, by where they are from. */
const folder = path.resolve(process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance');
const isThere = existsSync(folder);
if (!isThere && process.env['CI'] !== undefined) throw new Error(`The recorded cases are missing: ${folder}`);
const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

describe.skipIf(!isThere)(`hours around clock changes (${isThere ? folder : 'the recorded cases are missing'})`, () => {
  type Quiet = {
    readonly zone: string;
    readonly instant: string;
    readonly quiet_start: string;
    readonly quiet_end: string;
    readonly in_quiet: boolean;
    readonly next_allowed_utc: string;
  };
  type Change = { readonly utc: string; readonly offset_before_min: number; readonly offset_after_min: number };

  test('the next allowed instant is that of the table, in gaps and overlaps alike', () => {
    const cases: readonly Quiet[] = isThere ? read('standards/dst-edge-cases.json').quiet_hours : [];
    expect(cases.length).toBeGreaterThan(20);
    const told = cases.map(({ zone, instant, quiet_start: to, quiet_end: from, ...rest }) => {
      const now = Date.parse(instant);
      const opens = nextOpening({ from, to }, zone, now);
      return { zone, instant, from, to, quiet: opens !== now, opens, expected: rest };
    });
    const wrong = told.filter(
      ({ quiet, opens, expected }) => quiet !== expected.in_quiet || opens !== Date.parse(expected.next_allowed_utc),
    );
    expect(wrong).toEqual([]);
  });

  /** The table is of tz database 2025b; what governments have said since, or meanwhile unsay, is in that of the runtime. */
  const saidSince = [
    // Moldova changes its clocks an hour later, with the European Union.
    /^Europe\/Chisinau /,
    // Morocco's summer time stops for Ramadan, whose dates are predictions.
    /^Africa\/Casablanca 2027-/,
  ];

  test('the clocks change when the table says so', () => {
    const zones: [string, readonly Change[]][] = isThere
      ? Object.entries(read('standards/dst-edge-cases.json').transitions)
      : [];
    const minutesAt = (name: string, at: number): number => {
      // One is called `Pacific/Apia (2011 skipped day)`.
      const [timeZone] = name.split(' ');
      const clock = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
      const said = clock.formatToParts(at).find(({ type }) => type === 'timeZoneName')!.value;
      const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(said) ?? [];
      return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
    };
    const wrong = zones.flatMap(([zone, changes]) =>
      changes
        .filter(({ utc, offset_before_min: before, offset_after_min: after }) => {
          const at = Date.parse(utc);
          return minutesAt(zone, at - 1) !== before || minutesAt(zone, at) !== after;
        })
        .map(({ utc }) => `${zone} ${utc}`)
        .filter((change) => !saidSince.some((known) => known.test(change))),
    );
    expect(wrong).toEqual([]);
  });
});

describe.skipIf(!isThere)('send windows as another product keeps them', () => {
  type Case = {
    readonly name: string;
    readonly expected: string;
    readonly scheduled_on: string;
    readonly contact_timezone?: string;
    readonly trigger_hour: string | null;
    readonly restricted_start?: string | null;
    readonly restricted_stop?: string | null;
    readonly restricted_days_of_week?: readonly number[];
  };
  const weekdays: readonly Weekday[] = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
  const file = isThere ? read('journeys/send-window-cases.json') : { per_contact: [], event_level: [], grouping: {} };

  /** Where what they mean is another thing, and what ours is. */
  const otherwise: { readonly [name: string]: { readonly why: string; readonly ours: string } } = {
    'test on restricted days': {
      why: 'a message of a closed day keeps its time of day there; here it leaves when the open day begins',
      ours: '2018-10-24 00:00',
    },
    'test in between wrong start/end time order': {
      why: 'hours that end before they begin are turned round there; here they span midnight',
      ours: '2018-10-19 10:00',
    },
  };

  const minuteAfter = (time: string): string =>
    `${time.slice(0, 3)}${String(Number(time.slice(3)) + 1).padStart(2, '0')}`;
  const timeOf = (text: string): string => text.split(' ')[1]!.padStart(5, '0');
  const local = (at: number, zone: string): string =>
    new Date(at).toLocaleString('sv', { timeZone: zone }).slice(0, 16);

  /** Hours with one end only are none, there and here. */
  const windowOf = (each: Case): OpenHours & OpenDays => {
    const { trigger_hour: hour, restricted_start: start, restricted_stop: stop } = each;
    const days = (each.restricted_days_of_week ?? []).map((day) => weekdays[day]!);
    const open = days.length === 0 ? {} : { days };
    if (hour !== null) return { from: timeOf(hour), to: minuteAfter(timeOf(hour)), ...open };
    if (start == null || stop == null) return { from: '00:00', to: '00:00', ...open };
    return { from: timeOf(start), to: timeOf(stop), ...open };
  };
  const utc = (text: string): number => {
    const [date = '', time = ''] = text.split(' ');
    return Date.parse(`${date}T${time.padStart(5, '0')}:00Z`);
  };

  test.each<Case>(file.per_contact)('$name', (each) => {
    const zone = zoneOf(each.contact_timezone) ?? 'America/New_York';
    const ours = local(nextOpening(windowOf(each), zone, utc(each.scheduled_on)), zone);
    const other = otherwise[each.name];
    expect(ours).toBe(other?.ours ?? each.expected);
    // A difference that is none any more is no longer named.
    if (other !== undefined) expect(ours).not.toBe(each.expected);
  });

  test('before there is a contact nothing is moved there; here there is always one, and hours are looked at once', () => {
    for (const { expected, scheduled_on: planned } of file.event_level as readonly Case[])
      expect(utc(expected)).toBe(utc(planned));
  });

  test('each contact has the hour of their own zone, and the usual one where theirs is not known', () => {
    const { contacts, trigger_hour: hour, expected } = file.grouping;
    const now = Date.parse('2018-10-18T06:00:00-07:00');
    for (const [zone, [when, ids]] of Object.entries<[string, readonly number[]]>(expected))
      for (const id of ids) {
        const theirs = zoneOf(contacts[id]) ?? 'America/New_York';
        expect(theirs).toBe(zone);
        expect(local(nextOpening({ from: hour, to: minuteAfter(hour) }, theirs, now), theirs)).toBe(when);
      }
  });
});
