import type { Json } from '../../world.ts';
import { isList, isObject } from '../../template/json.ts';
import { compileAnythingBut } from './anything-but.ts';
import { compileCidr } from './cidr.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { compileNumeric } from './numeric.ts';
import { compileWildcard } from './wildcard.ts';

/** One element of a pattern's list: what it accepts of the values present, and whether it accepts that there is none. */
export type Matcher = { readonly accepts: (value: Json) => boolean; readonly acceptsAbsence: boolean };

export const OPERATORS: ReadonlySet<string> = new Set([
  'exactly',
  'prefix',
  'suffix',
  'equals-ignore-case',
  'wildcard',
  'cidr',
  'numeric',
  'anything-but',
  'exists',
]);

export const compileMatcher = (element: Json): Matcher => {
  if (isList(element)) throw invalidPattern('Match value must be String, number, true, false, or null');
  if (!isObject(element)) return ofPresent((value) => value === element);
  return operator(Object.entries(element));
};

const ofPresent = (accepts: (value: Json) => boolean): Matcher => ({ accepts, acceptsAbsence: false });
const ofText = (accepts: (text: string) => boolean): Matcher =>
  ofPresent((value) => typeof value === 'string' && accepts(value));

const operator = (entries: readonly (readonly [string, Json])[]): Matcher => {
  const [entry, ...more] = entries;
  if (entry === undefined) throw invalidPattern('Empty match expression');
  if (!OPERATORS.has(entry[0])) throw invalidPattern(`Unrecognized match type ${entry[0]}`);
  const matcher = compileOperator(...entry);
  if (more.length > 0) throw invalidPattern('Only one key allowed in match expression');
  return matcher;
};

const compileOperator = (name: string, operand: Json): Matcher => {
  switch (name) {
    case 'prefix':
      return affix(name, operand, (text, prefix) => text.startsWith(prefix));
    case 'suffix':
      return affix(name, operand, (text, suffix) => text.endsWith(suffix));
    case 'equals-ignore-case': {
      const lower = text(name, operand).toLowerCase();
      return ofText((value) => value.toLowerCase() === lower);
    }
    case 'wildcard':
      return ofText(compileWildcard(text(name, operand)));
    case 'cidr':
      // AWS names `prefix` here whatever the operator: its compiler shares the sentence.
      return ofText(compileCidr(text('prefix', operand)));
    case 'numeric': {
      const compare = compileNumeric(operand);
      return ofPresent((value) => typeof value === 'number' && compare(value));
    }
    case 'anything-but':
      return ofPresent(compileAnythingBut(operand));
    case 'exists':
      if (typeof operand !== 'boolean') throw invalidPattern('exists match pattern must be either true or false.');
      return { accepts: () => operand, acceptsAbsence: !operand };
    default: {
      const exact = text('exact', operand);
      return ofText((value) => value === exact);
    }
  }
};

const text = (name: string, operand: Json): string => {
  if (typeof operand !== 'string') throw invalidPattern(`${name} match pattern must be a string`);
  return operand;
};

const affix = (name: string, operand: Json, fits: (text: string, affix: string) => boolean): Matcher => {
  if (!isObject(operand)) {
    const exact = text(name, operand);
    return ofText((value) => fits(value, exact));
  }
  const [entry, ...more] = Object.entries(operand);
  if (entry?.[0] !== 'equals-ignore-case') throw invalidPattern(`${name} match pattern must be a string`);
  const lower = text('equals-ignore-case', entry[1]).toLowerCase();
  if (more.length > 0) throw invalidPattern('Only one key allowed in match expression');
  return ofText((value) => fits(value.toLowerCase(), lower));
};
