import type { Json } from '../../world.ts';
import { isList, isObject } from '../../template/json.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { compileWildcard } from './wildcard.ts';

type Test = (value: Json) => boolean;

/** True for every value that is not the given one, none of the given ones, or does not fit the given prefix, suffix or wildcard. */
export const compileAnythingBut = (spec: Json): Test => {
  if (typeof spec === 'string' || typeof spec === 'number') return (value) => value !== spec;
  if (isList(spec)) return noneOf(spec);
  if (isObject(spec)) return notFitting(Object.entries(spec));
  throw notAValue();
};

const notAValue = () => invalidPattern('Value of anything-but must be an array or single string/number value.');

const noneOf = (list: readonly Json[]): Test => {
  if (list.length === 0) throw invalidPattern('Empty arrays are not allowed');
  if (!list.every((item) => typeof item === 'string' || typeof item === 'number'))
    throw invalidPattern('Inside anything but list, start|null|boolean is not supported.');
  if (new Set(list.map((item) => typeof item)).size > 1)
    throw invalidPattern(
      'Inside anything but list, either all values are number or string, mixed type is not supported',
    );
  const excluded = new Set<Json>(list);
  return (value) => !excluded.has(value);
};

const notFitting = (entries: readonly (readonly [string, Json])[]): Test => {
  const [entry, ...more] = entries;
  if (entry === undefined) throw notAValue();
  if (more.length > 0) throw invalidPattern('Only one key allowed in match expression');
  const [operator, operand] = entry;
  const fits = operands(operand).map((item) => fit(operator, item));
  if (fits.length === 0) throw invalidPattern('Empty arrays are not allowed');
  return (value) => typeof value !== 'string' || !fits.some((test) => test(value));
};

const operands = (operand: Json): readonly Json[] => {
  if (isList(operand)) return operand;
  if (isObject(operand)) throw notAValue();
  return [operand];
};

const fit = (operator: string, operand: Json): ((text: string) => boolean) => {
  switch (operator) {
    case 'prefix': {
      const prefix = affix(operand);
      return (text) => text.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = affix(operand);
      return (text) => text.endsWith(suffix);
    }
    case 'equals-ignore-case': {
      if (typeof operand !== 'string')
        throw invalidPattern(
          'Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.',
        );
      const lower = operand.toLowerCase();
      return (text) => text.toLowerCase() === lower;
    }
    case 'wildcard':
      if (typeof operand !== 'string') throw invalidPattern('wildcard match pattern must be a string');
      return compileWildcard(operand);
    default:
      throw invalidPattern(`Unsupported anything-but pattern: ${operator}`);
  }
};

const affix = (operand: Json): string => {
  if (typeof operand !== 'string') throw invalidPattern('prefix/suffix match pattern must be a string');
  if (operand === '') throw invalidPattern('Null prefix/suffix not allowed');
  return operand;
};
