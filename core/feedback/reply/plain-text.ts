/** Ten text messages. Nobody needs more to say no. */
const LONGEST = 1600;

/** Where the message begins that was answered: what it said is no wish of who answers. */
const QUOTED =
  /^(?:>|-{2,} ?(?:original|urspr|weitergeleitet|message d'origine)|_{5,}|on .{4,80} wrote:|am .{4,80} schrieb.{0,60}:|le .{4,80} a ecrit ?:|el .{4,80} escribio:|il .{4,80} ha scritto:|op .{4,80} schreef.{0,60}:|em .{4,80} escreveu:|(?:from|von|de|da|van): )/i;

/** Small letters without accents. */
export const withoutAccents = (text: string): string =>
  text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('ß', 'ss');

const ownWords = (text: string): string => {
  const lines = text.slice(0, 20_000).split(/\r?\n/);
  const quoted = lines.findIndex((line) => QUOTED.test(withoutAccents(line.trim())));
  return (quoted < 0 ? lines : lines.slice(0, quoted)).join('\n');
};

/** `n'arrêtez` is two words, `don't` is one. */
const apart = (text: string): string =>
  text.replaceAll(/(?<![a-z])(c|d|j|l|m|n|s|t|qu)'(?=[a-z])/g, '$1 ').replaceAll("'", '');

/** What is written in two ways is written in one. */
const joined = (text: string): string =>
  text
    .replaceAll(/\bopt(ed|ing)? (out|in)\b/g, 'opt$1$2')
    .replaceAll(/\bun (subscribe)/g, 'un$1')
    .replaceAll(/\bany (more|longer)\b/g, 'anymore')
    .replaceAll(/\be (mails?)\b/g, 'e$1')
    .replaceAll(/\bstop (?:2|to) end\b/g, 'stop')
    .replaceAll(/\bstop all\b/g, 'stopall');

/** `s.t.o.p` and `S T O P`. */
const SPELT = /(?<![a-z0-9])(?:[a-z0-9][ .*_-]){3,}[a-z0-9](?![a-z0-9])/g;

/**
 * A message as patterns read it: small letters without accents, one space around each word, `.` between sentences and `,`
 * between their parts; letters drawn out are said once, letters set apart are one word. What was quoted is left out.
 */
export const plainText = (text: string): string => {
  const letters = withoutAccents(ownWords(text).slice(0, LONGEST))
    .replaceAll(/[\u2018\u2019\u02BC`´]/g, "'")
    .replaceAll(/[\u200B-\u200F\u2060\uFEFF]/g, '')
    .replaceAll(SPELT, (spelt) => spelt.replaceAll(/[^a-z0-9]/g, ''))
    .replaceAll(/([a-z])\1{2,}/g, '$1');
  const spaced = apart(letters)
    .replaceAll(/[.!?;:\n\u2026¡¿]+(?![a-z0-9])|\n|[!?;¡¿]/g, ' . ')
    .replaceAll(/,/g, ' , ')
    .replaceAll(/[^a-z0-9.,$@]+/g, ' ')
    .replaceAll(/(?<=\S)\.(?=\S)/g, ' ');
  return ` ${joined(spaced.trim())} `.replaceAll(/ (?:[.,] )+(?=\.)/g, ' ');
};
