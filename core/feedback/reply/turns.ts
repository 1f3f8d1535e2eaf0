import { withoutAccents } from './plain-text.ts';

/** How one language says that messages should end. Data: see `en.ts`. */
export type Language = {
  /** Each of these words, alone or with a courtesy, ends messages. */
  readonly alone: string;
  /** Each of these does so as one part of a longer message too ("this is harassment, stop"), and is known with a slip of the pen. */
  readonly strong: string;
  /** What may stand beside one of those and change nothing. */
  readonly courtesies: string;
  /** Words that stand in for each other, under a name. `_` is a space. */
  readonly classes: Readonly<Record<string, string>>;
  /** Turns of phrase that end messages, one a line. */
  readonly ends: string;
  /** Turns of phrase that take it back, for the sentence they stand in. */
  readonly goesOn: string;
};

export const wordsOf = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

/** People without the right keys write `loschen` or `loeschen`. */
const written = (word: string): string =>
  withoutAccents(word.replaceAll(/[äöü]/g, (letter) => `${withoutAccents(letter)}e?`)).replaceAll('_', ' ');

export const spellings = (word: string): readonly string[] => {
  const pattern = written(word);
  return pattern.includes('e?') ? [pattern.replaceAll('e?', ''), pattern.replaceAll('e?', 'e')] : [pattern];
};

const choice = (alternatives: string, classes: Language['classes']): string =>
  alternatives
    .split('|')
    .flatMap((each) => {
      const name = /^\[(.+)\]$/.exec(each)?.[1];
      const meant = name === undefined ? each : classes[name];
      if (meant === undefined) throw new Error(`There is no class of words [${name}]`);
      return wordsOf(meant);
    })
    .map(written)
    .join('|');

/** One part of a turn; each word takes the space behind it along, and a comma, which people set as they like. */
const part = (text: string, classes: Language['classes']): string => {
  if (text === '^') return '(?<=^ |[.,] )';
  if (text === '$') return '(?=[.,]|$)';
  if (text.startsWith('~')) return `(?:[^ .]+ ){0,${text.slice(1)}}`;
  if (text.startsWith('!')) return `(?!(?:${choice(text.slice(1), classes)}) )`;
  const [, alternatives = '', repeated] = /^(.+?)(\?|\*\d)?$/.exec(text) ?? [];
  const times = repeated === undefined ? '' : repeated === '?' ? '?' : `{0,${repeated.slice(1)}}`;
  return `(?:(?:${choice(alternatives, classes)}) (?:, )?)${times}`;
};

/**
 * A pattern for turns of phrase, a line each, of words with spaces between: `a|b` is either, `[name]` any word of a class, `?`
 * behind it may be missing and `*3` may come three times; `~2` are up to two words of any kind, `^` and `$` the ends of a part of
 * a sentence, `!a|b` what must not follow.
 */
export const turnsOf = (lines: string, classes: Language['classes']): readonly RegExp[] =>
  lines
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .map((line) => {
      const parts = wordsOf(line).map((each) => part(each, classes));
      return new RegExp(`(?<= )${parts.join('')}`);
    });

/** Every word a language knows, wherever it stands. */
export const vocabularyOf = ({ alone, strong, courtesies, classes, ends, goesOn }: Language): readonly string[] => {
  const turns = `${ends} ${goesOn}`.replaceAll(/\[[^\]]*\]|[~*]\d|[?!^$|]/g, ' ');
  return wordsOf([alone, strong, courtesies, ...Object.values(classes), turns].join(' ').replaceAll('_', ' ')).flatMap(
    spellings,
  );
};
