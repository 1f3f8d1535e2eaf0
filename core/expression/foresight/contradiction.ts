import { BINARY } from '../operators.ts';
import type { ReadPath } from '../paths-of.ts';
import type { Operator, Syntax } from '../subset/syntax.ts';
import { isList, Mismatch, type Value } from '../value.ts';
import { plainPath } from './kinds-of.ts';

/** `profile.orders.count > 2`: a path, compared with a value as it stands. */
type Comparison = { readonly path: string; readonly operator: Exclude<Operator, 'and' | 'or'>; readonly value: Value };

/** `steps.response.outcome = 'clicked'`: a path, and a text it is compared with. */
export type Equality = { readonly path: ReadPath; readonly text: string };

const mirrored: { readonly [operator in Operator]?: Operator } = {
  '<': '>',
  '<=': '>=',
  '>': '<',
  '>=': '<=',
  '=': '=',
  '!=': '!=',
};
const comparing: readonly Operator[] = ['=', '!=', '<', '<=', '>', '>=', 'in'];

const valueOf = (syntax: Syntax): { readonly value: Value } | undefined => {
  if (syntax.kind === 'literal') return { value: syntax.value };
  if (syntax.kind === 'group') return valueOf(syntax.of);
  if (syntax.kind === 'negative') {
    const of = valueOf(syntax.of);
    return typeof of?.value === 'number' ? { value: -of.value } : undefined;
  }
  if (syntax.kind !== 'array') return undefined;
  const items = syntax.items.map(valueOf);
  return items.every((item) => item !== undefined) ? { value: items.map((item) => item.value) } : undefined;
};

const comparisonOf = (operator: Operator, left: Syntax, right: Syntax): Comparison | undefined => {
  const path = plainPath(left);
  const literal = valueOf(right);
  if (path === undefined || literal === undefined || operator === 'and' || operator === 'or') return undefined;
  return comparing.includes(operator) ? { path: path.join('.'), operator, value: literal.value } : undefined;
};

/** The comparisons that must all hold where the expression does. */
const comparisonsIn = (syntax: Syntax): readonly Comparison[] => {
  if (syntax.kind === 'group') return comparisonsIn(syntax.of);
  if (syntax.kind !== 'binary') return [];
  const { operator, left, right } = syntax;
  if (operator === 'and') return [left, right].flatMap(comparisonsIn);
  const turned = mirrored[operator];
  const found =
    comparisonOf(operator, left, right) ?? (turned === undefined ? undefined : comparisonOf(turned, right, left));
  return found === undefined ? [] : [found];
};

/** Everywhere in an expression where a path is compared with a text, for equal or not, or looked for among texts. */
export const equalitiesIn = (syntax: Syntax): readonly Equality[] => {
  if (syntax.kind === 'group') return equalitiesIn(syntax.of);
  if (syntax.kind === 'call') return syntax.inputs.flatMap(equalitiesIn);
  if (syntax.kind !== 'binary') return [];
  const { operator, left, right } = syntax;
  if (operator === 'and' || operator === 'or') return [left, right].flatMap(equalitiesIn);
  if (operator !== '=' && operator !== '!=' && operator !== 'in') return [];
  const [path, other] = [plainPath(left) ?? plainPath(right), plainPath(left) === undefined ? left : right];
  const literal = valueOf(other)?.value;
  const texts = (isList(literal) ? literal : [literal]).filter((text) => typeof text === 'string');
  return path === undefined ? [] : texts.map((text) => ({ path, text }));
};

const holds = ({ operator, value }: Comparison, candidate: Value): boolean => {
  try {
    return BINARY[operator](candidate, value) === true;
  } catch (thrown) {
    if (thrown instanceof Mismatch) return false;
    throw thrown;
  }
};

/** Values of which one fits if any does: those that are named, and one in every gap between them. */
const candidatesFor = (comparisons: readonly Comparison[]): readonly Value[] => {
  const named = comparisons.flatMap(({ value }) => (isList(value) ? value : [value]));
  const numbers = named.filter((value) => typeof value === 'number').toSorted((a, b) => a - b);
  const texts = named.filter((value) => typeof value === 'string');
  const between = numbers.flatMap((number, i) => [(number + (numbers[i + 1] ?? number + 2)) / 2]);
  return [
    ...named,
    ...between,
    (numbers[0] ?? 0) - 1,
    ...texts.map((text) => `${text}\u0000`),
    '',
    '\uFFFF',
    true,
    false,
    null,
    [],
  ];
};

/** The path of which an expression asks what no value can be: `items > 3 and items < 2`. */
export const contradictionIn = (syntax: Syntax): string | undefined => {
  const byPath = Map.groupBy(comparisonsIn(syntax), ({ path }) => path);
  for (const [path, comparisons] of byPath) {
    if (comparisons.length < 2) continue;
    if (!candidatesFor(comparisons).some((candidate) => comparisons.every((each) => holds(each, candidate))))
      return path;
  }
  return undefined;
};
