import { objectOr, textOr } from '../../../template/json.ts';
import type { StreamRecord } from '../../../dynamodb/streams/stream-records.ts';
import type { SourceParts } from '../source.ts';

const KIND = 'stream-position';

/**
 * How far a mapping has come in its stream: up to the first record that is not done with. Kept in the journal (kind
 * `stream-position`), so that a crash repeats records and loses none.
 */
export function streamPosition({ world: { journal }, mapping }: Pick<SourceParts, 'world' | 'mapping'>) {
  /** Records under way, in the order of the stream, each with the one before it. */
  const underWay = new Map<string, string | undefined>();
  let lastRead = kept();

  function kept(): string | undefined {
    const found = objectOr(journal.get(KIND, mapping.logicalId));
    return found['streamArn'] === mapping.sourceArn ? textOr(found['sequence'], undefined) : undefined;
  }
  const save = (): void => {
    const sequence = underWay.size === 0 ? lastRead : underWay.values().next().value;
    if (sequence !== undefined) journal.put(KIND, mapping.logicalId, { streamArn: mapping.sourceArn, sequence });
  };

  return {
    kept,
    /** Takes in what was read: the records that are wanted, and the last of all of them. */
    read(records: readonly StreamRecord[], last: string): void {
      for (const { sequence } of records) {
        underWay.set(sequence, lastRead);
        lastRead = sequence;
      }
      lastRead = last;
      if (underWay.size === 0) save();
    },
    settled(records: readonly StreamRecord[]): void {
      for (const { sequence } of records) underWay.delete(sequence);
      save();
    },
    /** Forgets what is under way: it will be read again. */
    reset(): void {
      underWay.clear();
      lastRead = kept();
    },
  };
}
