import type { Clock, JsonObject } from '../../world.ts';
import type { Engine } from '../engine/start-engine.ts';
import { type From, type ReadOn, readStream } from './read-stream.ts';
import { asAwsRecord, type StreamRecord } from './stream-records.ts';
import type { Table } from '../tables.ts';

/** Reads on from one place in a stream. */
export interface StreamReader {
  /** Up to `limit` records from the next `limit` writes, and the last write looked at; `undefined` when nothing is left. */
  next(limit: number): Promise<{ readonly records: readonly StreamRecord[]; readonly last: string } | undefined>;
}

export interface Streams {
  /** Calls `wake` whenever a write to the stream's table succeeded. Returns the way to stop. */
  onWrite(streamArn: string, wake: () => void): () => void;
  /** A reader that begins after a sequence number, at the oldest record, or at the next one. Throws for an unknown stream. */
  reader(streamArn: string, from: From): StreamReader;
}

export interface StreamParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly region: string;
  readonly tables: ReadonlyMap<string, Table>;
  readonly isExpired: (table: Table, ...record: readonly [key: JsonObject, sequence: string]) => boolean;
}

/** The streams of the tables. */
export function streamsOf({ engine, clock, region, tables, isExpired }: StreamParts) {
  const wakes = new Map<string, Set<() => void>>();

  const tableOf = (streamArn: string): Table & Required<Pick<Table, 'stream'>> => {
    for (const table of tables.values()) {
      const { stream } = table;
      if (stream?.arn === streamArn || stream?.engineArn === streamArn) return { ...table, stream };
    }
    throw new Error(`No table of the stack has the stream ${streamArn}.`);
  };

  const view = (record: JsonObject, table: Table): StreamRecord | undefined =>
    asAwsRecord(record, {
      table,
      region,
      now: clock.kind === 'virtual' ? clock.now() : undefined,
      isExpired: (key, sequence) => isExpired(table, key, sequence),
    });

  const open = (streamArn: string, from: From): Promise<ReadOn> => {
    const { name, stream } = tableOf(streamArn);
    return readStream(engine, { table: name, engineArn: stream.engineArn }, from);
  };

  const readerOf = (streamArn: string, start: () => Promise<ReadOn>): StreamReader => {
    const table = tableOf(streamArn);
    let readOn: ReadOn | undefined;
    return {
      async next(limit) {
        readOn ??= await start();
        const page = await readOn(limit);
        return page && { records: page.records.flatMap((record) => view(record, table) ?? []), last: page.last };
      },
    };
  };

  const streams: Streams = {
    onWrite(streamArn, wake) {
      const { name } = tableOf(streamArn);
      const listeners = wakes.get(name) ?? new Set();
      wakes.set(name, listeners.add(wake));
      return () => void listeners.delete(wake);
    },
    reader: (streamArn, from) => readerOf(streamArn, () => open(streamArn, from)),
  };

  return {
    streams,
    /** Marks the end of a stream; what it answers reads on to the end that the stream has then. */
    async follow(streamArn: string): Promise<() => Promise<void>> {
      const end = await open(streamArn, 'LATEST');
      const reader = readerOf(streamArn, async () => end);
      return async () => {
        for (let page = await reader.next(1000); page !== undefined;) page = await reader.next(1000);
      };
    },
    /** Tells the readers of a table that it was written to. */
    written: (table: string) => wakes.get(table)?.forEach((wake) => wake()),
    tableOf,
    view,
  };
}
