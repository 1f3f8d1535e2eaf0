import type { Profile } from '#core/profile';
import type { KeyedHash } from '../../aws/keyed-hash.ts';
import { customerPk, identityKey, item } from '../../aws/keys.ts';
import { idsInProfile, type KnownId } from './ids-of.ts';
import { type Row, rowsAt, rowsOf } from '../../aws/rows.ts';
import { plainRow } from './plain-row.ts';

/** Where an export stands: whose rows, in which table, after which key; and as of when. */
export type ExportPlace = {
  readonly whose: number;
  readonly table: 'state' | 'log' | 'ids';
  readonly after: string;
  readonly asOf: string;
};
export type ExportedRow = { readonly from: ExportPlace['table']; readonly row: Row };
export type ExportPage = { readonly rows: readonly ExportedRow[]; readonly next?: ExportPlace };

/** An answer of a function has at most 6 MB; with its JSON around, and characters of several bytes, this fits. */
const mostBytes = 3_000_000;
const tables = ['state', 'log', 'ids'] as const;

const isRead = ({ sk }: Row): boolean => String(sk).startsWith('READ#');
/** Reads of this very export are none of it: else it would differ each time. */
const isBefore = (row: Row, asOf: string): boolean => !isRead(row) || (String(row['sk']).split('#')[1] ?? '') < asOf;

const following = (place: ExportPlace, customers: readonly string[]): ExportPlace | undefined => {
  const table = tables[tables.indexOf(place.table) + 1];
  if (table !== undefined) return { ...place, table, after: '' };
  return place.whose + 1 < customers.length
    ? { ...place, whose: place.whose + 1, table: 'state', after: '' }
    : undefined;
};

/** Everything kept of customers, in the order of its keys, page by page. */
export const exportPages = (names: { readonly state: string; readonly log: string }, hash: KeyedHash) => {
  const idRows = async (ids: readonly KnownId[]): Promise<readonly Row[]> => {
    const keys = new Map(
      ids.map(({ kind, value }) => [`${kind}:${value}`, identityKey(kind, hash(`${kind}:${value}`))]),
    );
    const rows = await rowsAt(names.state, [...keys.values()]);
    return rows.toSorted((a, b) => (String(a['pk']) < String(b['pk']) ? -1 : 1));
  };

  const rowsFrom = (customer: string, { table, after }: ExportPlace) =>
    rowsOf({
      TableName: names[table === 'log' ? 'log' : 'state'],
      ConsistentRead: true,
      KeyConditionExpression: after === '' ? 'pk = :pk' : 'pk = :pk AND sk > :after',
      ExpressionAttributeValues: item({ ':pk': customerPk(customer), ...(after === '' ? {} : { ':after': after }) }),
    });

  /** @param profiles of those customers, for the ids that lead to them */
  const page = async (
    customers: readonly string[],
    from: ExportPlace,
    profiles: ReadonlyMap<string, Profile>,
  ): Promise<ExportPage> => {
    const rows: ExportedRow[] = [];
    let bytes = 0;
    const take = (table: ExportPlace['table'], row: Row): boolean => {
      const plainly = plainRow(row);
      rows.push({ from: table, row: plainly });
      bytes += Buffer.byteLength(JSON.stringify(plainly));
      return bytes >= mostBytes;
    };
    for (let place: ExportPlace | undefined = from; place !== undefined; place = following(place, customers)) {
      const customer = customers[place.whose] ?? '';
      const profile = profiles.get(customer);
      if (place.table === 'ids') {
        for (const row of profile === undefined ? [] : await idRows(idsInProfile(profile))) take('ids', row);
        continue;
      }
      for await (const row of rowsFrom(customer, place))
        if (isBefore(row, place.asOf) && take(place.table, row))
          return { rows, next: { ...place, after: String(row['sk']) } };
    }
    return { rows };
  };

  return { page };
};
