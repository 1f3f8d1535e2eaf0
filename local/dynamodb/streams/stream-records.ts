import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../world.ts';
import { laterField, objectOr, textOr } from '../../template/json.ts';
import type { Table } from '../tables.ts';

export interface StreamRecord {
  readonly sequence: string;
  /** As a function gets it. Its images are read when somebody looks at them. */
  readonly event: JsonObject;
}

export interface RecordView {
  readonly table: Table;
  readonly region: string;
  /** World time for records that carry the machine's, in milliseconds. */
  readonly now: number | undefined;
  readonly isExpired: (key: JsonObject, sequence: string) => boolean;
}

/** Whether a record of the engine is of a write that changed something; on AWS another makes none. */
export function isChange(record: JsonObject): boolean {
  const { NewImage, OldImage } = objectOr(record['dynamodb']);
  return record['eventName'] !== 'MODIFY' || !isDeepStrictEqual(NewImage, OldImage);
}

/** A record of the engine as AWS would show it. */
export function asAwsRecord(record: JsonObject, view: RecordView): StreamRecord | undefined {
  const { stream } = view.table;
  if (!stream) return undefined;
  const change = objectOr(record['dynamodb']);
  const [key, sequence] = [objectOr(change['Keys']), textOr(change['SequenceNumber'], '')];
  const isExpired = record['eventName'] === 'REMOVE' && view.isExpired(key, sequence);
  const dynamodb: JsonObject = {
    Keys: key,
    SequenceNumber: sequence,
    SizeBytes: change['SizeBytes'] ?? 0,
    ApproximateCreationDateTime:
      view.now === undefined ? (change['ApproximateCreationDateTime'] ?? 0) : Math.floor(view.now / 1000),
    StreamViewType: stream.view,
  };
  const shows = { NewImage: stream.view.startsWith('NEW'), OldImage: stream.view.includes('OLD') };
  for (const name of ['NewImage', 'OldImage'] as const)
    if (shows[name] && Object.hasOwn(change, name)) laterField(dynamodb, name, () => change[name] ?? null);
  const event: JsonObject = {
    ...record,
    awsRegion: view.region,
    eventSourceARN: stream.arn,
    dynamodb,
    ...(isExpired && { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } }),
  };
  return { sequence, event };
}

/** One spelling for a key, whatever the order of its attributes. */
export const keyText = (key: JsonObject): string =>
  JSON.stringify(Object.entries(key).toSorted(([a], [b]) => (a < b ? -1 : 1)));
