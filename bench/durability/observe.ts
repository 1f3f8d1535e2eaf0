import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { DescribeExecutionCommand, SFNClient } from '@aws-sdk/client-sfn';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod';
import type { Ledger } from './ledger.ts';

const client = (endpoint: string) => ({
  endpoint,
  region: 'us-east-1',
  credentials: { accessKeyId: 'auditor', secretAccessKey: 'x' },
});

const text = z.string().transform((value): unknown => JSON.parse(value));
const Signal = z.object({
  messageId: z.string(),
  event: z.string(),
  subject: z.object({ user: z.string().optional(), customer: z.string().optional() }),
  properties: z.record(z.string(), z.unknown()),
});
const LogRow = z.object({ pk: z.string(), sk: z.string(), signal: text.pipe(Signal) });
const Profile = z.object({
  seen: z.record(z.string(), z.tuple([z.number(), z.number(), z.number()])),
  orders: z.tuple([z.number(), z.number(), z.number()]).optional(),
});
const ProfileRow = z.object({ pk: z.string(), body: text.pipe(Profile), owed: z.string().optional() });
const SendRow = z.object({ pk: z.string(), sk: z.string(), status: z.string(), detail: z.string().optional() });
const RunRow = z.object({
  pk: z.string(),
  enrol: z.string(),
  key: z.string(),
  occurrence: z.number(),
  step: z.string().optional(),
  deadline: z.number().optional(),
  exitedAt: z.number().optional(),
  endedAt: z.number().optional(),
});
const Message = z.object({ id: z.string(), channel: z.string(), tags: z.record(z.string(), z.string()) });
const Summary = z.object({ execution: z.string(), status: z.string(), state: z.string().optional() });
const Input = text.pipe(z.object({ customer: z.string(), enrol: z.string(), occurrence: z.number() }));

/** Everything the ground shows from outside, at one quiet moment. */
export type Sight = {
  /** World time, epoch milliseconds. */
  readonly now: number;
  readonly log: readonly z.output<typeof LogRow>[];
  readonly profiles: readonly z.output<typeof ProfileRow>[];
  readonly sends: readonly z.output<typeof SendRow>[];
  readonly runs: readonly z.output<typeof RunRow>[];
  readonly outbox: readonly z.output<typeof Message>[];
  readonly executions: readonly z.output<typeof Summary>[];
};

const ask = async (url: string): Promise<unknown> => (await fetch(url)).json();

const rowsOf = async (dynamodb: DynamoDBClient, TableName: string): Promise<readonly Record<string, unknown>[]> => {
  const rows: Record<string, unknown>[] = [];
  let from: Record<string, never> | undefined;
  do {
    const page: { Items?: unknown; LastEvaluatedKey?: unknown } = await dynamodb.send(
      new ScanCommand({ TableName, ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
    );
    for (const item of z.array(z.custom<Parameters<typeof unmarshall>[0]>()).parse(page.Items ?? []))
      rows.push(unmarshall(item));
    from = z.custom<Record<string, never>>().optional().parse(page.LastEvaluatedKey);
  } while (from !== undefined);
  return rows;
};

/** Asks for the input of executions not seen before. */
const getToKnow = async (endpoint: string, found: Sight['executions'], { executions }: Ledger): Promise<void> => {
  const states = new SFNClient(client(endpoint));
  for (const { execution } of found.filter((one) => !executions.has(one.execution))) {
    const { input } = await states.send(new DescribeExecutionCommand({ executionArn: execution }));
    executions.set(execution, Input.parse(input));
  }
  states.destroy();
};

/** Looks at the logs, the state, the outbox and the executions, through AWS's own operations where there are any. */
export const observe = async (endpoint: string, ledger: Ledger): Promise<Sight> => {
  const dynamodb = new DynamoDBClient(client(endpoint));
  const log = z.array(LogRow).parse(await rowsOf(dynamodb, 'Segue-local-Log'));
  const state = await rowsOf(dynamodb, 'Segue-local-State');
  dynamodb.destroy();
  const of = (prefix: string) => state.filter(({ sk }) => String(sk).startsWith(prefix));
  const outbox = z.array(Message).parse(await ask(`${endpoint}/_local/outbox`));
  const executions = z.array(Summary).parse(await ask(`${endpoint}/_local/executions`));
  const { now } = z.object({ now: z.string() }).parse(await ask(`${endpoint}/_local/clock`));
  await getToKnow(endpoint, executions, ledger);
  return {
    now: Date.parse(now),
    log,
    profiles: z.array(ProfileRow).parse(of('PROFILE')),
    sends: z.array(SendRow).parse(of('SEND#')),
    runs: z.array(RunRow).parse(of('ENROL#')),
    outbox,
    executions,
  };
};
