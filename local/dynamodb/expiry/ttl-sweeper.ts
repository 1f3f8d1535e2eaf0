import { AwsError, type Clock, type JsonObject } from '../../world.ts';
import { listOr, objectOr } from '../../template/json.ts';
import type { Engine } from '../engine/start-engine.ts';
import { keyOf, secondsOf, type Expiry } from './time-to-live.ts';
import type { Table } from '../tables.ts';

const MINUTE_MS = 60_000;
const AT_ONCE = 16;

export interface SweeperParts {
  readonly clock: Clock;
  readonly engine: Engine;
  /** Hears of a row about to be deleted, and whether it was. */
  readonly expired: (table: Table, ...outcome: readonly [key: JsonObject, deleted: boolean | undefined]) => void;
  readonly note: (line: string) => void;
}

/**
 * Deletes rows past their time to live at the first full minute of world time after it. It knows the rows with an expiry by key, so a
 * sweep touches only what is due, and no timer is set while nothing expires. (AWS deletes within a few days.)
 */
export function ttlSweeper({ clock, engine, expired, note }: SweeperParts) {
  /** Full minute → the rows to look at then. */
  const due = new Map<number, Map<string, { readonly table: Table; readonly key: JsonObject }>>();

  const plan = (table: Table, ...[key, seconds]: readonly [JsonObject, number]) => {
    const at = Math.ceil(((seconds + 1) * 1000) / MINUTE_MS) * MINUTE_MS;
    const minute = Math.max(at, Math.ceil(clock.now() / MINUTE_MS) * MINUTE_MS);
    const rows = due.get(minute) ?? new Map<string, { table: Table; key: JsonObject }>();
    rows.set(`${table.name} ${JSON.stringify(key)}`, { table, key });
    if (due.has(minute)) return;
    due.set(minute, rows);
    clock.at(
      minute,
      () => void clock.busy(() => sweep(minute)).catch((error) => note(`Time to live: ${String(error)}`)),
    );
  };

  const sweep = async (minute: number) => {
    const rows = [...(due.get(minute)?.values() ?? [])];
    due.delete(minute);
    for (let from = 0; from < rows.length; from += AT_ONCE) {
      await Promise.all(rows.slice(from, from + AT_ONCE).map(({ table, key }) => remove(table, key)));
    }
  };

  const remove = async (table: Table, key: JsonObject) => {
    expired(table, key, undefined);
    try {
      await engine.call('DynamoDB_20120810.DeleteItem', {
        TableName: table.name,
        Key: key,
        ConditionExpression: '#ttl < :now',
        ExpressionAttributeNames: { '#ttl': table.ttlAttribute ?? '' },
        ExpressionAttributeValues: { ':now': { N: String(Math.floor(clock.now() / 1000)) } },
      });
      expired(table, key, true);
    } catch (error) {
      // The row got more time, or is gone.
      expired(table, key, false);
      if (!(error instanceof AwsError && error.code === 'ConditionalCheckFailedException')) throw error;
    }
  };

  const readBack = async ({ table, key }: Expiry) => {
    const { Item } = await engine.call('DynamoDB_20120810.GetItem', {
      TableName: table.name,
      Key: key,
      ConsistentRead: true,
    });
    const seconds = secondsOf(objectOr(Item)[table.ttlAttribute ?? '']);
    if (seconds !== undefined) plan(table, key, seconds);
  };

  return {
    /** Plans the deletion of every row that has an expiry. */
    async scan(table: Table): Promise<void> {
      if (table.ttlAttribute === undefined) return;
      const names = Object.fromEntries([table.ttlAttribute, ...table.keys].map((name, index) => [`#n${index}`, name]));
      let start: JsonObject | undefined;
      do {
        const page: JsonObject = await engine.call('DynamoDB_20120810.Scan', {
          TableName: table.name,
          FilterExpression: 'attribute_exists(#n0)',
          ProjectionExpression: Object.keys(names).join(', '),
          ExpressionAttributeNames: names,
          ...(start && { ExclusiveStartKey: start }),
        });
        for (const item of listOr(page['Items']).map(objectOr)) {
          const seconds = secondsOf(item[table.ttlAttribute]);
          if (seconds !== undefined) plan(table, keyOf(table, item), seconds);
        }
        start = page['LastEvaluatedKey'] === undefined ? undefined : objectOr(page['LastEvaluatedKey']);
      } while (start);
    },

    async note(expiry: Expiry): Promise<void> {
      if (expiry.at === 'unread') await readBack(expiry);
      else plan(expiry.table, expiry.key, expiry.at);
    },
  };
}
