import { AwsError, type Caller, type Json, type JsonObject } from '../world.ts';
import { listOr, objectOr } from '../template/json.ts';

/** Capacity units, as AWS bills them. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

type Asked = { readonly operation: string; readonly caller: Caller };
type Run = (input: JsonObject) => Promise<JsonObject>;

const READING = new Set(['BatchGetItem', 'GetItem', 'Query', 'Scan', 'TransactGetItems']);

/** A refused condition is billed like the write of the item it looked at: one unit at least, in a transaction two for each. */
const unitsOfRefusal = (error: AwsError): number => {
  if (error.code === 'ConditionalCheckFailedException') return 1;
  return error.code === 'TransactionCanceledException' ? 2 * listOr(error.fields['CancellationReasons']).length : 0;
};

const unitsOf = (consumed: Json | undefined): number =>
  (Array.isArray(consumed) ? consumed : [consumed]).reduce(
    (sum: number, one) => sum + Number(objectOr(one)['CapacityUnits'] ?? 0),
    0,
  );

/** By caller, then by operation. */
export type Consumed = Readonly<Record<string, Readonly<Record<string, Units>>>>;

/**
 * Counts the capacity that every operation consumes, as the engine tells it, whether its caller asked for it or not.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 */
export function consumption() {
  const byCaller: Record<string, Record<string, Units>> = {};

  const add = ({ operation, caller }: Asked, count: number): void => {
    const own = (byCaller[caller.id] ??= {});
    const { reads, writes } = own[operation] ?? { reads: 0, writes: 0 };
    const isReading = READING.has(operation);
    own[operation] = isReading ? { reads: reads + count, writes } : { reads, writes: writes + count };
  };

  return {
    /** Since the start. */
    consumed: (): Consumed => byCaller,
    /** Runs an operation. What it consumed is in its answer only where the request asks for it. */
    async measured(asked: Asked, input: JsonObject, run: Run): Promise<JsonObject> {
      try {
        const { ConsumedCapacity, ...output } = await run({ ReturnConsumedCapacity: 'TOTAL', ...input });
        add(asked, unitsOf(ConsumedCapacity));
        const isWanted = input['ReturnConsumedCapacity'] !== undefined && input['ReturnConsumedCapacity'] !== 'NONE';
        return isWanted && ConsumedCapacity !== undefined ? { ...output, ConsumedCapacity } : output;
      } catch (error) {
        if (error instanceof AwsError) add(asked, unitsOfRefusal(error));
        throw error;
      }
    },
  };
}
