import { Refused } from './subset/refusal.ts';
import { readExpression } from './subset/read-expression.ts';
import type { Filter, Syntax } from './subset/syntax.ts';

/** Names from a root down to what is read: `['profile', 'cart', 'items']`. */
export type ReadPath = readonly string[];

/** Where a value may come from: several paths after a condition, none of what was calculated. */
type Origins = readonly ReadPath[];
type Note = (path: ReadPath) => void;

const tracePath = (syntax: Extract<Syntax, { kind: 'path' }>, item: Origins, note: Note): Origins =>
  syntax.steps.reduce((from, { of, filters }) => traceFiltered(trace(of, from, note), filters, note), item);

const traceFiltered = (of: Origins, filters: readonly Filter[], note: Note): Origins => {
  for (const filter of filters) if (filter.kind === 'where') trace(filter.test, of, note);
  return of;
};

/** Notes every path read, and says where the result comes from. `item` is what a bare name or `$` is about. */
const trace = (syntax: Syntax, item: Origins, note: Note): Origins => {
  const each = (inner: Syntax): Origins => trace(inner, item, note);
  switch (syntax.kind) {
    case 'literal':
      return [];
    case 'item':
      return item;
    case 'root':
      return [[]];
    case 'field': {
      const found = item.map((path) => [...path, syntax.name]);
      found.forEach(note);
      return found;
    }
    case 'path':
      return tracePath(syntax, item, note);
    case 'filtered':
      return traceFiltered(each(syntax.of), syntax.filters, note);
    case 'group':
      return each(syntax.of);
    case 'array':
      return syntax.items.flatMap(each);
    case 'condition':
      each(syntax.test);
      return [syntax.consequent, ...(syntax.alternative === undefined ? [] : [syntax.alternative])].flatMap(each);
    case 'negative':
      each(syntax.of);
      return [];
    case 'binary':
      each(syntax.left);
      each(syntax.right);
      return [];
    case 'call': {
      const inputs = syntax.inputs.map(each);
      // The only function that hands on what it was given.
      return syntax.name === 'distinct' ? inputs.flat() : [];
    }
  }
};

const isWithin = (path: ReadPath, longer: ReadPath): boolean =>
  path.length < longer.length && path.every((name, index) => name === longer[index]);

/**
 * Every path an expression reads, each once and as far down as its names are known; predicates and steps are followed
 * into what they are about. Of an expression that does not compile: none.
 */
export const pathsOf = (source: string, roots?: readonly string[]): readonly ReadPath[] => {
  const found = new Map<string, ReadPath>();
  try {
    trace(readExpression(source, roots), [[]], (path) => found.set(JSON.stringify(path), path));
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
  }
  const paths = [...found.values()];
  return paths.filter((path) => !paths.some((longer) => isWithin(path, longer)));
};
