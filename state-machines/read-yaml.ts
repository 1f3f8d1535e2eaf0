import { readFileSync } from 'node:fs';
import { type Document, isMap, isPair, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml';

/** Counted from 1. */
type Place = { readonly line: number; readonly column: number };

const keyOffset = (map: YAMLMap, key: string | number): number | undefined => {
  const pair = map.items.find((each) => isPair(each) && isScalar(each.key) && each.key.value === key);
  return pair !== undefined && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
};

/** Where in the text a path of the document is, or the nearest place above it. */
export const offsetOf = (document: Document.Parsed, where: readonly (string | number)[]): number => {
  let offset = 0;
  for (let depth = 1; depth <= where.length; depth++) {
    const key = where[depth - 1];
    const parent = depth === 1 ? document.contents : document.getIn(where.slice(0, depth - 1), true);
    if (isMap(parent) && key !== undefined) offset = keyOffset(parent, key) ?? parent.range?.[0] ?? offset;
    else if (isSeq(parent) && typeof key === 'number') {
      const entry = parent.items[key];
      if (typeof entry === 'object' && entry !== null && 'range' in entry && Array.isArray(entry.range))
        offset = Number(entry.range[0]);
    }
  }
  return offset;
};

/** A file, and where in it a number of letters is. */
export const readYaml = (file: string) => {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines });
  const place = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  return { document, place };
};

/** What the YAML says; anchors that repeat each other without end say nothing. */
export const valueOf = (document: Document.Parsed): { readonly value: unknown } | { readonly unreadable: string } => {
  try {
    return { value: document.toJS() };
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : String(thrown);
    return { unreadable: `This YAML repeats itself too often: ${why}. Write the steps out.` };
  }
};
