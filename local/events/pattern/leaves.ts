import type { Json } from '../../world.ts';
import { isList, isObject } from '../../template/json.ts';

/** A value of the event, with the places in arrays one passes on the way to it. */
export type Leaf = { readonly value: Json; readonly within: Place | undefined };
type Place = { readonly array: readonly Json[]; readonly index: number; readonly outer: Place | undefined };

/**
 * Every scalar at `path`, looking through arrays. An object or an empty array has none. A dot in a pattern's key stands for
 * itself or for a step down, as on AWS; a dot in an event's key only for itself.
 */
export const leavesAt = (event: Json, path: readonly string[]): readonly Leaf[] => {
  const leaves = collect(event, path);
  const steps = path.flatMap((key) => key.split('.'));
  return steps.length === path.length ? leaves : [...leaves, ...collect(event, steps)];
};

const NONE: readonly Leaf[] = [];

const collect = (event: Json, path: readonly string[]): readonly Leaf[] => {
  // Most events have no array on the way: a walk down, and one leaf or none.
  let value: Json | undefined = event;
  for (const key of path) {
    if (!isObject(value)) return isList(value) ? collectAll(event, path) : NONE;
    value = Object.hasOwn(value, key) ? value[key] : undefined;
  }
  if (value === undefined || isObject(value)) return NONE;
  return isList(value) ? collectAll(event, path) : [{ value, within: undefined }];
};

const collectAll = (event: Json, path: readonly string[]): readonly Leaf[] => {
  const leaves: Leaf[] = [];
  const visit = (value: Json, depth: number, within: Place | undefined): void => {
    if (isList(value)) value.forEach((item, index) => visit(item, depth, { array: value, index, outer: within }));
    else if (isObject(value)) {
      const key = path[depth];
      const next = key !== undefined && Object.hasOwn(value, key) ? value[key] : undefined;
      if (next !== undefined) visit(next, depth + 1, within);
    } else if (depth === path.length) leaves.push({ value, within });
  };
  visit(event, 0, undefined);
  return leaves;
};

/** The element taken of each array entered so far. */
export type Chosen = ReadonlyMap<readonly Json[], number>;

/** The choices with this leaf's added, or `undefined` when it lies in another element of an array already entered. */
export const chosenWith = (chosen: Chosen, leaf: Leaf): Chosen | undefined => {
  if (leaf.within === undefined) return chosen;
  const both = new Map(chosen);
  for (let place: Place | undefined = leaf.within; place !== undefined; place = place.outer) {
    if ((both.get(place.array) ?? place.index) !== place.index) return undefined;
    both.set(place.array, place.index);
  }
  return both;
};
