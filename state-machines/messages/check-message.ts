import { closestWord } from '#core/expression';
import { checkTemplate, isSafeLink, MESSAGE_FILTERS, MESSAGE_VARIABLES } from '#core/message';
import { placeOf, type MessageFault } from './message-fault.ts';
import type { MessageFile } from './message-file.ts';

const OPEN = MESSAGE_VARIABLES.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -2));
const CLOSED = new Set<string>([...MESSAGE_VARIABLES, ...OPEN]);

/** What of a file the checks look at; a block is checked like a message. */
type Written = Pick<MessageFile, 'file' | 'source' | 'channel'>;

/** Whether anything can provide this path. */
const isKnown = (path: string): boolean =>
  CLOSED.has(path) ||
  OPEN.some((open) => path.startsWith(`${open}.`)) ||
  MESSAGE_VARIABLES.some((name) => name.startsWith(`${path}.`));

/** What to read instead of a path nothing provides. */
const variableHint = (path: string): string => {
  const near = closestWord(
    path,
    [...CLOSED].filter((name) => !name.endsWith('.*')),
  );
  if (near !== undefined) return `did you mean {{ ${near} }}?`;
  return 'a message reads profile, cart, brand, entry and unsubscribe_url';
};

const syntaxHint = (message: string): string | undefined => {
  const [, filter] = /undefined filter: (\S+)/.exec(message) ?? [];
  if (filter === undefined) return undefined;
  const near = closestWord(filter, MESSAGE_FILTERS);
  return near === undefined ? `the filters are: ${MESSAGE_FILTERS.join(', ')}` : `did you mean "| ${near}"?`;
};

/** Syntax and variables of the whole file, front matter included. */
export const liquidFaults = ({ file, source, channel }: Written): readonly MessageFault[] => {
  const checked = checkTemplate(source, channel === 'email' ? 'html' : 'text');
  if ('fault' in checked) {
    const hint = syntaxHint(checked.fault.message);
    return [{ file, ...checked.fault, ...(hint === undefined ? {} : { hint }) }];
  }
  return checked.variables
    .filter(({ path }) => !isKnown(path))
    .map(({ path, line, column }) => ({
      file,
      line,
      column,
      message: `no message can read "${path}"`,
      hint: variableHint(path),
    }));
};

/** Fallbacks for what nothing provides, or for what this file does not read. */
export const fallbackFaults = ({ file, source, channel, front }: MessageFile): readonly MessageFault[] => {
  const paths = Object.keys(front.fallback ?? {});
  if (paths.length === 0) return [];
  const checked = checkTemplate(source, channel === 'email' ? 'html' : 'text');
  const read = 'variables' in checked ? checked.variables.map((variable) => variable.path) : [];
  return paths.flatMap((path): readonly MessageFault[] => {
    const place = placeOf(source, source.indexOf(path));
    if (!isKnown(path)) return [{ file, ...place, message: `no message can read "${path}"`, hint: variableHint(path) }];
    if (!path.includes('.') || read.some((each) => each === path || each.startsWith(`${path}.`))) return [];
    const near = closestWord(path, read);
    const hint = near === undefined ? 'leave it out' : `did you mean "${near}"?`;
    return [{ file, ...place, message: `a fallback for "${path}", which this message does not read`, hint }];
  });
};

const ATTRIBUTE =
  /\s(href|src|srcset|action|background|background-url|poster|xlink:href)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;

/** Author's links; one that begins with Liquid, or that a block is given, is looked at when it is filled in. */
const isFine = (link: string): boolean => /^\s*(?:\{[{%]|\[\[)/.test(link) || isSafeLink(link);

const DANGERS: readonly { readonly pattern: RegExp; readonly message: string; readonly hint: string }[] = [
  {
    pattern: /<(?:script|iframe|object|embed|form|base|mj-include)\b/i,
    message: 'this element has no place in an email',
    hint: 'leave it out: mail clients drop it, and some drop the email with it',
  },
  {
    pattern: /<[a-z][^>]*\son[a-z]+\s*=/i,
    message: 'an event handler has no place in an email',
    hint: 'leave the on… attribute out',
  },
  {
    pattern: /<[a-z][^>]*\s[\w-]+=\{\{/i,
    message: 'a variable in an attribute without quotes',
    hint: 'put the attribute in double quotes: href="{{ cart.url }}"',
  },
  {
    pattern: /\sstyle\s*=\s*"[^"]*\{\{|<(?:mj-)?style\b[^>]*>(?:(?!<\/(?:mj-)?style>)[\s\S])*\{\{/i,
    message: 'a variable inside a style',
    hint: 'choose between classes or elements with {% if %} instead',
  },
];

/** Links that lead nowhere good and markup no email may hold. */
export const markupFaults = ({ file, source, channel }: Written): readonly MessageFault[] => {
  if (channel !== 'email') return [];
  const links = [...source.matchAll(ATTRIBUTE)].flatMap((match): readonly MessageFault[] => {
    const link = match[2] ?? match[3] ?? '';
    if (isFine(link)) return [];
    const hint = 'links begin with https: or mailto:';
    return [{ file, ...placeOf(source, match.index + 1), message: `${match[1]} leads to "${link}"`, hint }];
  });
  const dangers = DANGERS.flatMap(({ pattern, message, hint }): readonly MessageFault[] => {
    const index = source.search(pattern);
    return index < 0 ? [] : [{ file, ...placeOf(source, index), message, hint }];
  });
  return [...links, ...dangers];
};

const languageOf = (tag: string): string => tag.split('-')[0]?.toLowerCase() ?? '';

/** A page says which language it is in, so that it is read out and hyphenated rightly. */
export const languageWarnings = ({ file, source, channel, locale }: MessageFile): readonly MessageFault[] => {
  if (channel !== 'email' || locale === undefined) return [];
  const said = /<mjml\b[^>]*\slang="([^"]*)"/.exec(source);
  if (said !== null && languageOf(said[1] ?? '') === languageOf(locale)) return [];
  const place = placeOf(source, source.indexOf('<mjml'));
  const message = said === null ? 'the page does not say its language' : `the page says that it is in "${said[1]}"`;
  return [{ file, ...place, message, hint: `write <mjml lang="${locale}">` }];
};
