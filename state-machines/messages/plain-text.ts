const ENTITIES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  zwnj: '',
  middot: '·',
  bull: '•',
  copy: '©',
  euro: '€',
  hellip: '…',
  ndash: '–',
  mdash: '—',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  rarr: '→',
};

const codePoint = (number: number): string => (number <= 0x10ffff ? String.fromCodePoint(number) : '');

const decode = (text: string): string =>
  text
    .replaceAll(/&#(\d+);/g, (_, decimal: string) => codePoint(Number(decimal)))
    .replaceAll(/&#x([0-9a-f]+);/gi, (_, hex: string) => codePoint(Number.parseInt(hex, 16)))
    .replaceAll(/&([a-z]+);/gi, (whole, name: string) => ENTITIES[name] ?? whole);

const attribute = (tag: string, name: string): string =>
  new RegExp(`\\s${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, 'i').exec(tag)?.slice(1).find(Boolean) ?? '';

/** Liquid is put aside under private-use characters while the HTML around it is taken away. */
const setAside = (html: string): { readonly bare: string; readonly restore: (text: string) => string } => {
  const liquid: string[] = [];
  const keep = (source: string): string => {
    liquid.push(source);
    return `${source.startsWith('{%') ? '\uE000' : '\uE001'}${liquid.length - 1}\uE002`;
  };
  const bare = html.replaceAll(/\{%[\s\S]*?%\}|\{\{[\s\S]*?\}\}/g, keep);
  return {
    bare,
    restore: (text) => text.replaceAll(/[\uE000\uE001](\d+)\uE002/g, (_, index) => liquid[Number(index)] ?? ''),
  };
};

const UNSEEN = [
  /<!--[\s\S]*?-->/g,
  /<(head|style|title)\b[\s\S]*?<\/\1>/gi,
  /<(div|span|td)\b[^<>]*(?:display:\s*none|aria-hidden="true")[^<>]*>[^<]*<\/\1>/gi,
];

const link = (whole: string, text: string): string => {
  const href = attribute(whole, 'href');
  const label = text.trim();
  return href === '' || label === '' ? text : `${label} <${href}>`.replaceAll('<', '\uE003').replaceAll('>', '\uE004');
};

/** A line that only opens or closes a loop or a condition leaves no empty line behind. */
const tidy = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replaceAll(/[^\S\n]+/g, ' ').trim())
    .join('\n')
    .replaceAll(/^((?:\uE000\d+\uE002 ?)+)\n+/gm, '$1')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim();

/**
 * The plain-text part of an email, made from its HTML. Links read `text <https://…>`, table rows and paragraphs stand
 * apart, pictures leave their `alt`. Liquid survives, so that the text is filled in with the same data.
 */
export const plainTextOf = (html: string): string => {
  const { bare, restore } = setAside(html);
  const seen = UNSEEN.reduce((text, unseen) => text.replaceAll(unseen, ''), bare);
  const text = seen
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/<img\b[^>]*>/gi, (tag) => attribute(tag, 'alt'))
    .replaceAll(/<a\b[^>]*>(.*?)<\/a>/gi, link)
    .replaceAll(/<br\b[^>]*>|<\/(?:div|li|h[1-6])>/gi, '\n')
    .replaceAll(/<\/(?:p|tr|table)>|<h[1-6]\b[^>]*>/gi, '\n\n')
    .replaceAll(/<\/?(?:b|strong|i|em|u|s|small|sup|sub|span|font|mark)\b[^>]*>/gi, '')
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll('\uE003', '<')
    .replaceAll('\uE004', '>');
  return restore(tidy(decode(text)));
};
