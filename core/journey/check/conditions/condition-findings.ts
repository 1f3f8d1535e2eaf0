import { compileExpression, foresee, type Foresight, type Kind, pathsOf, type ReadPath } from '#core/expression';
import { seenNameFindings } from '../around/event-name-findings.ts';
import { didYouMean, type Finding, type Path, sentence, warning } from '../problem.ts';
import { dashedName } from './dashed-name.ts';
import { kindsAt, namesAt, type Readable } from './names.ts';

/** Why a path leads to nothing. */
export const unknownName = (path: ReadPath, readable: Readable): string | undefined => {
  const depth = path.findIndex((_, i) => namesAt(readable, path.slice(0, i + 1)) === undefined);
  if (depth < 0) return undefined;
  const [read, above] = [path.slice(0, depth + 1).join('.'), path.slice(0, depth).join('.')];
  const found = namesAt(readable, path.slice(0, depth));
  if (found?.is === 'value') return `There is no \`${read}\`: \`${above}\` is one plain value.`;
  const known = found?.is === 'names' ? Object.keys(found.of) : [];
  const none = above === 'steps' && known.length === 0 ? ' No step before this one notes anything.' : '';
  return `There is no \`${read}\`.${none}${didYouMean(path[depth] ?? '', known)}`;
};

const articles: { readonly [kind in Kind]?: string } = {
  number: 'a number',
  text: 'a text',
  list: 'a list',
  object: 'an object',
  null: 'null',
  nothing: 'nothing',
  false: 'false',
};

const given = ({ gives }: Foresight): string => {
  const words = [...gives].flatMap((kind) => (kind === 'nothing' && gives.size > 1 ? [] : (articles[kind] ?? [])));
  return words.length === 0 ? 'what does not fit its comparison' : words.join(' or ');
};

const neverHolds = (foresight: Foresight): string | undefined => {
  const { gives, contradiction } = foresight;
  if (contradiction !== undefined)
    return `This can never hold: no \`${contradiction}\` is all that is asked of it. Correct one of its comparisons.`;
  if (gives.has('true')) return undefined;
  const isValue = gives.has('number') || gives.has('text');
  const advice = isValue
    ? 'Compare it, as in `… > 0` or `… = "…"`.'
    : 'Compare values of one kind, and leave out what is settled.';
  return `This can never hold: it gives ${given(foresight)}. ${advice}`;
};

const wrongWords = ({ equalities }: Foresight, readable: Readable): readonly string[] =>
  equalities.flatMap(({ path, text }) => {
    const found = namesAt(readable, path);
    if (found?.is !== 'value' || found.oneOf === undefined || found.oneOf.includes(text)) return [];
    return [`\`${path.join('.')}\` is never \`${text}\`.${didYouMean(text, found.oneOf)}`];
  });

/** What stands where an expression does: a condition, which must be able to hold, or a value. */
export type Use = 'condition' | 'value';

export type Expressed = {
  readonly source: string | undefined;
  readonly path: Path;
  /** What may be read there. */
  readonly readable: Readable;
};

const unusable = ({ source = '', path, readable }: Expressed, use: Use): readonly Finding[] => {
  const roots = Object.keys(readable);
  const expression = compileExpression(source, roots);
  const dashed = dashedName(source, roots);
  if (!expression.ok) {
    const { message, position } = expression;
    const hint = dashed ?? expression.hint;
    const what = use === 'condition' ? 'condition' : 'expression';
    return [{ path, message: `This ${what} cannot be used: ${message} (at character ${position}). ${sentence(hint)}` }];
  }
  const unknown = pathsOf(source, roots).flatMap((read) => unknownName(read, readable) ?? []);
  if (unknown.length > 0 && dashed !== undefined) return [{ path, message: sentence(dashed) }];
  return [...new Set(unknown)].map((message) => ({ path, message }));
};

/** What can be said of it without any data; undefined where it is not usable at all. */
const foreseen = ({ source = '', readable }: Expressed): Foresight | undefined =>
  foresee(source, Object.keys(readable), (read) => kindsAt(readable, read));

/** Why an expression cannot be used where it stands, or can never hold there. */
export const expressionFindings = (expressed: Expressed, use: Use = 'condition'): readonly Finding[] => {
  const { source, path, readable } = expressed;
  if (source === undefined || source === '') return [];
  const wrong = unusable(expressed, use);
  const foresight = wrong.length > 0 ? undefined : foreseen(expressed);
  if (foresight === undefined) return wrong;
  const words = wrongWords(foresight, readable).map((message) => ({ path, message }));
  const names = seenNameFindings(pathsOf(source, Object.keys(readable)), path);
  if (use === 'value' || words.length > 0) return [...words, ...names];
  const never = neverHolds(foresight);
  if (never !== undefined) return [{ path, message: never }, ...names];
  const always = 'This always holds. Leave the condition out, or compare something that differs between customers.';
  return foresight.isAlwaysTrue ? [warning(path, always), ...names] : names;
};

/** Whether a usable condition holds for everybody. */
export const holdsAlways = (expressed: Expressed): boolean => foreseen(expressed)?.isAlwaysTrue === true;
