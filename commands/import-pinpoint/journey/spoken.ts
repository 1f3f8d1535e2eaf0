import { durationMs, spokenDuration } from '#core/journey';

/** A duration of Pinpoint's as authors write one: `PT4H` is `4 hours`. What is no duration stays as it is. */
export const spoken = (iso: string): string => {
  const ms = durationMs(iso);
  return ms === undefined || ms === 0 ? iso : spokenDuration(ms);
};
