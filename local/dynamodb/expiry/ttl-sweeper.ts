import { AwsError, type Clock, type JsonObject } from '../../world.ts';
import { objectOr } from '../../template/json.ts';
import type { Engine } from '../engine/start-engine.ts';
import { expiringRows } from './expiring-rows.ts';
import { keyOf, secondsOf, type Expiry } from './time-to-live.ts';
import type { Table } from '../tables.ts';

const MINUTE_MS = 60_000;
const AT_ONCE = 16;
/** What expired five years ago or earlier stays, against mistakes. */
const OLDEST_SECONDS = 5 * 365 * 86_400;

export interface SweeperParts {
  readonly clock: Clock;
  readonly engine: Engine;
  readonly tables: ReadonlyMap<string, Table>;
  /** Told before rows of a table go; what it answers is called when they are gone. */
  readonly sweeping: (table: Table) => Promise<() => Promise<void>>;
  /** Hears of a row about to be deleted, and whether it was. */
  readonly expired: (table: Table, ...outcome: readonly [key: JsonObject, deleted: boolean | undefined]) => void;
  readonly note: (line: string) => void;
}

/**
 * Deletes rows past their time to live at the first full minute of world time after it. It knows the rows with an expiry by key, so a
 * sweep touches only what is due, and no timer is set while nothing expires. (AWS deletes within a few days.)
 */
export function ttlSweeper({ clock, engine, tables, sweeping, expired, note }: SweeperParts) {
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
    for (const [name, own] of Map.groupBy(rows, ({ table }) => table.name)) {
      // Time to live may have been turned off, or the table deleted, since the row was planned.
      const table = tables.get(name);
      if (table?.ttlAttribute === undefined) continue;
      const swept = await sweeping(table);
      for (let from = 0; from < own.length; from += AT_ONCE) {
        await Promise.all(own.slice(from, from + AT_ONCE).map(({ key }) => remove(table, key)));
      }
      await swept();
    }
  };

  const remove = async (table: Table, key: JsonObject) => {
    const now = Math.floor(clock.now() / 1000);
    expired(table, key, undefined);
    try {
      await engine.call('DynamoDB_20120810.DeleteItem', {
        TableName: table.name,
        Key: key,
        ConditionExpression: '#ttl < :now AND #ttl > :old',
        ExpressionAttributeNames: { '#ttl': table.ttlAttribute ?? '' },
        ExpressionAttributeValues: { ':now': { N: String(now) }, ':old': { N: String(now - OLDEST_SECONDS) } },
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
      for await (const item of expiringRows(engine, table)) {
        const seconds = secondsOf(item[table.ttlAttribute ?? '']);
        if (seconds !== undefined) plan(table, keyOf(table, item), seconds);
      }
    },

    async note(expiry: Expiry): Promise<void> {
      if (expiry.at === 'unread') await readBack(expiry);
      else plan(expiry.table, expiry.key, expiry.at);
    },
  };
}
