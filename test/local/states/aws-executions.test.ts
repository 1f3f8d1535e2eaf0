import { describe, expect, it } from 'vitest';
import { AwsError, type Json, type JsonObject } from '../../../local/world.ts';
import { ground, jsonata } from './ground.ts';
import { recorded, recordedCases, type RecordedExecution } from './recorded.ts';
import type { Called } from './small-world.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:fn';
const FINAL: Readonly<Record<string, string>> = { ExecutionSucceeded: 'SUCCEEDED', ExecutionFailed: 'FAILED' };

/** Rows whose machine is refused when it is made, with the feature that does not run here. */
const REFUSED: Readonly<Record<string, string>> = {
  BASE_LAMBDA: 'JSONPath',
  TASK_LAMBDA_LEGACY_RESOURCE_JSONPATH_TO_JSONATA: 'JSONPath',
};

describe.skipIf(!recordedCases())('executions recorded from AWS (in SEGUE_CONFORMANCE)', () => {
  const rows = recorded<RecordedExecution>('aws-executions-pure.json', 'aws-executions-with-tasks.json').map(local);
  const refused = rows.filter((row) => feature(row) !== undefined);
  const runnable = rows.filter((row) => feature(row) === undefined);
  // Branches are recorded in another order than they happened in.
  const ordered = runnable.filter(({ history }) => !history.some(({ id }) => Array.isArray(id)));

  it('are 75, of which 73 run and 2 are refused', () => {
    expect([runnable.length, refused.length]).toEqual([73, 2]);
  });

  it.each(refused.map(named))('%s is refused by name when the machine is made', async (_, row) => {
    await expect(ground().machine(definitionOf(row))).rejects.toThrow(feature(row));
  });

  it.each(runnable.map(named))('%s ends as it did on AWS', async (_, row) => {
    const { ended, entered } = await run(row);
    expect(ended['status']).toBe(FINAL[row.expected.final]);
    expect(ended['error']).toEqual(row.expected.error);
    expect(ended['cause']).toEqual(row.expected.cause);
    const output = ended['output'] === undefined ? undefined : timeless(JSON.parse(String(ended['output'])) as Json);
    expect(output).toEqual(timeless(row.expected.output));
    expect(entered).toEqual(row.states_entered);
  });

  it.each(ordered.map(named))('%s leaves the history it left on AWS', async (_, row) => {
    const { history } = await run(row);
    expect(history.map(comparable)).toEqual(row.history.map(comparable));
  });
});

const named = (row: RecordedExecution, n: number) => [`${n} ${row.id.split('::').at(-1)}`, row] as const;

function feature({ id }: RecordedExecution): string | undefined {
  return REFUSED[/\[(.*)\]$/.exec(id)?.[1] ?? ''];
}

async function run(row: RecordedExecution) {
  const { machine, start, describe: describeExecution, history, entered, world } = ground({ answer: tasksOf(row) });
  await machine(CHILD, 'Child');
  const execution = await start(await machine(definitionOf(row)), row.input);
  await world.clock.advance(60_000);
  return { ended: await describeExecution(execution), entered: entered(execution), history: await history(execution) };
}

/** The machine one of the recorded executions starts, and where that one was on AWS. */
const CHILD = jsonata('A', { A: { Type: 'Succeed', Output: { Arg1: 'argument1' } } });
const ELSEWHERE =
  /arn:<partition>:states:<region>:<secondary_test_aws_account_id>:(stateMachine|execution):<ArnPart_0idx>/g;

function local(row: RecordedExecution): RecordedExecution {
  const text = JSON.stringify(row)
    .replaceAll(ELSEWHERE, 'arn:aws:states:eu-west-1:123456789012:$1:Child')
    .replaceAll('<trusted_role_arn>', 'arn:aws:iam::210987654321:role/trusted');
  return JSON.parse(text) as RecordedExecution;
}

/** Instants are recorded as placeholders. */
function timeless(value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  return JSON.parse(JSON.stringify(value, (key, each: Json) => (DATES.includes(key) ? '<date>' : each))) as Json;
}

const DATES = ['StartDate', 'StopDate'];

function definitionOf({ definition }: RecordedExecution): JsonObject {
  return JSON.parse(JSON.stringify(definition).replaceAll('<FunctionArn>', FUNCTION)) as JsonObject;
}

/** Answers each call as AWS's did: the results are in the recorded history. */
function tasksOf(row: RecordedExecution): (call: Called) => JsonObject {
  const outcomes = row.history.filter(({ type }) => /^(Task|LambdaFunction)(Succeeded|Failed)$/.test(String(type)));
  return ({ service }) => {
    const event = outcomes.shift() ?? {};
    const { type } = event;
    const details = Object.entries(event).find(([field]) => field.endsWith('EventDetails'))?.[1] as JsonObject;
    if (type === 'LambdaFunctionSucceeded') return { StatusCode: 200, Payload: details['output'] ?? null };
    if (type === 'TaskSucceeded') return details['output'] as JsonObject;
    if (service === 'lambda') return { StatusCode: 200, FunctionError: 'Unhandled', Payload: details['cause'] as Json };
    throw new AwsError('NoSuchKey', 'The specified key does not exist.', { status: 404 });
  };
}

const NOT_COMPARED = [
  'timestamp',
  'roleArn',
  'region',
  'resource',
  'FunctionName',
  'cause',
  'Cause',
  'SdkHttpMetadata',
  'SdkResponseMetadata',
  ...DATES,
];

/** What two histories of one execution have in common: everything but instants, roles, regions and function names. */
function comparable(event: JsonObject): Json {
  const text = JSON.stringify(event, (key, value: Json) => {
    if (NOT_COMPARED.includes(key)) return undefined;
    return typeof value === 'string' ? unwrapped(value) : value;
  });
  return JSON.parse(text) as Json;
}

/** The recordings have some JSON texts parsed. */
function unwrapped(text: string): Json {
  if (!/^[[{"\d]|^(true|false|null)$/.test(text)) return text;
  try {
    return JSON.parse(text, (key, value: Json) =>
      key === 'Cause' || key === 'FunctionName' ? undefined : value,
    ) as Json;
  } catch {
    return text;
  }
}
