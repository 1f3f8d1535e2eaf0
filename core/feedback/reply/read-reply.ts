import { COURTESIES, EXCEPT, HELP_WORDS, START_WORDS, STOP_PHRASES, STOP_WORDS, STRONG_WORDS } from './words.ts';

/** What somebody wants who answers a message of ours: no more of them, them again, help; or it is about something else. */
export type Wish = 'stop' | 'start' | 'help';

/** Ten text messages. Nobody needs more to say no. */
const LONGEST = 1600;

const plain = (text: string): string =>
  text
    .slice(0, LONGEST)
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\u2018\u2019\u02BC`´]/g, "'")
    .replaceAll(/[\u2010-\u2015]/g, '-')
    .toLowerCase()
    .replaceAll(/ß/g, 'ss')
    .replaceAll(/\s+/g, ' ')
    .trim();

/** Where the message begins that was answered: what it said is no wish of who answers. */
const QUOTED =
  /^(?:>|-{2,} ?(?:original|urspr|weitergeleitet|message d'origine)|_{5,}|on .{4,80} wrote:|am .{4,80} schrieb.{0,60}:|le .{4,80} a ecrit ?:|el .{4,80} escribio:|il .{4,80} ha scritto:|op .{4,80} schreef.{0,60}:|em .{4,80} escreveu:|(?:from|von|de|da|van): )/i;

const ownWords = (text: string): string => {
  const lines = text.slice(0, 20_000).split(/\r?\n/);
  const quoted = lines.findIndex((line) => QUOTED.test(line.trim().normalize('NFKD').replaceAll(/\p{M}/gu, '')));
  return (quoted < 0 ? lines : lines.slice(0, quoted)).join('\n');
};

/** Letters, digits and what stands inside a word. */
const wordsIn = (text: string): readonly string[] => text.match(/[a-z0-9]+(?:['-][a-z0-9]+)*/g) ?? [];

const isOnly = (all: readonly string[], meant: ReadonlySet<string>): boolean => {
  const left = all.filter((word) => !COURTESIES.has(word));
  return left.length > 0 && left.every((word) => meant.has(word));
};

/** `opt out`, `stop all` and `un subscribe` are one word. */
const joined = (text: string): string =>
  text
    .replaceAll(/\bopt[ -]?out\b/g, 'optout')
    .replaceAll(/\bopt[ -]?in\b/g, 'optin')
    .replaceAll(/\bstop ?(?:2|to) ?end\b/g, 'stop')
    .replaceAll(/\bun[ -]subscribe\b/g, 'unsubscribe');

/**
 * Reads the wish in an answer to a text message or an email. A customer may end messages in any reasonable words, not only in
 * ours, so whole sentences are read as well, in English, German, French, Spanish, Italian, Dutch and Portuguese. In doubt it
 * is a no; a sentence that only has the word in it ("when does the bus stop?", "don't stop") is not.
 * @see https://www.ecfr.gov/current/title-47/part-64/section-64.1200 (a)(10): revocation by any reasonable means
 */
export const readReply = (text: string): Wish | undefined => {
  const said = joined(plain(ownWords(text)));
  const all = wordsIn(said);
  if (all.length === 0) return undefined;
  if (isOnly(all, STOP_WORDS)) return 'stop';
  if (isOnly(all, START_WORDS)) return 'start';
  if (isOnly(all, HELP_WORDS)) return 'help';
  if (EXCEPT.some((pattern) => pattern.test(said))) return undefined;
  const isOneStop = said.split(/[.!,;:\n]+/).some((part) => isOnly(wordsIn(part), STRONG_WORDS));
  return isOneStop || STOP_PHRASES.some((pattern) => pattern.test(said)) ? 'stop' : undefined;
};
