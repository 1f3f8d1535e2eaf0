import type { Ledger, Path } from '../report/ledger.ts';

/** A JSONata condition, or why there is none. */
export type Condition = { readonly when: string } | { readonly incomplete: string };

export const everybody: Condition = { when: 'true' };

/** What conditions are made with: where they are noted, and what segments there are. */
export type Conditions = {
  readonly ledger: Ledger;
  /** The condition of a segment that was imported with this. */
  readonly segment: (id: string) => Condition;
};

const isSimple = (when: string): boolean => /^(?:[\w.$`]+|\$\w+\([^()]*\))$/.test(when);
const bracketed = (when: string): string => (isSimple(when) ? when : `(${when})`);

/** All of the conditions or any of them; the first that could not be written makes the whole incomplete. */
export const combined = (conditions: readonly Condition[], word: 'and' | 'or'): Condition => {
  const missing = conditions.find((each) => 'incomplete' in each);
  if (missing !== undefined) return missing;
  const all = conditions.flatMap((each) => ('when' in each ? [each.when] : []));
  const counting = word === 'and' ? all.filter((when) => when !== 'true') : all;
  const [only, ...more] = counting;
  if (only === undefined) return everybody;
  return { when: more.length === 0 ? only : counting.map(bracketed).join(` ${word} `) };
};

/** Not so; what cannot be told, because something is missing, is not so either. */
export const negated = (condition: Condition): Condition =>
  'incomplete' in condition ? condition : { when: `$not((${condition.when}) = true)` };

export const quoted = (text: string): string => JSON.stringify(text);

const word = /^[A-Za-z_]\w*$/;
const reserved = ['and', 'or', 'in', 'true', 'false', 'null', 'function'];

/** A path of names as JSONata reads it; undefined when a name cannot be written. */
export const jsonataPath = (...names: readonly string[]): string | undefined =>
  names.some((name) => name.includes('`') || name === '')
    ? undefined
    : names.map((name) => (word.test(name) && !reserved.includes(name) ? name : `\`${name}\``)).join('.');

/** Notes a field and hands the condition on. */
export const noted = (
  ledger: Ledger,
  path: Path,
  condition: Condition,
  how: { readonly exact: string } | { readonly changed: string },
): Condition => {
  if ('incomplete' in condition) ledger.note(path, 'not supported', condition.incomplete);
  else if ('exact' in how) ledger.note(path, 'exact', how.exact);
  else ledger.note(path, 'changed', how.changed);
  return condition;
};
