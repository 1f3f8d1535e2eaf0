import type { Path } from '../report/ledger.ts';

/** A place in a text, both counted from 1. */
export type Place = { readonly line: number; readonly column: number };

export const placeIn = (text: string, offset: number): Place => {
  const before = text.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
};

export type JsonPlaces = {
  /** Where the value at a path begins, or the nearest one around it. */
  readonly of: (path: Path) => Place;
  /** Keys that stand twice in one object: a reader would drop the first. */
  readonly repeated: readonly Path[];
};

const space = /\s*/y;
const string = /"(?:[^"\\]|\\.)*"/y;
const scalar = /[^\s,\]}]+/y;

/** Where every value of a JSON text is. @param text what `JSON.parse` has read without complaint */
export const jsonPlaces = (text: string): JsonPlaces => {
  const offsets = new Map<string, number>();
  const repeated: Path[] = [];
  let at = 0;

  const take = (pattern: RegExp): string => {
    pattern.lastIndex = at;
    const [found = ''] = pattern.exec(text) ?? [];
    at += found.length;
    return found;
  };
  const skip = (): void => void take(space);

  const members = (close: string, read: (i: number) => void): void => {
    at += 1;
    skip();
    for (let i = 0; text[at] !== close && at < text.length; i++) {
      read(i);
      skip();
      if (text[at] === ',') at += 1;
      skip();
    }
    at += 1;
  };

  const value = (path: Path): void => {
    skip();
    const key = JSON.stringify(path);
    if (offsets.has(key)) repeated.push(path);
    offsets.set(key, at);
    if (text[at] === '{')
      members('}', () => {
        const name: unknown = JSON.parse(take(string));
        skip();
        at += 1;
        value([...path, String(name)]);
      });
    else if (text[at] === '[') members(']', (i) => value([...path, i]));
    else if (text[at] === '"') take(string);
    else take(scalar);
  };
  value([]);

  const of = (path: Path): Place => {
    for (let depth = path.length; depth > 0; depth--) {
      const offset = offsets.get(JSON.stringify(path.slice(0, depth)));
      if (offset !== undefined) return placeIn(text, offset);
    }
    return placeIn(text, offsets.get('[]') ?? 0);
  };
  return { of, repeated };
};
