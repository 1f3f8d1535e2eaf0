import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** What SQLite calls the ways a file can fail us. https://sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

const SCHEMA = `
  PRAGMA locking_mode = EXCLUSIVE;
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS records (
    seq INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    id TEXT NOT NULL,
    value TEXT NOT NULL,
    UNIQUE (kind, id)
  );
  CREATE INDEX IF NOT EXISTS records_of_kind ON records (kind);
  CREATE TABLE IF NOT EXISTS commits (one INTEGER PRIMARY KEY CHECK (one = 1), count INTEGER NOT NULL);
  INSERT OR IGNORE INTO commits VALUES (1, 0);
  BEGIN IMMEDIATE; COMMIT;
`;

/** Opens the file, checks it, and takes it for this process alone. The lock ends with the process, however it ends. */
export function openFile(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path);
    database.exec(SCHEMA);
    const check = database.prepare('PRAGMA quick_check(1)').get();
    if (check?.['quick_check'] !== 'ok') throw damaged(path, String(check?.['quick_check']));
    return database;
  } catch (error) {
    throw explain(path, error);
  }
}

/** Everything in the folder belongs together: without the journal, the tables would tell of runs that nobody carries on. */
export const damaged = (path: string, detail: string): Error =>
  new Error(
    `The journal ${path} is damaged (${detail}). Stop everything that uses it and put the whole folder ${dirname(path)} back from ` +
      `a copy, or delete that folder: the next start then begins with nothing.`,
  );

/** Gives SQLite's terse errors a file name and a way out; others pass unchanged. */
export function explain(path: string, error: unknown): unknown {
  if (!(error instanceof Error) || !('errcode' in error)) return error;
  switch (Number(error.errcode) & 0xff) {
    case SQLITE_BUSY:
      return new Error(
        `The journal ${path} is in use by another run. Stop that one, or give this one another data folder.`,
      );
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(path, error.message);
    default:
      return new Error(`The journal ${path} cannot be used: ${error.message}. Is the disk full or read-only?`, {
        cause: error,
      });
  }
}
