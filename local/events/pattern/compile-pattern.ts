import type { Json, JsonObject } from '../../world.ts';
import { isObject } from '../../template/json.ts';
import { type Alternative, alternatives } from './alternatives.ts';
import { invalidPattern } from './invalid-pattern.ts';
import { type Chosen, chosenWith, leavesAt } from './leaves.ts';

/**
 * An EventBridge event pattern as a test of events. Two fields inside one array must be found in the same element, as on AWS.
 * @param pattern the pattern, or its JSON text as `TestEventPattern` takes it
 * @throws AwsError `InvalidEventPatternException` with AWS's reason
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 */
export const compilePattern = (pattern: string | Json): ((event: Json) => boolean) => {
  const compiled = alternatives(typeof pattern === 'string' ? parsed(pattern) : filter(pattern)).map(inOrder);
  const shared = sharedBy(compiled);
  return (event) =>
    shared.every((clause) => holds(event, [clause], EMPTY)) &&
    compiled.some((alternative) => holds(event, alternative, EMPTY));
};

/**
 * What every alternative asks for, and what must therefore be there by itself: most events fail here, once and not in each. A
 * clause that is content with nothing may be so in one element of an array only, so it does not count.
 */
const sharedBy = ([first = [], ...others]: readonly Alternative[]): Alternative =>
  others.length === 0
    ? []
    : first.filter(
        (clause) =>
          !clause.anyOf.some(({ acceptsAbsence }) => acceptsAbsence) && others.every((other) => other.includes(clause)),
      );

/** No element of any array is chosen yet. */
const EMPTY: Chosen = new Map();

/** AWS visits fields by name; it matters to `exists: false` inside arrays, which asks about the element chosen by earlier fields. */
const inOrder = (clauses: Alternative): Alternative =>
  [...clauses].sort((a, b) => (a.path.join('.') < b.path.join('.') ? -1 : 1));

const holds = (event: Json, clauses: Alternative, chosen: Chosen): boolean => {
  const [clause, ...rest] = clauses;
  if (clause === undefined) return true;
  const leaves = leavesAt(event, clause.path).flatMap((leaf) => {
    const both = chosenWith(chosen, leaf);
    return both === undefined ? [] : [{ value: leaf.value, both }];
  });
  if (leaves.length === 0) return clause.anyOf.some((matcher) => matcher.acceptsAbsence) && holds(event, rest, chosen);
  return leaves.some(
    ({ value, both }) => clause.anyOf.some((matcher) => matcher.accepts(value)) && holds(event, rest, both),
  );
};

const parsed = (text: string): JsonObject => {
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g))
    if (!token.startsWith('"') && !isRepresentable(token)) throw invalidPattern(`Cannot compare number : ${token}`);
  try {
    return filter(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) throw invalidPattern(error.message);
    throw error;
  }
};

/** `1E309` and `1E-325` would become infinity and zero. */
const isRepresentable = (token: string): boolean =>
  Number.isFinite(Number(token)) && (Number(token) !== 0 || !/^-?[^eE]*[1-9]/.test(token));

const filter = (pattern: Json): JsonObject => {
  if (!isObject(pattern)) throw invalidPattern('Filter is not an object');
  return pattern;
};
