import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { MessageDocuments } from '#core/message';
import { publishMessages, type PublishedMessages } from '../../../state-machines/publish-message.ts';

/** An email with nothing in it but `body`, on line 6. */
export const email = (body: string, front = 'subject: Hello', lang = ''): string =>
  `---\n${front}\n---\n<mjml${lang}>\n<mj-body><mj-section><mj-column><mj-text>\n${body}\n</mj-text></mj-column></mj-section></mj-body>\n</mjml>\n`;

/** Publishes messages and blocks from a folder of their own, which is gone after each test. */
export const publishedFolder = () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'segue-messages-'));
    await mkdir(path.join(folder, 'messages'));
    await mkdir(path.join(folder, 'blocks'));
  });
  afterEach(() => rm(folder, { recursive: true }));
  const publish = async (
    files: Readonly<Record<string, string>>,
    blocks: Readonly<Record<string, string>> = {},
    previous: MessageDocuments = {},
  ): Promise<PublishedMessages> => {
    const write = (where: string, all: Readonly<Record<string, string>>) =>
      Promise.all(Object.entries(all).map(([name, source]) => writeFile(path.join(folder, where, name), source)));
    await Promise.all([write('messages', files), write('blocks', blocks)]);
    return publishMessages(path.join(folder, 'messages'), previous, path.join(folder, 'blocks'));
  };
  const faultsOf = async (files: Readonly<Record<string, string>>, blocks: Readonly<Record<string, string>> = {}) => {
    const published = await publish(files, blocks);
    return published.ok ? [] : published.faults;
  };
  const warningsOf = async (files: Readonly<Record<string, string>>, blocks: Readonly<Record<string, string>> = {}) => {
    const published = await publish(files, blocks);
    if (!published.ok) throw new Error(JSON.stringify(published.faults));
    return published.warnings;
  };
  return { publish, faultsOf, warningsOf };
};
