import type { MemberRequest } from './bulk-queues.ts';
import type { Bulk, BulkRows } from './bulk-rows.ts';

/** A member in the queue, with the bulk as it stands now; absent: there is no such bulk. */
export type Member = { readonly messageId: string; readonly request: MemberRequest; readonly bulk?: Bulk };

type Queued = Omit<Member, 'bulk'>;

/** A message comes in the second in which its instant lies. */
export const secondMs = 1000;

/** An instant that is over for longer than this is nobody's any more: what was late does not leave all at once. */
const keptMs = 30_000;
/** Nobody takes an instant that is further away; who finds none comes back after most of that. */
const furthestMs = 600_000;
const backAfterMs = 480_000;

const isInTime = ({ at, hasSlot }: MemberRequest, now: number): boolean => hasSlot && at > now - keptMs;

/** Who has waited long enough and has no instant of its own any more. */
const needsSlot = ({ request }: Queued, now: number): boolean => request.at < now + secondMs && !isInTime(request, now);

const slotted = async (
  bulk: Bulk,
  queued: readonly Queued[],
  rows: BulkRows,
  now: number,
): Promise<readonly Member[]> => {
  const wanting = queued.filter((each) => needsSlot(each, now));
  const many = wanting.length;
  const taken = many === 0 ? [] : await rows.takeSlots(bulk, { many, now, latest: now + furthestMs });
  const free = [...(taken ?? [])];
  return queued.map((each) => {
    if (!wanting.includes(each)) return { ...each, bulk };
    const at = free.shift();
    const moved = at === undefined ? { at: now + backAfterMs, hasSlot: false } : { at, hasSlot: true };
    return { ...each, bulk, request: { ...each.request, ...moved } };
  });
};

/** Gives instants at the rate of their bulk to those of a batch that have none: who was held, or came too late. */
export const withSlots = async (queued: readonly Queued[], rows: BulkRows, now: number): Promise<readonly Member[]> => {
  const byBulk = Map.groupBy(queued, ({ request }) => request.bulk);
  const all = await Promise.all(
    [...byBulk].map(async ([name, members]): Promise<readonly Member[]> => {
      const bulk = await rows.find(name);
      return bulk?.status === 'running'
        ? slotted(bulk, members, rows, now)
        : members.map((each) => ({ ...each, ...(bulk && { bulk }) }));
    }),
  );
  return all.flat();
};
