import { closestWord } from '../closest-word.ts';

/** Why an expression cannot be used. Caught where it is compiled. */
export class Refused extends Error {
  readonly position: number;
  readonly hint: string;
  constructor(position: number, message: string, hint: string) {
    super(message);
    this.name = 'Refused';
    this.position = Math.max(0, position);
    this.hint = hint;
  }
}

/** What JSONata has and the subset lacks: what is said of it, and what to write instead. */
export const REFUSALS = {
  regex: ['a regular expression', 'compare with =, or use $contains and $lowercase'],
  lambda: ['a function of your own', 'use a predicate in square brackets, such as items[price > 10]'],
  partial: ['a function with open places', 'give it all its inputs'],
  apply: ['the ~> operator', 'write the function around its input: $count(items)'],
  bind: ['a variable of your own', 'write its value where it is needed'],
  transform: ['a transformation', 'an expression can read but not change'],
  wildcard: ['the wildcard *', 'name the field'],
  descendant: ['the wildcard **', 'name the path'],
  parent: ['the parent operator %', 'write the predicate on the outer list'],
  sort: ['sorting', 'use $max or $min'],
  position: ['a position or a name for the item', 'use an index such as [0] or a predicate'],
  range: ['a range', 'write the numbers: [1, 2, 3]'],
  object: ['an object', 'an expression gives one value: compare the fields one by one'],
  block: ['brackets around nothing or around several expressions', 'put one expression in brackets'],
  elvis: ['the ?: operator, which Step Functions does not have', 'write a ? a : b'],
  default: ['the ?? operator, which Step Functions does not have', 'write $exists(a) ? a : b'],
  'keep-array': ['the empty brackets []', 'leave them out: a single value counts as a list of one'],
  'array-step': ['a list inside a path', 'write the field, or use a list on its own: [a.x, a.y]'],
  'bare-item': ['$ outside square brackets', 'begin with a name, such as profile'],
  'too-deep': ['more than 60 levels of brackets', 'make it two conditions'],
  unknown: ['this', 'see the list of what conditions may say'],
} as const satisfies Readonly<Record<string, readonly [message: string, hint: string]>>;

/** `did you mean …?` for the nearest known word, if one is near. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const closest = closestWord(word, known);
  return closest === undefined ? undefined : `did you mean ${closest}?`;
};
