import { closestWord } from '#core/expression';
import { type Document, isMap, isPair, isScalar, isSeq, type LineCounter } from 'yaml';
import type * as z from 'zod';

/** Where in the text a path of the document is, or the nearest place above it. A name that is too much is found itself. */
const offsetOf = (document: Document.Parsed, path: readonly PropertyKey[]): number => {
  let offset = 0;
  let node: unknown = document.contents;
  for (const key of path) {
    if (isMap(node)) {
      const pair = node.items.find((each) => isPair(each) && isScalar(each.key) && each.key.value === key);
      if (pair === undefined || !isScalar(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof key === 'number') {
      const item = node.items[key];
      if (typeof item === 'object' && item !== null && 'range' in item && Array.isArray(item.range))
        offset = Number(item.range[0]);
      node = item;
    }
  }
  return offset;
};

export type Place = { readonly line: number; readonly column: number };

export const placeOf = (document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): Place => {
  const { line, col } = lines.linePos(offsetOf(document, path));
  return { line: Math.max(1, line), column: Math.max(1, col) };
};

export const meant = (word: string, known: readonly string[]): string => {
  const close = closestWord(word, known);
  if (close !== undefined) return ` Did you mean \`${close}\`?`;
  return known.length === 0 ? '' : ` Known: ${known.map((each) => `\`${each}\``).join(', ')}.`;
};

export type Fault = { readonly path: readonly PropertyKey[]; readonly message: string };

/** Zod says of what is missing only what it expected instead. */
const wordsOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => message).join(', ');
  const isMissing = issue.code === 'invalid_type' && issue.message.endsWith('received undefined');
  return isMissing ? `\`${String(issue.path.at(-1))}\` is missing` : issue.message;
};

const sentence = (text: string): string =>
  `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;

/** Of a list's entry that fits neither form, what the form it means to be complains of. */
const innermost = (issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] => {
  if (issue.code !== 'invalid_union') return [issue];
  const [own = [], reaction = []] = issue.errors;
  const isReaction = own.some((each) => each.code === 'unrecognized_keys' && each.keys.includes('after'));
  return (isReaction ? reaction : own).map((each) => ({ ...each, path: [...issue.path, ...each.path] }));
};

/** A name that is misspelt comes before what is missing because of it. */
const misspeltFirst = (a: z.core.$ZodIssue, b: z.core.$ZodIssue): number =>
  Number(b.code === 'unrecognized_keys') - Number(a.code === 'unrecognized_keys');

/** Everything a schema says against a document, each with its path. @param known names there can be. */
export const faultsOf = ({ issues }: z.ZodError, known: readonly string[]): readonly Fault[] =>
  issues
    .flatMap(innermost)
    .sort(misspeltFirst)
    .flatMap((issue): readonly Fault[] =>
      issue.code === 'unrecognized_keys'
        ? issue.keys.map((key) => ({
            path: [...issue.path, key],
            message: `\`${key}\` is not known here.${meant(key, known)}`,
          }))
        : [{ path: issue.path, message: sentence(wordsOf(issue)) }],
    );
