import { type JourneyDocument, type Next, nextOf, type Plan, planJourney, type PlanNode, prices } from '#core/journey';
import { type Counts, type StepTally, stepTally, type Tally } from '../river/tally.ts';
import { difference, type Interval, wilson } from './interval.ts';
import { costs } from './costs.ts';

export type StepReport = StepTally & {
  readonly id: string;
  readonly title: string;
  readonly kind: PlanNode['kind'];
};

export type GroupReport = {
  /** `carried`, `holdout`, or a step and its arm: `offer: discount`. */
  readonly group: string;
  readonly runs: number;
  readonly reached: number;
  readonly percent: Interval;
  /** What the goal was worth, all together. */
  readonly value: number;
  /** In percentage points, where there is a holdout. */
  readonly againstHoldout?: Interval;
};

/** What a simulation found: the shape of `--json`. Names stay; new ones may come. */
export type Report = {
  readonly journey: string;
  readonly customers: number;
  readonly days: number;
  readonly seed: number;
  readonly entered: { readonly customers: number; readonly runs: number; readonly heldOut: number };
  readonly steps: readonly StepReport[];
  readonly ended: Counts;
  readonly open: number;
  readonly messages: Counts;
  readonly goals: readonly {
    readonly on: string | readonly string[];
    readonly within: string;
    readonly groups: readonly GroupReport[];
  }[];
  /** Minutes that finished runs took. */
  readonly minutes: { readonly p10: number; readonly p50: number; readonly p90: number; readonly p99: number };
  readonly transitions: { readonly total: number; readonly perRun: number };
  readonly cost: {
    readonly currency: 'USD';
    readonly pricesOf: string;
    readonly region: string;
    /** For each 1,000 customers who entered. */
    readonly per1000: { readonly [part: string]: number };
  };
  /** Runs that went from one place to another. */
  readonly flow: readonly { readonly from: string; readonly to: string; readonly runs: number }[];
};

/** Names in order, so that the same counts make the same text. */
export const sorted = (counts: Counts): Counts =>
  Object.fromEntries(Object.entries(counts).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)));

const percentile = (minutes: Counts, share: number): number => {
  const all = Object.entries(minutes)
    .map(([minute, runs]) => [Number(minute), runs] as const)
    .sort(([a], [b]) => a - b);
  let left = all.reduce((sum, [, runs]) => sum + runs, 0) * share;
  for (const [minute, runs] of all) {
    left -= runs;
    if (left <= 0) return minute;
  }
  return all.at(-1)?.[0] ?? 0;
};

const short = (percent: number): number => Math.round(percent * 100) / 100;
const rounded = ({ share, low, high }: Interval): Interval => {
  return { share: short(share), low: short(low), high: short(high) };
};

const rank = (group: string): number => ['carried', 'holdout'].indexOf(group) + (group.includes(':') ? 9 : 0);
/** Carried and held out first, then the arms by name. */
const byGroup = (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : 1);

const groupsOf = ({ groups }: Tally, goal: number, decided: ReadonlySet<string>): readonly GroupReport[] => {
  const held = groups['holdout'];
  const holdout = held === undefined ? undefined : wilson(held.goals[goal] ?? 0, held.runs);
  return Object.entries(groups)
    .sort(([a], [b]) => byGroup(a, b))
    .map(([group, { runs, goals, thousandths }]) => {
      const reached = goals[goal] ?? 0;
      const percent = wilson(reached, runs);
      // What was decided was not drawn: who took an option differs from who did not.
      const isCompared = holdout !== undefined && group !== 'holdout' && !decided.has(group.split(': ')[0] ?? '');
      return {
        group,
        runs,
        reached,
        percent: rounded(percent),
        value: (thousandths[goal] ?? 0) / 1000,
        ...(isCompared ? { againstHoldout: rounded(difference(percent, holdout)) } : {}),
      };
    });
};

const costOf = (tally: Tally): Report['cost'] => {
  const thousands = Math.max(1, tally.entered) / 1000;
  const dollars = (amount: number): number => Math.round((amount / thousands) * 1e6) / 1e6;
  const sent = Object.values(tally.messages).reduce((sum, each) => sum + each, 0);
  const { message } = costs;
  const parts = {
    transitions: dollars(tally.transitions * costs.transition),
    functions: dollars(tally.invocations * costs.runStep + sent * costs.claim),
    signals: dollars(tally.signals * costs.signal),
    email: dollars((tally.messages['email'] ?? 0) * message.email),
    sms: dollars((tally.messages['sms'] ?? 0) * message.sms),
    push: dollars((tally.messages['push'] ?? 0) * message.push),
  };
  const total = Object.values(parts).reduce((sum, each) => sum + each, 0);
  return {
    currency: 'USD',
    pricesOf: prices.readOn,
    region: prices.region,
    per1000: { ...parts, total: Math.round(total * 1e6) / 1e6 },
  };
};

/** The nodes of a plan, each after all that lead to it. A loop leads back to what has begun before. */
const inOrder = ({ first, nodes }: Plan): readonly PlanNode[] => {
  const done = new Set<string>();
  const order: PlanNode[] = [];
  const visit = (id: Next): void => {
    const node = id === undefined ? undefined : nodes[id];
    if (node === undefined || done.has(node.id)) return;
    done.add(node.id);
    // What a wait leads to when nothing comes is written last, and read last.
    const nexts = nextOf(node);
    (node.kind === 'waitFor' ? nexts : nexts.toReversed()).forEach(visit);
    order.unshift(node);
  };
  visit(first);
  return [...order, ...Object.values(nodes).filter(({ id }) => !done.has(id))];
};

/** In the order a reader of the journey meets them. */
const stepsOf = (journey: JourneyDocument, tally: Tally): readonly StepReport[] =>
  inOrder(planJourney(journey)).map(({ id, title, kind }) => {
    const step = stepTally(tally, id);
    const { withheld, heldFor, heard, arms, ended } = step;
    return {
      id,
      title,
      kind,
      ...step,
      withheld: sorted(withheld),
      heldFor: sorted(heldFor),
      heard: sorted(heard),
      arms: sorted(arms),
      ended: sorted(ended),
    };
  });

const flowOf = ({ ways }: Tally): Report['flow'] =>
  Object.entries(ways)
    .map(([way, runs]) => {
      const cut = way.indexOf('>');
      return { from: way.slice(0, cut), to: way.slice(cut + 1), runs };
    })
    .sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1));

const decisionsOf = (journey: JourneyDocument): ReadonlySet<string> =>
  new Set(Object.values(planJourney(journey).nodes).flatMap(({ id, kind }) => (kind === 'decide' ? [id] : [])));

/** Turns counts into what people ask of a journey. */
export const buildReport = (
  journey: JourneyDocument,
  tally: Tally,
  { days, seed }: { readonly days: number; readonly seed: number },
): Report => ({
  journey: journey.name,
  customers: tally.customers,
  days,
  seed,
  entered: { customers: tally.entered, runs: tally.runs, heldOut: tally.heldOut },
  steps: stepsOf(journey, tally),
  ended: sorted(tally.ended),
  open: tally.open,
  messages: sorted(tally.messages),
  goals: journey.goals.map(({ on, within }, goal) => ({
    on,
    within,
    groups: groupsOf(tally, goal, decisionsOf(journey)),
  })),
  minutes: {
    p10: percentile(tally.minutes, 0.1),
    p50: percentile(tally.minutes, 0.5),
    p90: percentile(tally.minutes, 0.9),
    p99: percentile(tally.minutes, 0.99),
  },
  transitions: {
    total: tally.transitions,
    perRun: Math.round((tally.transitions / Math.max(1, tally.runs - tally.heldOut)) * 100) / 100,
  },
  cost: costOf(tally),
  flow: flowOf(tally),
});
