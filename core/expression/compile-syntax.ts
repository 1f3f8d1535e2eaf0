import { compileFilter, compilePath, spend, type Evaluate } from './compile-path.ts';
import { FUNCTIONS } from './functions.ts';
import { BINARY } from './operators.ts';
import type { Operator, Syntax } from './subset/syntax.ts';
import { collapse, isList, isNumeric, isTrue, Mismatch, type Value } from './value.ts';

const compileBinary = (operator: Operator, left: Evaluate, right: Evaluate): Evaluate => {
  if (operator === 'and') return (item, run) => isTrue(left(item, run)) && isTrue(right(item, run));
  if (operator === 'or') return (item, run) => isTrue(left(item, run)) || isTrue(right(item, run));
  const apply = BINARY[operator];
  return (item, run) => apply(left(item, run), right(item, run));
};

/** `x in ['a', 'b']` with nothing to evaluate in the list. */
const compileMembership = (left: Evaluate, members: readonly Value[]): Evaluate => {
  const set = new Set(members);
  return (item, run) => {
    const value = left(item, run);
    return value !== undefined && set.has(value);
  };
};

const literalsOf = (syntax: Syntax): readonly Value[] | undefined => {
  if (syntax.kind !== 'array') return undefined;
  const values = syntax.items.flatMap((item) => (item.kind === 'literal' ? [item.value] : []));
  return values.length === syntax.items.length ? values : undefined;
};

const isBracketed = (item: Syntax): boolean =>
  item.kind === 'array' || (item.kind === 'filtered' && item.of.kind === 'array');

const compileArray = (items: readonly Syntax[]): Evaluate => {
  const parts = items.map((item) => ({ evaluate: compile(item), isNested: isBracketed(item) }));
  return (item, run) => {
    const made: Value[] = [];
    for (const { evaluate, isNested } of parts) {
      const value = evaluate(item, run);
      if (isList(value) && !isNested) made.push(...value);
      else if (value !== undefined) made.push(value);
    }
    spend(run, made.length);
    return made;
  };
};

const compileNegative =
  (of: Evaluate): Evaluate =>
  (item, run) => {
    const value = of(item, run);
    if (value === undefined) return undefined;
    if (!isNumeric(value)) throw new Mismatch('D1002');
    return -value;
  };

const compileCall = (name: string, inputs: readonly Evaluate[]): Evaluate => {
  const builtin = FUNCTIONS.get(name);
  if (builtin === undefined) throw new Error(`The syntax names a function that does not exist: ${name}`);
  const [only] = inputs;
  if (inputs.length === 1 && only !== undefined) {
    return (item, run) => {
      const input = only(item, run);
      if (isList(input)) spend(run, builtin.isQuadratic ? input.length ** 2 : input.length);
      return builtin.apply([input], item);
    };
  }
  return (item, run) =>
    builtin.apply(
      inputs.map((input) => input(item, run)),
      item,
    );
};

/** Closures for a checked expression. Nothing is looked up by name at run time but the data. */
export const compile = (syntax: Syntax): Evaluate => {
  switch (syntax.kind) {
    case 'literal': {
      const { value } = syntax;
      return () => value;
    }
    case 'array': {
      const constant = literalsOf(syntax);
      return constant === undefined ? compileArray(syntax.items) : () => constant;
    }
    case 'field':
      return compilePath([{ of: syntax, filters: [] }], compile);
    case 'path':
      return compilePath(syntax.steps, compile);
    case 'item':
      return (item) => collapse(item);
    case 'root':
      return (_item, run) => run.root;
    case 'group': {
      const of = compile(syntax.of);
      return (item, run) => collapse(of(item, run));
    }
    case 'filtered': {
      const of = compile(syntax.of);
      const filters = syntax.filters.map((filter) => compileFilter(filter, compile));
      return (item, run) => collapse(filters.reduce((value, filter) => filter(value, run), of(item, run)));
    }
    case 'negative':
      return compileNegative(compile(syntax.of));
    case 'binary': {
      const members = syntax.operator === 'in' ? literalsOf(syntax.right) : undefined;
      if (members !== undefined) return compileMembership(compile(syntax.left), members);
      return compileBinary(syntax.operator, compile(syntax.left), compile(syntax.right));
    }
    case 'condition': {
      const [test, consequent] = [compile(syntax.test), compile(syntax.consequent)];
      const alternative = syntax.alternative === undefined ? () => undefined : compile(syntax.alternative);
      return (item, run) => collapse((isTrue(test(item, run)) ? consequent : alternative)(item, run));
    }
    case 'call':
      return compileCall(syntax.name, syntax.inputs.map(compile));
  }
};
