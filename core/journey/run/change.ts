import type { ProfileView } from '#core/profile';
import type { Signal } from '#core/signal';
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
