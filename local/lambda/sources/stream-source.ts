import { objectOr, textOr } from '../../template/json.ts';
import type { StreamRecord } from '../../dynamodb/streams/stream-records.ts';
import type { StreamReader, Streams } from '../../dynamodb/streams/streams.ts';
import type { Answer } from '../sandbox/function-runner.ts';
import { failedItems } from './batch-answer.ts';
import { reportDiscarded } from './discarded-batch.ts';
import type { Source, SourceParts } from './source.ts';
import { verdictOn, type Batch } from './stream-batches.ts';
import { wakeable } from './wakeable.ts';

const KIND = 'stream-position';
const PAGE = 1000;
const REST_MS = 60_000;

/**
 * Hands the records of a stream to a function, batch by batch and in order. A write to the table wakes it; its position is kept in the
 * journal (kind `stream-position`) after every batch, so that a crash repeats a batch and loses none.
 */
export function streamSource(parts: SourceParts, streams: Streams): Source {
  const { world, mapping } = parts;
  const { clock, journal } = world;
  /** Cut and not yet handed over, in order; what failed comes first. */
  let batches: Batch[] = [];
  /** Read and not yet cut into a batch. */
  let gathered: StreamRecord[] = [];
  let gatheredSince: number | undefined;
  let lastRead: string | undefined;
  let reader = readerFrom(parts, streams);

  /** Cuts the next batch when it is time for it; false when there is nothing to hand over now. */
  const cut = async (): Promise<boolean> => {
    if (batches.length > 0) return true;
    await readOn();
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

  const readOn = async () => {
    while (gathered.length < mapping.batchSize) {
      const page = await reader.next(PAGE);
      if (!page) return;
      lastRead = page.last;
      gathered.push(...page.records.filter(({ event }) => mapping.accepts(event)));
      if (gathered.length === 0) moveTo(page.last);
    }
  };

  const moveTo = (sequence: string) => journal.put(KIND, mapping.logicalId, { streamArn: mapping.sourceArn, sequence });

  /** Records up to the last of these need not be seen again, nor need those filtered away after it. */
  const done = (records: readonly StreamRecord[]) => {
    const nothingLeft = batches.length === 0 && gathered.length === 0;
    const last = nothingLeft ? lastRead : records.at(-1)?.sequence;
    if (last !== undefined) moveTo(last);
  };

  const handOver = async () => {
    const batch = batches.shift();
    if (!batch) return;
    const sequences = batch.records.map(({ sequence }) => sequence);
    const answer = await parts.invoke(batch.records.map(({ event }) => event));
    const failed = failedItems(answer, sequences, mapping.reportsFailures);
    if (failed !== 'all' && failed.size === 0) return done(batch.records);
    // A stream is handed over in order: all from the first failure on is to be done again.
    const from = failed === 'all' ? 0 : sequences.findIndex((sequence) => failed.has(sequence));
    const rest = { records: batch.records.slice(from), failures: from > 0 ? 0 : batch.failures };
    if (from > 0) moveTo(sequences[from - 1] ?? '');
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
    done(batch.records);
  };

  const worker = wakeable({
    clock,
    async work() {
      while (worker.mayRun() && (await cut())) await handOver();
    },
    /** Something other than the function failed, such as the engine: begin again from the last position. */
    failed(error) {
      world.note(`${mapping.logicalId}: ${String(error)}`);
      batches = [];
      gathered = [];
      reader = readerFrom(parts, streams);
      worker.pause(REST_MS);
    },
  });

  const ignore = streams.onWrite(mapping.sourceArn, worker.wake);
  worker.wake();
  return {
    stop() {
      ignore();
      worker.stop();
    },
  };
}

function readerFrom({ world, mapping }: SourceParts, streams: Streams): StreamReader {
  const kept = objectOr(world.journal.get(KIND, mapping.logicalId));
  const after = kept['streamArn'] === mapping.sourceArn ? textOr(kept['sequence'], undefined) : undefined;
  return streams.reader(mapping.sourceArn, after === undefined ? mapping.from : { after });
}
