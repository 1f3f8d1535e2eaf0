import type { Json } from '../../world.ts';
import { isList } from '../../template/json.ts';
import { invalidPattern } from './invalid-pattern.ts';

type Comparison = (value: number) => boolean;

/** `["=", n]`, `["<", n]`, `[">=", low, "<", high]` …: a test for numbers. */
export const compileNumeric = (spec: Json): Comparison => {
  if (!isList(spec)) throw invalidPattern('Value of numeric must be an array.');
  const [operator = null, first = null, second, third = null] = spec;
  const low = comparison(operator, first);
  if (operator === '>' || operator === '>=') {
    if (second === undefined && spec.length === 2) return low;
    if (second !== '<' && second !== '<=')
      throw invalidPattern(`Bad numeric range operator: ${JSON.stringify(second)}`);
    const high = comparison(second, third);
    if (numberOf(first, operator) >= numberOf(third, second)) throw invalidPattern('Bottom must be less than top');
    if (spec.length > 4) throw tooMany();
    return (value) => low(value) && high(value);
  }
  if (spec.length > 2) throw tooMany();
  return low;
};

const tooMany = () => invalidPattern('Too many elements in numeric expression');

const comparison = (operator: Json, operand: Json): Comparison => {
  const limit = () => numberOf(operand, operator === '=' ? 'equals' : String(operator));
  switch (operator) {
    case '=':
      return isEqual(limit());
    case '<':
      return isBelow(limit());
    case '<=':
      return isAtMost(limit());
    case '>':
      return isAbove(limit());
    case '>=':
      return isAtLeast(limit());
    default:
      throw invalidPattern(`Unrecognized numeric range operator: ${String(operator)}`);
  }
};

const isEqual = (limit: number) => (value: number) => value === limit;
const isBelow = (limit: number) => (value: number) => value < limit;
const isAtMost = (limit: number) => (value: number) => value <= limit;
const isAbove = (limit: number) => (value: number) => value > limit;
const isAtLeast = (limit: number) => (value: number) => value >= limit;

const numberOf = (operand: Json, operator: string): number => {
  if (typeof operand !== 'number') throw invalidPattern(`Value of ${operator} must be numeric`);
  if (!Number.isFinite(operand)) throw invalidPattern(`Cannot compare number : ${operand}`);
  return operand;
};
