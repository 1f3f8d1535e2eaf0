import type { DynamoDBRecord, SQSRecord } from 'aws-lambda';
import * as z from 'zod/mini';

/** A journey to look at. `at`: when this call was asked for (epoch milliseconds), if it was. */
export type Call = { readonly journey: string; readonly at: number };

const Tick = z.object({ journey: z.string(), at: z.number() });

/** What the stream tells of: somebody is in line or stands still, or something was said about a journey. */
const journeyOf = ({ dynamodb }: DynamoDBRecord): string | undefined => {
  const [pk = '', sk] = [dynamodb?.Keys?.['pk']?.S, dynamodb?.Keys?.['sk']?.S];
  return pk === 'JOURNEYS' ? sk : /^(?:PENDING|HELD)#(.+)$/.exec(pk)?.[1];
};

/** The journeys that records of the State table's stream, or of the queue, are about, each once. */
export const readCalls = (records: readonly (DynamoDBRecord | SQSRecord)[]): readonly Call[] => {
  const calls = new Map<string, number>();
  for (const record of records) {
    const { journey, at } =
      'body' in record ? Tick.parse(JSON.parse(record.body)) : { journey: journeyOf(record) ?? '', at: 0 };
    if (journey !== '') calls.set(journey, Math.max(at, calls.get(journey) ?? 0));
  }
  return [...calls].map(([journey, at]) => ({ journey, at }));
};
