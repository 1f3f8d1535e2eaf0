/** What expressions read and give: JSON, or undefined where there is nothing. */
export type Value =
  | undefined
  | null
  | boolean
  | number
  | string
  | readonly Value[]
  | { readonly [name: string]: Value };

/** An expression met data it has no meaning for. `code` is JSONata's, such as `T2010` for `'a' < true`. */
export class Mismatch extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.name = 'Mismatch';
    this.code = code;
  }
}

/** Deeper data than any signal may bring is not followed. */
const MAX_DEPTH = 200;

export const isList = (value: Value): value is readonly Value[] => Array.isArray(value);
export const isRecord = (value: Value): value is { readonly [name: string]: Value } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * JSONata's result sequences: arrays with a mark, which one item alone leaves behind. An array of the data carries no mark
 * and stays an array, whatever its length.
 */
export type Sequence = Value[] & { sequence?: true };

export const sequence = (): Sequence => {
  const items: Sequence = [];
  items.sequence = true;
  return items;
};

export const isSequence = (value: Value): boolean => isList(value) && 'sequence' in value && value.sequence === true;

/** Nothing for an empty sequence, the item for a sequence of one, everything else as it is. */
export const collapse = (value: Value): Value =>
  isList(value) && value.length < 2 && isSequence(value) ? value[0] : value;

/** @throws Mismatch D1001 for infinity, as JSONata does wherever it asks for a number. */
export const isNumeric = (value: Value): value is number => {
  if (typeof value !== 'number' || Number.isNaN(value)) return false;
  if (!Number.isFinite(value)) throw new Mismatch('D1001');
  return true;
};

/** The effective boolean value: undefined, null, `''`, 0, `{}`, and arrays without a true item are false. */
export const isTrue = (value: Value, depth = 0): boolean => {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.length > 0;
  if (typeof value === 'number') return isNumeric(value) && value !== 0;
  if (value === undefined || value === null) return false;
  if (!isList(value)) return Object.keys(value).length > 0;
  if (depth > MAX_DEPTH) throw new Mismatch('D1011');
  let found = false;
  for (const item of value) found = isTrue(item, depth + 1) || found;
  return found;
};

const isSameList = (left: readonly Value[], right: readonly Value[], depth: number): boolean =>
  left.length === right.length && left.every((item, index) => isSame(item, right[index], depth));

/** Deep equality, fields in any order. */
export const isSame = (left: Value, right: Value, depth = 0): boolean => {
  if (left === right) return true;
  if (depth > MAX_DEPTH) throw new Mismatch('D1011');
  if (isList(left)) return isList(right) && isSameList(left, right, depth + 1);
  if (!isRecord(left) || !isRecord(right)) return false;
  const names = Object.keys(left);
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isSame(left[name], right[name], depth + 1))
  );
};

/** Fifteen digits, so that 0.1 + 0.2 reads 0.3. */
const readable = (_name: string, value: unknown): unknown => {
  if (typeof value !== 'number' || Number.isNaN(value)) return value;
  if (!Number.isFinite(value)) throw new Mismatch('D1001');
  return Number.isInteger(value) ? value : Number(value.toPrecision(15));
};

/** A string as it is, everything else as JSON. */
export const textOf = (value: Value): string => {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' && !Number.isFinite(value)) throw new Mismatch('D3001');
  return JSON.stringify(value, readable);
};
