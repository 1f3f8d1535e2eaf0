import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Journal } from '../world.ts';
import { fileJournal } from './file-journal.ts';
import { memoryJournal } from './memory-journal.ts';

/**
 * Opens the records of a run: a file whose folder is made when missing, or `:memory:` for none. `all` gives a kind's records in
 * the order they were first written. `close` commits what is pending. Throws an error that names the file and what to do when the
 * file is damaged or another run holds it.
 */
export function openJournal(path: string): Journal & { close(): void } {
  if (path === ':memory:') return memoryJournal();
  mkdirSync(dirname(path), { recursive: true });
  return fileJournal(path);
}
