import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { customer, startSegue, type Segue } from '../../end-to-end/segue-process.ts';

type Run = { readonly code: number; readonly out: string; readonly error: string };

const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Run> =>
  new Promise((resolve) => {
    execFile('aws', args, { env: { ...process.env, ...env } }, (failure, out, error) =>
      resolve({ code: failure === null ? 0 : Number(failure.code) || 1, out, error }),
    );
  });

const { code, out: version } = await run(['--version']);
const isInstalled = code === 0;
if (!isInstalled) process.stderr.write('The AWS CLI is not on the PATH: what it can do here is not tested.\n');

/** The second version takes bytes as base64 unless it is told that they are text. */
const asText = version.startsWith('aws-cli/1') ? [] : ['--cli-binary-format', 'raw-in-base64-out'];
/** Older ones speak the Query protocol to SQS, which the ground does not. */
const [, major = 0, minor = 0] = (/aws-cli\/(\d+)\.(\d+)/.exec(version) ?? []).map(Number);
const speaksJson = minor >= (major === 1 ? 30 : 14);
const folder = mkdtempSync(join(tmpdir(), 'aws-cli-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

let segue: Segue;
const settings = {
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'anybody',
  AWS_SECRET_ACCESS_KEY: 'anything',
  AWS_PAGER: '',
  AWS_CONFIG_FILE: '/dev/null',
};

/** Versions before 2.13 know the option only, and the first version asks SQS elsewhere without it. */
const aws = async (...args: readonly string[]): Promise<string> => {
  const ran = await run(['--endpoint-url', segue.aws, '--output', 'json', ...args], settings);
  if (ran.code !== 0) throw new Error(`aws ${args.slice(0, 2).join(' ')}: ${ran.error}`);
  return ran.out;
};
const answer = async <T>(...args: readonly string[]): Promise<T> => JSON.parse(await aws(...args));

const machine = 'arn:aws:states:us-east-1:000000000000:stateMachine:segue-local-cart-abandonment';
const bucket = 's3://segue-local-failedfolds/notes';
const queueUrl = () => `${segue.aws}/000000000000/segue-local-refused-signals`;

const putEvents = async (...details: readonly object[]): Promise<void> => {
  const entries = details.map((detail) => ({
    EventBusName: 'segue',
    Source: 'shop',
    DetailType: 'track',
    Detail: JSON.stringify(detail),
  }));
  const asked = ['--entries', JSON.stringify(entries)];
  expect(await answer('events', 'put-events', ...asked)).toMatchObject({ FailedEntryCount: 0 });
  await segue.advance('PT2S');
};

afterAll(() => rmSync(folder, { recursive: true }));

describe.skipIf(!isInstalled)('the AWS CLI', { timeout: 60_000 }, () => {
  beforeAll(async () => {
    segue = await startSegue('--memory');
  }, 90_000);
  afterAll(async () => segue?.stop());

  test('puts events, and finds the execution they started', async () => {
    const properties = { cart_id: 'c', product_id: 'p', name: 'P', price: 1 };
    await putEvents(customer('cli'), { event: 'Product Added', userId: 'cli', properties });
    type Executions = { readonly executions: readonly { readonly executionArn: string }[] };
    const { executions } = await answer<Executions>('stepfunctions', 'list-executions', '--state-machine-arn', machine);
    expect(executions).toHaveLength(1);
    const asked = ['--execution-arn', executions[0]!.executionArn];
    expect(await answer('stepfunctions', 'describe-execution', ...asked)).toMatchObject({
      status: 'RUNNING',
      stateMachineArn: machine,
    });
    const history = await answer<{ events: object[] }>('stepfunctions', 'get-execution-history', ...asked);
    expect(history.events[0]).toMatchObject({ type: 'ExecutionStarted', id: 1 });
  });

  test.skipIf(!speaksJson)('receives and deletes a message, checking its digests', async () => {
    await putEvents({ type: 'nonsense' });
    const asked = ['--queue-url', queueUrl(), '--message-attribute-names', 'All'];
    type Received = { Messages: { ReceiptHandle: string; MessageAttributes: Record<string, object> }[] };
    const { Messages } = await answer<Received>('sqs', 'receive-message', ...asked);
    expect(Messages[0]!.MessageAttributes['reason']).toMatchObject({ DataType: 'String' });
    await aws('sqs', 'delete-message', '--queue-url', queueUrl(), '--receipt-handle', Messages[0]!.ReceiptHandle);
  });

  test('scans a table, page by page, and gets an item', async () => {
    const table = ['--table-name', 'Segue-local-State'];
    const { Items } = await answer<{ Items: object[] }>('dynamodb', 'scan', ...table, '--page-size', '1');
    expect(Items.length).toBeGreaterThan(2);
    const key = ['--key', '{"pk":{"S":"JOURNEYS"},"sk":{"S":"cart-abandonment"}}'];
    expect(await answer('dynamodb', 'get-item', ...table, ...key)).toMatchObject({ Item: { status: { S: 'live' } } });
  });

  test('sends an email as it is written', async () => {
    const mail = 'From: hello@shop.example\r\nTo: raw@example.com\r\nSubject: Raw\r\n\r\nWords\r\n';
    const asked = ['--raw-message', JSON.stringify({ Data: mail }), ...asText];
    expect(await answer('ses', 'send-raw-email', ...asked)).toMatchObject({ MessageId: expect.any(String) });
    expect(await segue.outbox('raw@example.com')).toMatchObject([{ subject: 'Raw' }]);
  });

  test('reads a secret by its name', async () => {
    const asked = ['--secret-id', 'Segue-local-CustomerKey'];
    expect(await answer('secretsmanager', 'get-secret-value', ...asked)).toMatchObject({
      SecretString: expect.stringMatching(/^\w{64}$/),
    });
  });

  test('invokes a function and keeps its answer', async () => {
    const kept = join(folder, 'answer.json');
    const asked = ['--function-name', 'segue-local-unsubscribe', '--payload', '{}', ...asText, kept];
    expect(await answer('lambda', 'invoke', ...asked)).toMatchObject({ StatusCode: 200 });
    expect(JSON.parse(readFileSync(kept, 'utf8'))).toMatchObject({ statusCode: 400 });
  });

  test('copies a file to a bucket, lists it, and copies it back', async () => {
    await aws('s3', 'cp', file('note.txt', 'some words\n'), `${bucket}/note.txt`);
    expect(await aws('s3', 'ls', `${bucket}/`)).toContain('11 note.txt');
    await aws('s3', 'cp', `${bucket}/note.txt`, join(folder, 'back.txt'));
    expect(readFileSync(join(folder, 'back.txt'), 'utf8')).toBe('some words\n');
    await aws('s3', 'rm', `${bucket}/note.txt`);
  });

  test('says who is there, and lists topics, buckets and secrets', async () => {
    expect(await answer('sts', 'get-caller-identity')).toMatchObject({ Account: '000000000000' });
    expect(await answer('sns', 'list-topics')).toEqual({ Topics: expect.any(Array) });
    expect(await aws('s3', 'ls')).toContain('segue-local-failedfolds');
    const { SecretList } = await answer<{ SecretList: unknown[] }>('secretsmanager', 'list-secrets');
    expect(SecretList).toContainEqual(expect.objectContaining({ Name: 'Segue-local-CustomerKey' }));
  });

  test('is told by name what this ground does not do', async () => {
    await expect(aws('iam', 'list-roles')).rejects.toThrow(
      /UnknownOperationException.*no service iam \(asked for ListRoles\)/,
    );
    await expect(aws('dynamodb', 'list-backups')).rejects.toThrow(
      /UnknownOperationException.*dynamodb has no operation ListBackups/,
    );
  });
});
