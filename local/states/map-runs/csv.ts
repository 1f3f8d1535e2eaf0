/**
 * The rows of a CSV text as RFC 4180 has them: quoted fields may hold delimiters, line breaks and doubled quotes. Empty
 * lines are no rows. An unclosed quote ends with the text.
 */
export function csvRows(text: string, delimiter: string): readonly (readonly string[])[] {
  const rows: string[][] = [];
  let row: string[] = [];
  let at = 0;
  while (at < text.length) {
    const field = fieldAt(text, at, delimiter);
    row.push(field.value);
    at = field.end;
    if (text[at] === delimiter) {
      at += 1;
      if (at < text.length) continue;
      row.push('');
    }
    if (text[at] === '\r') at += 1;
    if (text[at] === '\n') at += 1;
    if (row.length > 1 || row[0] !== '') rows.push(row);
    row = [];
  }
  return rows;
}

interface Field {
  readonly value: string;
  readonly end: number;
}

function fieldAt(text: string, start: number, delimiter: string): Field {
  if (text[start] !== '"') {
    let end = start;
    while (end < text.length && text[end] !== delimiter && text[end] !== '\n' && text[end] !== '\r') end += 1;
    return { value: text.slice(start, end), end };
  }
  let close = text.indexOf('"', start + 1);
  while (close >= 0 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
  const end = close < 0 ? text.length : close;
  const value = text.slice(start + 1, end).replaceAll('""', '"');
  let after = Math.min(end + 1, text.length);
  // What follows a closing quote up to the delimiter belongs to no field.
  while (after < text.length && text[after] !== delimiter && text[after] !== '\n' && text[after] !== '\r') after += 1;
  return { value, end: after };
}
