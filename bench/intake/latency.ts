import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { shopClient } from '../../test/end-to-end/segue-process.ts';

const IN_ONE_CALL = 10;
const LOOK_MS = 25;

const Streams = z.object({ Streams: z.array(z.object({ StreamArn: z.string(), TableName: z.string() })) });
const Shards = z.object({ StreamDescription: z.object({ Shards: z.array(z.object({ ShardId: z.string() })) }) });
const Iterator = z.object({ ShardIterator: z.string() });
const Records = z.object({ Records: z.array(z.unknown()), NextShardIterator: z.string() });

const ask = async <T>(
  aws: string,
  operation: string,
  ...[input, shape]: readonly [object, z.ZodType<T>]
): Promise<T> => {
  const answer = await fetch(aws, {
    method: 'POST',
    headers: { 'x-amz-target': `DynamoDBStreams_20120810.${operation}`, 'content-type': 'application/x-amz-json-1.0' },
    body: JSON.stringify(input),
  });
  return shape.parse(await answer.json());
};

/** The stream of the table with the profiles, from now on. */
const streamOfProfiles = async (aws: string): Promise<string> => {
  const { Streams: all } = await ask(aws, 'ListStreams', {}, Streams);
  const StreamArn = all.find(({ TableName }) => /State/i.test(TableName))?.StreamArn ?? '';
  const { StreamDescription } = await ask(aws, 'DescribeStream', { StreamArn }, Shards);
  const ShardId = StreamDescription.Shards[0]?.ShardId ?? '';
  const start = { StreamArn, ShardId, ShardIteratorType: 'LATEST' };
  return (await ask(aws, 'GetShardIterator', start, Iterator)).ShardIterator;
};

const whoOf = (record: unknown): string | undefined => /\bvisitor-\d+\b/.exec(JSON.stringify(record))?.[0];

/**
 * Puts signals on the bus at a steady rate, each of a customer of their own, and looks 40 times a second at which profiles have been written.
 * @returns milliseconds from before the call that put a signal until its profile was seen, in order of size
 */
export const latencies = async (
  aws: string,
  { perSecond, seconds, told }: { readonly perSecond: number; readonly seconds: number; told(done: number): void },
): Promise<readonly number[]> => {
  const put = shopClient(aws);
  const all = perSecond * seconds;
  const sent = new Map<string, number>();
  const took = new Map<string, number>();
  let iterator = await streamOfProfiles(aws);

  const look = async (): Promise<void> => {
    const page = await ask(aws, 'GetRecords', { ShardIterator: iterator, Limit: 1000 }, Records);
    iterator = page.NextShardIterator;
    const now = performance.now();
    for (const who of page.Records.map(whoOf))
      if (who !== undefined && !took.has(who)) took.set(who, now - (sent.get(who) ?? now));
  };

  const began = performance.now();
  const pouring = async (): Promise<void> => {
    for (let n = 0; n < all; n += IN_ONE_CALL) {
      await sleep(Math.max(0, began + (n / perSecond) * 1000 - performance.now()));
      const some = Array.from({ length: IN_ONE_CALL }, (_, i) => `visitor-${n + i}`);
      for (const who of some) sent.set(who, performance.now());
      void put(...some.map((userId) => ({ type: 'identify', userId, traits: { firstName: userId } })));
      told(n + IN_ONE_CALL);
    }
  };
  const poured = pouring();
  const deadline = began + seconds * 1000 + 30_000;
  while (took.size < all && performance.now() < deadline) {
    await look();
    await sleep(LOOK_MS);
  }
  await poured;
  if (took.size < all) throw new Error(`${all - took.size} of ${all} signals were in no profile after half a minute.`);
  return [...took.values()].toSorted((a, b) => a - b);
};

export const percentile = (ordered: readonly number[], percent: number): number =>
  ordered[Math.min(ordered.length - 1, Math.floor((ordered.length * percent) / 100))] ?? Number.NaN;
