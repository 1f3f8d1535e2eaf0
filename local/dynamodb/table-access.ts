import type { Caller, Json, JsonObject } from '../world.ts';
import { listOr, objectOr, textOr } from '../template/json.ts';
import { partitionOf } from './partition-keys.ts';
import type { Table } from './tables.ts';

/** One thing a request does to one table or index. */
export interface Use {
  readonly action: string;
  readonly table: string;
  readonly index?: string;
  /** Partition key values it touches, for `dynamodb:LeadingKeys`. */
  readonly leadingKeys: readonly string[];
}

export interface Naming {
  /** `arn:aws:dynamodb:us-east-1:000000000000:table/` */
  readonly arnPrefix: string;
  readonly tables: ReadonlyMap<string, Table>;
}

/** A table is asked for by name or by ARN. */
export const tableName = (value: Json | undefined): string => textOr(value, '').replace(/^arn:.*?:table\//, '');

/** The same request with every table asked for by name, the only way the engine knows. */
export function byTableName(input: JsonObject): JsonObject {
  const { TableName, RequestItems, TransactItems } = input;
  const named = (request: JsonObject): JsonObject =>
    isArn(request['TableName']) ? { ...request, TableName: tableName(request['TableName']) } : request;
  if (isArn(TableName)) return named(input);
  if (Object.keys(objectOr(RequestItems)).some(isArn)) {
    const items = Object.entries(objectOr(RequestItems)).map(([table, item]) => [tableName(table), item]);
    return { ...input, RequestItems: Object.fromEntries(items) };
  }
  if (
    listOr(TransactItems).some((item) =>
      Object.values(objectOr(item)).some((part) => isArn(objectOr(part)['TableName'])),
    )
  ) {
    const items = listOr(TransactItems).map((item) =>
      Object.fromEntries(Object.entries(objectOr(item)).map(([kind, part]) => [kind, named(objectOr(part))])),
    );
    return { ...input, TransactItems: items };
  }
  return input;
}

const isArn = (value: Json | undefined): boolean => typeof value === 'string' && value.startsWith('arn:');

const one = (operation: string, input: JsonObject, { tables }: Naming): Use => {
  const table = tableName(input['TableName']);
  const index = textOr(input['IndexName'], undefined);
  const keys = partitionOf(input, tables.get(table)?.keys[0]);
  return { action: operation, table, ...(index && { index }), leadingKeys: keys };
};

const batch = (operation: string, input: JsonObject, { tables }: Naming): readonly Use[] =>
  Object.entries(objectOr(input['RequestItems'])).map(([reference, request]) => {
    const table = tableName(reference);
    const items = [...listOr(objectOr(request)['Keys']).map((Key) => ({ Key })), ...listOr(request).map(writeOf)];
    const keys = items.flatMap((item) => partitionOf(item, tables.get(table)?.keys[0]));
    return { action: operation, table, leadingKeys: keys };
  });

const writeOf = (request: Json): JsonObject => {
  const { PutRequest, DeleteRequest } = objectOr(request);
  return objectOr(PutRequest ?? DeleteRequest);
};

const transactionActions: Readonly<Record<string, string>> = {
  ConditionCheck: 'ConditionCheckItem',
  Delete: 'DeleteItem',
  Get: 'GetItem',
  Put: 'PutItem',
  Update: 'UpdateItem',
};

const transaction = (input: JsonObject, naming: Naming): readonly Use[] =>
  listOr(input['TransactItems']).flatMap((item) =>
    Object.entries(objectOr(item)).map(([kind, part]) => one(transactionActions[kind] ?? kind, objectOr(part), naming)),
  );

/** `SELECT … FROM "table"."index"`, `INSERT INTO "table"`, `UPDATE "table"`, `DELETE FROM "table"`. */
export function statementUse(statement: Json | undefined): Use {
  const text = textOr(statement, '').trim();
  const [, verb = '', table = '', index] =
    /^(SELECT|INSERT|UPDATE|DELETE|EXISTS)\b(?:.*?\bFROM\s+|\s+INTO\s+|\s+)"?([\w.-]+)"?(?:\."?([\w.-]+)"?)?/is.exec(
      text,
    ) ?? [];
  const action = `PartiQL${verb.slice(0, 1).toUpperCase()}${verb.slice(1).toLowerCase()}`;
  return { action, table, ...(index && { index }), leadingKeys: [] };
}

/** Everything an operation does, so that each can be asked leave for. */
export function usesOf(operation: string, input: JsonObject, naming: Naming): readonly Use[] {
  switch (operation) {
    case 'BatchGetItem':
    case 'BatchWriteItem':
      return batch(operation, input, naming);
    case 'TransactGetItems':
    case 'TransactWriteItems':
      return transaction(input, naming);
    case 'ExecuteStatement':
      return [statementUse(input['Statement'])];
    case 'BatchExecuteStatement':
      return listOr(input['Statements']).map((item) => statementUse(objectOr(item)['Statement']));
    case 'ExecuteTransaction':
      return listOr(input['TransactStatements']).map((item) => statementUse(objectOr(item)['Statement']));
    default:
      return [one(operation, input, naming)];
  }
}

/** Throws `AccessDeniedException` for the first use the caller has no leave for. */
export function requireAccess(caller: Caller, uses: readonly Use[], { arnPrefix }: Naming): void {
  for (const { action, table, index, leadingKeys } of uses) {
    const resource = table === '' ? '*' : `${arnPrefix}${table}${index === undefined ? '' : `/index/${index}`}`;
    const context: JsonObject = leadingKeys.length > 0 ? { 'dynamodb:LeadingKeys': [...leadingKeys] } : {};
    caller.require(`dynamodb:${action}`, resource, context);
  }
}
