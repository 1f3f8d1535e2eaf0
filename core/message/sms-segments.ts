/** GSM 03.38 default alphabet. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?' +
    '¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Written with an escape, so they count two. */
const EXTENDED = new Set('\f^{}\\[~]|€');

/**
 * What a text costs. `characters` are those a person counts. One character outside GSM-7 (`ê`, a curly quote) makes the
 * whole text UCS-2.
 */
export type SmsSegments = {
  readonly encoding: 'GSM-7' | 'UCS-2';
  readonly segments: number;
  readonly characters: number;
};

/** Units of one message alone, and of each part of a longer one, whose header takes 48 bits. */
const CAPACITY = { 'GSM-7': { alone: 160, part: 153 }, 'UCS-2': { alone: 70, part: 67 } } as const;

/** An escape pair or a surrogate pair is never split, so a part may stay one unit short. */
const partsOf = (
  widths: readonly number[],
  { alone, part }: { readonly alone: number; readonly part: number },
): number => {
  if (widths.reduce((sum, width) => sum + width, 0) <= alone) return widths.length === 0 ? 0 : 1;
  let parts = 1;
  let used = 0;
  for (const width of widths) {
    if (used + width > part) {
      parts += 1;
      used = 0;
    }
    used += width;
  }
  return parts;
};

/** Segments as carriers bill them; an empty text has none. */
export const smsSegments = (text: string): SmsSegments => {
  const letters = Array.from(text);
  const isGsm = letters.every((letter) => BASIC.has(letter) || EXTENDED.has(letter));
  if (isGsm) {
    const widths = letters.map((letter) => (EXTENDED.has(letter) ? 2 : 1));
    return { encoding: 'GSM-7', segments: partsOf(widths, CAPACITY['GSM-7']), characters: letters.length };
  }
  const characters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)].length;
  const segments = partsOf(
    letters.map((letter) => letter.length),
    CAPACITY['UCS-2'],
  );
  return { encoding: 'UCS-2', segments, characters };
};
