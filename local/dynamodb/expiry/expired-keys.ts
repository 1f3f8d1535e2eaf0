import type { JsonObject, World } from '../../world.ts';
import { objectOr, textOr } from '../../template/json.ts';
import type { Handled } from '../engine/tidy-streams.ts';
import { keyText } from '../streams/stream-records.ts';
import type { Table } from '../tables.ts';

const KIND = 'expired-row';

/** How long AWS keeps a stream's records. */
const RECORDS_MS = 24 * 3_600_000;

/**
 * Remembers which rows went because their time was up, so that their stream records say who deleted them. The first record read for a
 * deleted key is taken for that deletion and keeps being so for every reader; the sweeper itself reads it at once. Kept in the journal
 * (kind `expired-row`) until the record was handled, or is a day old where nobody is known to read.
 */
export function expiredKeys({ journal, clock }: Pick<World, 'journal' | 'clock'>, handled: Handled) {
  for (const [id, mark] of journal.all(KIND)) {
    const { table, sequence, at } = objectOr(mark);
    const upTo = handled.get(textOr(table, ''));
    const isOver = upTo === undefined ? Number(at) + RECORDS_MS <= clock.now() : Number(sequence) <= upTo;
    if (isOver) journal.remove(KIND, id);
  }

  return {
    /** `deleted` is undefined just before the deletion, then whether it happened. */
    mark(table: Table, ...[key, deleted]: readonly [JsonObject, boolean | undefined]): void {
      if (!table.stream) return;
      if (deleted === undefined) journal.put(KIND, idOf(table, key), { table: table.name, at: clock.now() });
      if (deleted === false) journal.remove(KIND, idOf(table, key));
    },
    isExpired(table: Table, ...[key, sequence]: readonly [JsonObject, string]): boolean {
      const [id, bound] = [idOf(table, key), `${idOf(table, key)} ${sequence}`];
      if (journal.get(KIND, bound) !== undefined) return true;
      if (journal.get(KIND, id) === undefined) return false;
      journal.remove(KIND, id);
      journal.put(KIND, bound, { table: table.name, sequence, at: clock.now() });
      return true;
    },
  };
}

const idOf = (table: Table, key: JsonObject): string => `${table.name} ${keyText(key)}`;
