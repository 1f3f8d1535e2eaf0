import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { isDeepStrictEqual } from 'node:util';
import type { JsonObject } from '../../world.ts';
import { laterField } from '../../template/json.ts';

const AFTER = `
  SELECT event_name, keys_json, new_image, old_image, sequence_number, created_at FROM _stream_records
  WHERE table_name = ?1 AND CAST(sequence_number AS INTEGER) > ?2
  ORDER BY CAST(sequence_number AS INTEGER) LIMIT ?3
`;

const NEWEST = 'SELECT MAX(CAST(sequence_number AS INTEGER)) AS sequence FROM _stream_records WHERE table_name = ?1';

/**
 * Records as the engine's `GetRecords` answers them, but for region and view, without writes that changed nothing; and the last write
 * looked at.
 */
export interface StreamPage {
  readonly records: readonly JsonObject[];
  readonly last: string;
}

export interface StreamFile {
  /** Up to so many records of a table, from the one after a sequence number on; `undefined` when there are none. */
  after(table: string, sequence: number, limit: number): StreamPage | undefined;
  /** The sequence number of a table's newest record, 0 when there is none. */
  newest(table: string): number;
  close(): void;
}

/**
 * Reads stream records from the engine's file. Every write makes one and every reader of the table reads them all, to pass most of
 * them over: to be answered them takes ten times as long. A write is in the file from the moment it is on disk.
 */
export function streamFile(databasePath: string): StreamFile {
  const database = new DatabaseSync(databasePath, { readOnly: true, timeout: 10_000 });
  const [after, newest] = [database.prepare(AFTER), database.prepare(NEWEST)];
  return {
    after(table, sequence, limit) {
      const rows = after.all(table, sequence, limit);
      const last = rows.at(-1);
      return last && { records: rows.flatMap(recordsOf), last: textOf(last, 'sequence_number') };
    },
    newest: (table) => Number(newest.get(table)?.['sequence'] ?? 0),
    close: () => database.close(),
  };
}

type Row = Record<string, SQLOutputValue>;

const textOf = (row: Row, column: string): string => String(row[column] ?? '');

/** The images are read when somebody looks at them. */
function recordsOf(row: Row): readonly JsonObject[] {
  const [keys, newImage, oldImage] = [textOf(row, 'keys_json'), textOf(row, 'new_image'), textOf(row, 'old_image')];
  const sequence = textOf(row, 'sequence_number');
  const dynamodb: JsonObject = {
    Keys: JSON.parse(keys),
    SequenceNumber: sequence,
    SizeBytes: Buffer.byteLength(keys) + Buffer.byteLength(newImage) + Buffer.byteLength(oldImage),
    ApproximateCreationDateTime: Number(row['created_at']),
  };
  if (newImage !== '') laterField(dynamodb, 'NewImage', () => JSON.parse(newImage));
  if (oldImage !== '') laterField(dynamodb, 'OldImage', () => JSON.parse(oldImage));
  // An item written again may have its attributes in another order, but no other length.
  const isSame = newImage.length === oldImage.length && isDeepStrictEqual(dynamodb['NewImage'], dynamodb['OldImage']);
  const eventName = textOf(row, 'event_name');
  return isSame ? [] : [{ eventID: sequence, eventName, eventVersion: '1.1', eventSource: 'aws:dynamodb', dynamodb }];
}
