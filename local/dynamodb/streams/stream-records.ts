import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../world.ts';
import { objectOr, textOr } from '../../template/json.ts';
import type { Table } from '../tables.ts';

export interface StreamRecord {
  readonly sequence: string;
  /** As a function gets it. */
  readonly event: JsonObject;
}

export interface RecordView {
  readonly table: Table;
  readonly region: string;
  /** World time for records that carry the machine's, in milliseconds. */
  readonly now: number | undefined;
  readonly isExpired: (key: JsonObject, sequence: string) => boolean;
}

/** A record of the engine as AWS would show it; `undefined` for a write that changed nothing, which on AWS makes no record. */
export function asAwsRecord(record: JsonObject, view: RecordView): StreamRecord | undefined {
  const { stream } = view.table;
  if (!stream) return undefined;
  const change = objectOr(record['dynamodb']);
  const { NewImage, OldImage, ...rest } = change;
  if (record['eventName'] === 'MODIFY' && isDeepStrictEqual(NewImage, OldImage)) return undefined;
  const sequence = textOr(change['SequenceNumber'], '');
  const isExpired = record['eventName'] === 'REMOVE' && view.isExpired(objectOr(change['Keys']), sequence);
  const event: JsonObject = {
    ...record,
    awsRegion: view.region,
    eventSourceARN: stream.arn,
    dynamodb: {
      ...rest,
      ...(view.now !== undefined && { ApproximateCreationDateTime: Math.floor(view.now / 1000) }),
      ...(NewImage !== undefined && stream.view.startsWith('NEW') && { NewImage }),
      ...(OldImage !== undefined && stream.view.includes('OLD') && { OldImage }),
      StreamViewType: stream.view,
    },
    ...(isExpired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  };
  return { sequence, event };
}

/** One spelling for a key, whatever the order of its attributes. */
export const keyText = (key: JsonObject): string =>
  JSON.stringify(Object.entries(key).toSorted(([a], [b]) => (a < b ? -1 : 1)));
