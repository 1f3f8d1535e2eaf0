import { invalidPattern } from './invalid-pattern.ts';

/** `*` of a wildcard pattern; everything else is a literal character. */
const ANY = Symbol('any');
type Token = string | typeof ANY;

/**
 * AWS refuses a wildcard that could leave its matcher in many places at once, and does not publish the limit. This one
 * keeps what is recorded: a single `*` before five repeats of `/dir` (8 places) passes, `*:*:*:*:*:event-bus/*` (11) does not.
 */
const MOST_PLACES = 10;
const MOST_STEPS = 2_000;

/** A test for `*` matching any run of characters; `\*` and `\\` are literal. Linear in the text, whatever the pattern. */
export const compileWildcard = (pattern: string): ((text: string) => boolean) => {
  const tokens = tokenize(pattern);
  if (isTooComplex(tokens))
    throw invalidPattern(
      'Rule is too complex - try using fewer wildcard characters or fewer repeating character sequences after a wildcard character',
    );
  const [first = '', ...rest] = literalRuns(tokens);
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => text.startsWith(first) && endsAfter(text, afterAll(text, first.length, rest), last);
};

const tokenize = (pattern: string): readonly Token[] => {
  const tokens: Token[] = [];
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    if (character === '\\') {
      at += 1;
      const escaped = pattern.charAt(at);
      if (escaped !== '*' && escaped !== '\\') throw invalidPattern(`Invalid escape character at pos ${at}`);
      tokens.push(escaped);
    } else if (character === '*') {
      if (tokens.at(-1) === ANY) throw invalidPattern(`Consecutive wildcard characters at pos ${at}`);
      tokens.push(ANY);
    } else tokens.push(character);
  }
  return tokens;
};

const literalRuns = (tokens: readonly Token[]): string[] => {
  const runs = [''];
  for (const token of tokens) {
    if (token === ANY) runs.push('');
    else runs.push(`${runs.pop() ?? ''}${token}`);
  }
  return runs;
};

/** Where the text goes on after every run was found in turn, or -1. The earliest finding is always good enough. */
const afterAll = (text: string, start: number, runs: readonly string[]): number => {
  let at = start;
  for (const run of runs) {
    const found = text.indexOf(run, at);
    if (found < 0) return -1;
    at = found + run.length;
  }
  return at;
};

const endsAfter = (text: string, at: number, last: string): boolean =>
  at >= 0 && text.length - last.length >= at && text.endsWith(last);

/** Walks the sets of places the pattern can be in for every text; a place is a number of tokens consumed. */
const isTooComplex = (tokens: readonly Token[]): boolean => {
  const alphabet = [...new Set(tokens.filter((token) => token !== ANY)), '\u0000'];
  const seen = new Set<string>();
  const open = [withSkips(tokens, [0])];
  for (let places = open.pop(); places !== undefined; places = open.pop()) {
    if (places.length >= MOST_PLACES || seen.size >= MOST_STEPS) return true;
    const key = places.join();
    if (seen.has(key)) continue;
    seen.add(key);
    for (const character of alphabet) open.push(after(tokens, places, character));
  }
  return false;
};

const after = (tokens: readonly Token[], places: readonly number[], character: string): readonly number[] =>
  withSkips(
    tokens,
    places.flatMap((place) => (tokens[place] === ANY ? [place] : tokens[place] === character ? [place + 1] : [])),
  );

const withSkips = (tokens: readonly Token[], places: readonly number[]): readonly number[] =>
  [...new Set(places.flatMap((place) => (tokens[place] === ANY ? [place, place + 1] : [place])))].sort((a, b) => a - b);
