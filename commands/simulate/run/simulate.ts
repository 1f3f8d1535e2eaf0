import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Assignment } from './setting.ts';
import { addTally, emptyTally, type Tally } from '../river/tally.ts';

export type Simulation = Assignment & {
  readonly customers: number;
  readonly workers: number;
  readonly progress: (done: number) => void;
};

/** Small enough for a steady progress, large enough that sending counts costs nothing. */
const rangeSize = 500;

/** Customers are gone once they are counted; without a bound, a thread lets its garbage grow first. */
const enough = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 24 };

/** Carries all customers, in worker threads, and adds up what they count: the same sum whoever counted. */
export const simulate = async ({ customers, workers, progress, ...assignment }: Simulation): Promise<Tally> => {
  const total = emptyTally();
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), {
      workerData: assignment,
      execArgv: [],
      ...(assignment.log === undefined ? { resourceLimits: enough } : {}),
    });
    try {
      while (next < customers) {
        const range = { from: next, to: Math.min(customers, next + rangeSize) };
        next = range.to;
        worker.postMessage(range, []);
        const [tally] = await once(worker, 'message');
        addTally(total, tally);
        done += range.to - range.from;
        progress(done);
      }
    } finally {
      await worker.terminate();
    }
  };
  const needed = Math.max(1, Math.min(workers, Math.ceil(customers / rangeSize)));
  await Promise.all(Array.from({ length: needed }, work));
  return total;
};
