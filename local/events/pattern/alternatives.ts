import type { Json, JsonObject } from '../../world.ts';
import { isList, isObject } from '../../template/json.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { compileMatcher, OPERATORS, type Matcher } from './matcher.ts';

/** The values wanted at one path of the event. */
export type Clause = { readonly path: readonly string[]; readonly anyOf: readonly Matcher[] };
/** Clauses that must hold together. */
export type Alternative = readonly Clause[];

/** A pattern multiplied out over its `$or`s: the event matches when one alternative does. */
export const alternatives = (pattern: JsonObject, path: readonly string[] = []): readonly Alternative[] => {
  if (Object.keys(pattern).length === 0)
    throw invalidPattern(path.length === 0 ? 'Empty filters are not allowed' : 'Empty objects are not allowed');
  let all: readonly Alternative[] = [[]];
  for (const [key, value] of Object.entries(pattern)) {
    const options = optionsOf(key, value, path);
    all = all.flatMap((one) => options.map((option) => joined(one, option)));
  }
  return all;
};

const optionsOf = (key: string, value: Json, path: readonly string[]): readonly Alternative[] => {
  if (key === '$or' && isOrRelation(value)) return value.flatMap((part) => alternatives(part, path));
  if (isList(value)) return [[{ path: [...path, key], anyOf: matchers(value) }]];
  if (isObject(value)) return alternatives(value, [...path, key]);
  throw invalidPattern(`"${key}" must be an object or an array`);
};

/** AWS lets a later word on the same field replace the earlier one: inside `$or`, the inner list wins. */
const joined = (one: Alternative, option: Alternative): Alternative => [
  ...one.filter((clause) => !option.some((other) => samePath(clause.path, other.path))),
  ...option,
];

const samePath = (a: readonly string[], b: readonly string[]): boolean => a.join('.') === b.join('.');

const matchers = (list: readonly Json[]): readonly Matcher[] => {
  if (list.length === 0) throw invalidPattern('Empty arrays are not allowed');
  return list.map(compileMatcher);
};

/** Only a list of two or more objects without an operator among their keys is the relation; otherwise `$or` is a field's name. */
const isOrRelation = (value: Json): value is readonly JsonObject[] =>
  isList(value) &&
  value.length > 1 &&
  value.every((part) => isObject(part) && !Object.keys(part).some((key) => OPERATORS.has(key)));
