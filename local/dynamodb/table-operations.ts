import { AwsError, type Json, type JsonObject, type Operation } from '../world.ts';
import { isList, isObject, objectOr, textOr } from '../template/json.ts';
import type { Engine } from './engine/start-engine.ts';
import type { KeptTables } from './kept-tables.ts';
import { byTableName, requireAccess, tableName, usesOf, type Naming } from './table-access.ts';
import { engineStream, type Table } from './tables.ts';

export interface TableParts {
  readonly engine: Engine;
  readonly naming: Naming;
  readonly kept: KeptTables;
  readonly read: (name: string) => Operation;
}

/** What can be asked of tables themselves, in the names and with the streams of the world. */
export function tableOperations({ engine, naming, kept, read }: TableParts): Readonly<Record<string, Operation>> {
  const asked = (name: string): Operation => {
    const ask = read(name);
    return async (input, caller) => inOurNames(await ask(input, caller), naming);
  };

  const createTable: Operation = async (input, caller) => {
    requireAccess(caller, usesOf('CreateTable', input, naming), naming);
    const [name, wanted] = [tableName(input['TableName']), wantedStream(input)];
    const { StreamSpecification: _, ...rest } = input;
    const isNew = !kept.tables.has(name);
    if (isNew) kept.expect(name);
    try {
      const request = { ...rest, TableName: name, ...(wanted.view && { StreamSpecification: engineStream }) };
      const answer = await engine.call('DynamoDB_20120810.CreateTable', request);
      kept.take(name, objectOr(answer['TableDescription']), kept.newStream(name, wanted.view));
      await kept.durable();
      return inOurNames(answer, naming);
    } catch (error) {
      if (isNew) kept.forget(name);
      throw error;
    }
  };

  const updateTable: Operation = async (input, caller) => {
    const { StreamSpecification, ...rest } = byTableName(input);
    if (StreamSpecification === undefined) return asked('UpdateTable')(input, caller);
    requireAccess(caller, usesOf('UpdateTable', input, naming), naming);
    const [name, { view }] = [tableName(input['TableName']), wantedStream(input)];
    const table = kept.tables.get(name);
    if (table && (table.stream !== undefined) === (view !== undefined)) throw unchanged(name, view !== undefined);
    const wanted = view === undefined ? { StreamEnabled: false } : engineStream;
    const answer = await engine.call('DynamoDB_20120810.UpdateTable', { ...rest, StreamSpecification: wanted });
    kept.take(name, objectOr(answer['TableDescription']), kept.newStream(name, view));
    await kept.durable();
    return inOurNames(answer, naming);
  };

  const deleteTable: Operation = async (input, caller) => {
    const answer = await asked('DeleteTable')(input, caller);
    kept.forget(tableName(input['TableName']));
    await kept.durable();
    return answer;
  };

  return {
    CreateTable: createTable,
    DeleteTable: deleteTable,
    DescribeTable: asked('DescribeTable'),
    ListTables: asked('ListTables'),
    UpdateTable: updateTable,
  };
}

const VIEWS = ['KEYS_ONLY', 'NEW_AND_OLD_IMAGES', 'NEW_IMAGE', 'OLD_IMAGE'] as const;

/** The stream a request asks for: none when it says nothing or turns it off. */
function wantedStream({ StreamSpecification }: JsonObject): { readonly view: string | undefined } {
  const { StreamEnabled, StreamViewType } = objectOr(StreamSpecification);
  if (StreamEnabled !== true) return { view: undefined };
  const view = VIEWS.find((one) => one === StreamViewType);
  if (view !== undefined) return { view };
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${textOr(StreamViewType, 'null')}' at 'streamSpecification.streamViewType' failed to ` +
      `satisfy constraint: Member must satisfy enum value set: [${VIEWS.join(', ')}]`,
  );
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateTable.html, under StreamSpecification. */
const unchanged = (name: string, isOn: boolean): AwsError =>
  new AwsError(
    'ValidationException',
    isOn
      ? `Table already has an enabled stream: TableName: ${name}`
      : `Table has no stream to disable: TableName: ${name}`,
  );

/** Descriptions with the ARNs and stream views of the template instead of the engine's. */
function inOurNames(description: JsonObject, { arnPrefix, tables }: Naming): JsonObject {
  const rename = (value: Json, table: Table | undefined): Json => {
    if (typeof value === 'string') return renameArn(value, table);
    if (isList(value)) return value.map((item) => rename(item, table));
    if (!isObject(value)) return value;
    const named = tables.get(textOr(value['TableName'], '')) ?? table;
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [key, ownStream(key, named) ?? rename(field, named)]),
    );
  };
  const renameArn = (text: string, table: Table | undefined): string => {
    if (table?.stream && text === table.stream.engineArn) return table.stream.arn;
    return text.replace(/^arn:aws:dynamodb:[^:]*:\d+:table\//, arnPrefix);
  };
  return objectOr(rename(description, undefined));
}

/** What a description says of a table's stream, in the words of the world. */
function ownStream(field: string, table: Table | undefined): Json | undefined {
  if (table?.stream === undefined) return undefined;
  const { arn, view } = table.stream;
  if (field === 'StreamSpecification') return { StreamEnabled: true, StreamViewType: view };
  return field === 'LatestStreamLabel' ? (arn.split('/').at(-1) ?? '') : undefined;
}
