import type { Filter, Step, Syntax } from './subset/syntax.ts';
import { collapse, isList, isNumeric, isRecord, isSequence, isTrue, Mismatch, sequence, type Value } from './value.ts';

/** One evaluation: where the roots are, and how much work is left. */
export type Run = { readonly root: Value; left: number };
export type Evaluate = (item: Value, run: Run) => Value;
export type Compile = (syntax: Syntax) => Evaluate;

/** @throws Mismatch D1012 when a run has done all the work it may. */
export const spend = (run: Run, work: number): void => {
  run.left -= work;
  if (run.left < 0) throw new Mismatch('D1012');
};

/** A field of an object, its own; of a list, the field of each item. */
const lookUp = (item: Value, name: string, run: Run): Value => {
  if (isRecord(item)) return Object.hasOwn(item, name) ? item[name] : undefined;
  if (!isList(item)) return undefined;
  spend(run, item.length + 1);
  const found = sequence();
  for (const each of item) {
    const value = lookUp(each, name, run);
    if (isList(value)) for (const inner of value) found.push(inner);
    else if (value !== undefined) found.push(value);
  }
  return found;
};

/**
 * One step over a list. What the items give is joined into one sequence, lists unpacked by one level; only a list of the
 * data that is the single result of the last step stays what it is.
 */
const stepOver = (items: readonly Value[], isLast: boolean, step: (item: Value) => Value): readonly Value[] => {
  const joined = sequence();
  let results = 0;
  let only: readonly Value[] | undefined;
  for (const item of items) {
    const result = step(item);
    if (result === undefined) continue;
    results += 1;
    only = results === 1 && isList(result) ? result : undefined;
    if (isList(result)) for (const inner of result) joined.push(inner);
    else joined.push(result);
  }
  return isLast && only !== undefined && !isSequence(only) ? only : joined;
};

const fieldsOver = (items: readonly Value[], names: readonly string[], run: Run): Value => {
  let current = items;
  for (const [index, name] of names.entries()) {
    spend(run, current.length + 1);
    current = stepOver(current, index === names.length - 1, (item) => collapse(lookUp(item, name, run)));
    if (current.length === 0) break;
  }
  return collapse(current);
};

/** `profile.cart.items`: as long as no list is met, this is a few property reads. */
const compileFields =
  (names: readonly string[]): Evaluate =>
  (item, run) => {
    if (isList(item)) return fieldsOver(item, names, run);
    let current: Value = item;
    for (let index = 0; index < names.length; index++) {
      const name = names[index] ?? '';
      if (!isRecord(current) || !Object.hasOwn(current, name)) return undefined;
      current = current[name];
      if (isList(current))
        return index === names.length - 1 ? current : fieldsOver(current, names.slice(index + 1), run);
    }
    return current;
  };

const at = (items: readonly Value[], index: number): Value => {
  const item = items[index < 0 ? items.length + index : index];
  if (isList(item)) return item;
  const found = sequence();
  if (item !== undefined) found.push(item);
  return found;
};

/** A predicate that gives numbers picks by position, any other picks where it is true. */
const picks = (result: Value, index: number, length: number): number => {
  const numbers = isNumeric(result) ? [result] : result;
  if (!isList(numbers) || !numbers.every(isNumeric)) return isTrue(result) ? 1 : 0;
  return numbers.filter((number) => {
    const position = Math.floor(number);
    return (position < 0 ? length + position : position) === index;
  }).length;
};

export const compileFilter = (filter: Filter, compile: Compile): Evaluate => {
  if (filter.kind === 'index') return (input) => at(isList(input) ? input : [input], Math.floor(filter.index));
  const test = compile(filter.test);
  return (input, run) => {
    const items = isList(input) ? input : [input];
    spend(run, items.length + 1);
    const kept = sequence();
    for (const [index, item] of items.entries()) {
      for (let times = picks(test(item, run), index, items.length); times > 0; times--) kept.push(item);
    }
    return kept;
  };
};

const compileStep = ({ of, filters }: Step, compile: Compile): Evaluate => {
  const evaluate: Evaluate = of.kind === 'field' ? (item, run) => collapse(lookUp(item, of.name, run)) : compile(of);
  const picked = filters.map((filter) => compileFilter(filter, compile));
  return (item, run) => picked.reduce((value, filter) => filter(value, run), evaluate(item, run));
};

export const compilePath = (steps: readonly Step[], compile: Compile): Evaluate => {
  const names = steps.flatMap(({ of, filters }) => (of.kind === 'field' && filters.length === 0 ? [of.name] : []));
  if (names.length === steps.length) return compileFields(names);
  const compiled = steps.map((step) => compileStep(step, compile));
  const first = steps[0]?.of.kind;
  const isAbsolute = first === 'item' || first === 'root';
  return (item, run) => {
    let current: readonly Value[] = isList(item) && !isAbsolute ? item : [item];
    for (const [index, step] of compiled.entries()) {
      spend(run, current.length + 1);
      current = stepOver(current, index === compiled.length - 1, (each) => step(each, run));
      if (current.length === 0) break;
    }
    return collapse(current);
  };
};
