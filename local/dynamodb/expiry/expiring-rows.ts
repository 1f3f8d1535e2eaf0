import { DatabaseSync } from 'node:sqlite';
import type { JsonObject } from '../../world.ts';
import { listOr, objectOr } from '../../template/json.ts';
import type { Engine } from '../engine/start-engine.ts';
import type { Table } from '../tables.ts';

/**
 * Every row of a table that has its time-to-live attribute: its key and that attribute. The engine's file is read where it is ours,
 * which costs a twentieth of a scan: every start reads every table.
 */
export async function* expiringRows(engine: Engine, table: Table): AsyncGenerator<JsonObject> {
  const { ttlAttribute } = table;
  if (ttlAttribute === undefined) return;
  const names = [ttlAttribute, ...table.keys];
  // SQLite takes a name with a $ or a quote in it for a path.
  const isPlain = names.every((name) => /^[\w.:-]+$/.test(name));
  if (engine.databasePath === undefined || !isPlain) yield* scanned(engine, table.name, names);
  else yield* readFrom(engine.databasePath, table.name, names);
}

function* readFrom(databasePath: string, ...[table, names]: readonly [string, readonly string[]]) {
  const database = new DatabaseSync(databasePath, { readOnly: true, timeout: 10_000 });
  try {
    const columns = names.map((_, index) => `item_json -> ?${index + 1} AS "${index}"`).join(', ');
    const rows = database.prepare(`SELECT ${columns} FROM "${table}" WHERE instr(item_json, ?${names.length + 1}) > 0`);
    for (const row of rows.all(...names, JSON.stringify(names[0])))
      yield Object.fromEntries(names.map((name, index) => [name, JSON.parse(String(row[index] ?? null))]));
  } finally {
    database.close();
  }
}

async function* scanned(engine: Engine, ...[table, given]: readonly [string, readonly string[]]) {
  const names = Object.fromEntries(given.map((name, index) => [`#n${index}`, name]));
  let start: JsonObject | undefined;
  do {
    const page: JsonObject = await engine.call('DynamoDB_20120810.Scan', {
      TableName: table,
      FilterExpression: 'attribute_exists(#n0)',
      ProjectionExpression: Object.keys(names).join(', '),
      ExpressionAttributeNames: names,
      ...(start && { ExclusiveStartKey: start }),
    });
    yield* listOr(page['Items']).map(objectOr);
    start = page['LastEvaluatedKey'] === undefined ? undefined : objectOr(page['LastEvaluatedKey']);
  } while (start);
}
