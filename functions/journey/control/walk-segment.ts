import { journeyScheduled, journeySource } from '#core/events';
import type { BusEvent, BusWriter } from '../../aws/bus-writer.ts';
import type { Control } from '../../aws/journey-control.ts';
import type { SegmentWalks, Walk } from '../../aws/segment-walks.ts';

/** Who is in a segment, by page, each once. @param from what an earlier page gave as `next` */
export type SegmentPages = (
  segment: string,
  limit: number,
  from?: string,
) => Promise<{ readonly members: readonly string[]; readonly next?: string }>;

export type WalkStores = {
  readonly walks: SegmentWalks;
  readonly pages: SegmentPages;
  readonly bus: BusWriter;
  readonly control: (journey: string) => Promise<Control | undefined>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
};

const page = 500;

/** The same customer on the same occasion is the same signal, however often it is said. */
const signalOf = ({ journey, segment, at }: Walk, customer: string): BusEvent => ({
  source: journeySource,
  detailType: 'track',
  detail: {
    type: 'track',
    event: journeyScheduled,
    messageId: `${journey}/${segment}/${at}/${customer}`,
    timestamp: at,
    properties: { journey, segment, at },
    context: { customer },
  },
});

const mayEnter = async ({ journey }: Walk, { control }: WalkStores): Promise<boolean> => {
  const found = await control(journey);
  return found !== undefined && found.status === 'live' && found.halted === undefined;
};

/**
 * Says of everybody in a segment that it is time to enter a journey; its entry rate then says when each does. What would
 * have entered while the journey is paused or stopped does not.
 * @returns how many were told; it stops at `endsAt`, and whoever begins it again goes on from there
 */
export const walkSegment = async (
  walk: Walk,
  endsAt: number,
  stores: WalkStores,
): Promise<{ readonly told: number; readonly isOver: boolean }> => {
  const { walks, pages, bus, clock } = stores;
  let [told, from] = [0, walk.from];
  while (clock() < endsAt) {
    const found = (await mayEnter(walk, stores)) ? await pages(walk.segment, page, from) : { members: [] };
    await bus(found.members.map((customer) => signalOf(walk, customer)));
    told += found.members.length;
    if (found.next === undefined) {
      await walks.end(walk, clock());
      return { told, isOver: true };
    }
    from = found.next;
    await walks.goOnFrom(walk, from);
  }
  return { told, isOver: false };
};
