import { lookupLocale } from '#core/message';
import type { MessageFault } from '../message-fault.ts';
import type { MessageFile } from '../message-file.ts';

const named = (tag: string): string => {
  const name = new Intl.DisplayNames('en', { type: 'language' }).of(tag);
  return name === undefined || name === tag ? tag : `${name} (${tag})`;
};

const isSameWording = (one: MessageFile, other: MessageFile): boolean =>
  one.message === other.message && one.channel === other.channel && (one.variant ?? 'a') === (other.variant ?? 'a');

const lacking = (own: MessageFile, locale: string, files: readonly MessageFile[]): readonly MessageFault[] => {
  const tags = files
    .filter((file) => isSameWording(own, file))
    .flatMap((file) => file.locale ?? file.front.locale ?? []);
  if (lookupLocale(locale, tags) !== undefined) return [];
  const extension = own.file.split('.').at(-1) ?? '';
  const name = [own.message, own.variant, locale, own.channel, extension]
    .filter((part) => part !== undefined)
    .join('.');
  return [
    {
      file: own.file,
      line: 1,
      column: 1,
      message: `there is no text in ${named(locale)}, in which other messages of this journey are written`,
      hint: `write it as ${name}; until then this one is sent`,
    },
  ];
};

/** The messages of a journey that lack a language another one has, wording by wording. `de` will do for `de-AT`. */
export const missingTranslations = (files: readonly MessageFile[]): readonly MessageFault[] => {
  const locales = [...new Set(files.flatMap(({ locale }) => locale ?? []))].toSorted();
  const own = files.filter(({ locale }) => locale === undefined);
  return own.flatMap((file) => locales.flatMap((locale) => lacking(file, locale, files)));
};
