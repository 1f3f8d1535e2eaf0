import type { Row } from '../../aws/rows.ts';

/** Attributes that hold JSON as text. */
const textual = ['body', 'memberOf', 'owed', 'entry', 'signal', 'consents', 'record'];
/** What only the machinery needs: a token wakes the run it is of. */
const machinery = ['token', 'owner', 'leaseUntil'];

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // It is text, then.
    return text;
  }
};

/** The same value always reads the same: names in order, sets as lists in order. */
const inOrder = (value: unknown): unknown => {
  if (value instanceof Set) return [...value].toSorted();
  if (Array.isArray(value)) return value.map(inOrder);
  if (typeof value !== 'object' || value === null) return value;
  const sorted = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([name, inner]) => [name, inOrder(inner)]));
};

/** A row as it is handed out: all that is in it, readable, and nothing that acts. */
export const plainRow = (row: Row): Row =>
  Object.fromEntries(
    Object.entries(row)
      .filter(([name]) => !machinery.includes(name))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => [
        name,
        inOrder(textual.includes(name) && typeof value === 'string' ? parsed(value) : value),
      ]),
  );
