import { jitter } from '../../aws/conditional.ts';
import type { ProfileStore, StoredProfile } from '../../aws/profile-store.ts';
import { setAside } from '../../profile/fold-all.ts';
import type { SegmentDesk } from './segment-desk.ts';

export type LookingAgain = {
  readonly profiles: ProfileStore;
  readonly desk: SegmentDesk;
  readonly refoldQueueUrl: string;
};

/** Customers looked at at the same time, and how often a profile that others write meanwhile is read again. */
const atOnce = 16;
const attempts = 4;

const writeOnce = async (customer: string, stored: StoredProfile, { profiles, desk }: LookingAgain) => {
  const { profile, segments, sequence, stream } = stored;
  const placed = await desk.place({ before: profile, after: profile, membership: segments, signals: [] });
  if (placed.membership === undefined) return true;
  const owed =
    placed.owed === undefined
      ? undefined
      : JSON.stringify({ fold: stored.folds + 1, acts: [], suppressed: [], segments: placed.owed });
  const isWritten = await profiles.write(customer, stored, {
    profile,
    sequence,
    stream,
    newRuns: [],
    segments: placed.membership,
    ...(owed === undefined ? {} : { owed }),
  });
  if (!isWritten || owed === undefined || placed.owed === undefined) return isWritten;
  await desk.perform(customer, stored.folds + 1, placed.owed);
  await profiles.settle(customer, owed, []);
  return true;
};

/** Looks at one customer's segments without a signal. Whose last fold is not finished is left to those who fold. */
const lookAt = async (customer: string, first: StoredProfile, looking: LookingAgain): Promise<void> => {
  let stored: StoredProfile | undefined = first;
  for (let attempt = 1; attempt <= attempts && stored !== undefined && stored.owed === undefined; attempt++) {
    if (attempt > 1) await jitter(attempt);
    if (stored.mergedInto !== undefined || stored.erasedAt !== undefined) return;
    if (stored.folds === 0 || (await writeOnce(customer, stored, looking))) return;
    stored = (await looking.profiles.readMany([customer])).get(customer);
  }
  await setAside({ customer, messageIds: [] }, looking.refoldQueueUrl);
};

/** Looks at the segments of several customers again, since time went on or the segments are others. */
export const lookAgain = async (customers: readonly string[], looking: LookingAgain): Promise<void> => {
  const left = [...(await looking.profiles.readMany(customers))];
  const worker = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) await lookAt(...next, looking);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, customers.length) }, worker));
};
