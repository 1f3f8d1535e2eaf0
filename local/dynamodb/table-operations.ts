import { AwsError, type Json, type JsonObject, type Operation } from '../world.ts';
import { isList, isObject, objectOr, textOr } from '../template/json.ts';
import type { Engine } from './engine/start-engine.ts';
import { requireAccess, tableName, usesOf, type Naming } from './table-access.ts';
import type { Table } from './tables.ts';

export interface TableParts {
  readonly engine: Engine;
  readonly naming: Naming;
  readonly read: (name: string) => Operation;
}

const PASSED = ['CreateTable', 'DeleteTable', 'DescribeTable', 'ListTables', 'UpdateTable'] as const;

/** What can be asked of tables themselves. Time to live is answered here: the engine's would follow the machine's clock. */
export function tableOperations({ naming, read }: TableParts): Readonly<Record<string, Operation>> {
  const passed = PASSED.map((name): [string, Operation] => [
    name,
    async (input, caller) => inOurNames(await read(name)(input, caller), naming),
  ]);
  const describeTimeToLive: Operation = async (input, caller) => {
    requireAccess(caller, usesOf('DescribeTimeToLive', input, naming), naming);
    const table = naming.tables.get(tableName(input['TableName']));
    if (!table)
      throw new AwsError('ResourceNotFoundException', `No table ${textOr(input['TableName'], '')} in the stack.`);
    const enabled = { TimeToLiveStatus: 'ENABLED', AttributeName: table.ttlAttribute ?? '' };
    return { TimeToLiveDescription: table.ttlAttribute ? enabled : { TimeToLiveStatus: 'DISABLED' } };
  };
  return { ...Object.fromEntries(passed), DescribeTimeToLive: describeTimeToLive };
}

/** Descriptions with the ARNs and stream views of the template instead of the engine's. */
function inOurNames(description: JsonObject, { arnPrefix, tables }: Naming): JsonObject {
  const rename = (value: Json, table: Table | undefined): Json => {
    if (typeof value === 'string') return renameArn(value, table);
    if (isList(value)) return value.map((item) => rename(item, table));
    if (!isObject(value)) return value;
    const named = tables.get(textOr(value['TableName'], '')) ?? table;
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [
        key,
        key === 'StreamSpecification' ? (streamSpecification(named) ?? field) : rename(field, named),
      ]),
    );
  };
  const renameArn = (text: string, table: Table | undefined): string => {
    if (table?.stream && text === table.stream.engineArn) return table.stream.arn;
    return text.replace(/^arn:aws:dynamodb:[^:]*:\d+:table\//, arnPrefix);
  };
  return objectOr(rename(description, undefined));
}

const streamSpecification = (table: Table | undefined) =>
  table?.stream ? { StreamEnabled: true, StreamViewType: table.stream.view } : null;
