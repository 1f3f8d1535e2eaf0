import { type CalendarUnit, type Cap, type Counted, countsSince, isCounted, nextPeriod } from './cap.ts';
import { forgottenAt, mostSlots, shortName, type Slot } from './slots.ts';

/** Whose caps are counted, and where their day begins. */
export type Counting = {
  readonly counted: Counted;
  readonly slots: readonly Slot[];
  readonly zones: readonly string[];
};

const isUnder = (cap: Cap, slot: Slot): boolean =>
  (cap.channel ?? slot.channel) === slot.channel &&
  (cap.topic === undefined || shortName(cap.topic) === slot.topic) &&
  (cap.journey === undefined || shortName(cap.journey) === slot.journey);

/** How many messages a cap counts now. */
export const usedOf = (cap: Cap, { slots, zones }: Counting, now: number): readonly Slot[] => {
  const since = countsSince(cap, zones, now);
  return slots.filter((slot) => slot.at >= since && isUnder(cap, slot));
};

/** How many slots a cap still has for this message: what is kept for other topics and not used yet is not for it. */
export const slotsLeft = (cap: Cap, counting: Counting, now: number): number => {
  const used = usedOf(cap, counting, now);
  const kept = Object.entries(cap.reserve ?? {}).map(([topic, most]) =>
    topic === counting.counted.topic
      ? 0
      : Math.max(0, most - used.filter((slot) => slot.topic === shortName(topic)).length),
  );
  return cap.most - used.length - kept.reduce((sum, each) => sum + each, 0);
};

/** The next two: a message of the last second may count for the day after it. */
const periodsAfter = (unit: CalendarUnit, zones: readonly string[], now: number): readonly number[] => {
  const next = nextPeriod(unit, zones, now);
  return [next, nextPeriod(unit, zones, next)];
};

/** When the cap has a slot again if nothing else is sent; undefined: never. */
export const freeAgain = (cap: Cap, counting: Counting, now: number): number | undefined => {
  const { per } = cap;
  const ends =
    'ms' in per
      ? usedOf(cap, counting, now).map(({ at }) => at + per.ms)
      : periodsAfter(per.calendar, counting.zones, now);
  return ends
    .filter((end) => end > now)
    .toSorted((a, b) => a - b)
    .find((end) => slotsLeft(cap, counting, end) > 0);
};

/** Whether one more can be remembered. */
export const isFull = ({ slots }: Counting): boolean => slots.length >= mostSlots;

const firstForgotten = ({ slots }: Counting): number => Math.min(...slots.map(forgottenAt));

/**
 * The first instant from now on at which every cap has a slot and the hours are open; undefined: none within a few rounds of
 * both.
 * @param opening the first open instant from one on
 */
export const nextSlot = (
  limits: readonly Cap[],
  counting: Counting,
  opening: (at: number) => number | undefined,
  now: number,
): number | undefined => {
  const mine = limits.filter((cap) => isCounted(cap, counting.counted));
  let at: number | undefined = isFull(counting) ? firstForgotten(counting) : now;
  for (let round = 0; round < 100 && at !== undefined; round++) {
    const from: number = at;
    const full = mine.find((cap) => slotsLeft(cap, counting, from) <= 0);
    const free = full === undefined ? opening(from) : freeAgain(full, counting, from);
    if (full === undefined && free === from) return from;
    at = free;
  }
  return undefined;
};
