import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { closestWord } from '#core/expression';
import { lookupLocale } from '#core/message';
import { liquidFaults, markupFaults } from './check-message.ts';
import { placeOf, type MessageFault } from './message-fault.ts';
import type { MessageFile } from './message-file.ts';
import { spelt } from './message-name.ts';

/** A piece that many messages share: `blocks/footer.mjml`, in German `blocks/footer.de.mjml`; for SMS and push `.liquid`. */
export type Block = {
  readonly name: string;
  readonly extension: 'mjml' | 'liquid';
  readonly locale?: string;
  /** As seen from a message. */
  readonly file: string;
  readonly source: string;
};

const NAME = /^([a-z0-9]+(?:-[a-z0-9]+)*)(?:\.([A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*))?\.(mjml|liquid)$/;
const USE = /<block\b((?:\s+[a-z-]+="[^"]*")*)\s*\/>/g;
const OTHER_USE = /<block\b(?!(?:\s+[a-z-]+="[^"]*")*\s*\/>)/;
const SLOT = /\[\[([a-z-]+)(?:\|([^\]]*))?\]\]/g;

/** All blocks of a folder; without the folder there are none. @param from the folder of the messages, for the places in faults. */
export const readBlocks = async (folder: string, from: string): Promise<readonly Block[]> => {
  const names = await readdir(folder).catch((): string[] => []);
  const read = names.toSorted().map(async (file): Promise<readonly Block[]> => {
    const [, name, tag, extension] = NAME.exec(file) ?? [];
    if (name === undefined || (extension !== 'mjml' && extension !== 'liquid')) return [];
    const locale = tag === undefined ? undefined : spelt(tag);
    const source = await readFile(path.join(folder, file), 'utf8');
    const place = path.relative(from, path.join(folder, file));
    return [{ name, extension, ...(locale === undefined ? {} : { locale }), file: place, source }];
  });
  return (await Promise.all(read)).flat();
};

/** What is wrong with a block itself. It stands alone: a condition that it opens, it closes. */
export const blockFaults = ({ file, source, extension }: Block): readonly MessageFault[] => {
  const written = { file, source, channel: extension === 'mjml' ? 'email' : 'sms' } as const;
  const nested = source.indexOf('<block');
  const inside: readonly MessageFault[] =
    nested < 0 ? [] : [{ file, ...placeOf(source, nested), message: 'a block holds no other block' }];
  return [...liquidFaults(written), ...markupFaults(written), ...inside];
};

/** The message with its blocks in place, the blocks it uses, and what has no translation; or what is wrong with their use. */
export type Expanded =
  | {
      readonly file: MessageFile;
      readonly used: readonly Block[];
      readonly warnings: readonly MessageFault[];
    }
  | { readonly faults: readonly MessageFault[] };

/** On one line, so that every line of the message keeps its number; a text keeps its lines, since they are seen. */
const insertOf = ({ source, extension }: Block, given: ReadonlyMap<string, string>): string => {
  const filled = source.replaceAll(SLOT, (_, slot: string, words = '') => given.get(slot) ?? words).trim();
  return extension === 'mjml' ? filled.replaceAll(/\s*\n\s*/g, ' ') : filled;
};

const attributesOf = (written: string): ReadonlyMap<string, string> =>
  new Map([...written.matchAll(/([a-z-]+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));

/** A finding without its place. */
type What = Pick<MessageFault, 'message' | 'hint'>;

const slotFault = (block: Block, given: ReadonlyMap<string, string>): What | undefined => {
  const slots = [...block.source.matchAll(SLOT)];
  const names = slots.map(([, slot = '']) => slot);
  const odd = [...given.keys()].find((name) => name !== 'name' && !names.includes(name));
  if (odd !== undefined) {
    const near = closestWord(odd, names);
    const known = names.length === 0 ? 'it takes nothing but its name' : `it takes: ${[...new Set(names)].join(', ')}`;
    return {
      message: `the block "${block.name}" does not take "${odd}"`,
      hint: near === undefined ? known : `did you mean "${near}"?`,
    };
  }
  const [, open] = slots.find(([, slot = '', words]) => words === undefined && !given.has(slot)) ?? [];
  if (open === undefined) return undefined;
  return {
    message: `the block "${block.name}" needs "${open}"`,
    hint: `write <block name="${block.name}" ${open}="…" />`,
  };
};

/** Whether customers read words of it: a block of styles needs no translation. */
const hasWords = ({ source }: Block): boolean =>
  /\p{L}{2}/u.test(
    source
      .replaceAll(/<mj-(style|attributes|raw)\b[\s\S]*?<\/mj-\1>/g, '')
      .replaceAll(/<[^>]*>|\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}|\[\[[a-z-]+\]\]|&[a-z]+;/g, ' '),
  );

const blockFor = (file: MessageFile, name: string, blocks: readonly Block[]): Block | undefined => {
  const extension = file.channel === 'email' ? 'mjml' : 'liquid';
  const same = blocks.filter((block) => block.name === name && block.extension === extension);
  const locale = lookupLocale(
    file.locale ?? file.front.locale,
    same.flatMap((block) => block.locale ?? []),
  );
  return same.find((block) => block.locale === locale) ?? same.find((block) => block.locale === undefined);
};

/** One use of a block: what stands in its place, or what is wrong with it. */
type Placed = { readonly block: Block; readonly insert: string } | { readonly wrong: What };

const place = (file: MessageFile, written: string, blocks: readonly Block[]): Placed => {
  const given = attributesOf(written);
  const name = given.get('name') ?? '';
  const block = blockFor(file, name, blocks);
  if (block === undefined) {
    const known = [...new Set(blocks.map((each) => each.name))];
    const near = closestWord(name, known);
    const hint =
      near === undefined || near === name ? `the blocks are: ${known.join(', ')}` : `did you mean "${near}"?`;
    return { wrong: { message: `there is no block "${name}" for ${file.channel}`, hint } };
  }
  const wrong = slotFault(block, given);
  return wrong === undefined ? { block, insert: insertOf(block, given) } : { wrong };
};

const untranslated = (file: MessageFile, block: Block): What | undefined => {
  if (file.locale === undefined || block.locale !== undefined || !hasWords(block)) return undefined;
  const translation = `${block.name}.${file.locale}.${block.extension}`;
  return {
    message: `the block "${block.name}" has no text in ${file.locale}`,
    hint: `write it as ${path.join(path.dirname(block.file), translation)}`,
  };
};

const unreadable = {
  message: 'this block cannot be read',
  hint: 'write <block name="footer" />, each value in double quotes',
};

/** Puts the blocks of a message in place, in the message's language. Done once, at publish: nothing is included when it is sent. */
export const expandBlocks = (file: MessageFile, blocks: readonly Block[]): Expanded => {
  const faults: MessageFault[] = [];
  const warnings: MessageFault[] = [];
  const used = new Set<Block>();
  const start = file.source.length - file.body.length;
  const at = (index: number, what: What): MessageFault => ({
    file: file.file,
    ...placeOf(file.source, start + index),
    ...what,
  });
  const body = file.body.replaceAll(USE, (_whole, written: string, index: number) => {
    const placed = place(file, written, blocks);
    if ('wrong' in placed) {
      faults.push(at(index, placed.wrong));
      return '';
    }
    used.add(placed.block);
    const lacking = untranslated(file, placed.block);
    if (lacking !== undefined) warnings.push(at(index, lacking));
    return placed.insert;
  });
  const other = file.body.search(OTHER_USE);
  if (other >= 0) faults.push(at(other, unreadable));
  if (faults.length > 0) return { faults };
  const source = file.source.slice(0, start) + body;
  return { file: { ...file, body, source }, used: [...used], warnings };
};
