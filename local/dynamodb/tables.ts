import * as z from 'zod';
import { AwsError, type JsonObject, type Resource, type Stack } from '../world.ts';
import { streamArnOf } from '../template/identity/identity.ts';
import type { Engine } from './engine/start-engine.ts';

const Keys = z.array(z.object({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));
const Index = z.object({
  IndexName: z.string(),
  KeySchema: Keys,
  Projection: z.object({ ProjectionType: z.string().optional(), NonKeyAttributes: z.array(z.string()).optional() }),
});
const Declared = z.object({
  KeySchema: Keys,
  AttributeDefinitions: z.array(z.object({ AttributeName: z.string(), AttributeType: z.string() })),
  LocalSecondaryIndexes: z.array(Index).default([]),
  GlobalSecondaryIndexes: z.array(Index).default([]),
  StreamSpecification: z.object({ StreamViewType: z.string() }).optional(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().optional(), Enabled: z.boolean() }).optional(),
});

type Declared = z.infer<typeof Declared>;

export interface Table {
  readonly name: string;
  readonly arn: string;
  /** Names of the key attributes, partition key first. */
  readonly keys: readonly string[];
  readonly ttlAttribute?: string;
  readonly stream?: { readonly arn: string; readonly engineArn: string; readonly view: string };
}

/** The tables a stack declares, made in the engine where they are missing. Tables that exist keep their rows. */
export async function ensureTables(stack: Stack, engine: Engine): Promise<readonly Table[]> {
  const resources = ['AWS::DynamoDB::Table', 'AWS::DynamoDB::GlobalTable'].flatMap((type) => stack.all(type));
  return Promise.all(resources.map((resource) => ensureTable(resource, engine)));
}

async function ensureTable(resource: Resource, engine: Engine): Promise<Table> {
  const declared = Declared.parse(resource.properties);
  const name = resource.ref;
  const found = (await describeTable(name, engine)) ?? (await create(name, declared, engine));
  refuseOtherKeys(name, declared, found);
  await addMissingIndexes(name, declared, { found, engine });
  const view = declared.StreamSpecification?.StreamViewType;
  const ttl = declared.TimeToLiveSpecification;
  return {
    name,
    arn: resource.arn,
    keys: keyNames(declared.KeySchema),
    ...(ttl?.Enabled && ttl.AttributeName && { ttlAttribute: ttl.AttributeName }),
    ...(view && {
      stream: { arn: streamArnOf(resource.arn), engineArn: z.string().parse(found.LatestStreamArn), view },
    }),
  };
}

/** A table whose description the engine has given; a stream that it does not have is left out. */
export function tableOf(
  named: Pick<Table, 'name' | 'arn'>,
  ...[description, stream]: readonly [unknown, { readonly arn: string; readonly view: string } | undefined]
): Table {
  const { KeySchema, LatestStreamArn } = Description.parse(description);
  const found = stream && LatestStreamArn !== undefined && { ...stream, engineArn: LatestStreamArn };
  return { ...named, keys: keyNames(KeySchema), ...(found && { stream: found }) };
}

const keyNames = (schema: z.infer<typeof Keys>): readonly string[] =>
  schema.toSorted((a, b) => a.KeyType.localeCompare(b.KeyType)).map(({ AttributeName }) => AttributeName);

const Description = z.object({
  KeySchema: Keys,
  LocalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })).default([]),
  GlobalSecondaryIndexes: z.array(z.object({ IndexName: z.string() })).default([]),
  LatestStreamArn: z.string().optional(),
});

type Description = z.infer<typeof Description>;

/** A table as the engine has it. */
export async function describeTable(name: string, engine: Engine): Promise<Description | undefined> {
  try {
    const { Table } = await engine.call('DynamoDB_20120810.DescribeTable', { TableName: name });
    return Description.parse(Table);
  } catch (error) {
    if (error instanceof AwsError && error.code === 'ResourceNotFoundException') return undefined;
    throw error;
  }
}

/**
 * Streams are made with both images whatever the template says: only they tell a write that changed nothing. What a consumer sees
 * follows the template.
 */
async function create(name: string, declared: Declared, engine: Engine): Promise<Description> {
  const optional = {
    ...(declared.LocalSecondaryIndexes.length > 0 && { LocalSecondaryIndexes: declared.LocalSecondaryIndexes }),
    ...(declared.GlobalSecondaryIndexes.length > 0 && { GlobalSecondaryIndexes: declared.GlobalSecondaryIndexes }),
    ...(declared.StreamSpecification && { StreamSpecification: engineStream }),
  };
  const input: JsonObject = JSON.parse(
    JSON.stringify({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: declared.KeySchema,
      AttributeDefinitions: declared.AttributeDefinitions,
      ...optional,
    }),
  );
  const { TableDescription } = await engine.call('DynamoDB_20120810.CreateTable', input);
  return Description.parse(TableDescription);
}

/** @see create */
export const engineStream = { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' } as const;

function refuseOtherKeys(name: string, declared: Declared, found: Description): void {
  const shape = ({ KeySchema, LocalSecondaryIndexes }: Declared | Description) =>
    JSON.stringify([keyNames(KeySchema), LocalSecondaryIndexes.map(({ IndexName }) => IndexName).toSorted()]);
  if (shape(declared) === shape(found)) return;
  throw new Error(
    `The local table ${name} was made with other keys or local indexes, which cannot be changed. Delete the data folder, or start ` +
      `with --memory.`,
  );
}

async function addMissingIndexes(
  name: string,
  declared: Declared,
  { found, engine }: { readonly found: Description; readonly engine: Engine },
): Promise<void> {
  const update = (change: object) => {
    const input: JsonObject = JSON.parse(
      JSON.stringify({ TableName: name, AttributeDefinitions: declared.AttributeDefinitions, ...change }),
    );
    return engine.call('DynamoDB_20120810.UpdateTable', input);
  };
  const known = new Set(found.GlobalSecondaryIndexes.map(({ IndexName }) => IndexName));
  for (const index of declared.GlobalSecondaryIndexes) {
    if (!known.has(index.IndexName)) await update({ GlobalSecondaryIndexUpdates: [{ Create: index }] });
  }
  if (declared.StreamSpecification && !found.LatestStreamArn) {
    const { TableDescription } = await update({ StreamSpecification: engineStream });
    found.LatestStreamArn = Description.parse(TableDescription).LatestStreamArn;
  }
}
