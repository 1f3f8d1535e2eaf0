import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import type { Journal } from '../../../local/world.ts';

const KINDS = [
  'execution',
  'execution-history',
  'state-machine',
  'state-machine-revision',
  'map-run',
  'map-run-inputs',
] as const;

/** What is on disk now, for the process that comes after a kill. */
export function copied(journal: Journal): Journal {
  const copy = memoryJournal();
  for (const kind of KINDS) for (const [id, value] of journal.all(kind)) copy.put(kind, id, value);
  return copy;
}
