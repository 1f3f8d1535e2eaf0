import type { ChannelHours, ClosedRules, Journey } from '../read/journey-shape.ts';
import type { Ledger } from '../report/ledger.ts';

export type Hours = { readonly from: string; readonly to: string };

const weekdays = {
  MONDAY: 'mon',
  TUESDAY: 'tue',
  WEDNESDAY: 'wed',
  THURSDAY: 'thu',
  FRIDAY: 'fri',
  SATURDAY: 'sat',
  SUNDAY: 'sun',
} as const;
const days = Object.keys(weekdays).filter((day): day is keyof typeof weekdays => day in weekdays);

const lengthOf = ({ from, to }: Hours): number => Number(to.replace(':', '')) - Number(from.replace(':', ''));

/** The hours of a channel that are open on each of its days; undefined where there are none. */
const commonHours = (rules: ChannelHours): { readonly hours: Hours; readonly isExact: boolean } | undefined => {
  const perDay = days.flatMap((day) => {
    const ranges = (rules[day] ?? []).map(({ StartTime, EndTime }) => ({ from: StartTime, to: EndTime }));
    return ranges.length === 0 ? [] : [ranges.toSorted((a, b) => lengthOf(b) - lengthOf(a))];
  });
  const longest = perDay.flatMap(([range]) => (range === undefined ? [] : [range]));
  const from = longest
    .map((range) => range.from)
    .toSorted()
    .at(-1);
  const to = longest.map((range) => range.to).toSorted()[0];
  if (from === undefined || to === undefined || from >= to) return undefined;
  const isSame = perDay.every(([range, ...more]) => more.length === 0 && range?.from === from && range.to === to);
  return { hours: { from, to }, isExact: isSame };
};

const ours = { EMAIL: 'email', SMS: 'sms', PUSH: 'push' } as const;
const channels = ['EMAIL', 'SMS', 'PUSH'] as const;

/** Hours per channel, and the days on which every channel that has hours may send: never more than Pinpoint would. */
export const openHours = ({ OpenHours }: Journey, ledger: Ledger) => {
  const ruled = channels.flatMap((channel) => {
    const rules = OpenHours?.[channel];
    return rules === undefined || Object.keys(rules).length === 0 ? [] : [{ channel, rules }];
  });
  const open = days.filter((day) => ruled.every(({ rules }) => (rules[day] ?? []).length > 0));
  const per = ruled.flatMap(({ channel, rules }) => {
    const common = commonHours(rules);
    const isAllDays = days.every((day) => (rules[day] ?? []).length > 0 === open.includes(day));
    const at = ['OpenHours', channel];
    if (common === undefined || open.length === 0) {
      ledger.note(at, 'not supported', 'its days have no hours in common');
      return [];
    }
    const { from, to } = common.hours;
    const isExact = common.isExact && isAllDays && ruled.length === channels.length;
    ledger.note(
      at,
      isExact ? 'exact' : 'changed',
      `\`per.${ours[channel]}\`: ${from} to ${to}${isExact ? '' : ' on days open for all, the hours all its days have'}`,
    );
    return [[ours[channel], common.hours] as const];
  });
  for (const channel of ['VOICE', 'CUSTOM'])
    ledger.note(['OpenHours', channel], 'not supported', 'only messages have hours');
  const isLimited = per.length > 0 && open.length < 7;
  return {
    ...(per.length === 0 ? {} : { per: Object.fromEntries(per) }),
    ...(isLimited ? { days: open.map((day) => weekdays[day]) } : {}),
  };
};

const dayMs = 86_400_000;

const datesOf = ({ StartDateTime, EndDateTime }: ClosedRules[number]): readonly string[] => {
  const [start, end] = [StartDateTime ?? EndDateTime, EndDateTime ?? StartDateTime];
  if (start === undefined || end === undefined) return [];
  const [first, last] = [Date.parse(`${start.slice(0, 10)}T00:00:00Z`), Date.parse(`${end.slice(0, 10)}T00:00:00Z`)];
  // A rule that ends at midnight closes the day before.
  const isMidnight = last > first && /T00:00(:00)?/.test(end);
  const most = Math.min((last - first) / dayMs + (isMidnight ? 0 : 1), 366);
  return Array.from({ length: Math.max(0, most) }, (_, i) => new Date(first + i * dayMs).toISOString().slice(0, 10));
};

/** Days on which nothing leaves: closed for every channel, though Pinpoint closes them one by one. */
export const closedDays = ({ ClosedDays }: Journey, ledger: Ledger): readonly string[] => {
  const ruled = channels.flatMap((channel) => (ClosedDays?.[channel] ?? []).map((rule, i) => ({ channel, rule, i })));
  for (const channel of channels) ledger.note(['ClosedDays', channel], 'exact', 'no day is closed');
  for (const { channel, rule, i } of ruled) {
    ledger.note(
      ['ClosedDays', channel, i],
      'changed',
      `closed on ${datesOf(rule).join(', ') || 'no day'}: whole days, for every channel`,
    );
    ledger.note(['ClosedDays', channel, i, 'Name'], 'not supported', 'kept in this report only');
  }
  for (const channel of ['VOICE', 'CUSTOM'])
    ledger.note(['ClosedDays', channel], 'not supported', 'only messages have closed days');
  return [...new Set(ruled.flatMap(({ rule }) => datesOf(rule)))].toSorted();
};
