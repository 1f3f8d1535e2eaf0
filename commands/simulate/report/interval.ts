/** A share with its 95 % confidence interval, in percent. */
export type Interval = { readonly share: number; readonly low: number; readonly high: number };

const z = 1.959_963_985;

/** Wilson's score interval: right also for small counts and for shares near 0 and 100 %. */
export const wilson = (successes: number, of: number): Interval => {
  if (of === 0) return { share: 0, low: 0, high: 100 };
  const p = successes / of;
  const middle = (p + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((p * (1 - p)) / of + (z * z) / (4 * of * of));
  return { share: p * 100, low: Math.max(0, middle - half) * 100, high: Math.min(1, middle + half) * 100 };
};

/** The difference of two shares, in percentage points (Newcombe 1998, method 10). */
export const difference = (one: Interval, other: Interval): Interval => {
  const share = one.share - other.share;
  const low = share - Math.hypot(one.share - one.low, other.high - other.share);
  const high = share + Math.hypot(one.high - one.share, other.share - other.low);
  return { share, low, high };
};
