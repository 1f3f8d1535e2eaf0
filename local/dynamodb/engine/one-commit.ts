import { AwsError, type Json, type JsonObject } from '../../world.ts';
import { listOr, objectOr, textOr } from '../../template/json.ts';
import type { EngineClient } from './engine-client.ts';

type Call = EngineClient['call'];

/** A batch as a transaction, and what answers the one as an answer to the other. */
type Rewritten = {
  readonly operation: string;
  readonly input: JsonObject;
  readonly answer: (output: JsonObject) => JsonObject;
};

/** What AWS takes in one batch; of more the engine says so itself. */
const MOST = 25;

/**
 * The engine syncs its file after every row of a batch, and once for a whole transaction. Each row of a batch stands for itself: where
 * every one can be written, a transaction writes the same. Where one cannot, nothing was written, and the batch goes its own way.
 */
export const oneCommit =
  (call: Call): Call =>
  async (target, input) => {
    const [version = '', operation = ''] = target.split('.');
    const rewritten = isPlain(input) ? rewrites[operation]?.(input) : undefined;
    if (rewritten === undefined) return call(target, input);
    try {
      return rewritten.answer(await call(`${version}.${rewritten.operation}`, rewritten.input));
    } catch (error) {
      if (error instanceof AwsError && error.status === 400) return call(target, input);
      throw error;
    }
  };

const isPlain = ({
  ReturnConsumedCapacity: units = 'NONE',
  ReturnItemCollectionMetrics: metrics = 'NONE',
}: JsonObject) => units !== 'INDEXES' && metrics === 'NONE';

const rewrites: Readonly<Record<string, (input: JsonObject) => Rewritten | undefined>> = {
  BatchWriteItem(input) {
    const tables = Object.entries(objectOr(input['RequestItems']));
    const parts = whole(tables.flatMap(([name, rows]) => listOr(rows).map((row) => partOf(name, row))));
    if (parts === undefined || tables.some(([, rows]) => listOr(rows).length === 0)) return undefined;
    return {
      operation: 'TransactWriteItems',
      input: { TransactItems: parts, ...unitsAsked(input) },
      answer: (output) => ({ UnprocessedItems: {}, ...unitsTold(output) }),
    };
  },
  BatchExecuteStatement(input) {
    const statements = listOr(input['Statements']);
    const tables = whole(statements.map(tableWritten));
    if (tables === undefined) return undefined;
    return {
      operation: 'ExecuteTransaction',
      input: { TransactStatements: statements, ...unitsAsked(input) },
      answer: (output) => ({ Responses: tables.map((TableName) => ({ TableName })), ...unitsTold(output) }),
    };
  },
};

/** All of them, when each is known and there are as many as make a batch worth it. */
function whole<T>(parts: readonly (T | undefined)[]): readonly T[] | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === parts.length && known.length > 1 && known.length <= MOST ? known : undefined;
}

const KINDS: Readonly<Record<string, string>> = { PutRequest: 'Put', DeleteRequest: 'Delete' };

function partOf(TableName: string, request: Json): JsonObject | undefined {
  const [[name, row] = ['', null], ...more] = Object.entries(objectOr(request));
  const kind = more.length === 0 ? KINDS[name] : undefined;
  return kind === undefined ? undefined : { [kind]: { TableName, ...objectOr(row) } };
}

/** The table of a statement that writes and answers nothing. */
const tableWritten = (statement: Json): string | undefined =>
  /^\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"([\w.-]+)"(?!.*\bRETURNING\b)/is.exec(
    textOr(objectOr(statement)['Statement'], ''),
  )?.[1];

/** Rows count twice in a transaction, indexes do not: only with the indexes apart can be told what a batch would cost. */
const unitsAsked = ({ ReturnConsumedCapacity: asked }: JsonObject): JsonObject =>
  asked === 'TOTAL' ? { ReturnConsumedCapacity: 'INDEXES' } : {};

const unitsTold = ({ ConsumedCapacity: told }: JsonObject): JsonObject =>
  told === undefined ? {} : { ConsumedCapacity: listOr(told).map(objectOr).map(halved) };

const halved = ({ TableName = '', CapacityUnits: all = 0, Table }: JsonObject): JsonObject => ({
  TableName,
  CapacityUnits: Number(all) - Number(objectOr(Table)['CapacityUnits'] ?? 0) / 2,
});
