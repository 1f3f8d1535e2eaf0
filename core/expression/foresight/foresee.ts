import { compile } from '../compile-syntax.ts';
import { pathsOf } from '../paths-of.ts';
import { readExpression } from '../subset/read-expression.ts';
import { Refused } from '../subset/refusal.ts';
import { contradictionIn, equalitiesIn, type Equality } from './contradiction.ts';
import type { Syntax } from '../subset/syntax.ts';
import { isList, Mismatch } from '../value.ts';
import { isOnly, type Kind, type Kinds, kinds } from './kinds.ts';
import { type KindsAt, kindsOf } from './kinds-of.ts';

/** What can be said of an expression before there is any data. */
export type Foresight = {
  /** All it may give; a condition holds when it gives `true`. */
  readonly gives: Kinds;
  /** It is `true` for every customer. */
  readonly isAlwaysTrue: boolean;
  /** What it asks of one path that no value fulfils. */
  readonly contradiction?: string;
  readonly equalities: readonly Equality[];
};

/** What an expression gives that reads nothing: always the same. */
const constantKind = (syntax: Syntax): Kind => {
  try {
    const value = compile(syntax)(undefined, { root: undefined, left: 10_000 });
    if (value === undefined) return 'nothing';
    if (value === null) return 'null';
    if (isList(value)) return 'list';
    if (typeof value === 'boolean') return value ? 'true' : 'false';
    return typeof value === 'number' ? 'number' : typeof value === 'string' ? 'text' : 'object';
  } catch (thrown) {
    if (thrown instanceof Mismatch) return 'mismatch';
    throw thrown;
  }
};

/** Looks ahead at an expression. Undefined of one that does not compile. @param kindsAt what the data may be. */
export const foresee = (source: string, roots: readonly string[], kindsAt: KindsAt): Foresight | undefined => {
  try {
    const syntax = readExpression(source, roots);
    const isConstant = pathsOf(source, roots).length === 0 && !source.includes('$$');
    const gives = isConstant ? kinds(constantKind(syntax)) : kindsOf(syntax, kindsAt);
    const contradiction = contradictionIn(syntax);
    return {
      gives,
      equalities: equalitiesIn(syntax),
      isAlwaysTrue: isOnly(gives, 'true'),
      ...(contradiction === undefined ? {} : { contradiction }),
    };
  } catch (thrown) {
    if (thrown instanceof Refused) return undefined;
    throw thrown;
  }
};
