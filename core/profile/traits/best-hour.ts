/** Making a formatter costs more than a whole view, and customers live in few zones. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const MAX_CLOCKS = 1000;

const clockIn = (zone: string): Intl.DateTimeFormat => {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en', { timeZone: zone, hour: 'numeric', minute: 'numeric', hourCycle: 'h23' });
  if (clocks.size < MAX_CLOCKS) clocks.set(zone, clock);
  return clock;
};

const minutesIn = (zone: string, at: number): number => {
  const parts = clockIn(zone).formatToParts(at);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return part('hour') * 60 + part('minute');
};

const dayMinutes = 1440;

/** What a clock in the zone shows in the middle of an hour of the UTC day, by its distance from UTC at an instant (ms). */
export const localHour = (hour: number, zone: string, at: number): number => {
  const utc = Math.floor(at / 60_000) % dayMinutes;
  const offset = minutesIn(zone, at) - utc;
  return Math.floor(((((hour * 60 + 30 + offset) % dayMinutes) + dayMinutes) % dayMinutes) / 60);
};
