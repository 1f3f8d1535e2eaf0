import { closestWord, compileExpression, pathsOf } from '#core/expression';
import { emptyProfile, viewProfile } from '#core/profile';
import { type Condition, SegmentDocument } from './document.ts';

/** What is wrong with a segment, and where: names and positions from the document's root down. */
export type SegmentProblem = { readonly path: readonly (string | number)[]; readonly message: string };

export type CheckedSegment =
  | { readonly segment: SegmentDocument; readonly problems?: never }
  | { readonly problems: readonly SegmentProblem[]; readonly segment?: never };

type Path = SegmentProblem['path'];

const roots = ['profile'];

/** What there is below a name; `any` where customers differ, and any name may be right. */
type Names = 'any' | 'value' | { readonly [name: string]: Names };

const values = (...each: readonly string[]): Names => Object.fromEntries(each.map((name) => [name, 'value']));

/** The names of what every profile has, as they are in an empty one. */
const namesIn = (value: unknown): Names =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, namesIn(inner)]))
    : 'any';

const score = values('count', 'last', 'average', 'lastAt');
const profile: Names = {
  ...Object.fromEntries(Object.entries(viewProfile(emptyProfile(), 0)).map(([name, value]) => [name, namesIn(value)])),
  ...Object.fromEntries(
    ['userId', 'anonymousId', 'email', 'phone', 'firstName', 'timezone', 'prefers'].map((name) => [
      name,
      'value' as const,
    ]),
  ),
  traits: 'any',
  seen: 'any',
  consent: { email: 'any', sms: 'any', push: 'any' },
  consentStatus: { email: 'any', sms: 'any', push: 'any' },
  cart: { id: 'value', items: 'value', value: 'value', currency: 'value', products: 'any' },
  orders: values('count', 'value', 'lastAt'),
  complaint: values('open', 'count', 'since'),
  sentiment: score,
  satisfaction: { csat: score, nps: score, ces: score, rating: score },
};

/** The first name of a path that leads to nothing, and what it may have meant. */
const unknownName = (path: readonly string[]): string | undefined => {
  let here: Names = { profile };
  for (const [depth, name] of path.entries()) {
    if (here === 'any') return undefined;
    const known: readonly string[] = here === 'value' ? [] : Object.keys(here);
    const next: Names | undefined = here === 'value' || !Object.hasOwn(here, name) ? undefined : here[name];
    if (next === undefined) return sayUnknown(path.slice(0, depth + 1), known);
    here = next;
  }
  return undefined;
};

const sayUnknown = (path: readonly string[], known: readonly string[]): string => {
  const meant = closestWord(path.at(-1) ?? '', known);
  return `There is no \`${path.join('.')}\`.${meant === undefined ? '' : ` Did you mean \`${meant}\`?`}`;
};

const clock = 'Time is compared apart: write `since: profile.orders.lastAt` with `over: 30 days` beside it.';

const inExpression = (source: string, path: Path): readonly SegmentProblem[] => {
  const compiled = compileExpression(source, roots);
  if (!compiled.ok) {
    const { message, position, hint } = compiled;
    const advice = /\bnow\b|clock/.test(message) ? clock : `${hint.charAt(0).toUpperCase()}${hint.slice(1)}.`;
    return [{ path, message: `This condition cannot be used: ${message} (at character ${position}). ${advice}` }];
  }
  const unknown = pathsOf(source, roots).flatMap((read) => unknownName(read) ?? []);
  return [...new Set(unknown)].map((message) => ({ path, message }));
};

const inCondition = (condition: Condition, path: Path): readonly SegmentProblem[] => {
  if (typeof condition === 'string') return inExpression(condition, path);
  if ('since' in condition) return inExpression(condition.since, [...path, 'since']);
  if ('until' in condition) return inExpression(condition.until, [...path, 'until']);
  if ('not' in condition) return inCondition(condition.not, [...path, 'not']);
  const [parts, at] =
    'any' in condition
      ? [condition.any, [...path, 'any']]
      : 'all' in condition
        ? [condition.all, [...path, 'all']]
        : [condition, path];
  return parts.flatMap((part, index) => inCondition(part, [...at, index]));
};

/** Checks what an author wrote: every mistake, with its place. */
export const checkSegment = (document: unknown): CheckedSegment => {
  const read = SegmentDocument.safeParse(document);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => ({
      path: path.map((name) => (typeof name === 'symbol' ? String(name) : name)),
      message: `${path.length === 0 ? 'This file' : `\`${path.join('.')}\``}: ${message}.`,
    }));
    return { problems };
  }
  const problems = [
    ...(read.data.confirm === undefined
      ? []
      : [{ path: ['confirm'], message: 'Which topics are confirmed says `topics.yaml`: leave `confirm` out.' }]),
    ...inCondition(read.data.when, ['when']),
  ];
  return problems.length > 0 ? { problems } : { segment: read.data };
};
