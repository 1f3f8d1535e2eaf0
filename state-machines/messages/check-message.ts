import { closestWord } from '#core/expression';
import { checkTemplate, isSafeLink, MESSAGE_FILTERS, MESSAGE_VARIABLES } from '#core/message';
import { placeOf, type MessageFault } from './message-fault.ts';
import type { MessageFile } from './message-file.ts';

const OPEN = MESSAGE_VARIABLES.filter((name) => name.endsWith('.*')).map((name) => name.slice(0, -2));
const CLOSED = new Set<string>([...MESSAGE_VARIABLES, ...OPEN]);

const isKnown = (path: string): boolean =>
  CLOSED.has(path) ||
  OPEN.some((open) => path.startsWith(`${open}.`)) ||
  MESSAGE_VARIABLES.some((name) => name.startsWith(`${path}.`));

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
export const liquidFaults = ({ file, source, channel }: MessageFile): readonly MessageFault[] => {
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

const ATTRIBUTE =
  /\s(href|src|srcset|action|background|background-url|poster|xlink:href)\s*=\s*(?:"([^"]*)"|'([^']*)')/gi;

/** Author's links; a link that begins with Liquid is looked at when it is filled in. */
const isFine = (link: string): boolean => /^\s*\{[{%]/.test(link) || isSafeLink(link);

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
export const markupFaults = ({ file, source, channel }: MessageFile): readonly MessageFault[] => {
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
