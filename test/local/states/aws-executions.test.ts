import { describe, expect, it } from 'vitest';
import { AwsError, type Json, type JsonObject } from '../../../local/world.ts';
import { ground } from './ground.ts';
import { recorded, recordedCases, type RecordedExecution } from './recorded.ts';
import type { Called } from './small-world.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:fn';
const FINAL: Readonly<Record<string, string>> = { ExecutionSucceeded: 'SUCCEEDED', ExecutionFailed: 'FAILED' };

/** Rows whose machine is refused when it is made, with the feature that does not run here. */
const REFUSED: Readonly<Record<string, string>> = {
  SFN_START_EXECUTION_SYNC_ROLE_ARN_JSONATA: 'calls into other accounts',
  BASE_LAMBDA: 'JSONPath',
  TASK_LAMBDA_LEGACY_RESOURCE_JSONPATH_TO_JSONATA: 'JSONPath',
};

describe.skipIf(!recordedCases())('executions recorded from AWS (in SEGUE_CONFORMANCE)', () => {
  const rows = recorded<RecordedExecution>('aws-executions-pure.json', 'aws-executions-with-tasks.json');
  const refused = rows.filter((row) => feature(row) !== undefined);
  const runnable = rows.filter((row) => feature(row) === undefined);
  // Branches are recorded in another order than they happened in.
  const ordered = runnable.filter(({ history }) => !history.some(({ id }) => Array.isArray(id)));

  it('are 75, of which 72 run and 3 are refused', () => {
    expect([runnable.length, refused.length]).toEqual([72, 3]);
  });

  it.each(refused.map(named))('%s is refused by name when the machine is made', async (_, row) => {
    await expect(ground().machine(definitionOf(row))).rejects.toThrow(feature(row));
  });

  it.each(runnable.map(named))('%s ends as it did on AWS', async (_, row) => {
    const { ended, entered } = await run(row);
    expect(ended['status']).toBe(FINAL[row.expected.final]);
    expect(ended['error']).toEqual(row.expected.error);
    expect(ended['cause']).toEqual(row.expected.cause);
    expect(ended['output'] === undefined ? undefined : JSON.parse(String(ended['output']))).toEqual(
      row.expected.output,
    );
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
  const execution = await start(await machine(definitionOf(row)), row.input);
  await world.clock.advance(60_000);
  return { ended: await describeExecution(execution), entered: entered(execution), history: await history(execution) };
}

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

/** What two histories of one execution have in common: everything but instants, roles, regions and function names. */
function comparable(event: JsonObject): Json {
  const text = JSON.stringify(event, (key, value: Json) => {
    if (['timestamp', 'roleArn', 'region', 'resource', 'FunctionName', 'cause', 'Cause'].includes(key))
      return undefined;
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
