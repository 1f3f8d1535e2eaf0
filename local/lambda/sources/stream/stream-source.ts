import { createHash } from 'node:crypto';
import { keyText, type StreamRecord } from '../../../dynamodb/streams/stream-records.ts';
import type { Streams } from '../../../dynamodb/streams/streams.ts';
import { objectOr } from '../../../template/json.ts';
import type { Source, SourceParts } from '../source.ts';
import { type Lane, streamLane } from './stream-lane.ts';
import { streamPosition } from './stream-position.ts';

const PAGE = 1000;
const REST_MS = 60_000;
/** A lane that has so many records waiting keeps the others from reading on. */
const MOST_WAITING = 10_000;

/**
 * Hands the records of a stream to a function. A write to the table wakes it. There is one lane, which keeps the order of the stream;
 * with a parallelization factor there are as many, and each item has its own, so that order holds for the item.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batching.html
 */
export function streamSource(parts: SourceParts, streams: Streams): Source {
  const { world, mapping } = parts;
  const position = streamPosition(parts);
  let reader = readerFrom();
  let reading: Promise<unknown> = Promise.resolve();

  function readerFrom() {
    const after = position.kept();
    return streams.reader(mapping.sourceArn, after === undefined ? mapping.from : { after });
  }

  /** Reads one page and deals its records out; false when there was none. */
  const readPage = async (by: Lane): Promise<boolean> => {
    const page = await reader.next(PAGE);
    if (!page) return false;
    const wanted = page.records.filter(({ event }) => mapping.accepts(event));
    position.read(wanted, page.last);
    for (const record of wanted) {
      const lane = lanes[laneOf(record, lanes.length)];
      lane?.take(record);
      if (lane !== by) lane?.wake();
    }
    return true;
  };

  const fillOf = (index: number) => async (count: number) => {
    const lane = lanes[index];
    if (lane === undefined) return;
    const more = async (): Promise<void> => {
      while (lane.gathered() < count) {
        if (lanes.some((one) => one.gathered() > MOST_WAITING) || !(await readPage(lane))) return;
      }
    };
    // One page at a time, whoever asks.
    const done = reading.then(more);
    reading = done.catch(() => undefined);
    await done;
  };

  /** Something other than the function failed, such as the engine: begin again from the last position. */
  const failed = (error: unknown) => {
    world.note(`${mapping.logicalId}: ${String(error)}`);
    position.reset();
    reader = readerFrom();
    for (const lane of lanes) lane.rest(REST_MS);
  };

  const settled = (records: readonly StreamRecord[]) => {
    position.settled(records);
    if (lanes.length > 1) wakeAll();
  };
  const wakeAll = () => lanes.forEach(({ wake }) => wake());

  const lanes: readonly Lane[] = Array.from({ length: mapping.parallelization }, (_, index) =>
    streamLane({ ...parts, fill: fillOf(index), settled, failed }),
  );
  const ignore = streams.onWrite(mapping.sourceArn, wakeAll);
  wakeAll();
  return {
    stop() {
      ignore();
      for (const lane of lanes) lane.stop();
    },
  };
}

const laneOf = ({ event }: StreamRecord, lanes: number): number => {
  if (lanes === 1) return 0;
  const key = keyText(objectOr(objectOr(event['dynamodb'])['Keys']));
  return createHash('md5').update(key).digest().readUInt32BE(0) % lanes;
};
