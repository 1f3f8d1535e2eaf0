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

const damaged = (path: string, detail: string) =>
  new Error(
    `The journal ${path} is damaged (${detail}). Stop everything that uses it, keep a copy if its contents matter, ` +
      `then delete ${path} together with ${path}-wal and ${path}-shm; the next start begins with an empty one.`,
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
