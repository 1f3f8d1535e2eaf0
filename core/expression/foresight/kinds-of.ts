import type { ReadPath } from '../paths-of.ts';
import type { Operator, Syntax } from '../subset/syntax.ts';
import {
  anyKind,
  isAny,
  isOnly,
  joined,
  type Kind,
  type Kinds,
  kinds,
  mayBeFalsy,
  mayBeTruthy,
  picked,
} from './kinds.ts';

/** What may be found at a path of the data. */
export type KindsAt = (path: ReadPath) => Kinds;

/** The names of a path without filters and steps, from a root down. */
export const plainPath = (syntax: Syntax): ReadPath | undefined => {
  if (syntax.kind === 'field') return [syntax.name];
  if (syntax.kind !== 'path') return undefined;
  const names = syntax.steps.flatMap(({ of, filters }) =>
    of.kind === 'field' && filters.length === 0 ? [of.name] : [],
  );
  return names.length === syntax.steps.length ? names : undefined;
};

const literalKind = (value: null | boolean | number | string): Kind => {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return typeof value === 'number' ? 'number' : 'text';
};

const data = ['true', 'false', 'null', 'number', 'text', 'list', 'object'] as const;

/** Whether two sides may be the same value. */
const mayEqual = (left: Kinds, right: Kinds): boolean => data.some((kind) => left.has(kind) && right.has(kind));
/** Whether two sides may be different values: two of one kind may, but for the kinds of one value only. */
const mayDiffer = (left: Kinds, right: Kinds): boolean =>
  data.some(
    (kind) =>
      left.has(kind) &&
      data.some((other) => right.has(other) && (kind !== other || !isOnly(kinds(kind), 'true', 'false', 'null'))),
  );

const mismatchIn = (...all: readonly Kinds[]): readonly Kind[] =>
  all.some((each) => each.has('mismatch')) ? ['mismatch'] : [];

const equality = (left: Kinds, right: Kinds, isEqual: boolean): Kinds => {
  const holds = isEqual ? mayEqual(left, right) : mayDiffer(left, right);
  const fails =
    left.has('nothing') || right.has('nothing') || (isEqual ? mayDiffer(left, right) : mayEqual(left, right));
  return kinds(
    ...(holds ? (['true'] as const) : []),
    ...(fails ? (['false'] as const) : []),
    ...mismatchIn(left, right),
  );
};

const comparison = (left: Kinds, right: Kinds): Kinds => {
  const fits = (['number', 'text'] as const).some((kind) => left.has(kind) && right.has(kind));
  const isNothing = left.has('nothing') || right.has('nothing');
  return kinds(...(fits ? (['true', 'false'] as const) : []), ...(isNothing ? (['nothing'] as const) : []), 'mismatch');
};

const logic = (operator: 'and' | 'or', left: Kinds, right: Kinds): Kinds => {
  const [all, some] = [
    mayBeTruthy(left) && mayBeTruthy(right),
    mayBeTruthy(left) || (mayBeFalsy(left) && mayBeTruthy(right)),
  ];
  const [notAll, none] = [mayBeFalsy(left) || mayBeFalsy(right), mayBeFalsy(left) && mayBeFalsy(right)];
  const [holds, fails] = operator === 'and' ? [all, notAll] : [some, none];
  return kinds(
    ...(holds ? (['true'] as const) : []),
    ...(fails ? (['false'] as const) : []),
    ...mismatchIn(left, right),
  );
};

const membership = (left: Kinds, right: Syntax, found: Kinds): Kinds => {
  const members =
    right.kind === 'array'
      ? right.items.map((item) => (item.kind === 'literal' ? literalKind(item.value) : undefined))
      : [];
  const isKnown = right.kind === 'array' && members.every((kind) => kind !== undefined);
  const may = isKnown ? members.some((kind) => kind !== undefined && left.has(kind)) : isAny(left, ...data);
  return kinds(...(may ? (['true'] as const) : []), 'false', ...mismatchIn(left, found));
};

const arithmetic = (left: Kinds, right: Kinds): Kinds => {
  const isNumber = left.has('number') && right.has('number');
  const isNothing = left.has('nothing') || right.has('nothing');
  return kinds(...(isNumber ? (['number'] as const) : []), ...(isNothing ? (['nothing'] as const) : []), 'mismatch');
};

const binary = (operator: Operator, left: Kinds, right: Kinds, of: Syntax): Kinds => {
  switch (operator) {
    case 'and':
    case 'or':
      return logic(operator, left, right);
    case '=':
    case '!=':
      return equality(left, right, operator === '=');
    case 'in':
      return membership(left, of, right);
    case '&':
      return kinds('text', 'mismatch');
    case '<':
    case '<=':
    case '>':
    case '>=':
      return comparison(left, right);
    case '+':
    case '-':
    case '*':
    case '/':
    case '%':
      return arithmetic(left, right);
  }
};

const numbers = new Set([
  'abs',
  'average',
  'ceil',
  'floor',
  'length',
  'max',
  'min',
  'number',
  'round',
  'sum',
  'toMillis',
]);
const texts = new Set(['fromMillis', 'lowercase', 'string', 'substring', 'trim', 'uppercase']);

/** Of a function: what it gives of its first input. */
const called = (name: string, input: Kinds): Kinds => {
  const nothing = picked(input, 'nothing');
  const mismatch = mismatchIn(input);
  const truth = (whenTruthy: Kind, whenFalsy: Kind): readonly Kind[] => [
    ...(mayBeTruthy(input) ? [whenTruthy] : []),
    ...(isOnly(input, 'true', 'nothing', 'mismatch') ? [] : [whenFalsy]),
  ];
  if (name === 'count') return kinds('number', ...mismatch);
  if (name === 'exists')
    return kinds(
      ...(isAny(input, ...data) ? (['true'] as const) : []),
      ...(nothing.length > 0 ? (['false'] as const) : []),
      ...mismatch,
    );
  if (name === 'boolean') return kinds(...truth('true', 'false'), ...nothing, ...mismatch);
  if (name === 'not') return kinds(...truth('false', 'true'), ...nothing, ...mismatch);
  if (name === 'contains')
    return kinds(...(input.has('text') ? (['true', 'false'] as const) : []), 'nothing', 'mismatch');
  if (numbers.has(name)) return kinds('number', 'nothing', 'mismatch');
  return texts.has(name) ? kinds('text', 'nothing', 'mismatch') : anyKind;
};

/** What an expression may give. Never less than what it does give. */
export const kindsOf = (syntax: Syntax, at: KindsAt): Kinds => {
  const each = (inner: Syntax): Kinds => kindsOf(inner, at);
  const path = plainPath(syntax);
  if (path !== undefined) return at(path);
  switch (syntax.kind) {
    case 'literal':
      return kinds(literalKind(syntax.value));
    case 'array':
      return joined(kinds('list'), kinds(...mismatchIn(...syntax.items.map(each))));
    case 'group':
      return each(syntax.of);
    case 'negative':
      return kinds('number', 'nothing', 'mismatch');
    case 'binary':
      return binary(syntax.operator, each(syntax.left), each(syntax.right), syntax.right);
    case 'condition': {
      const test = each(syntax.test);
      const alternative = syntax.alternative === undefined ? kinds('nothing') : each(syntax.alternative);
      return joined(
        mayBeTruthy(test) ? each(syntax.consequent) : kinds(),
        mayBeFalsy(test) ? alternative : kinds(),
        kinds(...mismatchIn(test)),
      );
    }
    case 'call': {
      const [first] = syntax.inputs;
      return first === undefined ? anyKind : called(syntax.name, each(first));
    }
    default:
      return anyKind;
  }
};
