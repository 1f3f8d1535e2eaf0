import { randomInt } from 'node:crypto';

export type PasswordRules = {
  readonly length: number;
  readonly excluded: string;
  readonly lowercase: boolean;
  readonly uppercase: boolean;
  readonly numbers: boolean;
  readonly punctuation: boolean;
  readonly space: boolean;
  /** Whether every kind must occur. */
  readonly requiresEach: boolean;
};

const LOWERCASE = 'abcdefghijklmnopqrstuvwxyz';
const NUMBERS = '0123456789';
const PUNCTUATION = '!"#$%&\'()*+,-./:;<=>?@[\\]^_`{|}~';

/** A random password as Secrets Manager generates one. Throws when the rules leave no character. */
export const generatePassword = (rules: PasswordRules): string => {
  const kinds = [
    rules.lowercase ? LOWERCASE : '',
    rules.uppercase ? LOWERCASE.toUpperCase() : '',
    rules.numbers ? NUMBERS : '',
    rules.punctuation ? PUNCTUATION : '',
    rules.space ? ' ' : '',
  ]
    .map((kind) => [...kind].filter((character) => !rules.excluded.includes(character)))
    .filter((kind) => kind.length > 0);
  const all = kinds.flat();
  if (all.length === 0) throw new Error('GenerateSecretString excludes every character');
  const required = rules.requiresEach ? kinds.map(pick).slice(0, rules.length) : [];
  const others = Array.from({ length: rules.length - required.length }, () => pick(all));
  return shuffled([...required, ...others]).join('');
};

const pick = (characters: readonly string[]): string => characters[randomInt(characters.length)] ?? '';

const shuffled = (characters: readonly string[]): readonly string[] => {
  const left = [...characters];
  return characters.map(() => left.splice(randomInt(left.length), 1)[0] ?? '');
};
