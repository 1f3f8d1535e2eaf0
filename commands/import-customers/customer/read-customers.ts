import { isObject, type JsonObject, parseEvent } from '#core/signal';
import { guessColumns } from '../columns/guess-columns.ts';
import type { Column, Mapping } from '../columns/target.ts';
import type { OpenFile, Row } from '../read/read-rows.ts';
import { type Call, callsOf, type Customer, type Fault } from './customer.ts';
import { fromColumns } from './from-columns.ts';
import { fromEndpoint, isEndpoint, nested } from './from-endpoint.ts';

/** A row that was read: a customer with what is sent of them, or what is wrong with it. */
export type Read = {
  readonly row: Row;
  readonly customer?: Customer;
  readonly calls: readonly Call[];
  readonly faults: readonly Fault[];
};

/** What a file is taken for. Columns of an NDJSON are those of the rows that were looked at. */
export type Reading = { readonly kind: 'columns' | 'pinpoint'; readonly columns: readonly Column[] };

/** `traits` and `consent` of a JSON row as columns of their own. */
const flat = (fields: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      if (!isObject(value) || !['traits', 'consent', 'address'].includes(name)) return [[name, value] as const];
      return Object.entries(flatConsent(value, name)).map(([inner, said]) => [`${name}.${inner}`, said] as const);
    }),
  );

const flatConsent = (value: JsonObject, name: string): JsonObject =>
  name !== 'consent'
    ? value
    : Object.fromEntries(
        Object.entries(value).flatMap(([channel, said]) =>
          isObject(said)
            ? Object.entries(said).map(
                ([topic, each]) => [topic === '*' ? channel : `${channel}.${topic}`, each] as const,
              )
            : [[channel, said] as const],
        ),
      );

const proposals: Readonly<Record<string, string>> = {
  'no-identity': 'give the row a userId',
  'too-large': 'leave fields out',
  'too-deep': 'write the objects flatter',
  'bad-timestamp': 'write 2026-01-05T09:00:00Z',
  'forbidden-key': 'rename the field',
};

/** What the door would say of it, said before anything is sent. */
const faultsOf = (calls: readonly Call[], columns: readonly Column[]): readonly Fault[] =>
  calls.flatMap((call) => {
    // The stack gives it an id; without one it would be hashed here, which takes longer than all the rest.
    const detail = { ...call, messageId: 'import' };
    const { refusal } = parseEvent({ source: 'import', 'detail-type': call.type, detail }, 0);
    if (refusal === undefined) return [];
    const field = refusal.path.replace(/^detail\.?/, '');
    const column = columns.find(({ targets }) => targets.includes(field))?.name ?? field;
    const message = refusal.message.replaceAll('detail.', '');
    return [{ column, message, proposal: proposals[refusal.reason] ?? 'correct it' }];
  });

/** Reads rows as customers. One that cannot be read keeps nobody else back. */
export const customerReader = (file: string, open: Pick<OpenFile, 'format' | 'columns'>, mapping: Mapping) => {
  let reading: Reading | undefined;
  let guessed: { readonly names: string; readonly columns: readonly Column[] } = { names: '', columns: [] };

  const columnsOf = (names: readonly string[]): readonly Column[] => {
    const key = names.join('\u0000');
    if (guessed.names !== key) guessed = { names: key, columns: guessColumns(names, mapping) };
    return guessed.columns;
  };

  const customerOf = (row: Row) => {
    const isPinpoint = (reading ??= readingOf(row)).kind === 'pinpoint';
    if (isPinpoint) return fromEndpoint(open.format === 'csv' ? nested(row.fields) : row.fields, mapping);
    const fields = open.format === 'csv' ? row.fields : flat(row.fields);
    return fromColumns(fields, columnsOf(open.format === 'csv' ? open.columns : Object.keys(fields)), mapping);
  };

  const readingOf = (row: Row): Reading => {
    const names = open.format === 'csv' ? open.columns : Object.keys(row.fields);
    return { kind: isEndpoint(names) ? 'pinpoint' : 'columns', columns: [] };
  };

  const read = (row: Row): Read => {
    if (row.flaw !== undefined)
      return { row, calls: [], faults: [{ column: '', message: row.flaw, proposal: 'correct the line' }] };
    const found = customerOf(row);
    if ('faults' in found) return { row, calls: [], faults: found.faults };
    const calls = callsOf(found.customer, { file, row: row.row });
    const faults = faultsOf(calls, guessed.columns);
    return faults.length > 0 ? { row, calls: [], faults } : { row, customer: found.customer, calls, faults };
  };

  return {
    read,
    /** What the rows so far were taken for. */
    reading: (): Reading => ({ kind: reading?.kind ?? 'columns', columns: guessed.columns }),
  };
};
