import { closestWord } from '#core/expression';
import * as z from 'zod';
import { stepKindNames } from '../../document/steps.ts';
import { didYouMean, fieldOf, isWritten, type Problem, sentence, written } from '../problem.ts';
import { keysAt, kindsOf, optionMeant, schemaAt } from './schema-at.ts';

type Issue = z.core.$ZodIssue;
type Place = readonly PropertyKey[];
/** What was written, and the schema it does not fit. */
type Source = { readonly raw: unknown; readonly schema: z.ZodType };

/** The document, and what is found on the way to a place in it. */
const valuesTo = (raw: unknown, place: Place): readonly unknown[] =>
  place.reduce<readonly unknown[]>((values, key) => [...values, fieldOf(values.at(-1), key)], [raw]);
const at = ({ raw }: Source, place: Place): unknown => valuesTo(raw, place).at(-1);

const schemaOf = ({ raw, schema }: Source, place: Place): unknown => schemaAt(schema, place, valuesTo(raw, place));
const unionAt = (source: Source, place: Place): z.ZodUnion | undefined => {
  const schema = schemaOf(source, place);
  return schema instanceof z.ZodUnion ? schema : undefined;
};
const known = (source: Source, place: Place): readonly string[] => keysAt(schemaOf(source, place), at(source, place));

/** Of something that fits no option of a union, the complaints of the option it means to be. */
const simplified = (issue: Issue, source: Source): readonly Issue[] => {
  if (issue.code !== 'invalid_union') return [issue];
  const union = unionAt(source, issue.path);
  const value = at(source, issue.path);
  const option = union === undefined ? undefined : optionMeant(union, value);
  const isUnclear = union !== undefined && option === undefined && value !== undefined && kindsOf(union).length > 0;
  const chosen = issue.errors[option ?? issue.errors.length - 1];
  if (isUnclear || chosen === undefined) return [issue];
  return chosen.flatMap((inner) => simplified({ ...inner, path: [...issue.path, ...inner.path] }, source));
};

/** What an author means to write there, in a word. */
const thingAt = ([first, ...rest]: Place): string => {
  if (first === 'exit') return 'exit';
  if (first === 'triggers') return 'trigger';
  if (rest.at(-2) === 'waitFor') return 'thing to wait for';
  return typeof rest.at(-1) === 'number' ? 'step' : 'value';
};

const noneOfUnion = (issue: Issue, source: Source): string => {
  const union = unionAt(source, issue.path);
  const value = at(source, issue.path);
  const wrong = isWritten(value) ? Object.keys(value).find((key) => key !== 'id') : value;
  return `This is no ${thingAt(issue.path)}.${didYouMean(typeof wrong === 'string' ? wrong : '', union === undefined ? [] : kindsOf(union))}`;
};

const isMissing = (issue: Issue, source: Source): boolean =>
  (issue.code === 'invalid_type' || issue.code === 'invalid_value') && at(source, issue.path) === undefined;

/** One thing stands where a list of such things may stand. */
const isOneOfList = (issue: Issue, source: Source): boolean =>
  unionAt(source, issue.path)?.options.some(
    (option) => option instanceof z.ZodArray && z.safeParse(option.element, at(source, issue.path)).success,
  ) === true;

const messagesOf = (issue: Issue, source: Source): readonly string[] => {
  if (isMissing(issue, source)) return [`\`${String(issue.path.at(-1))}\` is missing.`];
  switch (issue.code) {
    case 'invalid_union':
      return [noneOfUnion(issue, source)];
    case 'invalid_value': {
      const value = written(at(source, issue.path));
      if (isOneOfList(issue, source)) return [`This is a list: write \`[${value}]\`.`];
      return [`\`${value}\` is not possible here.${didYouMean(value, issue.values.map(String))}`];
    }
    case 'invalid_key':
      return issue.issues.map(({ message }) => sentence(message));
    default:
      return [sentence(issue.message)];
  }
};

const unknownKeys = (
  issue: Issue,
  source: Source,
): readonly { readonly key: string; readonly known: readonly string[] }[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ key, known: known(source, issue.path) })) : [];

const pathOf = (place: Place): Problem['path'] => place.map((key) => (typeof key === 'number' ? key : String(key)));

const unknownKey = (key: string, keys: readonly string[], place: Place): string => {
  const isSecondKind = stepKindNames.includes(key) && keys.some((each) => stepKindNames.includes(each));
  return isSecondKind && thingAt(place) === 'step' && !keys.includes(key)
    ? `A step is one thing: write \`${key}\` as a step of its own.`
    : `\`${key}\` is not known here.${didYouMean(key, keys)}`;
};

/** Everything in which a document does not fit its schema. A key that is missing because it was misspelt is told once. */
export const schemaProblems = ({ issues }: z.ZodError, source: Source): readonly Problem[] => {
  const simple = issues.flatMap((issue) => simplified(issue, source));
  const misspelt = new Set(
    simple.flatMap((issue) =>
      unknownKeys(issue, source).map(({ key, known }) => [...issue.path, closestWord(key, known) ?? ''].join('.')),
    ),
  );
  return simple.flatMap((issue): readonly Problem[] => {
    if (issue.code === 'unrecognized_keys')
      return unknownKeys(issue, source).map(({ key, known }) => ({
        path: [...pathOf(issue.path), key],
        message: unknownKey(key, known, issue.path),
      }));
    if (isMissing(issue, source) && misspelt.has(issue.path.join('.'))) return [];
    return messagesOf(issue, source).map((message) => ({ path: pathOf(issue.path), message }));
  });
};
