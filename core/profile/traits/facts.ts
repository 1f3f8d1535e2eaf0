import { surveyAnswered } from '#core/events';
import { fitsIn, own, type Signal } from '#core/signal';
import { numberOf } from '../cart.ts';
import { withKey } from '../sorted.ts';
import { addTo, type Buckets } from './buckets.ts';
import {
  HUMAN,
  type Measure,
  MEASURES,
  type MeasureName,
  REACTIONS,
  type Score,
  SCORES,
  type ScoreName,
  VIEWED,
  WINDOWS,
} from './declared.ts';

/** How often, and when last (ms). */
export type Tally = readonly [count: number, lastAt: number];

/**
 * What is summed up of the signals beside their attributes and counts. Every part is a sum, a maximum, or a set cut to its
 * newest: the order of signals does not matter. Only what occurred is there, so that most profiles have little of it.
 */
export type Facts = {
  readonly windows?: { readonly [measure in MeasureName]?: readonly [hours: Buckets, days: Buckets] };
  /** `sum` in thousandths. Of two answers of one millisecond the higher is the last. */
  readonly scores?: {
    readonly [score in ScoreName]?: readonly [count: number, sum: number, lastAt: number, last: number];
  };
  /** Opens and clicks by people, by event. */
  readonly human?: { readonly [event: string]: Tally };
  /** Reactions by hour of the day, UTC; and when the newest was. */
  readonly hours?: readonly [lastAt: number, byHour: { readonly [hour: string]: number }];
  /** The last, newest first. */
  readonly viewed?: { readonly [kind in keyof typeof VIEWED]?: readonly Viewed[] };
};
export type Viewed = readonly [at: number, id: string];

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const longest = (of: 'hours' | 'days'): number =>
  Math.max(...Object.values(WINDOWS).flatMap((window) => (window.of === of ? [window.length] : [])));
const kept = { hours: longest('hours'), days: longest('days') };
const MAX_VIEWED_ID = 80;

/** By event, so that a signal nobody sums up costs a look-up. */
const measuresOf = new Map<string, readonly MeasureName[]>();
const nameList = <Name extends string>(of: Readonly<Record<Name, unknown>>): readonly Name[] =>
  Object.keys(of).filter((name): name is Name => name in of);
const measureNames = nameList(MEASURES);
const scoreNames = nameList(SCORES);
const viewedNames = nameList(VIEWED);
for (const name of measureNames)
  for (const event of MEASURES[name].events) measuresOf.set(event, [...(measuresOf.get(event) ?? []), name]);

/** An amount of money in thousandths, or one. */
const amountOf = ({ amount }: Measure, { properties }: Signal): number => {
  if (amount === undefined) return 1;
  const values = amount.map((name) => numberOf(own(properties, name)));
  return Math.round((values.find((value) => value !== undefined && value >= 0 && value <= 1e9) ?? 0) * 1000);
};

const windowsAfter = (windows: Facts['windows'], signal: Signal, at: number): Facts['windows'] => {
  const counting = measuresOf.get(signal.event);
  if (counting === undefined) return windows;
  return counting.reduce<Facts['windows']>((soFar, name) => {
    const amount = amountOf(MEASURES[name], signal);
    if (amount === 0) return soFar;
    const [hours, days] = soFar?.[name] ?? [[], []];
    return withKey(soFar, name, [
      addTo(hours, Math.floor(at / hourMs), amount, kept.hours),
      addTo(days, Math.floor(at / dayMs), amount, kept.days),
    ] as const);
  }, windows);
};

const scoreOf = (name: ScoreName, { event, properties }: Signal): number | undefined => {
  const { from, to, events, words }: Score = SCORES[name];
  const said = own(properties, name);
  if (said === undefined || (events !== undefined && !events.includes(event))) return undefined;
  const word = typeof said === 'string' ? said.toLowerCase() : '';
  const value = words !== undefined && Object.hasOwn(words, word) ? words[word] : numberOf(said);
  return value !== undefined && value >= from && value <= to ? value : undefined;
};

const replacedBy = (name: ScoreName, { event, properties }: Signal): number | undefined => {
  const { from, to } = SCORES[name];
  const before = event === surveyAnswered ? numberOf(own(properties, 'replaces')) : undefined;
  return before !== undefined && before >= from && before <= to ? before : undefined;
};

const scoresAfter = (scores: Facts['scores'], signal: Signal, at: number): Facts['scores'] =>
  signal.type !== 'track'
    ? scores
    : scoreNames.reduce<Facts['scores']>((soFar, name) => {
        const value = scoreOf(name, signal);
        if (value === undefined) return soFar;
        const [count, sum, lastAt, last] = soFar?.[name] ?? [0, 0, at, value];
        // Of one survey the last answer counts: it takes the place of the one before it.
        const replaced = replacedBy(name, signal);
        const isLast = at > lastAt || (at === lastAt && value >= last);
        const newest = isLast ? [at, value] : [lastAt, last];
        return withKey(soFar, name, [
          count + (replaced === undefined ? 1 : 0),
          sum + Math.round((value - (replaced ?? 0)) * 1000),
          ...newest,
        ] as const);
      }, scores);

const humanAfter = (human: Facts['human'], { event, properties }: Signal, at: number): Facts['human'] => {
  if (!isHumanOnly(event) || own(properties, 'human') !== true) return human;
  const [count, lastAt] = human?.[event] ?? [0, at];
  return withKey<Tally>(human, event, [count + 1, Math.max(lastAt, at)]);
};

const isHumanOnly = (event: string): boolean => HUMAN.some((each) => each === event);

const hoursAfter = (hours: Facts['hours'], { event, properties }: Signal, at: number): Facts['hours'] => {
  if (!REACTIONS.some((each) => each === event)) return hours;
  if (isHumanOnly(event) && own(properties, 'human') !== true) return hours;
  const [lastAt, byHour] = hours ?? [at, {}];
  const hour = String(Math.floor((at % dayMs) / hourMs));
  return [Math.max(lastAt, at), { ...byHour, [hour]: (byHour[hour] ?? 0) + 1 }];
};

/** The newest that differ: what is cut off here can only come back with a newer look at it. */
const newest = (viewed: readonly Viewed[], mine: Viewed, most: number): readonly Viewed[] => {
  const same = viewed.find(([, id]) => id === mine[1]);
  const latest: Viewed = same !== undefined && same[0] > mine[0] ? same : mine;
  return [...viewed.filter((each) => each !== same), latest]
    .sort(([a, one], [b, other]) => b - a || (one < other ? -1 : 1))
    .slice(0, most);
};

const viewedAfter = (viewed: Facts['viewed'], { type, event, properties }: Signal, at: number): Facts['viewed'] =>
  type !== 'track'
    ? viewed
    : viewedNames.reduce<Facts['viewed']>((soFar, kind) => {
        const { events, ids, most } = VIEWED[kind];
        if (!events.some((each) => each === event)) return soFar;
        const id = ids
          .map((name) => own(properties, name))
          .find((value) => (typeof value === 'string' && value !== '') || typeof value === 'number');
        if (id === undefined || !fitsIn(MAX_VIEWED_ID, id)) return soFar;
        return withKey(soFar, kind, newest(soFar?.[kind] ?? [], [at, String(id)], most));
      }, viewed);

/** Adds one signal. The same object where it says nothing that is summed up. */
export const factsAfter = (facts: Facts | undefined, signal: Signal, at: number): Facts | undefined => {
  const before: Facts = facts ?? {};
  const after = {
    windows: windowsAfter(before.windows, signal, at),
    scores: scoresAfter(before.scores, signal, at),
    human: humanAfter(before.human, signal, at),
    hours: hoursAfter(before.hours, signal, at),
    viewed: viewedAfter(before.viewed, signal, at),
  };
  const { windows, scores, human, hours, viewed } = after;
  if (
    windows === before.windows &&
    scores === before.scores &&
    human === before.human &&
    hours === before.hours &&
    viewed === before.viewed
  )
    return facts;
  return {
    ...(windows && { windows }),
    ...(scores && { scores }),
    ...(human && { human }),
    ...(hours && { hours }),
    ...(viewed && { viewed }),
  };
};
