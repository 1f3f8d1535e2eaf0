import * as z from 'zod';
import type { Clock, Journal, JsonObject, Stack } from '../world.ts';
import type { Engine } from './engine/start-engine.ts';
import { describeTable, ensureTables, type Table, tableOf } from './tables.ts';

const KIND = 'table';

const Stream = z.object({ arn: z.string(), view: z.string() });
/** What a call has said of the time to live, when (ms), and what the template said then; null is none. */
const Expiry = z.object({ attribute: z.string().nullable(), changedAt: z.number(), declared: z.string().nullable() });
const Kept = z.object({ stream: Stream.nullable().default(null), expiry: Expiry.nullable().default(null) });
type Kept = z.output<typeof Kept>;

export interface KeptTablesParts {
  readonly stack: Stack;
  readonly engine: Engine;
  readonly journal: Journal;
  readonly clock: Clock;
}

/**
 * The tables of the stack, those that calls have made, and what calls have changed about both. What the template does not tell is in
 * the journal (kind `table`). A time to live that a call has set holds until the template says something new; a stream that a call
 * has taken from a table of the template is there again at the next start.
 */
export async function keptTables({ stack, engine, journal, clock }: KeptTablesParts) {
  const declared = new Map((await ensureTables(stack, engine)).map((table) => [table.name, table]));
  const tables = new Map(declared);
  const arnOf = (name: string) =>
    declared.get(name)?.arn ?? `arn:aws:dynamodb:${stack.region}:${stack.account}:table/${name}`;
  const keptOf = (name: string): Kept => Kept.parse(journal.get(KIND, name) ?? {});
  const keep = (name: string, kept: Partial<Kept>) => journal.put(KIND, name, { ...keptOf(name), ...kept });
  const declaredExpiry = (name: string) => declared.get(name)?.ttlAttribute ?? null;

  const put = (name: string, ...[description, { stream, expiry }]: readonly [unknown, Kept]) => {
    const table = tableOf({ name, arn: arnOf(name) }, description, stream ?? undefined);
    const isHeld = expiry !== null && expiry.declared === declaredExpiry(name);
    const attribute = isHeld ? expiry.attribute : declaredExpiry(name);
    tables.set(name, { ...table, ...(attribute !== null && { ttlAttribute: attribute }) });
  };

  for (const [name, value] of journal.all(KIND)) {
    const description = await describeTable(name, engine);
    const kept = Kept.parse(value);
    if (description === undefined) journal.remove(KIND, name);
    else put(name, description, { ...kept, stream: declared.get(name)?.stream ?? kept.stream });
  }

  return {
    tables,
    /** A new stream, labelled with the instant it is made. */
    newStream: (name: string, view: string | undefined): z.output<typeof Stream> | undefined =>
      view === undefined
        ? undefined
        : { arn: `${arnOf(name)}/stream/${new Date(clock.now()).toISOString().slice(0, -1)}`, view },
    /** Writes down a table that is about to be made, so that no kill in between leaves one that is unknown. */
    expect: (name: string): void => keep(name, {}),
    /** Takes a table as the engine describes it from now on. */
    take(name: string, ...[description, stream]: readonly [JsonObject, z.output<typeof Stream> | undefined]): void {
      keep(name, { stream: stream ?? null });
      put(name, description, keptOf(name));
    },
    forget(name: string): void {
      tables.delete(name);
      journal.remove(KIND, name);
    },
    /** When a call has last changed the time to live, in milliseconds. */
    expiryChangedAt: (name: string): number | undefined => keptOf(name).expiry?.changedAt,
    /** Sets the attribute that tells when a row of a known table expires, or none. */
    setExpiry(known: Table, attribute: string | undefined): Table {
      const { name } = known;
      const expiry = { attribute: attribute ?? null, changedAt: clock.now(), declared: declaredExpiry(name) };
      keep(name, { expiry });
      const { ttlAttribute: _, ...rest } = known;
      const table = attribute === undefined ? rest : { ...rest, ttlAttribute: attribute };
      tables.set(name, table);
      return table;
    },
    /** Resolves when all of this is on disk. */
    durable: () => journal.durable(),
  };
}
export type KeptTables = Awaited<ReturnType<typeof keptTables>>;
