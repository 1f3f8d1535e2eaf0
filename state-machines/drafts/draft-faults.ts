import { isScalar, LineCounter, parseDocument, visit } from 'yaml';
import { incompletePlaces } from './incomplete-places.ts';

/** A place of a draft that is to be completed before it can be published. */
export type DraftFault = { readonly line: number; readonly column: number; readonly message: string };

/** Why a journey is a draft: one fault per place marked `incomplete`; none of a journey that is complete. @param text YAML */
export const draftFaults = (text: string): readonly DraftFault[] => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const faults: DraftFault[] = [];
  visit(document, {
    Pair: (_, { key, value }) => {
      if (!isScalar(key) || key.value !== 'incomplete') return undefined;
      const { line, col } = lines.linePos(key.range?.[0] ?? 0);
      const open: unknown =
        typeof value === 'object' && value !== null && 'toJSON' in value ? JSON.parse(JSON.stringify(value)) : value;
      faults.push(...incompletePlaces({ incomplete: open }).map(({ message }) => ({ line, column: col, message })));
      return visit.SKIP;
    },
  });
  return faults;
};
