import { randomUUID } from 'node:crypto';
import type { JsonObject, World } from '../../../world.ts';
import { textOr } from '../../../template/json.ts';
import type { StreamRecord } from '../../../dynamodb/streams/stream-records.ts';
import { deliver } from '../../destinations.ts';
import type { Answer } from '../../sandbox/function-runner.ts';
import type { Mapping } from '../mapping.ts';
import { createdAt } from './stream-batches.ts';

export interface Discarded {
  readonly mapping: Mapping;
  readonly roleArn: string;
  readonly records: readonly StreamRecord[];
  readonly answer: Answer;
  readonly attempts: number;
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded';
}

/**
 * Sends a batch that will not be tried again to the mapping's failure destination: queues and topics learn where the records are,
 * a bucket gets them whole. Without a destination it is only noted.
 */
export async function reportDiscarded(world: World, discarded: Discarded): Promise<void> {
  const { mapping, roleArn, records } = discarded;
  if (mapping.onFailure === undefined) {
    world.note(`${mapping.logicalId} gave up on ${records.length} records; there is no failure destination.`);
    return;
  }
  const record = failureRecord(discarded, world.clock.now());
  const isBucket = mapping.onFailure.startsWith('arn:aws:s3:');
  const payload = JSON.stringify({ Records: records.map(({ event }) => event) });
  await deliver(world, {
    to: mapping.onFailure,
    roleArn,
    body: JSON.stringify(isBucket ? { ...record, payload } : record),
    folder: `aws/lambda/${mapping.id}/shardId-00000001`,
  });
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html */
function failureRecord({ mapping, records, answer, attempts, condition }: Discarded, now: number): JsonObject {
  return {
    requestContext: {
      requestId: randomUUID(),
      functionArn: mapping.functionArn,
      condition,
      approximateInvokeCount: attempts,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: '$LATEST',
      ...(answer.error && { functionError: answer.error }),
    },
    version: '1.0',
    timestamp: new Date(now).toISOString(),
    DDBStreamBatchInfo: {
      shardId: 'shardId-00000001',
      startSequenceNumber: textOr(records[0]?.sequence, ''),
      endSequenceNumber: textOr(records.at(-1)?.sequence, ''),
      approximateArrivalOfFirstRecord: timeOf(records[0]),
      approximateArrivalOfLastRecord: timeOf(records.at(-1)),
      batchSize: records.length,
      streamArn: mapping.sourceArn,
    },
  };
}

const timeOf = (record: StreamRecord | undefined): string => new Date(createdAt(record)).toISOString();
