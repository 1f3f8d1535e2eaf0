import type { ContextView, ProfileView } from '../profile-view.ts';
import { localHour } from './best-hour.ts';
import { sumOf } from './buckets.ts';
import { ENGAGEMENT, FEWEST_REACTIONS, HUMAN, MEASURES, SCORES, VIEWED, WINDOWS } from './declared.ts';
import type { Facts } from './facts.ts';

type Seen = ProfileView['seen'];
type Windows = ContextView['windows'];

const iso = (ms: number): string => new Date(ms).toISOString();
const unitMs = { hours: 3_600_000, days: 86_400_000 } as const;

const windowSum = (facts: Facts, measure: keyof typeof MEASURES, window: keyof typeof WINDOWS, now: number): number => {
  const { of, length } = WINDOWS[window];
  const stored = facts.windows?.[measure];
  const sum = stored === undefined ? 0 : sumOf(stored[of === 'hours' ? 0 : 1], Math.floor(now / unitMs[of]), length);
  return 'amount' in MEASURES[measure] ? sum / 1000 : sum;
};

const windowsOf = (facts: Facts, measure: keyof typeof MEASURES, now: number): Windows['orders'] => ({
  hours24: windowSum(facts, measure, 'hours24', now),
  days7: windowSum(facts, measure, 'days7', now),
  days30: windowSum(facts, measure, 'days30', now),
  days90: windowSum(facts, measure, 'days90', now),
});

/** How much of what was measured lies in each window that ends now. */
export const windowsView = (facts: Facts, now: number): Windows => ({
  orders: windowsOf(facts, 'orders', now),
  spent: windowsOf(facts, 'spent', now),
  visits: windowsOf(facts, 'visits', now),
});

const scoreView = (facts: Facts, name: keyof typeof SCORES): ContextView['sentiment'] => {
  const stored = facts.scores?.[name];
  // A changed answer that came before the answer it changes.
  if (stored === undefined || stored[0] === 0) return { count: 0 };
  const [count, sum, lastAt, last] = stored;
  return { count, last, average: Math.round(sum / count) / 1000, lastAt: iso(lastAt) };
};

const countOf = (event: string, facts: Facts, seen: Seen): number => {
  if (HUMAN.some((each) => each === event)) return facts.human?.[event]?.[0] ?? 0;
  return event !== '' && Object.hasOwn(seen, event) ? (seen[event]?.count ?? 0) : 0;
};

const channelView = (
  channel: keyof typeof ENGAGEMENT,
  facts: Facts,
  seen: Seen,
): ContextView['engagement']['email'] => {
  const { delivered, opened, clicked, replied } = ENGAGEMENT[channel];
  const count = (event: string): number => countOf(event, facts, seen);
  return { delivered: count(delivered), opened: count(opened), clicked: count(clicked), replied: count(replied) };
};

/** What does not change while no signal comes. */
export const factsView = (
  facts: Facts,
  seen: Seen,
): Pick<ContextView, 'satisfaction' | 'sentiment' | 'engagement' | 'browsing'> => {
  const last = (kind: keyof typeof VIEWED): readonly string[] => (facts.viewed?.[kind] ?? []).map(([, id]) => id);
  return {
    satisfaction: {
      csat: scoreView(facts, 'csat'),
      nps: scoreView(facts, 'nps'),
      ces: scoreView(facts, 'ces'),
      rating: scoreView(facts, 'rating'),
    },
    sentiment: scoreView(facts, 'sentiment'),
    engagement: {
      email: channelView('email', facts, seen),
      sms: channelView('sms', facts, seen),
      push: channelView('push', facts, seen),
    },
    browsing: { products: last('products'), categories: last('categories') },
  };
};

/** The hour of their day at which a customer reacts most, the earliest of several; known once there are a few reactions and a zone. */
export const bestHour = ({ hours }: Facts, zone: string | undefined): number | undefined => {
  if (hours === undefined || zone === undefined) return undefined;
  const [lastAt, byHour] = hours;
  const all = Object.entries(byHour).map(([hour, count]) => [localHour(Number(hour), zone, lastAt), count] as const);
  const reactions = all.reduce((sum, [, count]) => sum + count, 0);
  if (reactions < FEWEST_REACTIONS) return undefined;
  const [best] = all.toSorted(([a, most], [b, more]) => more - most || a - b);
  return best?.[0];
};
