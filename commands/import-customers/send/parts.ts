import type { Call } from '../customer/customer.ts';
import type { Read } from '../customer/read-customers.ts';

/** The good rows of a piece of the file; the same ones whenever the file is read. */
export type Part = {
  readonly part: number;
  readonly rows: readonly { readonly row: number; readonly calls: readonly Call[] }[];
};

/** A part has at most so many rows, to be done within seconds also where all is slow, and so many bytes, of which Lambda takes 6 MB. */
const mostRows = 200;
const mostBytes = 3_000_000;

/** Cuts good rows into parts. */
export async function* partsOf(all: AsyncIterable<Read>): AsyncGenerator<Part> {
  let [part, bytes] = [0, 0];
  let rows: Part['rows'][number][] = [];
  for await (const { row, calls, faults } of all) {
    if (faults.length > 0) continue;
    const own = calls.reduce((sum, call) => sum + sizeOf(call), 0);
    if (rows.length > 0 && (rows.length >= mostRows || bytes + own > mostBytes)) {
      yield { part, rows };
      [part, bytes, rows] = [part + 1, 0, []];
    }
    rows.push({ row: row.row, calls });
    bytes += own;
  }
  if (rows.length > 0) yield { part, rows };
}

/** No less than its bytes: a letter may take three. */
const sizeOf = (call: Call): number => JSON.stringify(call).length * 3;
