import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { styleText } from 'node:util';
import { Misread } from '../simulate/input/misread.ts';
import { loadMessage } from './load-message.ts';
import type { Options } from './options.ts';
import { previewMessage, type Preview } from './preview-message.ts';
import { readSample } from './read-sample.ts';

/** What was said, and whether every version of the message would be sent. */
export type WrittenPreview = { readonly lines: readonly string[]; readonly isComplete: boolean };

const filesInto = (folder: string, preview: Preview): readonly string[] => {
  if ('withheld' in preview) return [`  ${styleText('red', preview.withheld)}`];
  mkdirSync(folder, { recursive: true });
  const files = preview.files.map(({ name, text }) => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return `  ${styleText('green', '✓')} ${path.relative(process.cwd(), file)}`;
  });
  return [...preview.lines.map((line) => `  ${line}`), ...files];
};

const written = async (journey: string, asked: string | undefined, options: Options): Promise<WrittenPreview> => {
  const sample = readSample(options.profile);
  const { message, documents, warnings } = await loadMessage(journey, asked);
  const from = { ...sample, locale: options.locale ?? sample.locale, variant: options.variant };
  const previews = documents.flatMap((document) => previewMessage(message, document, from));
  return {
    lines: [
      ...warnings.map((warning) => `${styleText('yellow', 'warning')} ${warning}\n`),
      ...previews.flatMap((preview) => [styleText('bold', preview.title), ...filesInto(options.out, preview), '']),
    ],
    isComplete: previews.every((preview) => !('withheld' in preview)),
  };
};

/** Writes what one customer would get of a message, or says what stands in the way. */
export const writePreview = (journey: string, message: string | undefined, options: Options): Promise<WrittenPreview> =>
  written(journey, message, options).catch((error: unknown) => {
    if (!(error instanceof Misread)) throw error;
    return { lines: [`${styleText('bold', error.place)}\n  ${error.message}`], isComplete: false };
  });
