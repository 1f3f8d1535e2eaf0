import type { Profile } from '#core/profile';
import type { Segment } from './compile-segment.ts';

/** A segment as it is published: the higher `fill`, the later it became what it is. */
export type LiveSegment = Segment & { readonly fill: number };

/** Which segments a customer is in, as their profile keeps it. */
export type Membership = {
  /** Up to which publication the customer was looked at. */
  readonly fill: number;
  /** Since when (ms), by segment. */
  readonly in: { readonly [segment: string]: number };
  /** The minute (ms) at which time alone may change it; a later one is found then. */
  readonly due?: number;
};

export const nowhere: Membership = { fill: 0, in: {} };

/** A customer enters or leaves. Quiet where nothing happened to them: the segment itself came, changed or went. */
export type SegmentMove = { readonly segment: string; readonly on: 'entered' | 'left'; readonly isQuiet?: true };

/** What became of a customer's segments. `dueAt` is there when somebody must look again earlier than was planned. */
export type Placed = {
  readonly membership: Membership;
  readonly moves: readonly SegmentMove[];
  readonly dueAt?: number;
};

export type Placing = {
  readonly before: Profile;
  readonly after: Profile;
  readonly membership: Membership;
  readonly live: readonly LiveSegment[];
  readonly now: number;
};

const minute = 60_000;
/** The first whole minute that is not before it. */
const minuteOf = (at: number): number => Math.ceil(at / minute) * minute;

/** Of whom nothing was known nothing can have held. */
const heldBefore = (segment: LiveSegment, { before, now }: Placing): boolean =>
  Object.keys(before.seen).length > 0 && segment.holds(before, now);

const movesOf = (segment: LiveSegment, isIn: boolean, placing: Placing): readonly SegmentMove[] => {
  const { membership } = placing;
  if (isIn === Object.hasOwn(membership.in, segment.name)) return [];
  const move: SegmentMove = { segment: segment.name, on: isIn ? 'entered' : 'left' };
  // A segment that was never asked about this customer: had it been there before, would it have held already?
  const isQuiet = segment.fill > membership.fill && heldBefore(segment, placing) === isIn;
  return [isQuiet ? { ...move, isQuiet } : move];
};

const earliest = (instants: readonly (number | undefined)[]): number | undefined => {
  const known = instants.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
};

/**
 * Puts a customer into the segments that hold for them now, and out of those that do not. Depends on the profile, the clock
 * and what was live, never on how the profile came to be.
 */
export const placeInSegments = (placing: Placing): Placed => {
  const { after, membership, live, now } = placing;
  const found = live.map((segment) => ({ segment, isIn: segment.holds(after, now) }));
  const gone = Object.keys(membership.in).filter((name) => !live.some((segment) => segment.name === name));
  const moves: readonly SegmentMove[] = [
    ...found.flatMap(({ segment, isIn }) => movesOf(segment, isIn, placing)),
    ...gone.map((segment) => ({ segment, on: 'left', isQuiet: true }) as const),
  ];
  const next = earliest(live.map((segment) => segment.nextChange(after, now)));
  const wanted = next === undefined ? undefined : minuteOf(next);
  // Looking a little too early costs one look; moving the date with every signal would cost a write each.
  const planned = membership.due !== undefined && membership.due > now ? membership.due : undefined;
  const due = planned !== undefined && (wanted === undefined || planned <= wanted) ? planned : wanted;
  return {
    membership: {
      fill: live.reduce((newest, { fill }) => Math.max(newest, fill), membership.fill),
      in: Object.fromEntries(
        found.flatMap(({ segment: { name }, isIn }) => (isIn ? [[name, membership.in[name] ?? now] as const] : [])),
      ),
      ...(due !== undefined && { due }),
    },
    moves,
    ...(due !== undefined && due !== planned && { dueAt: due }),
  };
};
