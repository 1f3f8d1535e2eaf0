import type { Json, JsonObject } from '../world.ts';
import { objectOr } from '../template/json.ts';
import { textsOf } from './statement.ts';
import { matchesPattern } from './wildcard.ts';

type Compare = (actual: string, expected: string) => boolean;

const numeric =
  (holds: (actual: number, expected: number) => boolean): Compare =>
  (actual, expected) =>
    holds(Number(actual), Number(expected));

const caseless: Compare = (actual, expected) => actual.toLowerCase() === expected.toLowerCase();

const operators: Readonly<Record<string, Compare>> = {
  StringEquals: (actual, expected) => actual === expected,
  StringEqualsIgnoreCase: caseless,
  StringLike: (actual, expected) => matchesPattern(expected, actual),
  ArnEquals: (actual, expected) => matchesPattern(expected, actual),
  ArnLike: (actual, expected) => matchesPattern(expected, actual),
  Bool: caseless,
  NumericEquals: numeric((a, b) => a === b),
  NumericLessThan: numeric((a, b) => a < b),
  NumericLessThanEquals: numeric((a, b) => a <= b),
  NumericGreaterThan: numeric((a, b) => a > b),
  NumericGreaterThanEquals: numeric((a, b) => a >= b),
};

/** `StringNotLike` → `StringLike`: true when no expected value matches. */
const opposites: Readonly<Record<string, string>> = {
  StringNotEquals: 'StringEquals',
  StringNotEqualsIgnoreCase: 'StringEqualsIgnoreCase',
  StringNotLike: 'StringLike',
  ArnNotEquals: 'ArnEquals',
  ArnNotLike: 'ArnLike',
  NumericNotEquals: 'NumericEquals',
};

/**
 * Whether every condition holds for the keys of a request. An operator that is not known here never holds; a key that the request
 * lacks makes a positive operator fail and a negative one, `…IfExists` and `ForAllValues` hold, as on AWS.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
export const conditionsHold = (conditions: JsonObject, context: JsonObject): boolean =>
  Object.entries(conditions).every(([operator, keys]) =>
    Object.entries(objectOr(keys)).every(([key, expected]) =>
      holds(operator, textsOf(valueOf(context, key)), {
        expected: textsOf(expected),
        known: valueOf(context, key) !== undefined,
        context,
      }),
    ),
  );

/** Condition keys ignore case. */
const valueOf = (context: JsonObject, key: string): Json | undefined =>
  context[key] ?? Object.entries(context).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];

interface Expectation {
  readonly expected: readonly string[];
  readonly known: boolean;
  readonly context: JsonObject;
}

function holds(written: string, actual: readonly string[], { expected, known, context }: Expectation): boolean {
  const [, set = '', name = '', ifExists] = /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(written) ?? [];
  if (name === 'Null') return expected[0] === String(!known);
  if (!known && ifExists) return true;
  const negative = opposites[name] !== undefined;
  const compare = operators[opposites[name] ?? name];
  if (!compare) return false;
  const wanted = expected.map((value) => fillVariables(value, context));
  const one = (value: string) => wanted.some((want) => compare(value, want)) !== negative;
  if (set === 'ForAllValues') return actual.every(one);
  if (set === 'ForAnyValue') return actual.some(one);
  return known ? actual.some(one) : negative;
}

/** Policy variables such as `${aws:PrincipalArn}`; one that the request lacks stays as written and matches nothing. */
const fillVariables = (value: string, context: JsonObject): string =>
  value.replaceAll(/\$\{([^}]+)\}/g, (whole, key: string) => textsOf(valueOf(context, key))[0] ?? whole);
