import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Channel } from '#core/profile';
import type { PageTopic } from './deployed-topics.ts';
import { type Language, type Texts, texts } from './texts/index.ts';

/** In whose name a page speaks, and in which language. */
export type Voice = { readonly brand: string; readonly language: Language; readonly texts: Texts };

const isLanguage = (tag: string): tag is Language => Object.hasOwn(texts, tag);

/** `de_AT`, a list of such, and `fr-CH, fr;q=0.9, en;q=0.8`: the languages of it that we have, the dearest first. */
const languagesIn = (locale: unknown): readonly Language[] => {
  const given: readonly unknown[] = Array.isArray(locale) ? locale.slice(0, 10) : [locale];
  const ranges = given
    .flatMap((each) => (typeof each === 'string' ? each.slice(0, 400).split(',') : []))
    .map((range) => {
      const [tag = '', ...parameters] = range.trim().toLowerCase().split(';');
      const weight = /^\s*q=([\d.]{1,5})/.exec(parameters.join(';'))?.[1];
      return { tag: tag.split(/[-_.@]/)[0] ?? '', weight: weight === undefined ? 1 : Number(weight) };
    });
  return ranges
    .filter(({ weight }) => weight > 0)
    .toSorted((a, b) => b.weight - a.weight)
    .flatMap(({ tag }) => (isLanguage(tag) ? [tag] : []));
};

/** The language of a page: the customer's own, where it is known and we have it, else the browser's, else English. */
export const languageFor = (locale: unknown, acceptLanguage: string | undefined): Language =>
  languagesIn(locale)[0] ?? languagesIn(acceptLanguage)[0] ?? 'en';

export const voiceFor = (brand: string, { headers }: APIGatewayProxyEventV2, locale?: unknown): Voice => {
  const language = languageFor(locale, headers?.['accept-language']);
  return { brand, language, texts: texts[language] };
};

/** A text with what goes into it: `until {day}`. */
export const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** `emails about “Offers”`: what a link is about, in words. */
export const sayWhat = (
  { channel, topic }: { readonly channel: Channel; readonly topic: string },
  voice: Voice,
  topics: readonly PageTopic[],
): string => {
  if (topic === '*') return voice.texts.all[channel];
  return fill(voice.texts.some[channel], { topic: topics.find(({ name }) => name === topic)?.title ?? topic });
};
