import { describe, expect, it } from 'vitest';
import type { JsonObject, Resource } from '../../../local/world.ts';
import { ground, jsonata } from './ground.ts';
import { caller, HOUR, ROLE, START } from './small-world.ts';

const waits = jsonata('Wait', {
  Wait: { Type: 'Wait', Seconds: 60, Next: 'Done' },
  Done: { Type: 'Succeed', Output: 'first' },
});
const waitsThen = (output: string): JsonObject =>
  jsonata('Wait', { Wait: { Type: 'Wait', Seconds: 60, Next: 'Done' }, Done: { Type: 'Succeed', Output: output } });
const DAY = 24 * HOUR;

describe('the name of an execution', () => {
  it('started again with the same input while it runs is the same execution', async () => {
    const { call, machine } = ground();
    const stateMachineArn = await machine(waits);
    const first = await call('StartExecution', { stateMachineArn, name: 'once', input: '{"a": 1}' });
    expect(await call('StartExecution', { stateMachineArn, name: 'once', input: '{"a":1}' })).toEqual(first);
  });

  it('started with another input is refused', async () => {
    const { machine, start } = ground();
    const arn = await machine(waits);
    await start(arn, { a: 1 }, 'once');
    await expect(start(arn, { a: 2 }, 'once')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });

  it('is taken for 90 days after the end, and then free', async () => {
    const { machine, start, world } = ground();
    const arn = await machine(waits);
    await start(arn, { a: 1 }, 'once');
    await world.clock.advance(60_000 + 90 * DAY - 1);
    await expect(start(arn, { a: 1 }, 'once')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
    await world.clock.advance(1);
    await expect(start(arn, { a: 1 }, 'once')).resolves.toMatch(/:once$/);
  });

  it.each(['with blank', 'a/b', 'a:b', 'x'.repeat(81), ''])("may not be '%s'", async (name) => {
    const { machine, start } = ground();
    await expect(start(await machine(waits), {}, name)).rejects.toMatchObject({ code: 'InvalidName' });
  });
});

describe('an execution', () => {
  it('of a version finishes on that version after the machine was updated', async () => {
    const { call, describe: about, machine, start, world } = ground();
    const stateMachineArn = await machine(waitsThen('first'));
    const { stateMachineVersionArn } = await call('PublishStateMachineVersion', { stateMachineArn });
    const running = await start(String(stateMachineVersionArn));
    await call('UpdateStateMachine', {
      stateMachineArn,
      definition: JSON.stringify(waitsThen('second')),
      publish: true,
    });
    const pinned = await start(`${stateMachineArn}:1`);
    const newest = await start(`${stateMachineArn}:2`);
    const unqualified = await start(stateMachineArn);
    await world.clock.advance(60_000);
    const outputs = [running, pinned, newest, unqualified].map(async (each) => (await about(each))['output']);
    expect(await Promise.all(outputs)).toEqual(['"first"', '"first"', '"second"', '"second"']);
    expect(await about(pinned)).toMatchObject({ stateMachineArn, stateMachineVersionArn: `${stateMachineArn}:1` });
    const { stateMachineVersions } = await call('ListStateMachineVersions', { stateMachineArn });
    expect(stateMachineVersions).toMatchObject([
      { stateMachineVersionArn: `${stateMachineArn}:2` },
      { stateMachineVersionArn: `${stateMachineArn}:1` },
    ]);
  });

  it('of a version or machine that is not there is refused', async () => {
    const { machine, start } = ground();
    const arn = await machine(waits);
    await expect(start(`${arn}:3`)).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
    await expect(start(arn.replace(/M$/, 'N'))).rejects.toMatchObject({ code: 'StateMachineDoesNotExist' });
  });

  it('that is stopped stays where it was', async () => {
    const { call, describe: about, entered, machine, start, world } = ground();
    const executionArn = await start(await machine(waits));
    await call('StopExecution', { executionArn, error: 'Enough', cause: 'asked to' });
    await world.clock.advance(HOUR);
    expect(await about(executionArn)).toMatchObject({
      status: 'ABORTED',
      error: 'Enough',
      cause: 'asked to',
      stopDate: START / 1_000,
    });
    expect(entered(executionArn)).toEqual(['Wait']);
  });

  it('that failed can be redriven from the state it failed in', async () => {
    let broken = true;
    const answer = (): JsonObject =>
      broken
        ? { StatusCode: 200, FunctionError: 'Unhandled', Payload: { errorType: 'Broken' } }
        : { StatusCode: 200, Payload: 1 };
    const { call, describe: about, machine, start, world } = ground({ answer });
    const states = {
      Ask: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'fn' },
        Next: 'Done',
      },
      Done: { Type: 'Succeed', Output: '{% $states.context.Execution.RedriveCount %}' },
    };
    const executionArn = await start(await machine(jsonata('Ask', states)));
    await world.clock.quiet();
    expect(await about(executionArn)).toMatchObject({ status: 'FAILED', redriveStatus: 'REDRIVABLE' });
    broken = false;
    await call('RedriveExecution', { executionArn });
    await world.clock.quiet();
    expect(await about(executionArn)).toMatchObject({ status: 'SUCCEEDED', output: '1', redriveCount: 1 });
  });

  it('runs out of time as a whole when its machine says so', async () => {
    const { describe: about, machine, start, world } = ground();
    const execution = await start(await machine({ ...waits, TimeoutSeconds: 30 }));
    await world.clock.advance(HOUR);
    expect(await about(execution)).toMatchObject({ status: 'TIMED_OUT', stopDate: START / 1_000 + 30 });
  });

  it('fails when its history is full', async () => {
    const { describe: about, history, machine, start, world } = ground();
    const loop = {
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Choice', Choices: [{ Condition: '{% false %}', Next: 'C' }], Default: 'A' },
      C: { Type: 'Succeed' },
    };
    const execution = await start(await machine(jsonata('A', loop)));
    await world.clock.quiet();
    expect(await about(execution)).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: 'The execution reached the maximum number of history events (25000).',
    });
    expect(await history(execution)).toHaveLength(1_000);
  });

  it('is not started for a caller who may not', async () => {
    const { machine, states } = ground();
    const stateMachineArn = await machine(waits);
    const refused = states.operations['StartExecution']!(
      { stateMachineArn },
      caller('someone', ['states:StartExecution']),
    );
    await expect(refused).rejects.toThrow(`someone may not states:StartExecution on ${stateMachineArn}`);
  });

  it('is listed newest first, by status', async () => {
    const { call, machine, start, world } = ground();
    const stateMachineArn = await machine(waits);
    await start(stateMachineArn, {}, 'one');
    await world.clock.advance(60_000);
    await start(stateMachineArn, {}, 'two');
    await start(stateMachineArn, {}, 'three');
    const names = async (statusFilter: string): Promise<unknown> => {
      const { executions } = await call('ListExecutions', { stateMachineArn, statusFilter });
      return (executions as readonly JsonObject[]).map(({ name }) => name);
    };
    expect(await names('RUNNING')).toEqual(['three', 'two']);
    expect(await names('SUCCEEDED')).toEqual(['one']);
  });
});

describe('the machines of the template', () => {
  const ARN = 'arn:aws:states:eu-west-1:123456789012:stateMachine:journey';
  const template = (output: string, version: number): readonly Resource[] => [
    {
      logicalId: 'Journey',
      type: 'AWS::StepFunctions::StateMachine',
      ref: ARN,
      arn: ARN,
      properties: {
        StateMachineName: 'journey',
        RoleArn: ROLE,
        DefinitionString: JSON.stringify(waitsThen('${Said}')),
        DefinitionSubstitutions: { Said: output },
      },
    },
    {
      logicalId: `JourneyVersion${version}`,
      type: 'AWS::StepFunctions::StateMachineVersion',
      ref: `${ARN}:${version}`,
      arn: `${ARN}:${version}`,
      properties: { StateMachineArn: ARN },
    },
  ];

  it('are there at the start, with their substitutions and versions', async () => {
    const { describe: about, start, world } = ground({ resources: template('hello', 1) });
    const execution = await start(`${ARN}:1`);
    await world.clock.advance(60_000);
    expect((await about(execution))['output']).toBe('"hello"');
  });

  it('that changed between two starts let running executions finish as they began', async () => {
    const first = ground({ resources: template('hello', 1) });
    const old = await first.start(`${ARN}:1`);
    const next = ground({ resources: template('goodbye', 2), journal: first.world.journal });
    next.states.recover();
    const fresh = await next.start(`${ARN}:2`);
    await next.world.clock.advance(60_000);
    expect((await next.describe(old))['output']).toBe('"hello"');
    expect((await next.describe(fresh))['output']).toBe('"goodbye"');
  });

  it('that cannot run here stop the start', () => {
    const [machine] = template('hello', 1);
    const jsonPath = { StartAt: 'A', States: { A: { Type: 'Pass', Result: 1, End: true } } };
    const broken = { ...machine!, properties: { ...machine!.properties, DefinitionString: JSON.stringify(jsonPath) } };
    expect(() => ground({ resources: [broken] })).toThrow(
      "Journey: NOT_SUPPORTED_LOCALLY: JSONPath does not run here: 'Result' at /States/A/Result",
    );
  });
});
