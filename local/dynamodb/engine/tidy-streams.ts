import { DatabaseSync } from 'node:sqlite';

const INDEXES = `
  CREATE INDEX IF NOT EXISTS local_stream_sequence
    ON _stream_records (table_name, CAST(sequence_number AS INTEGER));
  DROP INDEX IF EXISTS local_stream_shard;
`;

/** Records up to a sequence number may go. The newest stays: the engine counts on from it. */
const TRIM = `
  DELETE FROM _stream_records
  WHERE table_name = ?1
    AND CAST(sequence_number AS INTEGER) <= ?2
    AND CAST(sequence_number AS INTEGER) <
      (SELECT MAX(CAST(sequence_number AS INTEGER)) FROM _stream_records WHERE table_name = ?1)
`;

/** The last record before the first that is not a day old: they are in the order of time. */
const DAY_OLD = `
  SELECT CAST(sequence_number AS INTEGER) - 1 AS sequence FROM _stream_records
  WHERE table_name = ?1 AND created_at >= unixepoch('now', '-1 day')
  ORDER BY CAST(sequence_number AS INTEGER) LIMIT 1
`;

/** What a table's readers have handled; `undefined` when nobody is known to read it. */
export type Handled = ReadonlyMap<string, number | undefined>;

/**
 * Gives the engine's stream records the index it looks for: without it every write to a table with a stream reads all records the
 * stream ever had. A stream has one shard, so that no index by shard is needed, which every write would have to keep. Then forgets the records that were handled, or, as AWS does, those a day old where nobody reads.
 */
export function tidyStreams(databasePath: string, handled: Handled): void {
  const database = new DatabaseSync(databasePath, { timeout: 10_000 });
  try {
    database.exec(INDEXES);
    const trim = database.prepare(TRIM);
    const dayOld = database.prepare(DAY_OLD);
    for (const [table, sequence] of handled)
      trim.run(table, sequence ?? dayOld.get(table)?.['sequence'] ?? Number.MAX_SAFE_INTEGER);
  } finally {
    database.close();
  }
}
