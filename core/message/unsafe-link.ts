const TAG = /<[a-z](?:"[^"]*"|'[^']*'|[^'">])*>/gi;
const ATTRIBUTE = /([^\s"'<>/=]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+))/g;
const LINKS = new Set('href src srcset background action formaction poster cite data ping xlink:href'.split(' '));

/**
 * Nothing but `https:` and `mailto:` leads out of a message; `#here` stays inside it, and a loopback address on the reader's
 * own machine, where nobody can listen in.
 */
export const isSafeLink = (link: string): boolean =>
  /^(https:\/\/[^\s/]|http:\/\/(127\.0\.0\.1|localhost)(:\d+)?(\/|$)|mailto:[^\s]|#)/i.test(link.trim());

const isSafe = (name: string, value: string): boolean =>
  name === 'srcset' ? value.split(',').every(isSafeLink) : isSafeLink(value);

/**
 * The first attribute of rendered HTML that leads anywhere else, by its name. A value must begin with an allowed scheme as
 * written, so that an encoded or broken up `javascript:` needs no decoding to be refused. Data is escaped before, so every
 * tag and every quote found here is the author's.
 */
export const unsafeLinkIn = (html: string): string | undefined => {
  for (const [tag] of html.matchAll(TAG)) {
    for (const [, name = '', double, single, bare] of tag.matchAll(ATTRIBUTE)) {
      const attribute = name.toLowerCase();
      if (LINKS.has(attribute) && !isSafe(attribute, double ?? single ?? bare ?? '')) return attribute;
    }
  }
  return undefined;
};
