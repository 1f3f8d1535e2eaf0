import type { Operator } from './subset/syntax.ts';
import { isList, isNumeric, isSame, Mismatch, textOf, type Value } from './value.ts';

type Binary = (left: Value, right: Value) => Value;

const arithmetic =
  (calculate: (left: number, right: number) => number): Binary =>
  (left, right) => {
    if (left !== undefined && !isNumeric(left)) throw new Mismatch('T2001');
    if (right !== undefined && !isNumeric(right)) throw new Mismatch('T2002');
    return left === undefined || right === undefined ? undefined : calculate(left, right);
  };

const isComparable = (value: Value): value is string | number | undefined =>
  typeof value === 'number' || typeof value === 'string' || value === undefined;

/** Numbers with numbers, texts with texts. */
const comparison =
  (compare: (left: number | string, right: number | string) => boolean): Binary =>
  (left, right) => {
    if (!isComparable(left) || !isComparable(right)) throw new Mismatch('T2010');
    if (left === undefined || right === undefined) return undefined;
    if (typeof left !== typeof right) throw new Mismatch('T2009');
    return compare(left, right);
  };

const isIn: Binary = (left, right) => {
  if (left === undefined || right === undefined) return false;
  return isList(right) ? right.includes(left) && !Number.isNaN(left) : right === left;
};

const concatenation: Binary = (left, right) =>
  (left === undefined ? '' : textOf(left)) + (right === undefined ? '' : textOf(right));

/** Operators that need both sides. A side that is nothing is equal to nothing and unequal to nothing. */
export const BINARY: Readonly<Record<Exclude<Operator, 'and' | 'or'>, Binary>> = {
  in: isIn,
  '=': (left, right) => left !== undefined && right !== undefined && isSame(left, right),
  '!=': (left, right) => left !== undefined && right !== undefined && !isSame(left, right),
  '<': comparison((left, right) => left < right),
  '<=': comparison((left, right) => left <= right),
  '>': comparison((left, right) => left > right),
  '>=': comparison((left, right) => left >= right),
  '+': arithmetic((left, right) => left + right),
  '-': arithmetic((left, right) => left - right),
  '*': arithmetic((left, right) => left * right),
  '/': arithmetic((left, right) => left / right),
  '%': arithmetic((left, right) => left % right),
  '&': concatenation,
};
