/** A row of a CSV text; `line` is where it begins, from 1. `isBroken`: a quote was opened and never closed. */
export type CsvRow = { readonly line: number; readonly cells: readonly string[]; readonly isBroken?: true };

const separators = [',', ';', '\t', '|'] as const;

/** The separator that is found most often in the header, outside quotes. */
export const separatorOf = (header: string): string => {
  const bare = header.replaceAll(/"[^"]*"/g, '');
  const counted = separators.map((separator) => ({ separator, count: bare.split(separator).length }));
  return counted.toSorted((a, b) => b.count - a.count)[0]?.separator ?? ',';
};

/** Whether a text ends inside quotes, if it began outside. */
const endsQuoted = (text: string): boolean => text.split('"').length % 2 === 0;

const cellsOf = (text: string, separator: string): readonly string[] => {
  if (!text.includes('"')) return text.split(separator).map((cell) => cell.trim());
  const cells: string[] = [];
  let at = 0;
  while (at <= text.length) {
    let end = at;
    // A quote counts as one at the beginning of a cell only: `5" screen` is a text.
    if (text[at] === '"') {
      end = text.indexOf('"', at + 1);
      while (end >= 0 && text[end + 1] === '"') end = text.indexOf('"', end + 2);
      if (end < 0) end = text.length;
      cells.push(text.slice(at + 1, end).replaceAll('""', '"'));
      end = text.indexOf(separator, end);
    } else {
      end = text.indexOf(separator, at);
      cells.push(text.slice(at, end < 0 ? undefined : end).trim());
    }
    if (end < 0) break;
    at = end + separator.length;
  }
  return cells;
};

/** The rows of a CSV text that comes line by line, as RFC 4180 has them: quoted cells may hold line breaks. Empty lines are no rows. */
export async function* csvRows(lines: AsyncIterable<string>): AsyncGenerator<CsvRow> {
  let [line, begun, text] = [0, 1, ''];
  let separator: string | undefined;
  for await (const next of lines) {
    line++;
    if (text === '') begun = line;
    text = text === '' ? next : `${text}\n${next}`;
    if (text.includes('"') && endsQuoted(text)) continue;
    if (text.trim() !== '') {
      separator ??= separatorOf(text);
      yield { line: begun, cells: cellsOf(text, separator) };
    }
    text = '';
  }
  if (text !== '') yield { line: begun, cells: cellsOf(text, separator ?? ','), isBroken: true };
}
