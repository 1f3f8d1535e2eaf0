import { Temporal } from 'temporal-polyfill';
import type { ProfileView } from '#core/profile';
import type { Channel } from '../gate.ts';
import type { SendRequest } from '../send-request.ts';
import { localInstant, nextOpening, type OpenDays, type OpenHours } from './send-window.ts';
import { zonesOf } from './zones-of.ts';

/** Hours in one zone. */
type Hours = { readonly window: OpenHours & OpenDays; readonly zone: string };

const inEach = (zones: readonly string[], window: OpenHours & OpenDays): readonly Hours[] =>
  zones.map((zone) => ({ window, zone }));

/** All hours that count for a message on this channel: those of the policy and the journey's, in every zone that may be meant. */
export const hoursOf = (
  { hours, window, zoneUnknown }: Pick<SendRequest, 'hours' | 'window' | 'zoneUnknown'>,
  profile: Pick<ProfileView, 'timezone' | 'phone' | 'traits'>,
  channel: Channel,
): readonly Hours[] => {
  const general = hours[channel];
  if (general === undefined && window === undefined) return [];
  const zones = zonesOf(profile, zoneUnknown);
  const own = window === undefined ? undefined : { ...window, ...window.per[channel] };
  return [
    ...(general === undefined ? [] : inEach(zones, general)),
    ...(own === undefined ? [] : inEach(own.zone === 'customer' ? zones : [own.zone], own)),
  ];
};

/** So many openings are tried before it is clear that the hours have none in common: a month of them. */
const mostTries = 100;

/** `at` when all are open, else the first instant after it at which all are; undefined: never. */
export const openingOf = (all: readonly Hours[], at: number): number | undefined => {
  let from = at;
  for (let tries = 0; tries < mostTries; tries++) {
    const latest = Math.max(from, ...all.map(({ window, zone }) => nextOpening(window, zone, from)));
    if (latest === from) return from;
    from = latest;
  }
  return undefined;
};

const closingOf = ({ window: { to }, zone }: Hours, now: number): number => {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDate();
  const closing = localInstant(today, to, zone);
  return closing > now ? closing : Math.max(now, localInstant(today.add({ days: 1 }), to, zone));
};

/** When the first of hours that are open now closes; undefined where none ever does. */
export const closesAt = (all: readonly Hours[], now: number): number | undefined =>
  all.length === 0 ? undefined : Math.min(...all.map((hours) => closingOf(hours, now)));
