import { type ProfileView, withConfirmation } from '#core/profile';
import type { Signal } from '#core/signal';
import type { PublishedJourney } from '../live-journey.ts';
import type { Draw } from '../plan/draw.ts';

/** One signal and what it did to the profile. */
export type Change = {
  readonly signal: Signal;
  readonly before: ProfileView;
  readonly after: ProfileView;
  /** When we learned of it, epoch milliseconds. */
  readonly now: number;
  /** The customer's own chances. */
  readonly draw: Draw;
};

/** The change as a journey reads it, which knows what consent has to be confirmed. */
export const asReadBy = ({ confirm }: Pick<PublishedJourney, 'confirm'>, change: Change): Change => {
  if (confirm === undefined) return change;
  const [before, after] = [withConfirmation(change.before, confirm), withConfirmation(change.after, confirm)];
  return { ...change, before, after };
};
