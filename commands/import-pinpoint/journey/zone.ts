import { zoneOf } from '#core/profile';
import { own } from '../read/own.ts';

/** A place that keeps each offset all year, or the nearest to one; whole hours have zones of their own. */
const places: Readonly<Record<string, string>> = {
  'UTC+03:30': 'Asia/Tehran',
  'UTC+04:30': 'Asia/Kabul',
  'UTC+05:30': 'Asia/Kolkata',
  'UTC+05:45': 'Asia/Kathmandu',
  'UTC+08:45': 'Australia/Eucla',
  'UTC+09:30': 'Australia/Darwin',
  'UTC+10:30': 'Australia/Lord_Howe',
  'UTC+12:45': 'Pacific/Chatham',
  'UTC+13:45': 'Pacific/Chatham',
  'UTC-02:30': 'America/St_Johns',
  'UTC-03:30': 'America/St_Johns',
  'UTC-09:30': 'Pacific/Marquesas',
};

/** Pinpoint's offset as a zone: `UTC-08` is `Etc/GMT+8`, which means eight hours behind. Undefined for what is none. */
export const zoneOfOffset = (offset: string): string | undefined => {
  if (offset === 'UTC') return 'UTC';
  const [, sign, hours] = /^UTC([+-])(\d\d)$/.exec(offset) ?? [];
  if (hours === undefined) return own(places, offset);
  return Number(hours) === 0 ? 'UTC' : zoneOf(`Etc/GMT${sign === '+' ? '-' : '+'}${Number(hours)}`);
};
