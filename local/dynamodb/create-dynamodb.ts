import type { Journal, JsonObject, Operation, Service, World } from '../world.ts';
import { objectOr } from '../template/json.ts';
import { type Consumed, consumption } from './consumed.ts';
import { tidyStreams, type Handled } from './engine/tidy-streams.ts';
import type { Engine } from './engine/start-engine.ts';
import { expiredKeys } from './expiry/expired-keys.ts';
import { idempotency } from './idempotency.ts';
import { streamOperations } from './streams/stream-operations.ts';
import { streamsOf, type Streams } from './streams/streams.ts';
import { byTableName, requireAccess, usesOf, type Naming } from './table-access.ts';
import { tableOperations } from './table-operations.ts';
import { keptTables } from './kept-tables.ts';
import type { Table } from './tables.ts';
import { timeToLiveOperations } from './expiry/time-to-live-operations.ts';
import { expiriesSet, tablesToRescan } from './expiry/time-to-live.ts';
import { ttlSweeper } from './expiry/ttl-sweeper.ts';

export interface DynamoDb {
  readonly service: Service;
  readonly streams: Streams;
  /** What every operation has consumed since the start. */
  readonly consumed: () => Consumed;
}

const READS = ['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems'] as const;

const WRITES = [
  'BatchExecuteStatement',
  'BatchWriteItem',
  'DeleteItem',
  'ExecuteStatement',
  'ExecuteTransaction',
  'PutItem',
  'TransactWriteItems',
  'UpdateItem',
] as const;

/**
 * DynamoDB with the tables of the stack, and their streams. Items live in the engine; permissions, idempotency tokens, time to live
 * and what AWS's streams leave out are ours.
 */
export async function createDynamoDb(world: World, engine: Engine): Promise<DynamoDb> {
  const { stack, clock, journal } = world;
  const kept = await keptTables({ stack, engine, journal, clock });
  const { tables } = kept;
  const handled = handledBy(journal, tables);
  if (engine.databasePath) tidyStreams(engine.databasePath, handled);

  const naming: Naming = { arnPrefix: `arn:aws:dynamodb:${stack.region}:${stack.account}:table/`, tables };
  const expired = expiredKeys(world, handled);
  const streams = streamsOf({ engine, clock, region: stack.region, tables, isExpired: expired.isExpired });
  const sweeper = ttlSweeper({
    clock,
    engine,
    tables,
    note: world.note,
    expired: expired.mark,
    async sweeping({ name, stream }) {
      const readOn = stream && (await streams.follow(stream.arn));
      return async () => {
        await readOn?.();
        streams.written(name);
      };
    },
  });
  await Promise.all([...tables.values()].map((table) => sweeper.scan(table)));
  const once = idempotency(clock);
  const { consumed, measured } = consumption();

  const read =
    (name: string): Operation =>
    async (input, caller) => {
      requireAccess(caller, usesOf(name, input, naming), naming);
      return measured({ operation: name, caller }, byTableName(input), (request) => engine.call(target(name), request));
    };

  const write =
    (name: string): Operation =>
    async (input, caller) => {
      const uses = usesOf(name, input, naming);
      requireAccess(caller, uses, naming);
      const run = (request: JsonObject) =>
        measured({ operation: name, caller }, byTableName(request), (asking) => engine.call(target(name), asking));
      const output = await (name === 'TransactWriteItems' || name === 'ExecuteTransaction'
        ? once(input, run)
        : run(input));
      for (const { table } of uses) streams.written(table);
      for (const expiry of expiriesSet(name, input, tables)) await sweeper.note(expiry);
      for (const table of tablesToRescan(name, input, tables)) await sweeper.scan(table);
      return output;
    };

  const operations: Record<string, Operation> = {
    ...Object.fromEntries(READS.map((name) => [name, read(name)])),
    ...Object.fromEntries(WRITES.map((name) => [name, write(name)])),
    ...tableOperations({ engine, naming, kept, read }),
    ...timeToLiveOperations({ naming, kept, clock, scan: sweeper.scan }),
    ...streamOperations({ engine, tables, streams }),
  };
  return { service: { name: 'dynamodb', operations }, streams: streams.streams, consumed };
}

const target = (operation: string): string => `DynamoDB_20120810.${operation}`;

/** Per table with a stream, the last record that every known reader has handled (journal kind `stream-position`). */
function handledBy(journal: Journal, tables: ReadonlyMap<string, Table>): Handled {
  const positions = [...journal.all('stream-position')].map(([, position]) => objectOr(position));
  const handled = [...tables.values()].flatMap(({ name, stream }): [string, number | undefined][] => {
    if (!stream) return [];
    const own = positions.filter(({ streamArn }) => streamArn === stream.arn).map(({ sequence }) => Number(sequence));
    return [[name, own.length > 0 ? Math.min(...own) : undefined]];
  });
  return new Map(handled);
}
