import { collapse, isList, isSame, isSequence, isTrue, Mismatch, sequence, textOf, type Value } from './value.ts';

/** A function of the subset: how many inputs it takes, and what it makes of them. `item` is what `$` means there. */
export type Builtin = {
  readonly inputs: readonly [fewest: number, most: number];
  readonly apply: (inputs: readonly Value[], item: Value) => Value;
  /** Compares every item of a list with every other. */
  readonly isQuadratic?: true;
};

const wrongType = (): never => {
  throw new Mismatch('T0410');
};

const ofAny = (apply: (input: Value) => Value): Builtin => ({ inputs: [1, 1], apply: ([input]) => apply(input) });

const ofText = (apply: (text: string) => Value): Builtin =>
  ofAny((input) => (input === undefined ? undefined : typeof input === 'string' ? apply(input) : wrongType()));

const ofNumber = (apply: (number: number) => Value): Builtin =>
  ofAny((input) => (input === undefined ? undefined : typeof input === 'number' ? apply(input) : wrongType()));

const isNumber = (value: Value): value is number => typeof value === 'number';

/** A number alone counts as a list of one. */
const numbersIn = (input: Value): readonly number[] => {
  const list = isList(input) ? input : [input];
  const numbers = list.filter(isNumber);
  if (numbers.length !== list.length) throw new Mismatch('T0412');
  return numbers;
};

const ofNumbers = (apply: (numbers: readonly number[]) => Value): Builtin =>
  ofAny((input) => (input === undefined ? undefined : apply(numbersIn(input))));

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
const most = (numbers: readonly number[], better: (a: number, b: number) => number): Value =>
  numbers.length === 0 ? undefined : numbers.reduce(better);

/** Half goes to the even neighbour. */
const round = (number: number): number => {
  const nearest = Math.round(number);
  const isTie = Math.abs(nearest - number) === 0.5 && Math.abs(nearest % 2) === 1;
  return (isTie ? nearest - 1 : nearest) + 0;
};

const DECIMAL = /^-?[0-9]+(\.[0-9]+)?([Ee][-+]?[0-9]+)?$/;
const OTHER_BASE = /^0[xX][0-9A-Fa-f]+|0[oO][0-7]+|0[bB][01]+$/;

const number = (input: Value): Value => {
  if (input === undefined || isNumber(input)) return input;
  if (typeof input === 'boolean') return input ? 1 : 0;
  if (typeof input !== 'string') return wrongType();
  if ((DECIMAL.test(input) && Number.isFinite(Number(input))) || OTHER_BASE.test(input)) return Number(input);
  throw new Mismatch('D3030');
};

const slice = (text: string, start: number | undefined, length: number | undefined): string => {
  if (start === undefined) return length === undefined ? text : '';
  const letters = Array.from(text);
  const from = letters.length + start < 0 ? 0 : start;
  if (length === undefined) return letters.slice(from).join('');
  if (length <= 0) return '';
  return letters.slice(from, from >= 0 ? from + length : letters.length + from + length).join('');
};

const isNumberOrNothing = (value: Value): value is number | undefined => value === undefined || isNumber(value);

/** `$substring(2, 3)` takes its text from the context; JSONata tells by the types that it was left out. */
const substring = (inputs: readonly Value[], item: Value): Value => {
  const [text, start, length] = inputs.length === 2 && isNumber(inputs[0]) ? [item, ...inputs] : inputs;
  if (!isNumberOrNothing(start) || !isNumberOrNothing(length)) return wrongType();
  if (text === undefined) return undefined;
  if (typeof text === 'string') return slice(text, start, length);
  throw new Mismatch(isNumber(inputs[0]) && inputs.length === 2 ? 'T0411' : 'T0410');
};

const contains = ([text, part]: readonly Value[]): Value => {
  if (text !== undefined && typeof text !== 'string') return wrongType();
  if (part !== undefined && typeof part !== 'string') return wrongType();
  return text === undefined || part === undefined ? undefined : text.includes(part);
};

const distinct = (input: Value): Value => {
  if (!isList(input) || input.length < 2) return input;
  const kept = isSequence(input) ? sequence() : [];
  for (const item of input) if (!kept.some((other) => isSame(item, other))) kept.push(item);
  return collapse(kept);
};

const ISO = /^\d{4}(-[01]\d)?(-[0-3]\d)?(T[0-2]\d:[0-5]\d:[0-5]\d)?(\.\d+)?([+-][0-2]\d:?[0-5]\d|Z)?$/;

/** A time without a zone is UTC, on every machine. */
const toMillis = (text: string): number => {
  if (!ISO.test(text)) throw new Mismatch('D3110');
  return Date.parse(/T[\d:.]+$/.test(text) ? `${text}Z` : text);
};

/** Years of four digits only: beyond them JSONata writes what is no date. */
const fromMillis = ([millis]: readonly Value[]): Value => {
  if (millis === undefined) return undefined;
  if (!isNumber(millis)) throw new Mismatch(typeof millis === 'string' ? 'T0411' : 'T0410');
  if (!(millis >= -62_135_596_800_000 && millis <= 253_402_300_799_999)) throw new Mismatch('D3110');
  return new Date(millis).toISOString();
};

const trim = (text: string): string => text.replaceAll(/[ \t\n\r]+/g, ' ').replaceAll(/^ | $/g, '');

/** The functions Step Functions has too, without clock and chance. */
export const FUNCTIONS: ReadonlyMap<string, Builtin> = new Map<string, Builtin>([
  ['abs', ofNumber(Math.abs)],
  ['average', ofNumbers((numbers) => (numbers.length === 0 ? undefined : sum(numbers) / numbers.length))],
  ['boolean', ofAny((input) => (input === undefined ? undefined : isTrue(input)))],
  ['ceil', ofNumber(Math.ceil)],
  ['contains', { inputs: [2, 2], apply: contains }],
  ['count', ofAny((input) => (input === undefined ? 0 : isList(input) ? input.length : 1))],
  ['distinct', { ...ofAny(distinct), isQuadratic: true }],
  ['exists', ofAny((input) => input !== undefined)],
  ['floor', ofNumber(Math.floor)],
  ['fromMillis', { inputs: [1, 1], apply: fromMillis }],
  ['length', ofText((text) => Array.from(text).length)],
  ['lowercase', ofText((text) => text.toLowerCase())],
  ['max', ofNumbers((numbers) => most(numbers, (a, b) => Math.max(a, b)))],
  ['min', ofNumbers((numbers) => most(numbers, (a, b) => Math.min(a, b)))],
  ['not', ofAny((input) => (input === undefined ? undefined : !isTrue(input)))],
  ['number', ofAny(number)],
  ['round', ofNumber(round)],
  ['string', ofAny((input) => (input === undefined ? undefined : textOf(input)))],
  ['substring', { inputs: [2, 3], apply: substring }],
  ['sum', ofNumbers(sum)],
  ['toMillis', ofText(toMillis)],
  ['trim', ofText(trim)],
  ['uppercase', ofText((text) => text.toUpperCase())],
]);
