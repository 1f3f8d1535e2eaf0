import * as z from 'zod';
import { nextTurn } from '../../clock/in-flight.ts';
import type { JsonObject } from '../../world.ts';
import { listOr, objectOr, textOr } from '../../template/json.ts';
import type { Engine } from '../engine/start-engine.ts';
import type { StreamFile, StreamPage } from '../engine/stream-file.ts';
import { isChange } from './stream-records.ts';

/** After a sequence number, at the oldest record, or at the next one. */
export type From = { readonly after: string } | 'TRIM_HORIZON' | 'LATEST';

/** The records of up to so many further writes; `undefined` when there are none. */
export type ReadOn = (limit: number) => Promise<StreamPage | undefined>;

type Stream = { readonly table: string; readonly engineArn: string };

/** Opens a stream at a place: the engine's file where it is ours, else through its Streams API. */
export const readStream = async (engine: Engine, { table, engineArn }: Stream, from: From): Promise<ReadOn> =>
  engine.records === undefined ? asked(engine, engineArn, from) : filed(engine.records, table, from);

function filed(records: Pick<StreamFile, 'after' | 'newest'>, ...[table, from]: readonly [string, From]): ReadOn {
  let last = from === 'LATEST' ? records.newest(table) : from === 'TRIM_HORIZON' ? 0 : Number(from.after);
  return async (limit) => {
    // What was written in one turn is read at once.
    await nextTurn();
    const page = records.after(table, last, limit);
    last = Number(page?.last ?? last);
    return page;
  };
}

const Shards = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) });
const Iterator = z.object({ ShardIterator: z.string() });

/** The engine keeps one shard per stream. */
async function asked(engine: Engine, ...[StreamArn, from]: readonly [string, From]): Promise<ReadOn> {
  const ask = (operation: string, input: JsonObject) => engine.call(`DynamoDBStreams_20120810.${operation}`, input);
  const described = Shards.parse(await ask('DescribeStream', { StreamArn }));
  const position =
    typeof from === 'string'
      ? { ShardIteratorType: from }
      : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: from.after };
  const ShardId = described.StreamDescription.Shards[0]?.ShardId ?? '';
  let iterator = Iterator.parse(await ask('GetShardIterator', { StreamArn, ShardId, ...position })).ShardIterator;
  return async (limit) => {
    const { Records, NextShardIterator } = await ask('GetRecords', { ShardIterator: iterator, Limit: limit });
    iterator = textOr(NextShardIterator, iterator);
    const records = listOr(Records).map(objectOr);
    const last = records.at(-1);
    return (
      last && { records: records.filter(isChange), last: textOr(objectOr(last['dynamodb'])['SequenceNumber'], '') }
    );
  };
}
