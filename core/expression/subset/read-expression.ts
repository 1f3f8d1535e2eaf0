import jsonata from 'jsonata';
import * as z from 'zod';
import { checkSyntax } from './check-syntax.ts';
import { Refused } from './refusal.ts';
import type { Syntax } from './syntax.ts';

/** What an expression may read: plain fields of the bindings, absent where there is nothing. */
const EXPRESSION_ROOTS = ['profile', 'entry', 'event', 'seen', 'steps', 'now'] as const;

const MAX_LENGTH = 4_000;

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

const read = (source: string, roots: readonly string[]): Syntax | Refused => {
  if (source.length > MAX_LENGTH)
    return new Refused(MAX_LENGTH, 'longer than 4,000 characters', 'make it two conditions');
  try {
    return checkSyntax(parse(source), { depth: 0, after: 0, isInside: false, roots });
  } catch (thrown) {
    if (thrown instanceof Refused) return thrown;
    throw thrown;
  }
};

/** What was read lately: a checker asks for the same expression several times, and parsing is what takes time. */
const lately = new Map<string, Syntax | Refused>();
const MOST_KEPT = 500;

/** @throws Refused with position, reason and hint for everything outside the portable subset. */
export const readExpression = (source: string, roots: readonly string[] = EXPRESSION_ROOTS): Syntax => {
  const key = `${roots.join(' ')}\n${source}`;
  const found = lately.get(key) ?? read(source, roots);
  if (lately.size >= MOST_KEPT) lately.clear();
  lately.set(key, found);
  if (found instanceof Refused) throw found;
  return found;
};
