import * as z from 'zod';
import type { Clock, Json, JsonObject } from '../../world.ts';
import { listOr, objectOr, textOr } from '../../template/json.ts';
import type { Engine } from '../engine/start-engine.ts';
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
  reader(streamArn: string, from: { readonly after: string } | 'TRIM_HORIZON' | 'LATEST'): StreamReader;
}

export interface StreamParts {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly region: string;
  readonly tables: ReadonlyMap<string, Table>;
  readonly isExpired: (table: Table, ...record: readonly [key: JsonObject, sequence: string]) => boolean;
}

const Shards = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) });
const Iterator = z.object({ ShardIterator: z.string() });

/** The streams of the tables, read through the engine's own Streams API. The engine keeps one shard per stream. */
export function streamsOf({ engine, clock, region, tables, isExpired }: StreamParts) {
  const wakes = new Map<string, Set<() => void>>();
  const ask = (operation: string, input: JsonObject) => engine.call(`DynamoDBStreams_20120810.${operation}`, input);

  const tableOf = (streamArn: string): Table & Required<Pick<Table, 'stream'>> => {
    for (const table of tables.values()) {
      const { stream } = table;
      if (stream?.arn === streamArn || stream?.engineArn === streamArn) return { ...table, stream };
    }
    throw new Error(`No table of the stack has the stream ${streamArn}.`);
  };

  const view = (record: Json, table: Table): StreamRecord | undefined =>
    asAwsRecord(objectOr(record), {
      table,
      region,
      now: clock.kind === 'virtual' ? clock.now() : undefined,
      isExpired: (key, sequence) => isExpired(table, key, sequence),
    });

  const firstIterator = async (engineArn: string, from: Parameters<Streams['reader']>[1]): Promise<string> => {
    const described = Shards.parse(await ask('DescribeStream', { StreamArn: engineArn }));
    const position =
      typeof from === 'string'
        ? { ShardIteratorType: from }
        : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from.after };
    const ShardId = described.StreamDescription.Shards[0]?.ShardId ?? '';
    return Iterator.parse(await ask('GetShardIterator', { StreamArn: engineArn, ShardId, ...position })).ShardIterator;
  };

  const readerAt = (streamArn: string, start: () => Promise<string>): StreamReader => {
    const table = tableOf(streamArn);
    let iterator: string | undefined;
    return {
      async next(limit) {
        iterator ??= await start();
        const { Records, NextShardIterator } = await ask('GetRecords', { ShardIterator: iterator, Limit: limit });
        iterator = textOr(NextShardIterator, iterator);
        const raw = listOr(Records);
        if (raw.length === 0) return undefined;
        const last = textOr(objectOr(objectOr(raw.at(-1))['dynamodb'])['SequenceNumber'], '');
        return { records: raw.flatMap((record) => view(record, table) ?? []), last };
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
    reader(streamArn, from) {
      const { engineArn } = tableOf(streamArn).stream;
      return readerAt(streamArn, () => firstIterator(engineArn, from));
    },
  };

  return {
    streams,
    /** Marks the end of a stream; what it answers reads on to the end that the stream has then. */
    async follow(streamArn: string): Promise<() => Promise<void>> {
      const iterator = await firstIterator(tableOf(streamArn).stream.engineArn, 'LATEST');
      const reader = readerAt(streamArn, async () => iterator);
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
