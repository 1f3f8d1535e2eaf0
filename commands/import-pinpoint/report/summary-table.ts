import type { Row, Status } from './ledger.ts';

/** One imported thing, as a line of the summary. */
export type Summary = {
  readonly kind: string;
  readonly name: string;
  readonly rows: readonly Row[];
  /** What is left to complete. */
  readonly incomplete: readonly string[];
};

export const countOf = (rows: readonly Row[], status: Status): number =>
  rows.filter((row) => row.status === status).length;

/** The page a terminal shows. */
const width = 80;
const numbers = [7, 9, 15, 6] as const;
const nameWidth = width - 10 - numbers.reduce((sum, each) => sum + each, 0);

const line = (kind: string, name: string, cells: readonly (string | number)[]): string => {
  const short = name.length <= nameWidth - 1 ? name : `${name.slice(0, nameWidth - 2)}…`;
  return [kind.padEnd(10), short.padEnd(nameWidth), ...cells.map((cell, i) => String(cell).padStart(numbers[i] ?? 0))]
    .join('')
    .trimEnd();
};

/** All that was imported, and how many of its fields are exact, changed and not supported: at most 80 columns. */
export const summaryTable = (all: readonly Summary[]): string =>
  [
    line('', '', ['exact', 'changed', 'not supported', 'to do']),
    ...all.map(({ kind, name, rows, incomplete }) =>
      line(kind, name, [
        countOf(rows, 'exact'),
        countOf(rows, 'changed'),
        countOf(rows, 'not supported'),
        incomplete.length,
      ]),
    ),
  ].join('\n');
