/** The reason of a run that an operator ended with all others of its journey. */
export const stoppedByHand = 'stopped';

/** A time in which a journey stood still, from one instant to another (epoch milliseconds); without `to` it still does. */
export type Pause = { readonly from: number; readonly to?: number };

/** Whether a journey stands still now. */
export const isPaused = (pauses: readonly Pause[]): boolean => pauses.some(({ to }) => to === undefined);

/**
 * When a span of `ms` that began at `began` is over, if the time of pauses does not count. Pauses neither overlap nor go
 * back in time.
 * @returns epoch milliseconds; undefined while a pause lasts that the span does not end before
 */
export const endOfSpan = (began: number, ms: number, pauses: readonly Pause[]): number | undefined => {
  let [at, left] = [began, ms];
  for (const { from, to } of pauses) {
    const before = Math.max(0, from - at);
    if (left <= before) return at + left;
    if (to === undefined) return undefined;
    left -= before;
    at = Math.max(at, to);
  }
  return at + left;
};
