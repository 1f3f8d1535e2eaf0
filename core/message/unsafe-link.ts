const START = /<[a-z]/gi;
const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/iy;
/** A name begins after what cannot be in one; without that, a long word would be tried from each of its letters. */
const ATTRIBUTE = /(?<![^\s"'<>/=])([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))/g;
const LINKS = new Set('href src srcset background action formaction poster cite data ping xlink:href'.split(' '));

/**
 * Nothing but `https:` and `mailto:` leads out of a message; `#here` stays inside it, and a loopback address on the reader's
 * own machine, where nobody can listen in.
 */
export const isSafeLink = (link: string): boolean =>
  /^(https:\/\/[^\s/]|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/|$)|mailto:[^\s]|#)/i.test(link.trim());

const isSafe = (name: string, value: string): boolean =>
  name === 'srcset' ? value.split(',').every(isSafeLink) : isSafeLink(value);

/** Every tag in order; one that never ends is the rest of the page, as in a browser, so that no character is read twice. */
const tagsIn = (html: string): readonly string[] => {
  const tags: string[] = [];
  let at = 0;
  while (at < html.length) {
    START.lastIndex = at;
    const start = START.exec(html)?.index;
    if (start === undefined) return tags;
    TAG.lastIndex = start;
    const tag = TAG.exec(html)?.[0] ?? html.slice(start);
    tags.push(tag);
    at = start + tag.length;
  }
  return tags;
};

/**
 * The first attribute of rendered HTML that leads anywhere else, by its name. A value must begin with an allowed scheme as
 * written, so that an encoded or broken up `javascript:` needs no decoding to be refused. Data is escaped before, so every
 * tag and every quote found here is the author's.
 */
export const unsafeLinkIn = (html: string): string | undefined => {
  for (const tag of tagsIn(html)) {
    for (const [, name = '', double, single, bare] of tag.matchAll(ATTRIBUTE)) {
      const attribute = name.toLowerCase();
      if (LINKS.has(attribute) && !isSafe(attribute, double ?? single ?? bare ?? '')) return attribute;
    }
  }
  return undefined;
};
