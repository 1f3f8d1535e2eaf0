import { seeded } from '../../../bench/durability/seeded.ts';

/** What one run is made of: a seed, and, to make it again with less, the choices that are kept and the signals left out. */
export type Plan = {
  readonly seed: number;
  /** The choices that are not the quiet one, by what was to be chosen. Without them the seed draws anew. */
  readonly choices?: ReadonlyMap<string, number>;
  /** Signals of the story that are never said. */
  readonly without?: ReadonlySet<number>;
};

/**
 * Chooses among `count` things; 0 is the quiet one: no fault, nobody interrupted. `what` is chosen keeps its meaning when
 * other choices fall away, so that a story can be made shorter.
 */
export type Choose = (what: string, count: number, share: number) => number;

export type Choices = {
  readonly choose: Choose;
  /** Every choice that was not the quiet one. */
  readonly made: Map<string, number>;
};

/** Chance as whole numbers, with a share of 1 in 10,000 as its grain. */
export const choices = ({ seed, choices: kept }: Plan): Choices => {
  const chance = seeded(seed ^ 0x5e_60_e5);
  const made = new Map<string, number>();
  const times = new Map<string, number>();
  const draw = (count: number, share: number): number => {
    const wanted = chance.between(1, 10_000) <= share * 10_000;
    return wanted && count > 1 ? chance.between(1, count - 1) : 0;
  };
  return {
    made,
    choose: (what, count, share) => {
      const time = (times.get(what) ?? 0) + 1;
      times.set(what, time);
      const at = `${what} #${time}`;
      const known = kept === undefined ? draw(count, share) : (kept.get(at) ?? 0);
      const chosen = known < count ? known : 0;
      if (chosen !== 0) made.set(at, chosen);
      return chosen;
    },
  };
};
