/** What customers' devices say is data: nobody speaks more languages, and no tag is longer. */
const most = { ranges: 10, letters: 64 };

/** `de_AT`, `de-AT,de;q=0.9` and `['de-AT', 'de']` all occur in `traits.locale`; the order given is the order preferred. */
const rangesOf = (locale: unknown): readonly string[] => {
  const given: readonly unknown[] = Array.isArray(locale) ? locale : [locale];
  return given
    .flatMap((each) => (typeof each === 'string' ? each.slice(0, 400).split(',') : []))
    .map((each) => (each.split(/[;.@]/)[0] ?? '').trim().replaceAll('_', '-').toLowerCase())
    .filter((range) => /^[a-z]{1,8}(-[a-z0-9]{1,8})*$/.test(range) && range.length <= most.letters)
    .slice(0, most.ranges);
};

/** The range without its last part; a part of one letter says what follows it, so it goes too. */
const shorter = (range: string): string => range.replace(/(-[a-z0-9])?-[a-z0-9]+$/, '');

const matchOf = (range: string, tags: ReadonlyMap<string, string>): string | undefined => {
  const found = tags.get(range);
  if (found !== undefined) return found;
  const next = shorter(range);
  return next === range ? undefined : matchOf(next, tags);
};

/**
 * The one of `tags` a customer reads best, or nothing: `de-AT` finds `de-AT`, else `de`. Each language is tried down to its
 * bare name before the next one is.
 * @param locale as a profile has it: a BCP 47 tag, several in a list or in the form of Accept-Language, or anything else.
 * @see https://www.rfc-editor.org/rfc/rfc4647#section-3.4
 */
export const lookupLocale = (locale: unknown, tags: readonly string[]): string | undefined => {
  const byName = new Map(tags.map((tag) => [tag.toLowerCase(), tag]));
  for (const range of rangesOf(locale)) {
    const found = matchOf(range, byName);
    if (found !== undefined) return found;
  }
  return undefined;
};
