import { profileSource, segmentEntered, segmentLeft } from '#core/events';
import type { Profile } from '#core/profile';
import { type Membership, placeInSegments, type SegmentMove } from '#core/segment';
import { own, type Signal } from '#core/signal';
import { signal } from '../../announce/said.ts';
import { type BusEvent, busWriter } from '../../aws/bus-writer.ts';
import { count } from '../../aws/observed.ts';
import { segmentStore } from '../../aws/segment-store.ts';
import { dueRows } from './due-rows.ts';

/** What a fold owes to segments: told with the profile, done after it, as often as it takes. */
export type OwedSegments = {
  readonly moves: readonly SegmentMove[];
  /** When somebody must look again, ms. */
  readonly dueAt?: number;
  readonly at: number;
  readonly hops: number;
};

export type Placement = { readonly membership?: string; readonly owed?: OwedSegments };
export type Placeable = {
  readonly before: Profile;
  readonly after: Profile;
  readonly membership: Membership;
  /** What the fold took in. */
  readonly signals: readonly Signal[];
  /** Nobody is told: it happened elsewhere, or long ago. */
  readonly isQuiet?: boolean;
};

/** How many signals of ours lie before this fold: what goes in circles must come to an end. */
const hopsOf = (signals: readonly Signal[]): number =>
  signals.reduce((most, { context }) => {
    const hops = own(context, 'hops');
    return typeof hops === 'number' ? Math.max(most, hops) : most;
  }, 0);

const eventOf = (customer: string, fold: number, { at, hops }: OwedSegments, { segment, on }: SegmentMove): BusEvent =>
  signal(
    {
      event: on === 'entered' ? segmentEntered : segmentLeft,
      // A profile is written once under each number, so that this happened once.
      id: `${customer}/${segment}/${fold}`,
      at,
      customer,
      about: { segment },
    },
    { source: profileSource, hops: hops + 1 },
  );

export type Deskings = { readonly STATE_TABLE: string; readonly BUS_NAME: string; readonly CLOCK_MACHINE: string };

/** Puts customers into segments and out of them, and says so. */
export const segmentDesk = ({ STATE_TABLE, BUS_NAME, CLOCK_MACHINE }: Deskings) => {
  const store = segmentStore(STATE_TABLE);
  const due = dueRows(STATE_TABLE, CLOCK_MACHINE);
  const put = busWriter(BUS_NAME);

  /** What is to be stored with the profile; nothing where there are no segments, or nothing changed. */
  const place = async ({ before, after, membership, signals, isQuiet }: Placeable): Promise<Placement> => {
    const live = await store.live();
    if (live.length === 0 && membership.fill === 0) return {};
    const now = Date.now();
    const { moves: all, dueAt, membership: next } = placeInSegments({ before, after, membership, live, now });
    const moves = isQuiet === true ? all.map((move) => ({ ...move, isQuiet }) as const) : all;
    const isOwed = moves.length > 0 || dueAt !== undefined;
    return {
      ...(JSON.stringify(next) !== JSON.stringify(membership) && { membership: JSON.stringify(next) }),
      ...(isOwed && { owed: { moves, at: now, hops: hopsOf(signals), ...(dueAt !== undefined && { dueAt }) } }),
    };
  };

  /** Does what a fold owes. Done again it changes nothing. */
  const perform = async (customer: string, fold: number, owed: OwedSegments): Promise<void> => {
    const { moves, dueAt, at } = owed;
    for (const { segment, on } of moves)
      await store.change(segment, customer, { isIn: on === 'entered', order: fold, at });
    const told = moves.filter(({ isQuiet }) => isQuiet !== true);
    if (told.length > 0) await put(told.map((move) => eventOf(customer, fold, owed, move)));
    if (dueAt !== undefined) await due.plan(customer, dueAt, Date.now());
    if (told.length > 0) count('SegmentMoved', undefined, told.length);
  };

  return { place, perform, due };
};
export type SegmentDesk = ReturnType<typeof segmentDesk>;
