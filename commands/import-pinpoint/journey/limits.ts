import type { Surroundings } from '../activities/surroundings.ts';
import type { Part } from './entry.ts';
import { spoken } from './spoken.ts';
import { zoneOfOffset } from './zone.ts';

const caps = 'there are no frequency caps yet; they come with the gate every message passes';

/** How often and how fast customers enter. */
export const limitsOf = ({ journey, ledger }: Surroundings): Part => {
  const { EndpointReentryCap: cap, EndpointReentryInterval: interval, MessagesPerSecond } = journey.Limits ?? {};
  for (const field of ['DailyCap', 'TotalCap', 'TimeframeCap']) ledger.note(['Limits', field], 'not supported', caps);
  const isRepeated = cap === undefined ? interval !== undefined : cap !== 1;
  const after = interval === undefined ? '0 seconds' : spoken(interval);
  ledger.note(
    ['Limits', 'EndpointReentryCap'],
    (cap ?? 0) > 1 ? 'changed' : 'exact',
    isRepeated
      ? `\`reentry: { after: ${after} }\`${(cap ?? 0) > 1 ? ', as often as they like' : ''}`
      : 'no `reentry`: once per customer',
  );
  ledger.note(
    ['Limits', 'EndpointReentryInterval'],
    isRepeated ? 'changed' : 'exact',
    isRepeated ? 'counted from when the last run began' : 'of no effect: once per customer',
  );
  const isPaced = MessagesPerSecond !== undefined && MessagesPerSecond > 0;
  ledger.note(
    ['Limits', 'MessagesPerSecond'],
    'changed',
    isPaced ? 'so many customers enter per second, not messages leave' : 'no limit',
  );
  return {
    fields: {
      ...(isRepeated ? { reentry: { after } } : {}),
      ...(isPaced ? { entryRate: { most: MessagesPerSecond, per: 'second' } } : {}),
    },
    incomplete: [],
  };
};

const instant = (text: string): string => new Date(Date.parse(text)).toISOString().replace('.000', '');

/** When customers may enter, and in which zone those live whose own is not known. */
export const scheduleOf = ({ journey, ledger }: Surroundings): Part => {
  const { StartTime, EndTime, Timezone } = journey.Schedule ?? {};
  const isAtStart =
    journey.StartCondition?.SegmentStartCondition !== undefined && journey.RefreshFrequency === undefined;
  const local = journey.LocalTime === true ? ', at the same instant for everybody' : '';
  if (StartTime !== undefined && !isAtStart)
    ledger.note(['Schedule', 'StartTime'], local === '' ? 'exact' : 'changed', `\`open.from\`${local}`);
  ledger.note(
    ['Schedule', 'EndTime'],
    'changed',
    `\`open.until\`${local}: nobody enters any more, who is in it goes on`,
  );
  ledger.note(
    ['LocalTime'],
    journey.LocalTime === true ? 'not supported' : 'exact',
    journey.LocalTime === true ? 'begin and end are instants, the same for everybody' : 'off, as it was',
  );
  const zone = Timezone === undefined ? undefined : zoneOfOffset(Timezone);
  if (zone === undefined) ledger.note(['Schedule', 'Timezone'], 'not supported', 'no such offset is known');
  else ledger.note(['Schedule', 'Timezone'], 'changed', `\`zone: ${zone}\`: of customers whose own is not known`);
  ledger.note(
    ['TimezoneEstimationMethods'],
    'not supported',
    'zones are not guessed: identify people with `traits.timezone`',
  );
  const from = StartTime === undefined || isAtStart ? {} : { from: instant(StartTime) };
  const until = EndTime === undefined ? {} : { until: instant(EndTime) };
  const open = { ...from, ...until };
  return {
    fields: {
      ...(Object.keys(open).length === 0 ? {} : { open }),
      ...(zone === undefined || zone === 'UTC' ? {} : { zone }),
    },
    incomplete: [],
  };
};
