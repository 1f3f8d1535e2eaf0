import jsonata from 'jsonata';
import * as z from 'zod';
import { checkSyntax } from './subset/check-syntax.ts';
import { compile } from './compile-syntax.ts';
import { Refused } from './subset/refusal.ts';
import type { Syntax } from './subset/syntax.ts';
import { isList, Mismatch, type Value } from './value.ts';

/** What an expression may read: plain fields of the bindings, absent where there is nothing. */
export const EXPRESSION_ROOTS = ['profile', 'entry', 'event', 'seen', 'steps', 'now'] as const;

export type Bindings = { readonly [root: string]: Value };

/** A mismatch is no match and a warning, never an error: `code` is JSONata's, such as `T2010`. */
export type Evaluation = { readonly value: Value } | { readonly mismatch: string };

export type CompiledExpression =
  | { readonly ok: true; readonly evaluate: (bindings: Bindings) => Evaluation }
  | { readonly ok: false; readonly position: number; readonly message: string; readonly hint: string };

const MAX_LENGTH = 4_000;
/** Items looked at in one evaluation; the longest list a profile holds is far below. */
const MAX_WORK = 200_000;

const SyntaxProblem = z.object({ message: z.string(), position: z.number().default(0), token: z.unknown().optional() });

/** What people write who come from another language. */
const FOREIGN: readonly (readonly [pattern: RegExp, hint: string])[] = [
  [/===?/, 'write = for "is equal to"'],
  [/&&/, 'write and'],
  [/\|\|/, 'write or'],
  [/!(?!=)/, 'write $not(…)'],
  [/[“”„‘’]/, 'use straight quotes'],
];

const unreadable = (source: string, thrown: unknown): Refused => {
  const problem = SyntaxProblem.safeParse(thrown);
  if (!problem.success) return new Refused(0, 'too many levels of brackets', 'make it two conditions');
  const { message, position, token } = problem.data;
  const width = typeof token === 'string' ? token.length : 0;
  const foreign = FOREIGN.find(([pattern]) => pattern.test(source));
  return new Refused(position - width, message, foreign?.[1] ?? 'check brackets and quotes up to here');
};

const parse = (source: string): unknown => {
  try {
    return jsonata(source).ast();
  } catch (thrown) {
    throw unreadable(source, thrown);
  }
};

const read = (source: string, roots: readonly string[]): Syntax => {
  if (source.length > MAX_LENGTH)
    throw new Refused(MAX_LENGTH, 'longer than 4,000 characters', 'make it two conditions');
  return checkSyntax(parse(source), { depth: 0, after: 0, isInside: false, roots });
};

const outcome = (evaluate: () => Value): Evaluation => {
  try {
    const value = evaluate();
    // A copy, since a sequence carries a mark that is nobody else's business.
    return { value: isList(value) ? [...value] : value };
  } catch (thrown) {
    if (thrown instanceof Mismatch) return { mismatch: thrown.code };
    // Data too deep to be written as text exhausts the stack of JSON.stringify.
    if (thrown instanceof RangeError) return { mismatch: 'D1011' };
    throw thrown;
  }
};

/**
 * Compiles a JSONata expression of the portable subset, which means the same here as in Step Functions. Reads own
 * properties only, has no clock and no chance, and stops by itself.
 * @param roots names it may begin a path with.
 */
export const compileExpression = (source: string, roots: readonly string[] = EXPRESSION_ROOTS): CompiledExpression => {
  try {
    const evaluate = compile(read(source, roots));
    return {
      ok: true,
      evaluate: (bindings) => outcome(() => evaluate(bindings, { root: bindings, left: MAX_WORK })),
    };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { position, message, hint } = thrown;
    return { ok: false, position, message, hint };
  }
};
