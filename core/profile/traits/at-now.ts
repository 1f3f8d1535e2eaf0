import type { Profile } from '../profile.ts';
import type { ContextView } from '../profile-view.ts';
import { periodsOf } from './buckets.ts';
import { RFM, STAGE, WINDOWS } from './declared.ts';
import type { Facts } from './facts.ts';
import { stageAt, stageChanges, type StageFacts } from './stage.ts';
import { windowsView } from './view-facts.ts';
import { entriesOf } from '../writes.ts';

/** What reads otherwise when time has passed. */
export type AtNow = Pick<ContextView, 'stage' | 'stageReason' | 'rfm' | 'windows'>;
export type Timed = 'stage' | 'rfm' | 'windows' | 'consent';

const none: Facts = {};

const lastOf = (seen: Profile['seen'], events: readonly string[]): number | undefined => {
  const all = events.flatMap((event) => (Object.hasOwn(seen, event) ? [seen[event]?.[2] ?? 0] : []));
  return all.length === 0 ? undefined : Math.max(...all);
};

const stageFacts = ({ orders, seen }: Profile, items: number): StageFacts => ({
  orders: orders?.[0] ?? 0,
  lastOrderAt: orders?.[2],
  items,
  lastDeliveryAt: lastOf(seen, STAGE.delivered),
  lastInterestAt: lastOf(seen, STAGE.interest),
});

/** 5 for the first bound that is reached, 1 for none. */
const grade = (bounds: readonly number[], isReached: (bound: number) => boolean): number => {
  const index = bounds.findIndex(isReached);
  return index < 0 ? 1 : 5 - index;
};

const rfmAt = ({ orders }: Profile, now: number): ContextView['rfm'] => {
  if (orders === undefined) return { recency: 0, frequency: 0, monetary: 0 };
  const [count, thousandths, lastAt] = orders;
  return {
    recency: grade(RFM.recency, (bound) => now - lastAt < bound),
    frequency: grade(RFM.frequency, (bound) => count >= bound),
    monetary: grade(RFM.monetary, (bound) => thousandths / 1000 >= bound),
  };
};

/** @param now ms since 1970 @param items products in the cart */
export const atNow = (profile: Profile, items: number, now: number): AtNow => ({
  ...stageAt(stageFacts(profile, items), now),
  rfm: rfmAt(profile, now),
  windows: windowsView(profile.facts ?? none, now),
});

/** The newest signal that is counted: the present, as far as the profile alone can tell. */
export const newestAt = ({ seen }: Profile): number =>
  Math.max(0, ...Object.values(seen).map(([, , lastAt]) => lastAt));

const unitMs = { hours: 3_600_000, days: 86_400_000 } as const;

/** Sums fall when a period leaves a window. */
const windowChanges = ({ facts = none }: Profile): readonly number[] =>
  Object.values(facts.windows ?? {}).flatMap(([hours, days]) =>
    Object.values(WINDOWS).flatMap(({ of, length }) =>
      periodsOf(of === 'hours' ? hours : days).map((period) => (period + length) * unitMs[of]),
    ),
  );

/** A grant ends at the instant it was given until, under whichever id it was said. */
const consentEnds = ({ writes }: Profile): readonly number[] =>
  entriesOf(writes).flatMap(({ kind, value }) => (kind === 'consent' && typeof value === 'number' ? [value] : []));

/**
 * Every instant at which what was asked for may read otherwise although no signal came, in no order, past ones among them.
 * Between two of them it stays as it is.
 */
export const changesOf = (profile: Profile, timed: Timed): readonly number[] => {
  switch (timed) {
    case 'stage':
      return stageChanges(stageFacts(profile, 0));
    case 'rfm':
      return profile.orders === undefined ? [] : RFM.recency.map((bound) => (profile.orders?.[2] ?? 0) + bound);
    case 'windows':
      return windowChanges(profile);
    case 'consent':
      return consentEnds(profile);
  }
};
