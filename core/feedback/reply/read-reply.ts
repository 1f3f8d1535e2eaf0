import { languages } from './languages/index.ts';
import { plainText } from './plain-text.ts';
import { corrected, isNearlyStop } from './spelling.ts';
import { type Language, spellings, turnsOf, vocabularyOf, wordsOf } from './turns.ts';

/** What somebody wants who answers a message of ours: no more of them, them again, help; or it is about something else. */
export type Wish = 'stop' | 'start' | 'help';

const all: readonly Language[] = Object.values(languages);
const wordsIn = (key: 'alone' | 'strong' | 'courtesies'): ReadonlySet<string> =>
  new Set(all.flatMap((each) => wordsOf(each[key])).flatMap(spellings));

const [ALONE, STRONG, COURTESIES] = [wordsIn('alone'), wordsIn('strong'), wordsIn('courtesies')];
/** Alone: messages are welcome again. */
const START = new Set(wordsOf('start unstop resume resubscribe optin'));
const HELP = new Set(wordsOf('help info hilfe aide ayuda aiuto ajuda'));

const ENDS = all.flatMap(({ ends, classes }) => turnsOf(ends, classes));
const GOES_ON = all.flatMap(({ goesOn, classes }) => turnsOf(goesOn, classes));
const spelling = { known: new Set([...all.flatMap(vocabularyOf), ...START, ...HELP]), strong: [...STRONG] };

const isOnly = (words: readonly string[], meant: ReadonlySet<string>): boolean => {
  const left = words.filter((word) => !COURTESIES.has(word) || meant.has(word));
  return left.length > 0 && left.every((word) => meant.has(word));
};

const endsMessages = (sentence: string): boolean =>
  isOnly(wordsOf(sentence.replaceAll(',', ' ')), ALONE) ||
  sentence.split(',').some((part) => isOnly(wordsOf(part), STRONG)) ||
  (ENDS.some((turn) => turn.test(sentence)) && !GOES_ON.some((turn) => turn.test(sentence)));

/**
 * Reads the wish in an answer to a text message or an email. A customer may end messages in any reasonable words, not only in
 * ours, so whole sentences are read as well, in English, German, French, Spanish, Italian, Dutch and Portuguese, with slips of
 * the pen. In doubt it is a no; a sentence that only has the word in it ("when does the bus stop?", "don't stop") is not.
 * @see https://www.ecfr.gov/current/title-47/part-64/section-64.1200 (a)(10): revocation by any reasonable means
 */
export const readReply = (text: string): Wish | undefined => {
  const said = plainText(text).replaceAll(/[^ .,]+/g, (word) => corrected(word, spelling));
  const words = wordsOf(said).filter((word) => /[a-z]/.test(word));
  if (words.length === 0) return undefined;
  const [only = '', second] = words;
  if (isOnly(words, ALONE) || (second === undefined && isNearlyStop(only))) return 'stop';
  if (isOnly(words, START)) return 'start';
  if (isOnly(words, HELP)) return 'help';
  return said.split('.').some((sentence) => endsMessages(` ${sentence.trim()} `)) ? 'stop' : undefined;
};
