import { compileExpression, pathsOf } from '#core/expression';
import { changesOf, type Profile, type ProfileView, type Timed, viewProfile, withConfirmation } from '#core/profile';
import { type Condition, type SegmentDocument, type Since, spanMs } from './document.ts';

/** Part of a condition, ready to be asked. */
type Predicate = {
  readonly holds: (view: ProfileView, now: number) => boolean;
  /** What it reads of a profile that reads otherwise when time has passed. */
  readonly timed: readonly Timed[];
  /** Every instant (ms) at which the answer may change although no signal came. */
  readonly changes: (profile: Profile, view: ProfileView) => readonly number[];
};

export type Segment = {
  readonly name: string;
  /** @param now ms since 1970 */
  readonly holds: (profile: Profile, now: number) => boolean;
  /** The first instant after `now` at which `holds` may give another answer; undefined: not before the next signal. */
  readonly nextChange: (profile: Profile, now: number) => number | undefined;
};

const roots = ['profile'];
const timedFields: Readonly<Record<string, Timed>> = {
  stage: 'stage',
  stageReason: 'stage',
  rfm: 'rfm',
  windows: 'windows',
  consent: 'consent',
  consentStatus: 'consent',
};
const every: readonly Timed[] = ['stage', 'rfm', 'windows', 'consent'];

/** What an expression reads that time alone changes; all of it, where it takes the profile as a whole. */
const timedIn = (source: string): readonly Timed[] => {
  const paths = pathsOf(source, roots);
  const whole = paths.some((path) => path.length < 2);
  return whole ? every : [...new Set(paths.flatMap(([, field = '']) => timedFields[field] ?? []))];
};

const valueReader = (source: string) => {
  const compiled = compileExpression(source, roots);
  return (profile: ProfileView): unknown => {
    const result = compiled.ok ? compiled.evaluate({ profile }) : { value: undefined };
    return 'value' in result ? result.value : undefined;
  };
};

const expression = (source: string): Predicate => {
  const read = valueReader(source);
  const timed = timedIn(source);
  return {
    holds: (view) => read(view) === true,
    timed,
    changes: (profile) => timed.flatMap((each) => changesOf(profile, each)),
  };
};

/** An ISO 8601 text, or milliseconds. */
const instantFrom = (value: unknown): number | undefined => {
  const ms = typeof value === 'string' ? Date.parse(value) : value;
  return typeof ms === 'number' && Number.isFinite(ms) ? ms : undefined;
};

/** A shop's clock may be a little ahead of ours: what it says happened has happened. */
const slackMs = 60_000;

/** From when until when (without its end) the comparison holds. */
const rangeOf = (since: Since, at: number): readonly [from: number, until: number] => {
  if ('until' in since) return [at - (spanMs(since.under) ?? 0), at];
  return 'over' in since ? [at + (spanMs(since.over) ?? 0), Infinity] : [at - slackMs, at + (spanMs(since.under) ?? 0)];
};

const comparison = (since: Since): Predicate => {
  const read = valueReader('until' in since ? since.until : since.since);
  const range = (view: ProfileView) => {
    const at = instantFrom(read(view));
    return at === undefined ? undefined : rangeOf(since, at);
  };
  return {
    holds: (view, now) => {
      const found = range(view);
      return found !== undefined && now >= found[0] && now < found[1];
    },
    timed: timedIn('until' in since ? since.until : since.since),
    changes: (_, view) => (range(view) ?? []).filter(Number.isFinite),
  };
};

const several = (all: readonly Predicate[], holds: Predicate['holds']): Predicate => ({
  holds,
  timed: all.flatMap((each) => each.timed),
  changes: (profile, view) => all.flatMap((each) => each.changes(profile, view)),
});

const predicateOf = (condition: Condition): Predicate => {
  if (typeof condition === 'string') return expression(condition);
  if ('since' in condition || 'until' in condition) return comparison(condition);
  if ('not' in condition) {
    const of = predicateOf(condition.not);
    return { ...of, holds: (view, now) => !of.holds(view, now) };
  }
  if ('any' in condition) {
    const any = condition.any.map(predicateOf);
    return several(any, (view, now) => any.some((each) => each.holds(view, now)));
  }
  const all = ('all' in condition ? condition.all : condition).map(predicateOf);
  return several(all, (view, now) => all.every((each) => each.holds(view, now)));
};

/** So many instants are tried in one go; the last of them is as good a time as any to look on from there. */
const mostTried = 64;

/**
 * A segment ready to be asked. Time can change an answer only at the instants its parts name, so trying those one by one finds
 * the very first at which it does.
 */
export const compileSegment = ({ name, when, confirm }: SegmentDocument): Segment => {
  const predicate = predicateOf(when);
  // Of what time does not touch, the view of any time will do.
  const isTimed = predicate.timed.length > 0;
  const viewAt = (profile: Profile, now: number): ProfileView =>
    withConfirmation(viewProfile(profile, isTimed ? now : undefined), confirm);
  const holds = (profile: Profile, now: number): boolean => predicate.holds(viewAt(profile, now), now);
  const nextChange = (profile: Profile, now: number): number | undefined => {
    const all = predicate.changes(profile, viewAt(profile, now)).filter((at) => at > now);
    if (all.length === 0) return undefined;
    const instants = [...new Set(all)].sort((a, b) => a - b);
    const current = holds(profile, now);
    const tried = instants.slice(0, mostTried);
    const next = tried.find((at) => holds(profile, at) !== current);
    return next ?? (instants.length > tried.length ? tried.at(-1) : undefined);
  };
  return { name, holds, nextChange };
};
