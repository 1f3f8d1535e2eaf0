import type { Json, Journal } from '../world.ts';

/** A journal that keeps nothing after the process: everything written counts as durable at once. */
export function memoryJournal(): Journal & { close(): void } {
  const kinds = new Map<string, Map<string, string>>();
  const records = (kind: string) => {
    const known = kinds.get(kind) ?? new Map<string, string>();
    kinds.set(kind, known);
    return known;
  };

  return {
    put: (kind, id, value) => void records(kind).set(id, JSON.stringify(value)),
    remove: (kind, id) => void records(kind).delete(id),
    get(kind, id) {
      const value = records(kind).get(id);
      return value === undefined ? undefined : JSON.parse(value);
    },
    *all(kind): Generator<readonly [string, Json]> {
      const snapshot = [...records(kind)];
      for (const [id, value] of snapshot) yield [id, JSON.parse(value)];
    },
    durable: () => Promise.resolve(),
    close: () => undefined,
  };
}
