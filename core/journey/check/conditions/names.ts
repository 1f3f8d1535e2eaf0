import { anyData, type Kind, type Kinds, kinds } from '#core/expression';

/** What there is below a name: anything, a plain value, or further names. */
export type Names =
  | { readonly is: 'any' }
  | { readonly is: 'value'; readonly kinds: Kinds; readonly oneOf?: readonly string[] }
  | { readonly is: 'names'; readonly of: { readonly [name: string]: Names }; readonly rest?: Names };

/** The roots a condition may begin with. */
export type Readable = { readonly [root: string]: Names };

export const any: Names = { is: 'any' };
export const value = (...each: readonly Kind[]): Names => ({ is: 'value', kinds: kinds(...each) });
/** A value that may not be there. */
export const maybe = (...each: readonly Kind[]): Names => value(...each, 'nothing');
export const oneOf = (words: readonly string[]): Names => ({
  is: 'value',
  kinds: kinds('text', 'nothing'),
  oneOf: words,
});
export const names = (of: { readonly [name: string]: Names }, rest?: Names): Names => ({
  is: 'names',
  of,
  ...(rest === undefined ? {} : { rest }),
});

const below = (here: Names, name: string): Names | undefined => {
  if (here.is === 'any') return here;
  if (here.is === 'value') return undefined;
  return Object.hasOwn(here.of, name) ? here.of[name] : here.rest;
};

/** Down a path from the roots; undefined where it leads to nothing. */
export const namesAt = (readable: Readable, path: readonly string[]): Names | undefined =>
  path.reduce<Names | undefined>((here, name) => (here === undefined ? undefined : below(here, name)), names(readable));

export const kindsAt = (readable: Readable, path: readonly string[]): Kinds => {
  const found = namesAt(readable, path);
  if (found === undefined) return kinds('nothing');
  if (found.is === 'value') return found.kinds;
  return found.is === 'any' ? anyData : kinds('object', 'list', 'nothing');
};
