import { once } from 'node:events';
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import type { Fault } from '../customer/customer.ts';
import type { Format, Row } from '../read/read-rows.ts';

const notes = ['import_line', 'import_column', 'import_problem', 'import_proposal'] as const;

const quoted = (cell: string): string => (/[",\n\r;\t|]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
const csvLine = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\n`;

const told = ({ line }: Pick<Row, 'line'>, faults: readonly Fault[]): readonly string[] => [
  String(line),
  ...(['column', 'message', 'proposal'] as const).map((part) => faults.map((fault) => fault[part]).join(' / ')),
];

/**
 * The rows that were not taken, as they stand in the file, each with what is wrong with it: corrected, this file can be imported
 * itself. It is there only when there is such a row.
 */
export const rejectsFile = (path: string, format: Format, columns: readonly string[]) => {
  let stream: WriteStream | undefined;
  let count = 0;
  rmSync(path, { force: true });

  const lineOf = (row: Row, faults: readonly Fault[]): string => {
    const values = told(row, faults);
    if (format === 'csv') return csvLine([...columns.map((_, index) => row.cells[index] ?? ''), ...values]);
    const marks = Object.fromEntries(notes.map((name, index) => [name, values[index]]));
    const said = row.flaw === undefined ? row.fields : { import_text: row.cells[0] ?? '' };
    return `${JSON.stringify({ ...said, ...marks })}\n`;
  };

  const add = async (row: Row, faults: readonly Fault[]): Promise<void> => {
    count++;
    if (stream === undefined) {
      stream = createWriteStream(path);
      if (format === 'csv') stream.write(csvLine([...columns, ...notes]));
    }
    if (!stream.write(lineOf(row, faults))) await once(stream, 'drain');
  };

  const close = async (): Promise<void> => {
    if (stream === undefined) return;
    stream.end();
    await once(stream, 'finish');
  };

  return { add, close, count: () => count };
};
