import { type EntryRate, isOpen, mayEnterNow, windowOf } from '#core/journey';
import type { EnrolmentStore } from '../../aws/enrolment-store.ts';
import type { EntryQueue } from '../../aws/entry-queue.ts';
import { count } from '../../aws/observed.ts';
import type { Pointer } from '../../aws/pointer-queue.ts';
import { startRun } from '../../aws/runs.ts';

/** What the minutely functions work with. Time comes in: epoch milliseconds. */
export type Minute = {
  readonly clock: () => number;
  /** Waits for so many milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
  /** When this call must be done. */
  readonly endsAt: number;
};

export type StartStores = { readonly queue: EntryQueue; readonly enrolments: EnrolmentStore };

const start = async (pointer: Pointer, { queue, enrolments }: StartStores): Promise<void> => {
  const { customer, occurrence } = pointer;
  const [run] = await enrolments.read(customer, [pointer]);
  // Who left while they waited in line is not started any more.
  if (run !== undefined && run.occurrence === occurrence && isOpen(run)) await startRun(customer, run);
  await queue.remove(pointer);
};

const startAll = async (pointers: readonly Pointer[], stores: StartStores): Promise<number> => {
  for (const pointer of pointers) await start(pointer, stores);
  if (pointers.length > 0) count('EntryReleased', undefined, pointers.length);
  return pointers.length;
};

/** A request that is answered in this time starts its run itself; what is older was left by a crash. */
const crashedAfterMs = 60_000;
const page = 50;

/** Starts what a crash left behind between putting a run and starting it. */
export const startLeft = async (journey: string, stores: StartStores, { clock, endsAt }: Minute): Promise<number> => {
  for (let started = 0; ;) {
    const found = await stores.queue.first(journey, page);
    const left = found.filter(({ at }) => at <= clock() - crashedAfterMs);
    started += await startAll(left, stores);
    if (left.length < page || clock() >= endsAt) return started;
  }
};

/** Starts the next of the line as far as the rate has places for them. @returns how many, and whether more are waiting */
const startNext = async (
  journey: string,
  rate: EntryRate,
  stores: StartStores,
  now: number,
): Promise<{ readonly started: number; readonly isMore: boolean }> => {
  const { queue } = stores;
  const entered = await queue.entered(journey);
  const places = mayEnterNow(rate, now, entered);
  const next = await queue.first(journey, Math.min(Math.max(places, 1), page));
  if (places === 0 || next.length === 0) return { started: 0, isMore: next.length > 0 };
  const from = windowOf(rate, now);
  const before = entered?.from === from ? entered.count : 0;
  if (!(await queue.reserve(journey, entered, { from, count: before + next.length })))
    return { started: 0, isMore: true };
  return { started: await startAll(next, stores), isMore: next.length === Math.min(places, page) };
};

const secondMs = 1000;

/** Starts those in line at the rate of their journey, in order, until the line is empty or the minute is over. */
export const startAtRate = async (
  journey: string,
  rate: EntryRate,
  stores: StartStores,
  { clock, pause, endsAt }: Minute,
): Promise<number> => {
  for (let total = 0; ;) {
    const now = clock();
    const { started, isMore } = await startNext(journey, rate, stores, now);
    total += started;
    if (!isMore || clock() >= endsAt) return total;
    if (started > 0) continue;
    if (rate.per !== 'second') return total;
    await pause(secondMs - (now % secondMs));
  }
};
