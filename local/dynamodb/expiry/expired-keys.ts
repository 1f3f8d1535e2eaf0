import type { JsonObject, Journal } from '../../world.ts';
import { objectOr, textOr } from '../../template/json.ts';
import type { Handled } from '../engine/tidy-streams.ts';
import { keyText } from '../streams/stream-records.ts';
import type { Table } from '../tables.ts';

const KIND = 'expired-row';

/**
 * Remembers which rows went because their time was up, so that their stream records say who deleted them. The first record read for a
 * deleted key is taken for that deletion and keeps being so for every reader. Kept in the journal (kind `expired-row`) until the
 * record was handled.
 */
export function expiredKeys(journal: Journal, handled: Handled) {
  for (const [id, mark] of journal.all(KIND)) {
    const { table, sequence } = objectOr(mark);
    const upTo = handled.get(textOr(table, ''));
    if (upTo === undefined || Number(sequence) <= upTo) journal.remove(KIND, id);
  }

  return {
    /** `deleted` is undefined just before the deletion, then whether it happened. */
    mark(table: Table, ...[key, deleted]: readonly [JsonObject, boolean | undefined]): void {
      if (!table.stream) return;
      if (deleted === undefined) journal.put(KIND, idOf(table, key), { table: table.name });
      if (deleted === false) journal.remove(KIND, idOf(table, key));
    },
    isExpired(table: Table, ...[key, sequence]: readonly [JsonObject, string]): boolean {
      const id = idOf(table, key);
      const mark = journal.get(KIND, id);
      if (mark === undefined) return false;
      const bound = textOr(objectOr(mark)['sequence'], sequence);
      journal.put(KIND, id, { table: table.name, sequence: bound });
      return bound === sequence;
    },
  };
}

const idOf = (table: Table, key: JsonObject): string => `${table.name} ${keyText(key)}`;
