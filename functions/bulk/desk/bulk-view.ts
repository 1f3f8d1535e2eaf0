import type { Bulk } from './bulk-rows.ts';
import type { Counts } from './bulk-shards.ts';
import type { HeldSpan } from '../held/held-rows.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** A bulk as publishers see it: how it stands, how far it is, and what became of those it has come by. */
export const bulkView = (bulk: Bulk, { reasons, held, ...counts }: Counts, span: HeldSpan | undefined) => {
  const { name, campaign, version, segment, perSecond, by, startedAt, changedAt, walked, isWalked } = bulk;
  const done = Object.values(counts).reduce((sum, each) => sum + each, 0);
  const isDone = bulk.status === 'running' && isWalked && done >= walked;
  return {
    name,
    status: isDone ? 'done' : bulk.status,
    campaign,
    version,
    segment,
    perSecond,
    by,
    startedAt: iso(startedAt),
    changedAt: iso(changedAt),
    walked,
    isWalked,
    ...counts,
    reasons,
    /** Under way, or waiting for their hours, their caps or their provider; of a cancelled one never sent. */
    open: Math.max(0, walked - done),
    /** Those of the open who rest, and when the first and the last of them come back. */
    held,
    ...(span === undefined ? {} : { heldUntil: span }),
  };
};
