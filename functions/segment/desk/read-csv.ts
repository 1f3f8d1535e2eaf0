import type { Subject } from '#core/signal';

/** What is wrong with a row of a file; rows count from 1, the header is row 1. */
export type RowError = { readonly row: number; readonly field: string; readonly message: string };
export type CsvMember = { readonly row: number; readonly subject: Subject };
export type CsvMembers = { readonly members: readonly CsvMember[]; readonly errors: readonly RowError[] };

const MAX_ID = 256;

/** RFC 4180: fields in quotes may hold commas, quotes (doubled) and line breaks. */
const rowsOf = (text: string): readonly (readonly string[])[] => {
  const rows: string[][] = [[]];
  const cell = /("(?:[^"]|"")*"|[^,\n\r"]*)(,|\r?\n|$)/y;
  while (cell.lastIndex <= text.length) {
    const found = cell.exec(text);
    if (found === null) return [...rows.slice(0, -1), ['\u0000']];
    const [, raw = '', end] = found;
    rows.at(-1)?.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw.trim());
    if (end === '') break;
    if (end !== ',') rows.push([]);
  }
  return rows;
};

const idColumns: Readonly<Record<string, 'user' | 'anonymous'>> = {
  userid: 'user',
  user_id: 'user',
  'user.userid': 'user',
  anonymousid: 'anonymous',
  anonymous_id: 'anonymous',
};

const rowError = (row: number, field: string, id: string): RowError | undefined => {
  if (id === '') return { row, field, message: `\`${field}\` is empty.` };
  if (id === '\u0000') return { row, field, message: 'A quote is not closed: the file cannot be read from here on.' };
  if (id.length > MAX_ID) return { row, field, message: `\`${field}\` is longer than ${MAX_ID} letters.` };
  return undefined;
};

/** Reads a list of customers: a header with `userId` or `anonymousId` among its columns, then a customer a row. */
export const readCsv = (text: string): CsvMembers => {
  const [header = [], ...rows] = rowsOf(text.replace(/^\uFEFF/, ''));
  const column = header.findIndex((name) => Object.hasOwn(idColumns, name.toLowerCase()));
  const field = header[column] ?? 'userId';
  const kind = idColumns[field.toLowerCase()];
  if (column < 0 || kind === undefined)
    return {
      members: [],
      errors: [{ row: 1, field, message: 'The first row must name a column `userId` or `anonymousId`.' }],
    };
  const read = rows
    .map((cells, index) => ({ row: index + 2, cells }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
    .map(({ row, cells }) => {
      const id = cells[0] === '\u0000' ? '\u0000' : (cells[column] ?? '');
      const error = rowError(row, field, id);
      return error === undefined ? { member: { row, subject: { [kind]: id } } } : { error };
    });
  return {
    members: read.flatMap((each) => each.member ?? []),
    errors: read.flatMap((each) => each.error ?? []),
  };
};
