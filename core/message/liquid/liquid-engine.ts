import { Liquid } from 'liquidjs/dist/liquid.browser.mjs';
import { BoundedCapture } from './bounded-page.ts';
import { formatDate, formatMoney } from './liquid-filters.ts';

/** What templates may do. Everything else LiquidJS offers (includes, chance, cryptography, expressions in strings) is taken out. */
const TAGS = new Set(
  'assign break capture case comment continue cycle decrement echo for if increment liquid raw unless #'.split(' '),
);

/** The filters a template may use, in alphabetical order. */
export const MESSAGE_FILTERS: readonly string[] = (
  'abs append array_to_sentence_string at_least at_most capitalize ceil cgi_escape compact concat date default divided_by ' +
  'downcase first floor has join last lstrip map minus modulo money normalize_whitespace number_of_words plus prepend ' +
  'reject remove remove_first remove_last replace replace_first replace_last reverse round rstrip size slice slugify sort ' +
  'sort_natural split squish strip strip_html strip_newlines sum times truncate truncatewords uniq upcase uri_escape ' +
  'url_encode where'
).split(' ');

/**
 * Limits of one template. LiquidJS calls them cooperative: authors are trusted not to attack, data is not. `renderLimit`
 * is real time in milliseconds; it decides only when to give up, never what a message says.
 */
const LIMITS = { parseLimit: 300_000, memoryLimit: 2_000_000, renderLimit: 2_000 };

const own = (from: object, name: string): unknown => new Map<string, unknown>(Object.entries(from)).get(name);

const hardened = (outputEscape: { readonly outputEscape?: 'escape' }): Liquid => {
  const engine = new Liquid({
    ...LIMITS,
    ...outputEscape,
    strictVariables: true,
    strictFilters: true,
    ownPropertyOnly: true,
    // `if` and `default` are how a template says that something may be missing.
    lenientIf: true,
    templates: {},
    locale: 'en-US',
    timezoneOffset: 0,
  });
  for (const tag of Object.keys(engine.tags)) if (!TAGS.has(tag)) delete engine.tags[tag];
  for (const filter of Object.keys(engine.filters))
    if (!MESSAGE_FILTERS.includes(filter)) engine.unregisterFilter(filter);
  engine.registerTag('capture', BoundedCapture);
  engine.registerFilter('date', function (value: unknown, format?: unknown, zone?: unknown, locale?: unknown) {
    return formatDate(value, format, zone, locale ?? own(this.context.globals, 'locale'));
  });
  engine.registerFilter('money', function (value: unknown, currency?: unknown, locale?: unknown) {
    return formatMoney(value, currency, locale ?? own(this.context.globals, 'locale'));
  });
  return engine;
};

/** Escapes every output, and there is no filter to prevent it. */
export const htmlEngine = hardened({ outputEscape: 'escape' });

/** For subjects, plain text, SMS and push, where an escaped `&` would be read as such. */
export const textEngine = hardened({});
