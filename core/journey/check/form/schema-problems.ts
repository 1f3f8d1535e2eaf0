import { closestWord } from '#core/expression';
import * as z from 'zod';
import { JourneyDocument } from '../../document/journey.ts';
import { stepKindNames } from '../../document/steps.ts';
import { didYouMean, fieldOf, isWritten, type Problem, sentence, written } from '../problem.ts';
import { keysAt, kindsOf, optionMeant, schemaAt } from './schema-at.ts';

type Issue = z.core.$ZodIssue;
type Place = readonly PropertyKey[];

/** The document, and what is found on the way to a place in it. */
const valuesTo = (raw: unknown, place: Place): readonly unknown[] =>
  place.reduce<readonly unknown[]>((values, key) => [...values, fieldOf(values.at(-1), key)], [raw]);
const at = (raw: unknown, place: Place): unknown => valuesTo(raw, place).at(-1);

const unionAt = (raw: unknown, place: Place): z.ZodUnion | undefined => {
  const schema = schemaAt(JourneyDocument, place, valuesTo(raw, place));
  return schema instanceof z.ZodUnion ? schema : undefined;
};
const known = (raw: unknown, place: Place): readonly string[] =>
  keysAt(schemaAt(JourneyDocument, place, valuesTo(raw, place)), at(raw, place));

/** Of something that fits no option of a union, the complaints of the option it means to be. */
const simplified = (issue: Issue, raw: unknown): readonly Issue[] => {
  if (issue.code !== 'invalid_union') return [issue];
  const union = unionAt(raw, issue.path);
  const value = at(raw, issue.path);
  const option = union === undefined ? undefined : optionMeant(union, value);
  const isUnclear = union !== undefined && option === undefined && value !== undefined && kindsOf(union).length > 0;
  const chosen = issue.errors[option ?? issue.errors.length - 1];
  if (isUnclear || chosen === undefined) return [issue];
  return chosen.flatMap((inner) => simplified({ ...inner, path: [...issue.path, ...inner.path] }, raw));
};

/** What an author means to write there, in a word. */
const thingAt = ([first, ...rest]: Place): string => {
  if (first === 'exit') return 'exit';
  if (first === 'triggers') return 'trigger';
  if (rest.at(-2) === 'waitFor') return 'thing to wait for';
  return typeof rest.at(-1) === 'number' ? 'step' : 'value';
};

const noneOfUnion = (issue: Issue, raw: unknown): string => {
  const union = unionAt(raw, issue.path);
  const value = at(raw, issue.path);
  const wrong = isWritten(value) ? Object.keys(value).find((key) => key !== 'id') : value;
  return `This is no ${thingAt(issue.path)}.${didYouMean(typeof wrong === 'string' ? wrong : '', union === undefined ? [] : kindsOf(union))}`;
};

const isMissing = (issue: Issue, raw: unknown): boolean =>
  (issue.code === 'invalid_type' || issue.code === 'invalid_value') && at(raw, issue.path) === undefined;

const messagesOf = (issue: Issue, raw: unknown): readonly string[] => {
  if (isMissing(issue, raw)) return [`\`${String(issue.path.at(-1))}\` is missing.`];
  switch (issue.code) {
    case 'invalid_union':
      return [noneOfUnion(issue, raw)];
    case 'invalid_value': {
      const value = written(at(raw, issue.path));
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
  raw: unknown,
): readonly { readonly key: string; readonly known: readonly string[] }[] =>
  issue.code === 'unrecognized_keys' ? issue.keys.map((key) => ({ key, known: known(raw, issue.path) })) : [];

const pathOf = (place: Place): Problem['path'] => place.map((key) => (typeof key === 'number' ? key : String(key)));

const unknownKey = (key: string, keys: readonly string[], place: Place): string => {
  const isSecondKind = stepKindNames.includes(key) && keys.some((each) => stepKindNames.includes(each));
  return isSecondKind && thingAt(place) === 'step' && !keys.includes(key)
    ? `A step is one thing: write \`${key}\` as a step of its own.`
    : `\`${key}\` is not known here.${didYouMean(key, keys)}`;
};

/** Everything in which a document is no journey. A key that is missing because it was misspelt is told once. */
export const schemaProblems = ({ issues }: z.ZodError, raw: unknown): readonly Problem[] => {
  const simple = issues.flatMap((issue) => simplified(issue, raw));
  const misspelt = simple.flatMap((issue) =>
    unknownKeys(issue, raw).map(({ key, known }) => [...issue.path, closestWord(key, known) ?? ''].join('.')),
  );
  return simple.flatMap((issue): readonly Problem[] => {
    if (issue.code === 'unrecognized_keys')
      return unknownKeys(issue, raw).map(({ key, known }) => ({
        path: [...pathOf(issue.path), key],
        message: unknownKey(key, known, issue.path),
      }));
    if (isMissing(issue, raw) && misspelt.includes(issue.path.join('.'))) return [];
    return messagesOf(issue, raw).map((message) => ({ path: pathOf(issue.path), message }));
  });
};
