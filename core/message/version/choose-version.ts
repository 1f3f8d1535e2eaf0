import type { MessageDocument } from '../message-document.ts';
import { lookupLocale } from './lookup-locale.ts';

/** For whom a version of a message is chosen. */
export type Reader = {
  /** The message by name: who gets which wording of it is the same on every channel and in every journey. */
  readonly message: string;
  /** `traits.locale`, as it is. */
  readonly locale: unknown;
  /** A number in [0, 1) from the customer and these words, as `drawsOf` makes it: always the same. */
  readonly draw: (words: string) => number;
  /** This wording, not the one drawn: for previews. */
  readonly variant?: string | undefined;
};

/** What is to be rendered; `variant` only if the message has several wordings. */
export type ChosenVersion = {
  readonly document: MessageDocument;
  readonly locale?: string;
  readonly variant?: string;
};

/**
 * The wording with the highest weighted score (weighted rendezvous hashing): when one is added, customers only go to the
 * new one, and where a language lacks one, only its customers go elsewhere.
 */
const wordingOf = (versions: readonly MessageDocument[], { message, draw }: Reader): MessageDocument | undefined => {
  const scoreOf = ({ variant = '', share = 1 }: MessageDocument): number =>
    share === 0 ? Infinity : -Math.log(1 - draw(`variant/${message}/${variant}`)) / share;
  let best: { readonly version: MessageDocument; readonly score: number } | undefined;
  for (const version of versions) {
    const score = scoreOf(version);
    if (best === undefined || score < best.score) best = { version, score };
  }
  return best?.version;
};

/**
 * The version of a message for one customer: first the language (RFC 4647 lookup, else the message's own), then the
 * wording among those that exist in it. Pure: the same customer gets the same one until the files change.
 */
export const chooseVersion = (document: MessageDocument, reader: Reader): ChosenVersion => {
  const every: readonly MessageDocument[] = [document, ...(document.versions ?? [])];
  const all = every.filter(({ variant }) => reader.variant === undefined || variant === reader.variant);
  const tags = all.flatMap(({ locale }) => locale ?? []);
  const locale = lookupLocale(reader.locale, tags) ?? document.locale;
  const chosen =
    wordingOf(
      all.filter((version) => version.locale === locale),
      reader,
    ) ?? document;
  return {
    document: chosen,
    ...(chosen.locale === undefined ? {} : { locale: chosen.locale }),
    ...(chosen.variant === undefined ? {} : { variant: chosen.variant }),
  };
};
