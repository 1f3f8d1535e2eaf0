import type { Json, JsonObject } from '../../world.ts';
import { listOr, objectOr, textOr } from '../../template/json.ts';
import { statementUse, tableName } from '../table-access.ts';
import type { Table } from '../tables.ts';

/** When an item of a table expires, in seconds since the epoch; `unread` when the request alone does not tell. */
export interface Expiry {
  readonly table: Table;
  readonly key: JsonObject;
  readonly at: number | 'unread';
}

/** The expiries a successful write may have set. Rows written without the attribute are not listed. */
export function expiriesSet(
  operation: string,
  input: JsonObject,
  tables: ReadonlyMap<string, Table>,
): readonly Expiry[] {
  const of = (request: JsonObject): readonly Expiry[] => {
    const table = tables.get(tableName(request['TableName']));
    return table ? expiryOf(request, table) : [];
  };
  switch (operation) {
    case 'PutItem':
    case 'UpdateItem':
      return of(input);
    case 'BatchWriteItem':
      return Object.entries(objectOr(input['RequestItems'])).flatMap(([TableName, requests]) =>
        listOr(requests).flatMap((request) => of({ TableName, ...objectOr(objectOr(request)['PutRequest']) })),
      );
    case 'TransactWriteItems':
      return listOr(input['TransactItems']).flatMap((item) => {
        const { Put, Update } = objectOr(item);
        return of(objectOr(Put ?? Update));
      });
    default:
      return [];
  }
}

/** Tables whose expiries a PartiQL write may have changed in ways only reading them all can tell. */
export function tablesToRescan(
  operation: string,
  input: JsonObject,
  tables: ReadonlyMap<string, Table>,
): readonly Table[] {
  const statements = listOr(input['Statements'] ?? input['TransactStatements']).map(
    (item) => objectOr(item)['Statement'],
  );
  if (operation === 'ExecuteStatement') statements.push(input['Statement']);
  return statements.flatMap((statement) => {
    const table = tables.get(statementUse(statement).table);
    return table?.ttlAttribute && textOr(statement, '').includes(table.ttlAttribute) ? [table] : [];
  });
}

function expiryOf(request: JsonObject, table: Table): readonly Expiry[] {
  const name = table.ttlAttribute;
  if (name === undefined) return [];
  const item = request['Item'];
  const at = item === undefined ? updatedExpiry(request, name) : secondsOf(objectOr(item)[name]);
  if (at === undefined) return [];
  const source = objectOr(item ?? request['Key']);
  return [{ table, at, key: keyOf(table, source) }];
}

export const keyOf = (table: Table, item: JsonObject): JsonObject =>
  Object.fromEntries(table.keys.map((name) => [name, item[name] ?? null]));

export const secondsOf = (attribute: Json | undefined): number | undefined => {
  const seconds = Number(textOr(objectOr(attribute)['N'], Number.NaN));
  return Number.isFinite(seconds) ? seconds : undefined;
};

/** What `SET ttl = :value` sets. Anything cleverer that names the attribute is read back. */
function updatedExpiry(request: JsonObject, name: string): number | 'unread' | undefined {
  const expression = textOr(request['UpdateExpression'], '');
  const aliases = Object.entries(objectOr(request['ExpressionAttributeNames'])).filter(
    ([, meaning]) => meaning === name,
  );
  const names = [name, ...aliases.map(([alias]) => alias)].filter((word) => hasWord(expression, word));
  if (names.length === 0) return undefined;
  for (const word of names) {
    const set = new RegExp(`(?:^|[\\s,])${word}\\s*=\\s*(:\\w+)\\s*(?:,|$|\\s(?!\\s*[+-]))`).exec(expression);
    const value = set?.[1] === undefined ? undefined : objectOr(request['ExpressionAttributeValues'])[set[1]];
    const seconds = secondsOf(value);
    if (seconds !== undefined) return seconds;
  }
  return 'unread';
}

const hasWord = (expression: string, word: string): boolean =>
  new RegExp(`(?<![\\w#:.])${word}(?!\\w)`).test(expression);
