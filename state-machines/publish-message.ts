import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { MessageDocuments, type MessageDocument } from '#core/message';
import { liquidFaults, markupFaults } from './messages/check-message.ts';
import { renderingFaults } from './messages/check-rendering.ts';
import { compileEmail } from './messages/compile-email.ts';
import type { MessageFault } from './messages/message-fault.ts';
import { readMessage, type MessageFile } from './messages/message-file.ts';

/** All messages of a folder, ready to be sent, or every mistake in it. Nothing is published by halves. */
export type PublishedMessages =
  | { readonly ok: true; readonly messages: MessageDocuments }
  | { readonly ok: false; readonly faults: readonly MessageFault[] };

/** Counts up when the same source compiles to something else, so that no older document is kept. */
const FORMAT = 1;
const digestOf = (source: string): string =>
  createHash('sha256').update(`${FORMAT}\n${source}`).digest('base64url').slice(0, 16);

const compile = async (file: MessageFile, source: string): Promise<MessageDocument | readonly MessageFault[]> => {
  switch (file.channel) {
    case 'email': {
      const compiled = await compileEmail(file);
      if (!('html' in compiled)) return compiled;
      const from = file.front.from === undefined ? {} : { from: file.front.from };
      return { channel: 'email', subject: file.front.subject, ...compiled, ...from, source };
    }
    case 'sms':
      return { channel: 'sms', text: file.body.trim(), source };
    case 'push': {
      const link = file.front.link === undefined ? {} : { link: file.front.link };
      return { channel: 'push', title: file.front.title, body: file.body.trim(), ...link, source };
    }
  }
};

const publish = async (file: MessageFile): Promise<MessageDocument | readonly MessageFault[]> => {
  const written = [...liquidFaults(file), ...markupFaults(file)];
  if (written.length > 0) return written;
  const document = await compile(file, digestOf(file.source));
  if (!('channel' in document)) return document;
  const faults = renderingFaults(file, document);
  return faults.length > 0 ? faults : document;
};

type Published = { readonly message: string; readonly document: MessageDocument } | readonly MessageFault[];

const publishFile = async (file: string, source: string, previous: MessageDocuments): Promise<Published> => {
  const read = readMessage(file, source);
  if (!('channel' in read)) return read;
  const before = previous[read.message]?.[read.channel];
  const document = before?.source === digestOf(source) ? before : await publish(read);
  return 'channel' in document ? { message: read.message, document } : document;
};

const filesIn = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => entry.name)
    .sort();
};

/**
 * Compiles the messages of one journey: `<message>.email.mjml`, `<message>.sms.liquid`, `<message>.push.liquid`.
 * @param previous what was published before: a file that did not change is taken from there, so that MJML stays unloaded.
 * @throws Error when the folder cannot be read.
 */
export const publishMessages = async (folder: string, previous: MessageDocuments = {}): Promise<PublishedMessages> => {
  const files = await filesIn(folder);
  const published = await Promise.all(
    files.map(async (file) => publishFile(file, await readFile(path.join(folder, file), 'utf8'), previous)),
  );
  const faults = published.flatMap((result) => ('document' in result ? [] : result));
  if (faults.length > 0) return { ok: false, faults };
  const messages: Record<string, Record<string, MessageDocument>> = {};
  for (const result of published) {
    if (!('document' in result)) continue;
    messages[result.message] = { ...messages[result.message], [result.document.channel]: result.document };
  }
  return { ok: true, messages: MessageDocuments.parse(messages) };
};
