import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { ListExecutionsCommand, SFNClient } from '@aws-sdk/client-sfn';
import { ReceiveMessageCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGround, type Ground } from '../../../local/ground.ts';
import { synthesizeOrders } from './orders-app.ts';

const outputs = fileURLToPath(new URL('../../../.segue/second-app', import.meta.url));
const notes: string[] = [];
let folder: string;
let ground: Ground;

beforeAll(async () => {
  mkdirSync(outputs, { recursive: true });
  folder = mkdtempSync(join(outputs, 'run-'));
  ground = await startGround({
    assembly: synthesizeOrders(folder),
    data: undefined,
    clock: 'virtual',
    start: Date.parse('2026-01-05T09:00:00Z'),
    awsPort: 0,
    httpPort: 0,
    note: (line) => notes.push(line),
  });
});
afterAll(async () => {
  await ground?.stop();
  rmSync(folder, { recursive: true });
});

const config = () => ({
  endpoint: ground.awsUrl,
  region: 'us-east-1',
  credentials: { accessKeyId: 'anybody', secretAccessKey: 'anything' },
});
const refOf = (logicalId: string): string =>
  ['AWS::SQS::Queue', 'AWS::DynamoDB::Table', 'AWS::StepFunctions::StateMachine']
    .flatMap((type) => ground.stack.all(type))
    .find((resource) => resource.logicalId.startsWith(logicalId))!.ref;

const advance = async (duration: string): Promise<void> => {
  const body = JSON.stringify({ advance: duration });
  expect((await fetch(`${ground.awsUrl}/_local/clock`, { method: 'POST', body })).status).toBe(200);
};

const orders = async (): Promise<readonly unknown[]> => {
  const { Items = [] } = await new DynamoDBClient(config()).send(new ScanCommand({ TableName: refOf('Orders') }));
  return Items.map(({ id, thanked }) => [id?.S, thanked?.BOOL ?? false]).toSorted();
};

const announced = async (): Promise<readonly string[]> => {
  const asked = { QueueUrl: refOf('Announced'), MaxNumberOfMessages: 10 };
  const { Messages = [] } = await new SQSClient(config()).send(new ReceiveMessageCommand(asked));
  return Messages.map(({ Body }) => JSON.parse(Body!).detail.id).toSorted();
};

test('an order by queue and one over HTTP are kept and announced at once, and thanked for an hour later', async () => {
  await new SQSClient(config()).send(new SendMessageCommand({ QueueUrl: refOf('Inbox'), MessageBody: 'by-queue' }));
  const posted = await fetch(`${ground.httpUrl}/orders`, { method: 'POST', body: '{"id":"by-http"}' });
  expect([posted.status, await posted.text()]).toEqual([202, 'kept']);
  await advance('PT1S');
  expect(await announced()).toEqual(['by-http', 'by-queue']);
  expect(await orders()).toEqual([
    ['by-http', false],
    ['by-queue', false],
  ]);

  await advance('PT1H');
  expect(await orders()).toEqual([
    ['by-http', true],
    ['by-queue', true],
  ]);
  const asked = { stateMachineArn: refOf('Thanks') };
  const { executions } = await new SFNClient(config()).send(new ListExecutionsCommand(asked));
  expect(executions!.map(({ name, status }) => [name, status]).toSorted()).toEqual([
    ['by-http', 'SUCCEEDED'],
    ['by-queue', 'SUCCEEDED'],
  ]);
  expect(notes).toEqual([]);
});
