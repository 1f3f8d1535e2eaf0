/** What an evaluation may give, as far as can be told without the data. `mismatch` is data it has no meaning for. */
export type Kind = 'true' | 'false' | 'null' | 'number' | 'text' | 'list' | 'object' | 'nothing' | 'mismatch';
export type Kinds = ReadonlySet<Kind>;

export const kinds = (...each: readonly Kind[]): Kinds => new Set(each);

export const anyKind: Kinds = kinds('true', 'false', 'null', 'number', 'text', 'list', 'object', 'nothing', 'mismatch');
/** What data may be: everything but a mismatch. */
export const anyData: Kinds = kinds('true', 'false', 'null', 'number', 'text', 'list', 'object', 'nothing');

export const isAny = (of: Kinds, ...wanted: readonly Kind[]): boolean => wanted.some((kind) => of.has(kind));
export const isOnly = (of: Kinds, ...allowed: readonly Kind[]): boolean =>
  [...of].every((kind) => allowed.includes(kind));
export const joined = (...all: readonly Kinds[]): Kinds => new Set(all.flatMap((each) => [...each]));
export const picked = (from: Kinds, ...wanted: readonly Kind[]): readonly Kind[] =>
  wanted.filter((kind) => from.has(kind));

/** May count as true, or as false: 0, `''` and what is empty count as false. */
export const mayBeTruthy = (of: Kinds): boolean => isAny(of, 'true', 'number', 'text', 'list', 'object');
export const mayBeFalsy = (of: Kinds): boolean => !isOnly(of, 'true', 'mismatch');
