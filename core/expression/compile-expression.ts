import { compile } from './compile-syntax.ts';
import { Refused } from './subset/refusal.ts';
import { readExpression } from './subset/read-expression.ts';
import { isList, Mismatch, type Value } from './value.ts';

export type Bindings = { readonly [root: string]: Value };

/** A mismatch is no match and a warning, never an error: `code` is JSONata's, such as `T2010`. */
export type Evaluation = { readonly value: Value } | { readonly mismatch: string };

export type CompiledExpression =
  | { readonly ok: true; readonly evaluate: (bindings: Bindings) => Evaluation }
  | { readonly ok: false; readonly position: number; readonly message: string; readonly hint: string };

/** Items looked at in one evaluation; the longest list a profile holds is far below. */
const MAX_WORK = 200_000;

/** An expression that met data it has no meaning for: told to whoever counts such things, and no match. */
export type MismatchListener = (mismatch: { readonly source: string; readonly code: string }) => void;

const listeners = new Set<MismatchListener>();

/**
 * Tells a listener of every mismatch from now on, in this process; what expressions give does not depend on it.
 * @returns what ends it.
 */
export const onMismatch = (listener: MismatchListener): (() => void) => {
  listeners.add(listener);
  return () => void listeners.delete(listener);
};

const mismatch = (source: string, code: string): Evaluation => {
  for (const listener of listeners) listener({ source, code });
  return { mismatch: code };
};

const outcome = (source: string, evaluate: () => Value): Evaluation => {
  try {
    const value = evaluate();
    // A copy, since a sequence carries a mark that is nobody else's business.
    return { value: isList(value) ? [...value] : value };
  } catch (thrown) {
    if (thrown instanceof Mismatch) return mismatch(source, thrown.code);
    // Data too deep to be written as text exhausts the stack of JSON.stringify.
    if (thrown instanceof RangeError) return mismatch(source, 'D1011');
    throw thrown;
  }
};

/**
 * Compiles a JSONata expression of the portable subset, which means the same here as in Step Functions. Reads own
 * properties only, has no clock and no chance, and stops by itself.
 * @param roots names it may begin a path with; absent: all that any place binds.
 */
export const compileExpression = (source: string, roots?: readonly string[]): CompiledExpression => {
  try {
    const evaluate = compile(readExpression(source, roots));
    return {
      ok: true,
      evaluate: (bindings) => outcome(source, () => evaluate(bindings, { root: bindings, left: MAX_WORK })),
    };
  } catch (thrown) {
    if (!(thrown instanceof Refused)) throw thrown;
    const { position, message, hint } = thrown;
    return { ok: false, position, message, hint };
  }
};
