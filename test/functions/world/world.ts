import './environment.ts';
import { readFileSync } from 'node:fs';
import { BatchWriteItemCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { SendMessagesCommand } from '@aws-sdk/client-pinpoint';
import { SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { GetSecretValueCommand } from '@aws-sdk/client-secrets-manager';
import { SendRawEmailCommand } from '@aws-sdk/client-ses';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { CloudFormationCustomResourceEvent, Context } from 'aws-lambda';
import { vi } from 'vitest';
import { channelNeeds, JourneyDocument, PublishedDocument } from '#core/journey';
import { item, plain } from '../../../functions/aws/keys.ts';
import { startEngine, type Engine } from '../../../local/dynamodb/engine/start-engine.ts';
import { services } from './calls.ts';
import { customerKey, tables } from './environment.ts';
import { machineArn, makeMachine } from './step-functions.ts';

/** Monday 5 January 2026, 09:00 UTC. */
export const monday = Date.parse('2026-01-05T09:00:00Z');
export const minute = 60_000;
export const hour = 60 * minute;

/** What left, by provider; and what waits for a refold. */
export const outbox: {
  readonly channel: 'email' | 'sms' | 'push';
  readonly input: Record<string, unknown>;
  readonly at: number;
}[] = [];
export const refolds: string[] = [];
/** What functions said on the bus and nobody has taken from it yet. */
export const bus: { readonly Source: string; readonly Detail: string }[] = [];

/** A provider that takes everything. A test may answer otherwise, and tests after it find this one again. */
export const providersAccept = (): void => {
  // oxlint-disable-next-line typescript/no-explicit-any -- what the mock of each client hands over
  const takes = (channel: 'email' | 'sms' | 'push', answer: (input: any) => object) => (input: any) => {
    outbox.push({ channel, input, at: Date.now() });
    return answer(input);
  };
  services.ses.on(SendRawEmailCommand).callsFake(takes('email', () => ({ MessageId: `email-${outbox.length}` })));
  services.sms.on(SendTextMessageCommand).callsFake(takes('sms', () => ({ MessageId: `sms-${outbox.length}` })));
  services.pinpoint.on(SendMessagesCommand).callsFake(
    takes('push', ({ MessageRequest }: { MessageRequest: { Addresses: object } }) => {
      const [address = ''] = Object.keys(MessageRequest.Addresses);
      return { MessageResponse: { Result: { [address]: { DeliveryStatus: 'SUCCESSFUL', MessageId: 'push-1' } } } };
    }),
  );
};

providersAccept();
services.secrets.on(GetSecretValueCommand).resolves({ SecretString: customerKey });

/** The queue of customers set aside takes them. */
export const queueAccepts = (): void => {
  services.sqs.on(SendMessageCommand).callsFake(({ MessageBody }: { MessageBody: string }) => {
    refolds.push(MessageBody);
    return { MessageId: 'm' };
  });
};
queueAccepts();

/** The bus takes everything. */
export const busAccepts = (): void => {
  services.bus.on(PutEventsCommand).callsFake(({ Entries }: { Entries: typeof bus }) => {
    bus.push(...Entries);
    return { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: String(i) })) };
  });
};
busAccepts();

const keys = (...names: string[]) =>
  names.map((AttributeName, i) => ({ AttributeName, KeyType: i === 0 ? 'HASH' : 'RANGE' }));
const strings = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }));

let engine: Engine;
let client: DynamoDBClient;

/** Starts the DynamoDB engine with the two tables. The date stands still from now on, and only tests move it. */
export const startWorld = async (): Promise<void> => {
  engine = await startEngine({ folder: ':memory:', note: () => undefined });
  process.env['AWS_ENDPOINT_URL_DYNAMODB'] = engine.endpoint;
  const table = { KeySchema: keys('pk', 'sk'), BillingMode: 'PAY_PER_REQUEST' };
  await engine.call('DynamoDB_20120810.CreateTable', {
    ...table,
    TableName: tables.state,
    AttributeDefinitions: strings('pk', 'sk'),
  });
  await engine.call('DynamoDB_20120810.CreateTable', {
    ...table,
    TableName: tables.log,
    AttributeDefinitions: strings('pk', 'sk', 'at'),
    LocalSecondaryIndexes: [
      { IndexName: 'byTime', KeySchema: keys('pk', 'at'), Projection: { ProjectionType: 'KEYS_ONLY' } },
    ],
  });
  client = new DynamoDBClient({});
  vi.useFakeTimers({ toFake: ['Date'], now: monday });
};

export const stopWorld = async (): Promise<void> => {
  vi.useRealTimers();
  await engine.stop();
};

/** Lets the clock of the functions stand at an instant (epoch milliseconds). */
export const at = (now: number): void => void vi.setSystemTime(now);

let ahead = 0;

/** Lets a second pass on the machine's own clock, for which functions go on with the pointers they have read. */
export const pointersAgeASecond = (): void => {
  const { now } = performance;
  if (ahead === 0) vi.spyOn(performance, 'now').mockImplementation(() => now.call(performance) + ahead);
  ahead += 1001;
};

export const context = {
  functionName: 'test',
  memoryLimitInMB: '512',
  awsRequestId: 'request',
  invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:test',
  getRemainingTimeInMillis: () => 30_000,
} as Context;

// oxlint-disable-next-line typescript/no-explicit-any -- rows are read freely in tests
export type StateRow = Record<string, any>;

/** Every row of a partition of the State table, by its sort key. */
export const rowsOf = async (pk: string, table: keyof typeof tables = 'state'): Promise<Map<string, StateRow>> => {
  const rows = new Map<string, StateRow>();
  let from: object | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: tables[table],
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk } },
        ...(from === undefined ? {} : { ExclusiveStartKey: from as never }),
      }),
    );
    for (const row of (page.Items ?? []).map(plain)) rows.set(String(row['sk']), row);
    from = page.LastEvaluatedKey;
  } while (from !== undefined);
  return rows;
};

/** Writes rows of the State table or the log as they are, 25 at most. */
export const putRows = (table: keyof typeof tables, rows: readonly Record<string, unknown>[]): Promise<unknown> =>
  client.send(
    new BatchWriteItemCommand({
      RequestItems: { [tables[table]]: rows.map((row) => ({ PutRequest: { Item: item(row) } })) },
    }),
  );

/** Takes rows of a customer away, 25 at most. */
export const deleteRows = (table: keyof typeof tables, rows: readonly { pk: string; sk: string }[]): Promise<unknown> =>
  client.send(
    new BatchWriteItemCommand({
      RequestItems: { [tables[table]]: rows.map(({ pk, sk }) => ({ DeleteRequest: { Key: item({ pk, sk }) } })) },
    }),
  );

export const putRow = (table: keyof typeof tables, row: Record<string, unknown>): Promise<unknown> =>
  putRows(table, [row]);

const folder = new URL('../../../state-machines/', import.meta.url);
/** The journey that is committed, with the messages others borrow. */
export const cartAbandonment = PublishedDocument.parse(
  JSON.parse(readFileSync(new URL('cart-abandonment/journey.json', folder), 'utf8')),
);

/** A journey of our own, with the messages of the committed one. */
export const journeyOf = (document: object): PublishedDocument => {
  const journey = JourneyDocument.parse({ topic: 'promotions', ...document });
  return { ...cartAbandonment, journey, needs: channelNeeds(journey) };
};

/** What CloudFormation was answered. */
export const answers: {
  readonly Status: string;
  readonly Reason: string;
  readonly Data: { readonly Outcome: string };
}[] = [];

/** Publishes through the function that CloudFormation calls, and makes the machine. */
export const publish = async (
  document: PublishedDocument | undefined,
  {
    type = 'Create',
    name = document?.journey.name ?? '',
    version = 1,
  }: { type?: string; name?: string; version?: number } = {},
): Promise<(typeof answers)[number]> => {
  const { handler } = await import('../../../functions/journey/publish-journey.ts');
  const arn = machineArn(name, version);
  if (document !== undefined) makeMachine(document.journey, arn);
  const event = {
    RequestType: type,
    ResponseURL: 'https://cloudformation.example',
    StackId: 'stack',
    RequestId: 'request',
    LogicalResourceId: 'Journey',
    ResourceProperties: {
      Name: name,
      ...(document === undefined ? {} : { Document: JSON.stringify(document), Machine: arn }),
    },
  };
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    answers.push(JSON.parse(body));
    return new Response('', { status: 200 });
  });
  await handler(event as unknown as CloudFormationCustomResourceEvent, context);
  return answers.at(-1)!;
};
