import { emailId, MOST_USERS, phoneOf } from '#core/profile';
import { isCustomer } from '#core/signal';
import type { KeyedHash } from '../../aws/keyed-hash.ts';
import { identityKey, type Key, profileKey } from '../../aws/keys.ts';
import { type Row, rowsAt } from '../../aws/rows.ts';

/** What a customer can be looked up by. */
export type IdKind = 'user' | 'anonymous' | 'email' | 'phone' | 'external';

export type Found =
  | { readonly is: 'one'; readonly customer: string }
  | { readonly is: 'several'; readonly customers: readonly string[] }
  | { readonly is: 'erased'; readonly customer: string; readonly at: number; readonly receipt: string }
  | { readonly is: 'none' };

const none: Found = { is: 'none' };

/** As profiles keep it: undefined when it is no such thing. */
const normal = (kind: IdKind, value: string): string | undefined => {
  // A plus sign in a query reads as a space, and neither an address nor a number has one.
  if (kind === 'email') return emailId(value.replaceAll(' ', '+'));
  if (kind === 'phone') return phoneOf(value.replace(/^ /, '+'), undefined);
  return value === '' ? undefined : value;
};

const rowIn = (rows: ReadonlyMap<string, Row>, { pk, sk }: Key): Row | undefined => rows.get(`${pk} ${sk}`);

const namedIn = (row: Row | undefined): readonly string[] => {
  const { customer, customers } = row ?? {};
  return [
    ...(typeof customer === 'string' ? [customer] : []),
    ...(customers instanceof Set ? [...customers].map(String) : []),
  ];
};

/** Finds whom an id, an address or a number is of. */
export const customerFinder = (table: string, hash: KeyedHash) => {
  const readRows = async (keys: readonly Key[]): Promise<ReadonlyMap<string, Row>> => {
    const found = await rowsAt(table, keys);
    return new Map(found.map((row) => [`${String(row['pk'])} ${String(row['sk'])}`, row]));
  };

  /** To whom a customer was merged, at last. */
  const settle = async (customer: string, known?: Row): Promise<Found> => {
    let at = customer;
    let row = known;
    for (let hop = 0; hop <= MOST_USERS; hop++) {
      row ??= rowIn(await readRows([profileKey(at)]), profileKey(at));
      if (row === undefined) return none;
      if (typeof row['erasedAt'] === 'number')
        return { is: 'erased', customer: at, at: row['erasedAt'], receipt: String(row['receipt']) };
      if (typeof row['mergedInto'] !== 'string') return { is: 'one', customer: at };
      at = row['mergedInto'];
      row = undefined;
    }
    return none;
  };

  const merged = async (customers: readonly string[], known: ReadonlyMap<string, Row>): Promise<Found> => {
    const settled = await Promise.all(
      [...new Set(customers)].map((customer) => settle(customer, rowIn(known, profileKey(customer)))),
    );
    const one = new Set(settled.flatMap((found) => (found.is === 'one' ? [found.customer] : [])));
    const [first] = one;
    if (one.size > 1) return { is: 'several', customers: [...one].toSorted() };
    return first === undefined ? (settled.find(({ is }) => is === 'erased') ?? none) : { is: 'one', customer: first };
  };

  /** An id of a source system is what its customer is called after; whatever else somebody has leads there by a row. */
  const placesOf = (kind: IdKind, value: string): { readonly row: Key; readonly own: readonly string[] } => {
    const hashed = hash(`${kind}:${value}`);
    return { row: identityKey(kind, hashed), own: kind === 'user' || kind === 'anonymous' ? [hashed] : [] };
  };

  /** The first of several readings of an id that leads to somebody. */
  const findFirst = async (readings: readonly { readonly kind: IdKind; readonly value: string }[]): Promise<Found> => {
    const places = readings.map(({ kind, value }) => placesOf(kind, value));
    const rows = await readRows(places.flatMap(({ row, own }) => [row, ...own.map(profileKey)]));
    for (const { row, own } of places) {
      const named = namedIn(rowIn(rows, row));
      const there = own.filter((customer) => rowIn(rows, profileKey(customer)) !== undefined);
      const found = await merged(named.length > 0 ? named : there, rows);
      if (found.is !== 'none') return found;
    }
    return none;
  };

  /** By something of a kind. */
  const findBy = async (kind: IdKind, given: string): Promise<Found> => {
    const value = normal(kind, given);
    return value === undefined ? none : findFirst([{ kind, value }]);
  };

  /** By our own id, else a `userId`, else an `anonymousId`. */
  const find = async (id: string): Promise<Found> => {
    if (id === '') return none;
    if (isCustomer(id)) {
      const row = rowIn(await readRows([profileKey(id)]), profileKey(id));
      if (row !== undefined) return settle(id, row);
    }
    return findFirst([
      { kind: 'user', value: id },
      { kind: 'anonymous', value: id },
    ]);
  };

  return { find, findBy };
};
export type CustomerFinder = ReturnType<typeof customerFinder>;
