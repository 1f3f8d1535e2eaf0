import { closestWord } from '#core/expression';
import type { Channel } from '#core/profile';
import type * as z from 'zod';
import type { JourneyDocument } from '../document/journey.ts';
import type { Policy } from '../document/policy.ts';

/** What is wrong with a journey, where (path in the document), and what to write instead. */
export type Problem = { readonly path: readonly (string | number)[]; readonly message: string };
export type Path = Problem['path'];

/** A problem; one that only `warns` is told, and does not keep the journey from being published. */
export type Finding = Problem & { readonly warns?: true };

export const warning = (path: Path, message: string): Finding => ({ path, message, warns: true });

/** What a journey may refer to. */
export type Surroundings = {
  readonly topics: { readonly [topic: string]: 'marketing' | 'transactional' };
  /** What holds for the marketing of every journey; absent: nothing. */
  readonly policy?: Policy;
  /** The channels each message of the journey's folder is written for. */
  readonly messages: { readonly [message: string]: readonly Channel[] };
  /** The paths each message reads, such as `profile.firstName`; absent: not looked at. */
  readonly reads?: { readonly [message: string]: readonly string[] };
  /** The paths any message may read; one that ends in `.*` is open below. */
  readonly variables?: readonly string[];
  /** The other journeys, of which `start` may name one; absent: not looked at. */
  readonly journeys?: { readonly [name: string]: Pick<JourneyDocument, 'triggers'> };
};

/** Names that are compared with an unknown one. With more, a document of nothing but mistakes takes minutes to check. */
export const mostLookedAt = 300;
/** Names that are listed. Nobody reads more. */
const mostListed = 50;

const listed = (known: readonly string[]): string => {
  const more = known.length > mostListed ? ', …' : '';
  return `${known
    .slice(0, mostListed)
    .map((each) => `\`${each}\``)
    .join(', ')}${more}`;
};

/** The end of a sentence about an unknown word. */
export const didYouMean = (word: string, known: readonly string[]): string => {
  const close = closestWord(word, known.slice(0, mostLookedAt));
  if (close !== undefined) return ` Did you mean \`${close}\`?`;
  return known.length === 0 ? '' : ` Known: ${listed(known)}.`;
};

export const sentence = (text: string): string =>
  `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}${/[.?]$/.test(text) ? '' : '.'}`;

/** An object of the document as its author wrote it: nothing is certain of its fields. */
export type Written = { readonly [key: string]: unknown };

export const isWritten = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value's own field, of an object or a list. */
export const fieldOf = (value: unknown, key: PropertyKey): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined;

export const textAt = (value: unknown, key: PropertyKey): string | undefined => {
  const field = fieldOf(value, key);
  return typeof field === 'string' ? field : undefined;
};

export const listAt = (value: unknown, key: PropertyKey): readonly unknown[] => {
  const field: unknown = fieldOf(value, key);
  return Array.isArray(field) ? field : [];
};

export const entriesAt = (value: unknown, key: PropertyKey): readonly (readonly [string, unknown])[] => {
  const field = fieldOf(value, key);
  return isWritten(field) ? Object.entries(field) : [];
};

/** The names in a field that holds one or a list of them. */
export const namesAt = (value: unknown, key: PropertyKey): readonly string[] => {
  const field: unknown = fieldOf(value, key);
  return [field].flat().filter((name) => typeof name === 'string');
};

/** A value as its author wrote it. An object is not asked for its own words: a document may overwrite `toString`. */
export const written = (value: unknown): string =>
  typeof value === 'object' && value !== null ? (Array.isArray(value) ? 'a list' : 'an object') : String(value);

/** A wrong type in words that call no method of what was written, as zod's own would. */
export const wordsOf = (issue: z.core.$ZodRawIssue): string | undefined =>
  issue.code === 'invalid_type' ? `this should be ${issue.expected}, not ${written(issue.input)}` : undefined;
