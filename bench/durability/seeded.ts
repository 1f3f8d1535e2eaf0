/** Chance that can be had again: the same seed draws the same numbers. */
export type Chance = {
  /** A whole number from `from` to `to`, both included. */
  readonly between: (from: number, to: number) => number;
  readonly oneOf: <T>(items: readonly [T, ...T[]]) => T;
  readonly isOneIn: (count: number) => boolean;
};

/** Mulberry32: 32 bits of state, good enough to choose moments and customers. */
export const seeded = (seed: number): Chance => {
  let state = seed >>> 0;
  const draw = (): number => {
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number): number => from + Math.floor(draw() * (to - from + 1));
  return {
    between,
    oneOf: (items) => items[between(0, items.length - 1)] ?? items[0],
    isOneIn: (count) => between(1, count) === 1,
  };
};
