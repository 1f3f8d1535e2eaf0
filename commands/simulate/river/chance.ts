/** The next number in [0, 1). */
export type Chance = () => number;

/** 128 bits of a text, each of them moved by every letter. @see https://github.com/bryc/code/blob/master/jshash/PRNGs.md */
const hashed = (text: string): readonly [number, number, number, number] => {
  let [a, b, c, d] = [1_779_033_703, 3_144_134_277, 1_013_904_242, 2_773_480_762];
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    a = b ^ Math.imul(a ^ letter, 597_399_067);
    b = c ^ Math.imul(b ^ letter, 2_869_860_233);
    c = d ^ Math.imul(c ^ letter, 951_274_213);
    d = a ^ Math.imul(d ^ letter, 2_716_044_179);
  }
  return [a, b, c, d];
};

/**
 * The chances of one thing about one customer: always the same for the same words, so that nothing depends on which worker
 * draws, or on how often something else is drawn. The generator is sfc32 of PractRand.
 */
export const chanceOf = (words: string): Chance => {
  let [a, b, c, count] = hashed(words);
  const next = (): number => {
    const sum = (((a + b) | 0) + count) | 0;
    count = (count + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let round = 0; round < 12; round++) next();
  return next;
};

/** @param share percent. */
export const happens = (chance: Chance, share: number): boolean => chance() * 100 < share;

/** How long until something comes that comes on average once in `mean`. */
export const gap = (chance: Chance, mean: number): number => -Math.log(1 - chance()) * mean;

/** A delay as people have them: half are shorter than `median`, a few are much longer (log-normal, σ = 1). At least a second. */
export const delay = (chance: Chance, median: number): number => {
  const normal = Math.sqrt(-2 * Math.log(1 - chance())) * Math.cos(2 * Math.PI * chance());
  return Math.max(1000, Math.round(median * Math.exp(normal)));
};

/** A name by its share in percent; undefined for the rest. */
export const drawn = <Name extends string>(
  chance: Chance,
  shares: readonly (readonly [Name, number | undefined])[],
): Name | undefined => {
  let left = chance() * 100;
  for (const [name, share = 0] of shares) {
    if (left < share) return name;
    left -= share;
  }
  return undefined;
};
