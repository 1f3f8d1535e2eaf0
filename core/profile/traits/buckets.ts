/**
 * Sums by hour or day: the newest period, then pairs of how many periods before it and the sum there. Short, since it is
 * stored with every profile: `[20458, 0, 2, 7, 1]` is two today and one a week ago.
 */
export type Buckets = readonly number[];

type Sum = readonly [period: number, amount: number];

const sumsOf = ([newest = 0, ...pairs]: Buckets): readonly Sum[] =>
  pairs.flatMap((age, index) => (index % 2 === 0 ? [[newest - age, pairs[index + 1] ?? 0] as const] : []));

/**
 * Adds to a period and drops what lies `kept` or more before the newest. In any order of calls the outcome is the same: what
 * is dropped is dropped for good, since the newest only grows.
 */
export const addTo = (buckets: Buckets, period: number, amount: number, kept: number): Buckets => {
  const sums = sumsOf(buckets);
  const newest = Math.max(buckets[0] ?? period, period);
  const mine = sums.find(([each]) => each === period);
  const added: Sum = [period, (mine?.[1] ?? 0) + amount];
  const all = [...sums.filter((sum) => sum !== mine), added];
  const current = all.filter(([each]) => newest - each < kept).sort(([a], [b]) => b - a);
  return [newest, ...current.flatMap(([each, sum]) => [newest - each, sum])];
};

/** The sum of the `length` periods that end with `now`. */
export const sumOf = (buckets: Buckets, now: number, length: number): number =>
  sumsOf(buckets).reduce((total, [period, amount]) => (period > now - length ? total + amount : total), 0);

/** The periods that still have something. */
export const periodsOf = (buckets: Buckets): readonly number[] => sumsOf(buckets).map(([period]) => period);
