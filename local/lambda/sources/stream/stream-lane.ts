import type { StreamRecord } from '../../../dynamodb/streams/stream-records.ts';
import type { Answer } from '../../sandbox/function-runner.ts';
import { failedItems } from '../batch-answer.ts';
import type { SourceParts } from '../source.ts';
import { wakeable } from '../wakeable.ts';
import { reportDiscarded } from './discarded-batch.ts';
import { verdictOn, type Batch } from './stream-batches.ts';

export interface LaneParts extends SourceParts {
  /** Reads on until the lane has this many records or the stream has no more. */
  readonly fill: (count: number) => Promise<void>;
  /** Hears that records are done with, one way or the other. */
  readonly settled: (records: readonly StreamRecord[]) => void;
  /** Hears that something other than the function failed, such as the engine. */
  readonly failed: (error: unknown) => void;
}

/** Hands records over batch by batch and in order; what failed comes first, and nothing passes it. */
export function streamLane(parts: LaneParts) {
  const { world, mapping, fill, settled, failed } = parts;
  const { clock } = world;
  /** Cut and not yet handed over. */
  let batches: Batch[] = [];
  /** Read and not yet cut into a batch. */
  let gathered: StreamRecord[] = [];
  let gatheredSince: number | undefined;

  /** Cuts the next batch when it is time for it; false when there is nothing to hand over now. */
  const cut = async (): Promise<boolean> => {
    if (batches.length > 0) return true;
    await fill(mapping.batchSize);
    if (gathered.length === 0) return false;
    gatheredSince ??= clock.now();
    const due = gatheredSince + mapping.windowMs;
    if (gathered.length < mapping.batchSize && due > clock.now()) {
      worker.wakeAt(due);
      return false;
    }
    batches.push({ records: gathered.splice(0, mapping.batchSize), failures: 0 });
    gatheredSince = undefined;
    return true;
  };

  const handOver = async () => {
    const batch = batches.shift();
    if (!batch) return;
    const sequences = batch.records.map(({ sequence }) => sequence);
    const answer = await parts.invoke(batch.records.map(({ event }) => event));
    const failures = failedItems(answer, sequences, mapping.reportsFailures);
    if (failures !== 'all' && failures.size === 0) return settled(batch.records);
    // A stream is handed over in order: all from the first failure on is to be done again.
    const from = failures === 'all' ? 0 : sequences.findIndex((sequence) => failures.has(sequence));
    const rest = { records: batch.records.slice(from), failures: from > 0 ? 0 : batch.failures };
    if (from > 0) settled(batch.records.slice(0, from));
    await judge(rest, answer);
  };

  const judge = async (batch: Batch, answer: Answer) => {
    const verdict = verdictOn(batch, mapping, world);
    if (verdict.kind === 'retry') {
      batches.unshift(...verdict.batches);
      worker.pause(verdict.pauseMs);
      return;
    }
    const { condition } = verdict;
    const discarded = { ...parts, records: batch.records, answer, attempts: batch.failures + 1, condition };
    await reportDiscarded(world, discarded).catch((error: unknown) =>
      world.note(`${mapping.logicalId}: a discarded batch could not be delivered: ${String(error)}`),
    );
    settled(batch.records);
  };

  const worker = wakeable({
    clock,
    async work() {
      while (worker.mayRun() && (await cut())) await handOver();
    },
    failed,
  });

  return {
    wake: worker.wake,
    stop: worker.stop,
    gathered: () => gathered.length,
    take: (record: StreamRecord): void => void gathered.push(record),
    /** Drops what it has and rests a while. */
    rest(ms: number): void {
      batches = [];
      gathered = [];
      gatheredSince = undefined;
      worker.pause(ms);
    },
  };
}
export type Lane = ReturnType<typeof streamLane>;
