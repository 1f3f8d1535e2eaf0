import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../../local/clock/virtual-clock.ts';
import type { JsonObject } from '../../../../local/world.ts';
import { type Ground, ground, jsonata } from '../ground.ts';
import { copied } from '../copied.ts';
import { HOUR, ROLE, type Setting, START } from '../small-world.ts';

const CHILD = 'arn:aws:states:eu-west-1:123456789012:stateMachine:Child';
const child = jsonata('Rest', {
  Rest: { Type: 'Wait', Seconds: 3_600, Next: 'Done' },
  Done: {
    Type: 'Choice',
    Choices: [{ Condition: '{% $states.input.fail = true %}', Next: 'Break' }],
    Default: 'Tell',
  },
  Break: { Type: 'Fail', Error: 'Broken', Cause: 'on purpose' },
  Tell: { Type: 'Succeed', Output: { got: '{% $states.input %}' } },
});

const starts = (pattern: string, more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: `arn:aws:states:::states:startExecution${pattern}`,
  Arguments: { StateMachineArn: CHILD, Input: '{% $states.input %}' },
  End: true,
  ...more,
});

async function started(task: JsonObject, input: JsonObject = {}, setting: Setting = {}) {
  const made = ground(setting);
  await made.machine(child, 'Child');
  const parent = await made.start(await made.machine(jsonata('Ask', { Ask: task }), 'Parent'), input, 'one');
  await made.world.clock.quiet();
  return { ...made, parent };
}

const children = (made: Ground) => made.states.executionSummaries().filter(({ machine }) => machine === CHILD);
const outputOf = async (made: Ground, execution: string): Promise<unknown> =>
  JSON.parse(String((await made.describe(execution))['output']));

describe('a task that starts an execution', () => {
  it('goes on at once when it only starts it', async () => {
    const made = await started(starts(''));
    const [only] = children(made);
    expect(await outputOf(made, made.parent)).toEqual({ ExecutionArn: only?.execution, StartDate: START });
    expect(only?.status).toBe('RUNNING');
  });

  it('waits for its end with .sync, and gets its output as text', async () => {
    const made = await started(starts('.sync'), { a: 1 });
    expect(await made.describe(made.parent)).toMatchObject({ status: 'RUNNING' });
    await made.world.clock.advance(HOUR);
    expect(await outputOf(made, made.parent)).toMatchObject({
      Status: 'SUCCEEDED',
      Input: '{"a":1}',
      Output: '{"got":{"a":1}}',
      StartDate: START,
      StopDate: START + HOUR,
    });
  });

  it('waits for its end with .sync:2, and gets its output as it is', async () => {
    const made = await started(starts('.sync:2', { Output: '{% $states.result.Output.got.a %}' }), { a: 1 });
    await made.world.clock.advance(HOUR);
    expect(await outputOf(made, made.parent)).toBe(1);
    const types = (await made.history(made.parent)).map(({ type }) => type);
    expect(types.slice(2, 6)).toEqual(['TaskScheduled', 'TaskStarted', 'TaskSubmitted', 'TaskSucceeded']);
  });

  it('fails with States.TaskFailed when the other fails, and says how in the cause', async () => {
    const caught = { Catch: [{ ErrorEquals: ['States.TaskFailed'], Next: 'Told' }] };
    const made = ground();
    await made.machine(child, 'Child');
    const definition = jsonata('Ask', { Ask: starts('.sync:2', caught), Told: { Type: 'Succeed' } });
    const parent = await made.start(await made.machine(definition, 'Parent'), { fail: true });
    await made.world.clock.advance(HOUR);
    const { Error: error, Cause: cause } = (await outputOf(made, parent)) as { Error: string; Cause: string };
    expect(error).toBe('States.TaskFailed');
    expect(JSON.parse(cause)).toMatchObject({ Status: 'FAILED', Error: 'Broken', Cause: 'on purpose' });
  });

  it('stops the other when it is stopped itself', async () => {
    const made = await started(starts('.sync:2'));
    await made.call('StopExecution', { executionArn: made.parent });
    expect(children(made).map(({ status }) => status)).toEqual(['ABORTED']);
  });

  it('stops the other when another branch fails', async () => {
    const break_ = { StartAt: 'Break', States: { Break: { Type: 'Fail', Error: 'Broken' } } };
    const ask = { StartAt: 'Start', States: { Start: starts('.sync') } };
    const pause = {
      StartAt: 'Pause',
      States: { Pause: { Type: 'Wait', Seconds: 60, Next: 'Break' }, ...break_.States },
    };
    const made = await started({ Type: 'Parallel', Branches: [ask, pause], End: true });
    await made.world.clock.advance(60_000);
    expect(await made.describe(made.parent)).toMatchObject({ status: 'FAILED', error: 'Broken' });
    expect(children(made).map(({ status }) => status)).toEqual(['ABORTED']);
  });

  it('lets the other run on when its own time is over', async () => {
    const made = await started(starts('.sync', { TimeoutSeconds: 60 }));
    await made.world.clock.advance(2 * HOUR);
    expect(await made.describe(made.parent)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
    expect(children(made).map(({ status }) => status)).toEqual(['SUCCEEDED']);
  });

  it.each([
    ['states:StartExecution', 'StepFunctions.AWSStepFunctionsException'],
    ['states:DescribeExecution', 'StepFunctions.AWSStepFunctionsException'],
  ])('fails without %s', async (action, error) => {
    const made = await started(starts('.sync'), {}, { refused: [action] });
    await made.world.clock.advance(HOUR);
    expect(await made.describe(made.parent)).toMatchObject({ status: 'FAILED', error });
  });

  it('leaves the other running without states:StopExecution, and says so', async () => {
    const made = await started(starts('.sync'), {}, { refused: ['states:StopExecution'] });
    await made.call('StopExecution', { executionArn: made.parent });
    expect(children(made).map(({ status }) => status)).toEqual(['RUNNING']);
    expect(made.world.notes).toHaveLength(1);
  });

  it('is refused when the machine is made, without the rule AWS waits by', async () => {
    const made = ground({ refused: ['events:PutRule'] });
    await expect(made.machine(jsonata('Ask', { Ask: starts('.sync') }))).rejects.toMatchObject({
      code: 'AccessDeniedException',
    });
  });

  it('is answered for a role it must be allowed to assume', async () => {
    const Credentials = { RoleArn: '{% $states.input.role %}' };
    const as: string[] = [];
    const answer = ({ by }: { readonly by: string }): JsonObject => {
      as.push(by);
      return { StatusCode: 200, Payload: null };
    };
    const task = { Type: 'Task', Resource: 'arn:aws:states:::lambda:invoke', Arguments: { FunctionName: 'fn' } };
    const other = 'arn:aws:iam::210987654321:role/other';
    const made = await started({ ...task, Credentials, End: true }, { role: other }, { answer });
    expect(as).toEqual([other]);
    const history = await made.history(made.parent);
    expect(history[2]?.['taskScheduledEventDetails']).toMatchObject({ taskCredentials: { roleArn: other } });
    const refused = await started(
      { ...task, Credentials, End: true },
      { role: other },
      { answer, refused: ['sts:AssumeRole'] },
    );
    expect(await refused.describe(refused.parent)).toMatchObject({ status: 'FAILED' });
    expect(as).not.toContain(ROLE);
  });

  it.each([0, 60_000, HOUR, HOUR + 60_000])('goes on where it was after a kill that lasted %i ms', async (gap) => {
    const first = await started(starts('.sync:2'), { a: 1 });
    const next = ground({ journal: copied(first.world.journal), clock: virtualClock(START + gap) });
    next.states.recover();
    await next.world.clock.advance(HOUR);
    expect(await outputOf(next, first.parent)).toMatchObject({ Output: { got: { a: 1 } } });
    expect(children(next)).toHaveLength(1);
  });

  it('starts no second one when it was killed before it knew of the first', async () => {
    const first = ground();
    await first.machine(child, 'Child');
    const machine = await first.machine(jsonata('Ask', { Ask: starts('.sync:2') }), 'Parent');
    const snapshots: (() => Promise<void>)[] = [];
    const durable = first.world.journal.durable;
    // Every moment at which something was acknowledged is a moment to be killed at.
    const journal = Object.assign(first.world.journal, {
      durable: async () => {
        const copy = copied(first.world.journal);
        snapshots.push(async () => {
          const next = ground({ journal: copy, clock: virtualClock(START + 2 * HOUR) });
          next.states.recover();
          await next.world.clock.advance(2 * HOUR);
          const parents = next.states.executionSummaries().filter((each) => each.machine === machine);
          for (const { execution } of parents)
            expect(await outputOf(next, execution)).toMatchObject({ Status: 'SUCCEEDED' });
          expect(children(next)).toHaveLength(parents.length);
        });
        await durable();
      },
    });
    expect(journal).toBe(first.world.journal);
    await first.start(machine, { a: 1 });
    await first.world.clock.quiet();
    expect(snapshots.length).toBeGreaterThan(1);
    for (const check of snapshots) await check();
  });
});
