import { chooseVersion, lookupLocale, renderMessage, type MessageContent, type MessageDocument } from '#core/message';
import { Misread } from '../simulate/input/misread.ts';
import { describe } from './describe.ts';
import type { PreviewData } from './read-sample.ts';

/** What is written of one wording on one channel, and what is said about it; or why it would not be sent. */
export type Preview = { readonly title: string } & (
  | { readonly files: readonly { readonly name: string; readonly text: string }[]; readonly lines: readonly string[] }
  | { readonly withheld: string }
);

const filesOf = (
  name: string,
  content: MessageContent,
): readonly { readonly name: string; readonly text: string }[] => {
  switch (content.channel) {
    case 'email':
      return [
        { name: `${name}.html`, text: content.html },
        { name: `${name}.txt`, text: `${content.text}\n` },
      ];
    case 'sms':
      return [{ name: `${name}.txt`, text: `${content.text}\n` }];
    case 'push':
      return [
        { name: `${name}.txt`, text: `${[content.title, content.body, content.link].filter(Boolean).join('\n')}\n` },
      ];
  }
};

const versionsOf = (document: MessageDocument): readonly MessageDocument[] => [document, ...(document.versions ?? [])];

/** The wordings to be shown: one that is asked for, else all. */
const wordingsOf = (document: MessageDocument, asked: string | undefined): readonly (string | undefined)[] => {
  const all = [...new Set(versionsOf(document).map(({ variant }) => variant))];
  if (asked === undefined) return all;
  if (all.includes(asked)) return [asked];
  const there = all.flatMap((letter) => letter ?? []).join(', ');
  const why = there === '' ? `It has one wording on ${document.channel}.` : `Its wordings are: ${there}.`;
  throw new Misread(`--variant ${asked}`, `There is no such wording. ${why}`);
};

const titleOf = (message: string, { channel, locale, variant }: MessageDocument): string =>
  [message, channel, locale, ...(variant === undefined ? [] : [`wording ${variant}`])].filter(Boolean).join(' · ');

const one = (message: string, version: MessageDocument, { data }: PreviewData): Preview => {
  const { channel, locale, variant } = version;
  const title = titleOf(message, version);
  const rendered = renderMessage(version, data);
  if (rendered.ok) {
    const name = [message, variant, locale, channel].filter(Boolean).join('.');
    return { title, files: filesOf(name, rendered.content), lines: describe(rendered.content) };
  }
  const [, missing] = /undefined variable: ([^\s,]+)/.exec(rendered.message) ?? [];
  const hint =
    missing === undefined ? '' : ` Give \`${missing}\` in the file of --profile, or declare a fallback for it.`;
  return { title, withheld: `It would not be sent (${rendered.reason}): ${rendered.message}.${hint}` };
};

/** Said where the reader's language is not written: they get the text for everybody. */
const withoutLanguage = (document: MessageDocument, { locale }: PreviewData): readonly string[] => {
  const tags = versionsOf(document).flatMap((version) => version.locale ?? []);
  if (typeof locale !== 'string' || lookupLocale(locale, tags) !== undefined) return [];
  return [`Language   there is no text in ${locale}: its readers get this one`];
};

/**
 * What one customer would get of a message on one channel: in the language they read, in every wording.
 * @throws Misread when there is no such wording.
 */
export const previewMessage = (
  message: string,
  document: MessageDocument,
  from: PreviewData & { readonly variant: string | undefined },
): readonly Preview[] =>
  wordingsOf(document, from.variant).map((variant) => {
    const chosen = chooseVersion(document, { message, locale: from.locale, variant, draw: () => 0 });
    const preview = one(message, chosen.document, from);
    return 'withheld' in preview
      ? preview
      : { ...preview, lines: [...withoutLanguage(document, from), ...preview.lines] };
  });
