import type { Json } from '../../world.ts';
import type { ItemReader } from '../asl/program.ts';
import { isList, parseJson } from '../json.ts';
import { StateFailure } from '../state-failure.ts';
import { csvRows } from './csv.ts';

/** The items of an object, at most `most`. Throws `States.ItemReaderFailed` when it is not what the reader expects. */
export function readItems(
  body: Buffer,
  { format, headers, delimiter }: Pick<ItemReader, 'format' | 'headers' | 'delimiter'>,
  most = Number.POSITIVE_INFINITY,
): readonly Json[] {
  const text = body.toString('utf8').replace(/^\ufeff/, '');
  switch (format) {
    case 'JSON': {
      const items = parseJson(text);
      if (!isList(items)) throw unreadable('The object is not a JSON array.');
      return items.slice(0, most);
    }
    case 'JSONL':
      return text
        .split('\n')
        .filter((line) => line.trim() !== '')
        .slice(0, most)
        .map(lineOf);
    case 'CSV': {
      const [first = [], ...rest] = csvRows(text, delimiter);
      const rows = headers === undefined ? rest : first.length === 0 ? rest : [first, ...rest];
      return rows.slice(0, most).map((row) => record(headers ?? first, row));
    }
  }
}

function lineOf(line: string, n: number): Json {
  const value = parseJson(line);
  if (value === undefined) throw unreadable(`Line ${n + 1} of the object is not JSON.`);
  return value;
}

/** Every header has a value; fields beyond the headers are left out. */
function record(headers: readonly string[], row: readonly string[]): Json {
  return Object.fromEntries(headers.map((header, n) => [header, row[n] ?? '']));
}

function unreadable(cause: string): StateFailure {
  return new StateFailure('States.ItemReaderFailed', cause);
}
