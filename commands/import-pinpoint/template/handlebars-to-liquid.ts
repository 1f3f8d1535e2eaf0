import type { MessageKind } from '../activities/surroundings.ts';
import { own } from '../read/own.ts';
import type { Defaults } from './default-substitutions.ts';
import { namesOf, variableOf } from './variables.ts';

export type Translated = {
  readonly liquid: string;
  /** What means something else now. */
  readonly changes: readonly string[];
  /** Tags that could not be translated; they stand in comments. */
  readonly problems: readonly string[];
};

const tags = /\{\{\{([\s\S]*?)\}\}\}|\{\{!--[\s\S]*?--\}\}|\{\{([\s\S]*?)\}\}/g;
const words = /"[^"]*"|'[^']*'|(?:\[[^\]]*\]|[^\s"'[\]])+/g;

const comparisons: Readonly<Record<string, string>> = {
  eq: '==',
  ne: '!=',
  neq: '!=',
  gt: '>',
  gte: '>=',
  lt: '<',
  lte: '<=',
};
const filters: Readonly<Record<string, string>> = {
  capitalize: 'capitalize',
  capitalizeFirst: 'capitalize',
  lower: 'downcase',
  lowercase: 'downcase',
  upper: 'upcase',
  uppercase: 'upcase',
  trim: 'strip',
  join: 'join',
  abbreviate: 'truncate',
  defaultIfEmpty: 'default',
};

const liquidText = (text: string): string =>
  text.includes("'") && !text.includes('"') ? `"${text}"` : `'${text.replaceAll("'", '’')}'`;
const isLiteral = (word: string): boolean => /^["']|^-?\d+(\.\d+)?$/.test(word);
const literal = (word: string): string => (/^["']/.test(word) ? liquidText(word.slice(1, -1)) : word);

class Untranslatable extends Error {}

type Block = { readonly name: string; readonly open: 'if' | 'unless' | 'each' | 'nothing'; hasElse: boolean };

/** Turns a template of Pinpoint's (Handlebars with its helpers) into Liquid. A missing value is said as nothing, as there. */
export const handlebarsToLiquid = (source: string, kind: MessageKind, defaults: Defaults): Translated => {
  const changes = new Set<string>();
  const problems = new Set<string>();
  const blocks: Block[] = [];

  const pathOf = (word: string): string => {
    const isInLoop = blocks.some(({ open }) => open === 'each');
    if (isInLoop && (word === 'this' || word === '.')) return 'item';
    if (isInLoop && word === '@index') return 'forloop.index0';
    if (isInLoop && word.startsWith('this.')) return `item.${word.slice(5)}`;
    const found = variableOf(word, kind);
    if (found === undefined) throw new Untranslatable();
    if (found.note !== undefined) changes.add(found.note);
    return found.path;
  };
  const operand = (word: string): string => (isLiteral(word) ? literal(word) : pathOf(word));

  const output = (all: readonly string[]): string => {
    const [first = '', second, third] = all;
    const filter = own(filters, first);
    if (all.length === 1) {
      const missing = liquidText(defaults.get(namesOf(first).join('.')) ?? '');
      const path = pathOf(first);
      return path === 'item' || path === 'forloop.index0' ? `{{ ${path} }}` : `{{ ${path} | default: ${missing} }}`;
    }
    if (filter === undefined || second === undefined || all.length > 3) throw new Untranslatable();
    const input = third === undefined ? '' : `: ${literal(third)}`;
    const start = filter === 'default' ? '' : " | default: ''";
    return `{{ ${operand(second)}${start} | ${filter}${input} }}`;
  };

  const condition = (all: readonly string[]): string => {
    const [first = '', second, third] = all;
    const sign = own(comparisons, first);
    if (sign !== undefined && second !== undefined && third !== undefined && all.length === 3)
      return `${operand(second)} ${sign} ${operand(third)}`;
    if (all.length !== 1) throw new Untranslatable();
    return pathOf(first);
  };

  const open = (name: string, rest: readonly string[]): string => {
    if (name === 'each' && rest.length === 1) {
      const path = pathOf(rest[0] ?? '');
      blocks.push({ name, open: 'each', hasElse: false });
      return `{% if ${path} %}{% for item in ${path} %}`;
    }
    const isComparison = own(comparisons, name) !== undefined;
    if (name !== 'if' && name !== 'unless' && !isComparison) throw new Untranslatable();
    const text = condition(isComparison ? [name, ...rest] : rest);
    blocks.push({ name, open: name === 'unless' ? 'unless' : 'if', hasElse: false });
    return `{% ${name === 'unless' ? 'unless' : 'if'} ${text} %}`;
  };

  const otherwise = (rest: readonly string[]): string => {
    const block = blocks.at(-1);
    if (block === undefined || block.open === 'nothing') throw new Untranslatable();
    if (rest[0] === 'if' && block.open !== 'each') return `{% elsif ${condition(rest.slice(1))} %}`;
    block.hasElse = true;
    return block.open === 'each' ? '{% endfor %}{% else %}' : '{% else %}';
  };

  const close = (name: string): string => {
    const block = blocks.at(-1);
    if (block?.name !== name) throw new Untranslatable();
    blocks.pop();
    if (block.open === 'nothing') throw new Untranslatable();
    if (block.open === 'each') return block.hasElse ? '{% endif %}' : '{% endfor %}{% endif %}';
    return block.open === 'unless' ? '{% endunless %}' : '{% endif %}';
  };

  const said = (inner: string): string => {
    const [first = '', ...rest] = inner.match(words) ?? [];
    if (first.startsWith('#')) return open(first.slice(1), rest);
    if (first.startsWith('/')) return close(first.slice(1));
    if (first === 'else' || first === '^') return otherwise(rest);
    return output([first, ...rest]);
  };

  const translate = (tag: string, inner: string): string => {
    // What belongs to a block that could not be translated was told with its beginning.
    const isPartOfProblem = blocks.at(-1)?.open === 'nothing' && /^(?:else\b|\/|\^)/.test(inner);
    try {
      return said(inner);
    } catch (thrown) {
      if (!(thrown instanceof Untranslatable)) throw thrown;
      if (inner.startsWith('#'))
        blocks.push({ name: (inner.match(words)?.[0] ?? '').slice(1), open: 'nothing', hasElse: false });
      if (!isPartOfProblem) problems.add(tag);
      return `{% comment %}${inner.replaceAll(/[{}%]/g, '')}{% endcomment %}`;
    }
  };

  const liquid = source.replaceAll('{%', '{ %').replaceAll(tags, (tag: string, triple?: string, double?: string) => {
    if (tag.startsWith('{{!')) return '';
    if (triple !== undefined) changes.add(`${tag} is escaped like any value`);
    return translate(tag, (triple ?? double ?? '').replace(/^~|~$/g, '').trim());
  });
  if (/\{% if [^=<>]* %\}/.test(liquid)) changes.add('an empty text counts as there in `if`');
  return { liquid, changes: [...changes], problems: [...problems] };
};
