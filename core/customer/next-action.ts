import type { Profile } from '#core/profile';
import { checkSegment, compileSegment, Condition } from '#core/segment';
import * as z from 'zod';

/** What to do next for a customer, declared: the first rule whose condition holds is the suggestion. */
export const NextAction = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/, 'write a name in small letters, digits and hyphens'),
  /** As in a segment: over `profile`, several in a list must all hold. */
  when: Condition,
  /** What to do, to the person who serves the customer. */
  do: z.string().min(1).max(200),
  /** Why, in words. */
  because: z.string().min(1).max(200),
});
export type NextAction = z.infer<typeof NextAction>;

/** A mistake in the list, with the way to it from the document's root. */
export type NextActionProblem = { readonly path: readonly (string | number)[]; readonly message: string };

export type CheckedNextActions =
  | { readonly actions: readonly NextAction[]; readonly problems?: never }
  | { readonly problems: readonly NextActionProblem[]; readonly actions?: never };

/** Checks what an author wrote: every mistake, with its place. */
export const checkNextActions = (document: unknown): CheckedNextActions => {
  const read = z.array(NextAction).min(1).max(50).safeParse(document);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => ({
      path: path.map((name) => (typeof name === 'symbol' ? String(name) : name)),
      message,
    }));
    return { problems };
  }
  const problems = read.data.flatMap(({ name, when }, index) => {
    const isTwice = read.data.findIndex((other) => other.name === name) < index;
    const inCondition = checkSegment({ name, when }).problems ?? [];
    return [
      ...inCondition.map(({ path, message }) => ({ path: [index, ...path], message })),
      ...(isTwice ? [{ path: [index, 'name'], message: `There are two called \`${name}\`.` }] : []),
    ];
  });
  return problems.length > 0 ? { problems } : { actions: read.data };
};

export type Suggestion = { readonly action: string; readonly do: string; readonly because: string };

/**
 * Rules ready to be asked: all that hold now, the most wanted first.
 * @param confirm the topics whose consent counts once it is confirmed
 */
export const nextActionsOf = (rules: readonly NextAction[], confirm: readonly string[]) => {
  const compiled = rules.map((rule) => ({
    rule,
    segment: compileSegment({ name: rule.name, when: rule.when, confirm: [...confirm] }),
  }));
  /** @param now ms since 1970 */
  return (profile: Profile, now: number): readonly Suggestion[] =>
    compiled.flatMap(({ rule, segment }) =>
      segment.holds(profile, now) ? [{ action: rule.name, do: rule.do, because: rule.because }] : [],
    );
};
