import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { closestWord } from '#core/expression';
import type { MessageDocument, MessageDocuments } from '#core/message';
import { publishMessages } from '../../state-machines/publish-message.ts';
import { Misread } from '../simulate/input/misread.ts';

const stateMachines = path.join(import.meta.dirname, '../../state-machines');
const campaigns = path.join(import.meta.dirname, '../../campaigns');

const namesIn = (folder: string, written: string): readonly string[] =>
  existsSync(folder) ? readdirSync(folder).filter((name) => existsSync(path.join(folder, name, written))) : [];

const instead = (word: string, known: readonly string[]): string => {
  const near = closestWord(word, known);
  return near === undefined ? `There are: ${known.join(', ')}.` : `Did you mean \`${near}\`?`;
};

const folderOf = (journey: string): string => {
  const folders = [
    path.join(stateMachines, journey, 'messages'),
    path.join(campaigns, journey, 'messages'),
    path.resolve(journey, 'messages'),
  ];
  const found = folders.find((folder) => existsSync(folder));
  if (found !== undefined && journey !== '') return found;
  const names = [...namesIn(stateMachines, 'journey.yaml'), ...namesIn(campaigns, 'campaign.yaml')];
  throw new Misread(`npm run preview -- ${journey}`, `There is no journey \`${journey}\`. ${instead(journey, names)}`);
};

/** The one that is asked for; where there is but one, it need not be named. */
const chosen = (messages: MessageDocuments, asked: string | undefined): string => {
  const [only = '', second] = Object.keys(messages);
  return asked ?? (second === undefined ? only : '');
};

/** A message as it would be published now. */
export type LoadedMessage = {
  readonly message: string;
  readonly documents: readonly MessageDocument[];
  /** What is told of the journey's messages when they are published. */
  readonly warnings: readonly string[];
};

/** @throws Misread when there is no such journey or message, or the messages cannot be published: with every mistake. */
export const loadMessage = async (journey: string, asked: string | undefined): Promise<LoadedMessage> => {
  const folder = folderOf(journey);
  const published = await publishMessages(folder);
  const tell = (fault: { file: string; line: number; column: number; message: string; hint?: string }): string =>
    `${path.relative(process.cwd(), path.join(folder, fault.file))}:${fault.line}:${fault.column}\n  ${[fault.message, fault.hint].filter(Boolean).join('; ')}`;
  if (!published.ok)
    throw new Misread(`npm run preview -- ${journey} ${asked ?? ''}`.trimEnd(), published.faults.map(tell).join('\n'));
  const message = chosen(published.messages, asked);
  const variants = published.messages[message];
  if (variants === undefined)
    throw new Misread(
      `npm run preview -- ${journey} ${message}`,
      asked === undefined
        ? `Say which message. There are: ${Object.keys(published.messages).join(', ')}.`
        : `There is no message \`${message}\` in ${path.relative(process.cwd(), folder)}. ${instead(message, Object.keys(published.messages))}`,
    );
  const { email, sms, push } = variants;
  return {
    message,
    documents: [email, sms, push].flatMap((document) => document ?? []),
    warnings: published.warnings.filter(({ file }) => file.startsWith(`${message}.`)).map(tell),
  };
};
