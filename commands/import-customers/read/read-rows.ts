import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { isObject, type JsonObject } from '#core/signal';
import { csvRows } from './csv-rows.ts';

/**
 * A row of a file: its number from 1, the line it begins on, and what its columns say. `flaw` says why it could not be read.
 * `text` is what a rejects file repeats of it: the cells of a CSV, the line of an NDJSON.
 */
export type Row = {
  readonly row: number;
  readonly line: number;
  readonly fields: JsonObject;
  readonly cells: readonly string[];
  readonly flaw?: string;
};

export type Format = 'csv' | 'ndjson';
/** `columns` are those of a CSV's header; an NDJSON has none. */
export type OpenFile = {
  readonly format: Format;
  readonly columns: readonly string[];
  readonly rows: AsyncGenerator<Row>;
};

/** What a column of ours adds to a rejects file: not read when the corrected file comes back. */
export const isNote = (column: string): boolean => column.startsWith('import_');

async function* linesOf(path: string, onBytes: (chunk: Buffer) => void): AsyncGenerator<string> {
  const file = createReadStream(path, { highWaterMark: 256 * 1024 });
  file.on('data', (chunk) => onBytes(Buffer.from(chunk)));
  const input = path.endsWith('.gz') ? file.pipe(createGunzip()) : file;
  // A pipe passes no error on.
  file.on('error', (error) => input.destroy(error));
  let isFirst = true;
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    yield isFirst ? line.replace(/^\uFEFF/, '') : line;
    isFirst = false;
  }
}

const objectOf = (text: string): JsonObject | undefined => {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
};

async function* ndjsonRows(lines: AsyncIterable<string>): AsyncGenerator<Row> {
  let [line, row] = [0, 0];
  for await (const text of lines) {
    line++;
    if (text.trim() === '') continue;
    row++;
    const fields = objectOf(text);
    const read = { row, line, cells: [text] };
    yield fields === undefined ? { ...read, fields: {}, flaw: 'This line is no JSON object.' } : { ...read, fields };
  }
}

async function* tableRows(
  header: readonly string[],
  rows: AsyncIterable<{ line: number; cells: readonly string[]; isBroken?: true }>,
) {
  let row = 0;
  for await (const { line, cells, isBroken } of rows) {
    row++;
    const fields = Object.fromEntries(header.map((name, index) => [name, cells[index] ?? '']));
    const extra = cells.length > header.length && cells.slice(header.length).some((cell) => cell !== '');
    const flaw = isBroken
      ? 'A quote is opened and not closed: the file cannot be read from here on.'
      : extra
        ? `This row has ${cells.length} cells, the header ${header.length}: is a separator not quoted?`
        : undefined;
    yield { row, line, fields, cells, ...(flaw !== undefined && { flaw }) };
  }
}

/** Opens a file of customers: CSV, or JSON line by line, packed with gzip or not. `onBytes` sees the file as it is read. */
export const openFile = async (path: string, onBytes: (chunk: Buffer) => void = () => undefined): Promise<OpenFile> => {
  const lines = linesOf(path, onBytes);
  const isTable = /\.(csv|tsv|txt)(\.gz)?$/i.test(path);
  if (!isTable) return { format: 'ndjson', columns: [], rows: ndjsonRows(lines) };
  const rows = csvRows(lines);
  const header = await rows.next();
  const columns = header.done === true ? [] : header.value.cells;
  return { format: 'csv', columns, rows: tableRows(columns, rows) };
};
