import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type DraftFault, draftFaults } from './draft-faults.ts';

/** A journey that an import left incomplete: nothing compiles or publishes it. Lines and columns count from 1. */
export type Draft = { readonly name: string; readonly file: string; readonly faults: readonly DraftFault[] };

/** Every draft beside the journeys of a folder, by name, with what is to be completed in it. */
export const draftsIn = (folder: string): readonly Draft[] =>
  globSync('*/journey.draft.yaml', { cwd: folder })
    .toSorted()
    .map((draft) => {
      const file = path.join(folder, draft);
      return { name: path.dirname(draft), file, faults: draftFaults(readFileSync(file, 'utf8')) };
    });

/** What keeps a draft from being a journey, in a sentence. */
export const whyDraft = ({ name, faults }: Draft): string => {
  if (faults.length === 0) return `${name} is a draft, but nothing is open in it: rename it to journey.yaml.`;
  const places = `${faults.length} place${faults.length === 1 ? '' : 's'}`;
  return `${name} is a draft and is not published: complete ${places}, then rename it to journey.yaml.`;
};
