import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { MessageDocuments, type MessageDocument } from '#core/message';
import { assembleVersions } from './messages/versions/assemble-versions.ts';
import { type Block, blockFaults, expandBlocks, readBlocks } from './messages/blocks.ts';
import { fallbackFaults, languageWarnings, liquidFaults, markupFaults } from './messages/check-message.ts';
import { renderingFaults } from './messages/check-rendering.ts';
import { compileEmail } from './messages/compile-email.ts';
import type { MessageFault } from './messages/message-fault.ts';
import { readMessage, type MessageFile } from './messages/message-file.ts';
import { missingTranslations } from './messages/versions/missing-translations.ts';

/** All messages of a folder, ready to be sent, or every mistake in it. Nothing is published by halves. */
export type PublishedMessages =
  | { readonly ok: true; readonly messages: MessageDocuments; readonly warnings: readonly MessageFault[] }
  | { readonly ok: false; readonly faults: readonly MessageFault[] };

/** Counts up when the same source compiles to something else, so that no older document is kept. */
const FORMAT = 1;
const digestOf = (source: string): string =>
  createHash('sha256').update(`${FORMAT}\n${source}`).digest('base64url').slice(0, 16);

type Around = { readonly blocks: readonly Block[]; readonly previous: MessageDocuments };

const compile = async (file: MessageFile, source: string): Promise<MessageDocument | readonly MessageFault[]> => {
  const { fallback } = file.front;
  const kept = { source, ...(fallback === undefined ? {} : { fallback }) };
  switch (file.channel) {
    case 'email': {
      const compiled = await compileEmail(file);
      if (!('html' in compiled)) return compiled;
      const from = file.front.from === undefined ? {} : { from: file.front.from };
      return { channel: 'email', subject: file.front.subject, ...compiled, ...from, ...kept };
    }
    case 'sms':
      return { channel: 'sms', text: file.body.trim(), ...kept };
    case 'push': {
      const link = file.front.link === undefined ? {} : { link: file.front.link };
      return { channel: 'push', title: file.front.title, body: file.body.trim(), ...link, ...kept };
    }
  }
};

/** One file on its way: compiled, or faulty; warnings stop nothing. */
type Published = { readonly warnings: readonly MessageFault[] } & (
  | { readonly file: MessageFile; readonly document: MessageDocument }
  | { readonly faults: readonly MessageFault[] }
);

const publish = async (file: MessageFile, expanded: MessageFile, source: string): Promise<Published> => {
  const written = [...liquidFaults(file), ...fallbackFaults(expanded), ...markupFaults(file)];
  if (written.length > 0) return { faults: written, warnings: [] };
  const document = await compile(expanded, source);
  if (!('channel' in document)) return { faults: document, warnings: [] };
  const { faults, warnings } = renderingFaults(file, document);
  return faults.length > 0 ? { faults, warnings } : { file, document, warnings };
};

const publishFile = async (name: string, source: string, { blocks, previous }: Around): Promise<Published> => {
  const file = readMessage(name, source);
  if (!('channel' in file)) return { faults: file, warnings: [] };
  const expanded = expandBlocks(file, blocks);
  if ('faults' in expanded) return { ...expanded, warnings: [] };
  const broken = expanded.used.flatMap(blockFaults);
  if (broken.length > 0) return { faults: broken, warnings: [] };
  const digest = digestOf(expanded.file.source);
  const { email, sms, push } = previous[file.message] ?? {};
  const before = [email, sms, push]
    .flatMap((document): readonly MessageDocument[] =>
      document === undefined ? [] : [document, ...(document.versions ?? [])],
    )
    .find(({ channel, source: known }) => channel === file.channel && known === digest);
  const result =
    before === undefined
      ? await publish(file, expanded.file, digest)
      : { file, document: before, warnings: renderingFaults(file, before).warnings };
  return { ...result, warnings: [...expanded.warnings, ...languageWarnings(file), ...result.warnings] };
};

const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
};

/** What several messages use is faulty once. */
const once = (faults: readonly MessageFault[]): readonly MessageFault[] => [
  ...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values(),
];

/** A version of a journey is one row of at most 400 KB; the journey itself takes the rest. */
const HEAVIEST = 350_000;

const kilobytes = (bytes: number): number => Math.ceil(bytes / 1000);

/** All languages and wordings together may not weigh more than can be stored. */
const weightFaults = (messages: MessageDocuments): readonly MessageFault[] => {
  const weights = Object.entries(messages).map(([name, variants]) => ({
    name,
    bytes: Buffer.byteLength(JSON.stringify(variants)),
  }));
  const total = weights.reduce((sum, { bytes }) => sum + bytes, 0);
  const [heaviest] = weights.toSorted((a, b) => b.bytes - a.bytes);
  if (total <= HEAVIEST || heaviest === undefined) return [];
  const message = `the messages of this journey weigh ${kilobytes(total)} KB together, and a version holds ${kilobytes(HEAVIEST)}`;
  const hint = `"${heaviest.name}" alone has ${kilobytes(heaviest.bytes)}: shorten it, or let a journey of its own send it`;
  return [{ file: `${heaviest.name}.*`, line: 1, column: 1, message, hint }];
};

/** Where the pieces are that all messages share. */
const BLOCKS = path.join(import.meta.dirname, 'blocks');

/**
 * Compiles the messages of one journey: `<message>.email.mjml`, `<message>.sms.liquid`, `<message>.push.liquid`; further
 * wordings `<message>.b.email.mjml`, translations `<message>.de.email.mjml`.
 * @param previous what was published before: a file that did not change is taken from there, so that MJML stays unloaded.
 * @param shared the folder of the blocks.
 * @throws Error when the folder cannot be read.
 */
export const publishMessages = async (
  folder: string,
  previous: MessageDocuments = {},
  shared: string = BLOCKS,
): Promise<PublishedMessages> => {
  const blocks = await readBlocks(shared, folder);
  const files = await filesIn(folder);
  const published = await Promise.all(
    files.map(async (file) => publishFile(file, await readFile(path.join(folder, file), 'utf8'), { blocks, previous })),
  );
  const faults = published.flatMap((result) => ('faults' in result ? result.faults : []));
  if (faults.length > 0) return { ok: false, faults: once(faults) };
  const compiled = published.flatMap((result) => ('document' in result ? [result] : []));
  const assembled = assembleVersions(compiled);
  if ('faults' in assembled) return { ok: false, ...assembled };
  const heavy = weightFaults(assembled.messages);
  if (heavy.length > 0) return { ok: false, faults: heavy };
  const warnings = [
    ...published.flatMap((result) => result.warnings),
    ...missingTranslations(compiled.map(({ file }) => file)),
  ];
  return { ok: true, messages: assembled.messages, warnings };
};
