import { createHash } from 'node:crypto';
import type { Json, Journal } from '../world.ts';
import { objectOr } from './json.ts';

/**
 * Numbers the versions of a function or state machine as AWS does: 1 at first, one more for every definition not seen before. Kept
 * in the journal (kind `version`), so that work begun on one version is told from work begun on the next after a restart.
 */
export function versionNumbers(journal: Journal): (versioned: string, definition: Json) => number {
  return (versioned, definition) => {
    const hash = createHash('sha256').update(JSON.stringify(definition)).digest('hex');
    const numbers = objectOr(journal.get('version', versioned));
    const number = Number(numbers[hash] ?? Object.keys(numbers).length + 1);
    if (!(hash in numbers)) journal.put('version', versioned, { ...numbers, [hash]: number });
    return number;
  };
}
