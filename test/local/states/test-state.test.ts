import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/world.ts';
import { ground, jsonata } from './ground.ts';
import { ROLE, type Setting } from './small-world.ts';

const tested = (state: JsonObject, more: JsonObject = {}, setting: Setting = {}): Promise<JsonObject> =>
  ground(setting).call('TestState', {
    definition: JSON.stringify({ QueryLanguage: 'JSONata', ...state }),
    roleArn: ROLE,
    input: '{"n":1}',
    ...more,
  });

const task = (more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'fn', Payload: '{% $states.input.n %}' },
  Output: '{% $states.result.Payload %}',
  Next: 'Then',
  ...more,
});
const flaky = { mock: { errorOutput: { error: 'Flaky', cause: 'again' } } };

describe('one state can be tested by itself', () => {
  it('and gives its output and where it leads', async () => {
    const pass = { Type: 'Pass', Output: '{% $states.input.a + $b %}', Next: 'Then' };
    expect(await tested(pass, { input: '{"a":1}', variables: '{"b":2}' })).toEqual({
      status: 'SUCCEEDED',
      output: '3',
      nextState: 'Then',
    });
  });

  it('choosing what its rules choose', async () => {
    const choice = {
      Type: 'Choice',
      Choices: [{ Condition: '{% $states.input.a > 1 %}', Next: 'Big' }],
      Default: 'Small',
    };
    expect(await tested(choice, { input: '{"a":2}' })).toMatchObject({ nextState: 'Big' });
    expect(await tested(choice, { input: '{"a":1}' })).toMatchObject({ nextState: 'Small' });
  });

  it('without waiting', async () => {
    expect(await tested({ Type: 'Wait', Seconds: 86_400, End: true })).toEqual({
      status: 'SUCCEEDED',
      output: '{"n":1}',
    });
  });

  it('failing as it would', async () => {
    const fail = { Type: 'Fail', Error: 'Broken', Cause: '{% $states.input.why %}' };
    expect(await tested(fail, { input: '{"why":"x"}' })).toEqual({ status: 'FAILED', error: 'Broken', cause: 'x' });
    expect(await tested({ Type: 'Pass', Output: '{% $nothing %}', End: true })).toMatchObject({
      status: 'FAILED',
      error: 'States.QueryEvaluationError',
    });
  });

  it('calling what it calls', async () => {
    const answer = ({ input, by }: { readonly input: JsonObject; readonly by: string }): JsonObject => ({
      StatusCode: 200,
      Payload: [input['Payload'] ?? null, by],
    });
    expect(await tested(task(), { input: '{"n":4}' }, { answer })).toMatchObject({
      status: 'SUCCEEDED',
      output: JSON.stringify([4, ROLE]),
    });
  });

  it('with an answer made up', async () => {
    const mock = { result: '{"Payload":7}' };
    expect(await tested(task(), { mock })).toEqual({ status: 'SUCCEEDED', output: '7', nextState: 'Then' });
    const children = {
      Type: 'Map',
      ItemProcessor: { StartAt: 'A', States: { A: { Type: 'Pass', End: true } } },
      End: true,
    };
    expect(await tested(children, { mock: { result: '[1]' } })).toMatchObject({ output: '[1]' });
    const token = task({ Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken' });
    expect(await tested(token, { mock })).toMatchObject({ output: '7' });
  });

  it('with a failure it retries, catches or dies of', async () => {
    const guarded = task({
      Retry: [
        { ErrorEquals: ['Other'] },
        { ErrorEquals: ['Flaky'], IntervalSeconds: 3, BackoffRate: 2, MaxAttempts: 2 },
      ],
      Catch: [
        { ErrorEquals: ['Other'], Next: 'No' },
        { ErrorEquals: ['Flaky'], Next: 'Caught', Output: '{% $states.errorOutput.Error %}' },
      ],
    });
    const failure = { error: 'Flaky', cause: 'again' };
    expect(await tested(task(), flaky)).toEqual({ ...failure, status: 'FAILED' });
    expect(await tested(guarded, flaky)).toEqual({ ...failure, status: 'RETRIABLE' });
    const used = (retrierRetryCount: number): JsonObject => ({
      ...flaky,
      stateConfiguration: { retrierRetryCount },
      inspectionLevel: 'DEBUG',
    });
    expect(await tested(guarded, used(1))).toMatchObject({
      inspectionData: { errorDetails: { retryIndex: 1, retryBackoffIntervalSeconds: 6 } },
    });
    expect(await tested(guarded, used(2))).toMatchObject({
      ...failure,
      status: 'CAUGHT_ERROR',
      output: '"Flaky"',
      nextState: 'Caught',
      inspectionData: { errorDetails: { catchIndex: 1 } },
    });
  });

  it('and shows what it made of its input', async () => {
    const mock = { result: '{"Payload":7}' };
    const { inspectionData } = await tested(task({ Assign: { seen: '{% $states.result.Payload %}' } }), {
      mock,
      input: '{"n":4}',
      inspectionLevel: 'DEBUG',
    });
    expect(inspectionData).toEqual({
      input: '{"n":4}',
      afterArguments: '{"FunctionName":"fn","Payload":4}',
      result: '{"Payload":7}',
      variables: '{"seen":7}',
    });
  });

  it('or as a state of its machine', async () => {
    const definition = JSON.stringify(jsonata('A', { A: { Type: 'Pass', Next: 'B' }, B: { Type: 'Succeed' } }));
    const made = ground();
    expect(await made.call('TestState', { definition, stateName: 'A' })).toMatchObject({ nextState: 'B' });
    await expect(made.call('TestState', { definition, stateName: 'C' })).rejects.toThrow("There is no state 'C'");
  });

  it.each<readonly [string, JsonObject, JsonObject, string]>([
    ['a mock that is two', task(), { mock: { result: '1', ...flaky.mock } }, 'only one of the following fields'],
    [
      'a mock for what calls nothing',
      { Type: 'Succeed' },
      { mock: { result: '1' } },
      "'Succeed' does not accept a mock",
    ],
    [
      'children without a mock',
      { Type: 'Parallel', Branches: [{ StartAt: 'A', States: { A: { Type: 'Succeed' } } }], End: true },
      {},
      'only when a mock is specified',
    ],
    ['a context of its own', { Type: 'Succeed' }, { context: '{}' }, 'Unrecognized key'],
    ['an input that is no JSON', { Type: 'Succeed' }, { input: '{' }, 'input must be a JSON text'],
  ])('but not %s', async (_, state, more, message) => {
    const refused = tested(state, more);
    await expect(refused).rejects.toMatchObject({ code: 'ValidationException' });
    await expect(refused).rejects.toThrow(message);
  });

  it('but not a definition AWS would refuse', async () => {
    await expect(tested({ Type: 'Pass' })).rejects.toMatchObject({ code: 'InvalidDefinition' });
  });
});
