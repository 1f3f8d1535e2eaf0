import { describe, expect, it } from 'vitest';
import { AwsError, type JsonObject } from '../../../local/world.ts';
import { ground, jsonata } from './ground.ts';
import { type Called, START } from './small-world.ts';

const ask = (more: JsonObject): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'fn' },
  End: true,
  ...more,
});
const thrown = (errorType: string): JsonObject => ({
  StatusCode: 200,
  FunctionError: 'Unhandled',
  Payload: { errorType, errorMessage: 'no' },
});
const caughtAs = (error: string): JsonObject => ({
  ErrorEquals: [error],
  Next: 'Caught',
  Output: '{% $states.errorOutput %}',
});

/** Runs one machine to its end, each call answered by the next answer or refusal. */
async function run(states: JsonObject, answers: readonly (JsonObject | Error)[] = [], input: JsonObject = {}) {
  const left = [...answers];
  const times: number[] = [];
  const made = ground({
    answer: () => {
      times.push((made.world.clock.now() - START) / 1_000);
      const next = left.shift() ?? { StatusCode: 200, Payload: 'fine' };
      if (next instanceof Error) throw next;
      return next;
    },
  });
  const [startAt = ''] = Object.keys(states);
  const execution = await made.start(await made.machine(jsonata(startAt, states)), input);
  await made.world.clock.advance(86_400_000);
  const ended = await made.describe(execution);
  const output: unknown = ended['output'] === undefined ? undefined : JSON.parse(String(ended['output']));
  return { ended, output, times, calls: made.world.calls, entered: made.entered(execution) };
}

describe('a retry', () => {
  it('backs off to its longest delay, and gives up after its last attempt', async () => {
    const Retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 2, BackoffRate: 3, MaxDelaySeconds: 10, MaxAttempts: 3 }];
    const { ended, times } = await run(
      { Ask: ask({ Retry }) },
      Array.from({ length: 4 }, () => thrown('Flaky')),
    );
    expect(times).toEqual([0, 2, 8, 18]);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Flaky' });
  });

  it('with full jitter comes no later than without', async () => {
    const Retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 100, JitterStrategy: 'FULL', MaxAttempts: 1 }];
    const { times } = await run({ Ask: ask({ Retry }) }, [thrown('Flaky')]);
    expect(times[1]).toBeGreaterThanOrEqual(0);
    expect(times[1]).toBeLessThanOrEqual(100);
  });

  it('counts attempts by retrier, and tells the state how many there were', async () => {
    const Retry = [
      { ErrorEquals: ['A'], MaxAttempts: 1 },
      { ErrorEquals: ['B'], MaxAttempts: 1 },
    ];
    const Arguments = { FunctionName: 'fn', Payload: '{% $states.context.State.RetryCount %}' };
    const { calls, ended } = await run({ Ask: ask({ Retry, Arguments }) }, [thrown('A'), thrown('B'), thrown('A')]);
    expect(calls.map(({ input }) => input['Payload'])).toEqual([0, 1, 2]);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'A' });
  });

  it('of no attempts leaves the failure to the catchers', async () => {
    const Retry = [{ ErrorEquals: ['A'], MaxAttempts: 0 }];
    const { output } = await run({ Ask: ask({ Retry, Catch: [caughtAs('A')] }), Caught: { Type: 'Succeed' } }, [
      thrown('A'),
    ]);
    expect(output).toEqual({ Error: 'A', Cause: '{"errorType":"A","errorMessage":"no"}' });
  });

  it('of a Parallel runs all its branches again', async () => {
    const both = {
      Type: 'Parallel',
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5 }],
      End: true,
      Branches: [{ StartAt: 'Ask', States: { Ask: ask({}) } }],
    };
    const { output, times } = await run({ Both: both }, [thrown('A')]);
    expect(times).toEqual([0, 5]);
    expect(output).toEqual([{ StatusCode: 200, Payload: 'fine' }]);
  });
});

describe('a catcher', () => {
  const withCatch = (...errors: readonly string[]): JsonObject => ({
    Ask: ask({ Catch: [{ ErrorEquals: errors, Next: 'Caught', Output: '{% $states.errorOutput.Error %}' }] }),
    Caught: { Type: 'Succeed' },
  });

  it.each([
    ['Custom', 'Custom'],
    ['Custom', 'States.TaskFailed'],
    ['Custom', 'States.ALL'],
  ])('of a function that threw %s listens to %s', async (error, caught) => {
    const { output } = await run(withCatch(caught), [thrown(error)]);
    expect(output).toBe(error);
  });

  it('listening to another error does not', async () => {
    const { ended } = await run(withCatch('Other'), [thrown('Custom')]);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Custom' });
  });

  it('listening to States.TaskFailed does not hear a timeout', async () => {
    const never = new Promise<JsonObject>(() => undefined);
    const made = ground({
      answer: ({ operation }: Called) => (operation === 'Invoke' ? { StatusCode: 200, Payload: 1 } : never),
    });
    const states = {
      Ask: {
        ...ask({ TimeoutSeconds: 5, Catch: [caughtAs('States.TaskFailed')] }),
        Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
      },
      Caught: { Type: 'Succeed' },
    };
    const execution = await made.start(await made.machine(jsonata('Ask', states)));
    await made.world.clock.advance(10_000);
    expect(await made.describe(execution)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });

  it('hears an expression of its own state that fails, after the task succeeded', async () => {
    const { output, ended } = await run({
      Ask: ask({ Output: '{% $nothing %}', Catch: [caughtAs('States.QueryEvaluationError')] }),
      Caught: { Type: 'Succeed' },
    });
    expect(ended['status']).toBe('SUCCEEDED');
    expect(output).toMatchObject({ Error: 'States.QueryEvaluationError' });
  });

  it('whose own expression fails does not catch', async () => {
    const broken = { ErrorEquals: ['States.ALL'], Next: 'Caught', Output: '{% $nothing %}' };
    const { ended } = await run({ Ask: ask({ Catch: [broken] }), Caught: { Type: 'Succeed' } }, [thrown('A')]);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.QueryEvaluationError' });
  });

  it('cannot listen for what is too large, except by its name', async () => {
    const large = { StatusCode: 200, Payload: 'x'.repeat(300_000) };
    const all = await run({ Ask: ask({ Catch: [caughtAs('States.ALL')] }), Caught: { Type: 'Succeed' } }, [large]);
    expect(all.ended).toMatchObject({ status: 'FAILED', error: 'States.DataLimitExceeded' });
    const named = await run(
      { Ask: ask({ Catch: [caughtAs('States.DataLimitExceeded')] }), Caught: { Type: 'Succeed' } },
      [large],
    );
    expect(named.ended['status']).toBe('SUCCEEDED');
  });
});

describe('a choice', () => {
  it('without a match or a default fails as on AWS', async () => {
    const { ended } = await run({
      Pick: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'Never' }] },
      Never: { Type: 'Succeed' },
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.Runtime' });
    expect(ended['cause']).toContain('The state does not point to a next state.');
  });

  it('whose condition is no boolean fails', async () => {
    const { ended } = await run({
      Pick: { Type: 'Choice', Choices: [{ Condition: '{% 1 %}', Next: 'Never' }] },
      Never: { Type: 'Succeed' },
    });
    expect(ended['cause']).toContain("Expected 'boolean', but was 'number' for value: 1");
  });
});

describe('a refusal of another service', () => {
  const call = (Resource: string, Arguments: JsonObject): JsonObject => ({
    Type: 'Task',
    Resource,
    Arguments,
    End: true,
  });
  it.each([
    [
      'arn:aws:states:::aws-sdk:dynamodb:updateItem',
      new AwsError('ConditionalCheckFailedException', 'no'),
      'DynamoDb.ConditionalCheckFailedException',
    ],
    [
      'arn:aws:states:::aws-sdk:dynamodb:updateItem',
      new AwsError('AccessDeniedException', 'no'),
      'DynamoDb.DynamoDbException',
    ],
    [
      'arn:aws:states:::dynamodb:updateItem',
      new AwsError('ConditionalCheckFailedException', 'no'),
      'DynamoDB.ConditionalCheckFailedException',
    ],
    ['arn:aws:states:::aws-sdk:s3:getObject', new AwsError('NoSuchKey', 'no'), 'S3.NoSuchKeyException'],
    [
      'arn:aws:states:::aws-sdk:eventbridge:putEvents',
      new AwsError('InternalException', 'no'),
      'EventBridge.InternalException',
    ],
    [
      'arn:aws:states:::aws-sdk:sfn:startExecution',
      new AwsError('ExecutionAlreadyExists', 'no'),
      'Sfn.ExecutionAlreadyExistsException',
    ],
    [
      'arn:aws:states:::lambda:invoke',
      new AwsError('ResourceNotFoundException', 'no'),
      'Lambda.ResourceNotFoundException',
    ],
    ['arn:aws:states:::lambda:invoke', new AwsError('AccessDeniedException', 'no'), 'Lambda.AWSLambdaException'],
  ])('%s: %s is %s', async (resource, refusal, name) => {
    const { ended } = await run({ Ask: call(resource, { Key: 'a' }) }, [refusal]);
    expect(ended).toMatchObject({ status: 'FAILED', error: name });
  });

  it('for one of the events put is a failure of the state', async () => {
    const put = call('arn:aws:states:::events:putEvents', { Entries: [{ Detail: {}, DetailType: 'a', Source: 'b' }] });
    const { ended } = await run({ Put: put }, [{ FailedEntryCount: 1, Entries: [{ ErrorCode: 'InternalFailure' }] }]);
    expect(ended).toMatchObject({ status: 'FAILED', error: 'EventBridge.FailedEntry' });
  });
});
