import type { DatabaseSync, SQLOutputValue } from 'node:sqlite';
import type { Json, Journal } from '../world.ts';
import { damaged, explain, openFile } from './journal-file.ts';
import { promiseMark } from './promise-mark.ts';

/** What is written but not yet committed, by kind and id; `undefined` is a removal. */
type Pending = Map<string, Map<string, string | undefined>>;

/** Records read at once: who stops early has read few too many, who reads all is not slower. */
const PAGE = 500;

const statements = (database: DatabaseSync) => ({
  put: database.prepare(
    'INSERT INTO records (kind, id, value) VALUES (?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET value = excluded.value',
  ),
  remove: database.prepare('DELETE FROM records WHERE kind = ? AND id = ?'),
  get: database.prepare('SELECT value FROM records WHERE kind = ? AND id = ?'),
  last: database.prepare('SELECT MAX(seq) AS seq FROM records WHERE kind = ?'),
  page: database.prepare(
    `SELECT seq, id, value FROM records WHERE kind = ? AND seq > ? AND seq <= ? ORDER BY seq LIMIT ${PAGE}`,
  ),
  count: database.prepare('UPDATE commits SET count = count + 1 RETURNING count'),
});

/** The mark of a journal that has kept what it promised. Throws an error that says what to do when it has not. */
const keptPromise = (path: string, database: DatabaseSync) => {
  const mark = promiseMark(path);
  const commits = Number(database.prepare('SELECT count FROM commits').get()?.['count']);
  const promised = mark.read();
  if (commits >= promised) return mark;
  mark.close();
  database.close();
  throw damaged(path, `it has ${commits} of the ${promised} commits it acknowledged; the end of ${path}-wal is lost`);
};

/**
 * A journal in one SQLite file. Writes gather until the next turn of the event loop and are committed in one transaction with
 * one fsync, however many callers wait. A commit that fails keeps what it could not write and rejects every `durable()` that waited.
 */
export function fileJournal(path: string): Journal & { close(): void } {
  const database = openFile(path);
  const mark = keptPromise(path, database);
  const sql = statements(database);
  let pending: Pending = new Map();
  let commit: Promise<void> | undefined;

  const write = () => {
    database.exec('BEGIN IMMEDIATE');
    try {
      for (const [kind, records] of pending) {
        for (const [id, value] of records) {
          if (value === undefined) sql.remove.run(kind, id);
          else sql.put.run(kind, id, value);
        }
      }
      const commits = Number(sql.count.get()?.['count']);
      database.exec('COMMIT');
      mark.write(commits);
      pending = new Map();
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw explain(path, error);
    }
  };

  const schedule = () => {
    commit ??= new Promise<void>((resolve, reject) => {
      setImmediate(() => {
        commit = undefined;
        try {
          if (database.isOpen) write();
          resolve();
        } catch (error) {
          reject(error);
        }
      });
    });
    return commit;
  };

  const stage = (kind: string, id: string, value: string | undefined) => {
    const records = pending.get(kind) ?? new Map<string, string | undefined>();
    pending.set(kind, records.set(id, value));
    void schedule();
  };

  const read = (kind: string, id: string): string | undefined => {
    const staged = pending.get(kind);
    if (staged?.has(id)) return staged.get(id);
    const value = sql.get.get(kind, id)?.['value'];
    return typeof value === 'string' ? value : undefined;
  };

  return {
    put: (kind, id, value) => stage(kind, id, JSON.stringify(value)),
    remove: (kind, id) => stage(kind, id, undefined),
    get(kind, id) {
      const value = read(kind, id);
      return value === undefined ? undefined : JSON.parse(value);
    },
    *all(kind): Generator<readonly [string, Json]> {
      const before = new Map(pending.get(kind));
      const last = sql.last.get(kind)?.['seq'] ?? 0;
      let from: SQLOutputValue = 0;
      for (let rows = sql.page.all(kind, from, last); rows.length > 0; rows = sql.page.all(kind, from, last)) {
        for (const row of rows) {
          const id = String(row['id']);
          from = row['seq'] ?? last;
          before.delete(id);
          const staged = pending.get(kind);
          const value = staged?.has(id) ? staged.get(id) : String(row['value']);
          if (value !== undefined) yield [id, JSON.parse(value)];
        }
      }
      for (const [id, value] of before) if (value !== undefined) yield [id, JSON.parse(value)];
    },
    durable: () => (pending.size > 0 ? schedule() : Promise.resolve()),
    close() {
      if (!database.isOpen) return;
      if (pending.size > 0) write();
      database.close();
      mark.close();
    },
  };
}
