import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Mapping } from './columns/target.ts';
import { customerReader, type Read, type Reading } from './customer/read-customers.ts';
import { openFile, type Row } from './read/read-rows.ts';
import { rejectsFile } from './report/rejects.ts';
import type { Import, ImportApi, PartDone } from './send/import-api.ts';
import { partsOf } from './send/parts.ts';
import { sendParts } from './send/send-parts.ts';

export type Source = { readonly path: string; readonly mapping: Mapping; readonly asOf: string };

/** When a file says it was written: no row of it is newer. */
export const writtenAt = (path: string): string => new Date(statSync(path).mtimeMs).toISOString();

const readAll = async function* (rows: AsyncIterable<Row>, read: (row: Row) => Read): AsyncGenerator<Read> {
  for await (const row of rows) yield read(row);
};

const open = async ({ path, mapping }: Source, onBytes?: (chunk: Buffer) => void) => {
  const file = await openFile(path, onBytes);
  const reader = customerReader(basename(path), file, mapping);
  return { file, reader, rows: readAll(file.rows, reader.read) };
};

/** The first rows, and what the columns are taken for. */
export const lookInto = async (source: Source, rows: number): Promise<{ reading: Reading; first: readonly Read[] }> => {
  const { reader, rows: all } = await open(source);
  const first: Read[] = [];
  for await (const read of all) {
    first.push(read);
    if (first.length >= rows) break;
  }
  return { reading: reader.reading(), first };
};

/** What a whole file comes to. `id` is that of its bytes, and of how they are read. */
export type Checked = {
  readonly id: string;
  readonly rows: number;
  readonly good: number;
  readonly rejected: number;
  readonly parts: number;
};

/** Reads a file from its first row to its last, and writes down what is wrong with it, before anything is sent. */
export const checkFile = async (source: Source, rejectsPath: string): Promise<Checked> => {
  const hash = createHash('sha256');
  const { file, rows: all } = await open(source, (chunk) => hash.update(chunk));
  const rejects = rejectsFile(rejectsPath, file.format, file.columns);
  let rows = 0;
  const noted = async function* (): AsyncGenerator<Read> {
    for await (const read of all) {
      rows++;
      if (read.faults.length > 0) await rejects.add(read.row, read.faults);
      else yield read;
    }
  };
  let parts = 0;
  for await (const _ of partsOf(noted())) parts++;
  await rejects.close();
  hash.update(JSON.stringify(source.mapping));
  return {
    id: hash.digest('hex').slice(0, 16),
    rows,
    good: rows - rejects.count(),
    rejected: rejects.count(),
    parts,
  };
};

export type Importing = {
  readonly api: ImportApi;
  readonly onBegun: (begun: Import) => void;
  readonly onDone: (done: PartDone) => void;
};

/** Sends what a checked file has and the stack has not. */
export const importFile = async (
  source: Source,
  { id, parts }: Checked,
  { api, onBegun, onDone }: Importing,
): Promise<void> => {
  const begun = await api.begin({ id, file: basename(source.path), asOf: source.asOf, parts });
  onBegun(begun);
  if (begun.isDone) return;
  const { rows } = await open(source);
  await sendParts(partsOf(rows), { api, begun, onDone });
};
