/** Ordinary words that are one slip away from a word that ends messages. */
const LOOKALIKES = new Set(
  `shop step slop stow stoop strop stomp swop stp svp sto stock store story shopping shoppen steppen hopping anmelden angemeldet
  abstellen abmessen aufholen subscribe subscribed resubscribe aanmelden inschrijven abonnement inscription inscrire iscrizione cadastrar
  top spot post`.split(/\s+/),
);

const DIGITS: Readonly<Record<string, string>> = {
  0: 'o',
  1: 'i',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  8: 'b',
  $: 's',
  '@': 'a',
};

/** `5t0p` as it is meant: letters where digits stand in for them. */
const lettersFor = (word: string): string =>
  /[a-z]/.test(word) ? word.replaceAll(/[0134578$@]/g, (sign) => DIGITS[sign] ?? sign) : word;

/** How many letters are missing, too many, wrong, or have changed places with a neighbour; counted up to `most` + 1. */
export const slipsBetween = (a: string, b: string, most: number): number => {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let before: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1];
      const isSwapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const slips = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (isSame ? 0 : 1));
      row.push(isSwapped ? Math.min(slips, (before[j - 2] ?? 0) + 1) : slips);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? most + 1;
};

const isSwap = (a: string, b: string): boolean =>
  a.length === b.length &&
  a !== b &&
  [...a].toSorted().join('') === [...b].toSorted().join('') &&
  slipsBetween(a, b, 1) === 1;

/** A short word is only known with two letters in the wrong order: one letter away, most are words of their own. */
const isMeant = (word: string, strong: string): boolean => {
  if (strong.length < 7) return isSwap(word, strong);
  const most = strong.length < 9 ? 1 : 2;
  return word[0] === strong[0] && slipsBetween(word, strong, most) <= most;
};

export type Spelling = { readonly known: ReadonlySet<string>; readonly strong: readonly string[] };

/** A word as it is meant: one that is known stays as it is, one that is nearly a strong word is that word. */
export const corrected = (word: string, { known, strong }: Spelling): string => {
  if (known.has(word) || LOOKALIKES.has(word)) return word;
  const letters = lettersFor(word);
  if (letters !== word) return strong.includes(letters) ? letters : word;
  return strong.find((each) => isMeant(word, each)) ?? word;
};

/** `stip`, `stopo` and `sop`, sent alone, are a thumb that slipped. */
export const isNearlyStop = (word: string): boolean =>
  word.startsWith('s') && !LOOKALIKES.has(word) && slipsBetween(word, 'stop', 1) === 1;
