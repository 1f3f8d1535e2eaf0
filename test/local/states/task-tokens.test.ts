import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/world.ts';
import { type Ground, ground, jsonata } from './ground.ts';
import { type Called, HOUR, START } from './small-world.ts';

const tokenOf = ({ input }: Called): string => String((input['Payload'] as JsonObject)['token']);

const send = (more: JsonObject = {}): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'fn', Payload: { token: '{% $states.context.Task.Token %}' } },
  End: true,
  ...more,
});

/** A machine that sends and waits, after whose call nothing more happens by itself. */
async function waiting(
  more: JsonObject = {},
  others: JsonObject = {},
): Promise<Ground & { execution: string; token: string }> {
  const made = ground({ answer: () => ({ StatusCode: 200, Payload: null }) });
  const execution = await made.start(await made.machine(jsonata('Send', { Send: send(more), ...others })));
  await made.world.clock.quiet();
  return { ...made, execution, token: tokenOf(made.world.calls[0]!) };
}

describe('a task that waits for its token', () => {
  it('goes on with what the token brought back', async () => {
    const { call, describe: about, execution, token, world } = await waiting();
    await call('SendTaskSuccess', { taskToken: token, output: '{"done":true}' });
    await world.clock.quiet();
    expect(await about(execution)).toMatchObject({ status: 'SUCCEEDED', output: '{"done":true}' });
  });

  it('is completed before its function returned, and the function may then fail unheard', async () => {
    const made = ground({
      answer: async (called) => {
        await made.call('SendTaskSuccess', { taskToken: tokenOf(called), output: '"early"' });
        await new Promise((resolve) => setImmediate(resolve));
        return { StatusCode: 200, FunctionError: 'Unhandled', Payload: { errorType: 'TooLate' } };
      },
    });
    const execution = await made.start(await made.machine(jsonata('Send', { Send: send() })));
    await made.world.clock.quiet();
    expect(await made.describe(execution)).toMatchObject({ status: 'SUCCEEDED', output: '"early"' });
  });

  it('fails at once when its function fails', async () => {
    const made = ground({
      answer: () => ({
        StatusCode: 200,
        FunctionError: 'Unhandled',
        Payload: { errorType: 'Broken', errorMessage: 'no' },
      }),
    });
    const execution = await made.start(await made.machine(jsonata('Send', { Send: send() })));
    await made.world.clock.quiet();
    const ended = await made.describe(execution);
    expect(ended).toMatchObject({
      status: 'FAILED',
      error: 'Broken',
      cause: '{"errorType":"Broken","errorMessage":"no"}',
    });
  });

  it('leads where a custom error name says', async () => {
    const Catch = [
      { ErrorEquals: ['Goto.Wait again'], Next: 'Wait again' },
      {
        ErrorEquals: ['Goto.Send reminder'],
        Next: 'Send reminder',
        Assign: { why: '{% $states.errorOutput.Cause %}' },
      },
    ];
    const {
      call,
      describe: about,
      entered,
      execution,
      token,
      world,
    } = await waiting(
      { Catch },
      { 'Send reminder': { Type: 'Succeed', Output: '{% $why %}' }, 'Wait again': { Type: 'Succeed' } },
    );
    await call('SendTaskFailure', { taskToken: token, error: 'Goto.Send reminder', cause: 'clicked' });
    await world.clock.quiet();
    expect(await about(execution)).toMatchObject({ status: 'SUCCEEDED', output: '"clicked"' });
    expect(entered(execution)).toEqual(['Send', 'Send reminder']);
  });

  it('times out at its deadline, and may catch that', async () => {
    const { entered, execution, world } = await waiting(
      { TimeoutSeconds: 60, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }] },
      { Late: { Type: 'Succeed' } },
    );
    await world.clock.advance(59_999);
    expect(entered(execution)).toEqual(['Send']);
    await world.clock.advance(1);
    expect(entered(execution)).toEqual(['Send', 'Late']);
  });

  it('fails with States.Timeout when nothing catches it', async () => {
    const { describe: about, execution, history, world } = await waiting({ TimeoutSeconds: 60 });
    await world.clock.advance(60_000);
    expect(await about(execution)).toMatchObject({
      status: 'FAILED',
      error: 'States.Timeout',
      stopDate: START / 1_000 + 60,
    });
    expect((await history(execution)).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskTimedOut',
      'ExecutionFailed',
    ]);
  });

  it('keeps an absolute deadline through its retries', async () => {
    const deadline = '$toMillis($states.context.State.EnteredTime) + 3600000';
    const made = ground({ answer: () => ({ StatusCode: 200, Payload: null }) });
    const execution = await made.start(
      await made.machine(
        jsonata('Send', {
          Send: send({
            TimeoutSeconds: `{% $max([1, $ceil((${deadline} - $millis())/1000)]) %}`,
            Retry: [{ ErrorEquals: ['Again'], IntervalSeconds: 600, MaxAttempts: 1 }],
            Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }],
          }),
          Late: { Type: 'Succeed', Output: '{% $now() %}' },
        }),
      ),
    );
    await made.world.clock.advance(HOUR / 4);
    await made.call('SendTaskFailure', { taskToken: tokenOf(made.world.calls[0]!), error: 'Again' });
    await made.world.clock.advance(HOUR);
    expect(made.world.calls).toHaveLength(2);
    const ended = await made.describe(execution);
    expect(JSON.parse(String(ended['output']))).toBe(new Date(START + HOUR).toISOString());
  });

  it('waits longer than 24.8 days', async () => {
    const { describe: about, execution, world } = await waiting({ TimeoutSeconds: 40 * 24 * 3_600 });
    await world.clock.advance(39 * 24 * HOUR);
    expect(await about(execution)).toMatchObject({ status: 'RUNNING' });
    await world.clock.advance(24 * HOUR);
    expect(await about(execution)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' });
  });
});

describe('a heartbeat', () => {
  const Catch = [{ ErrorEquals: ['States.HeartbeatTimeout'], Next: 'Silent' }];
  const Silent = { Type: 'Succeed', Output: '{% $now() %}' };

  it('that is missed is caught by its own name', async () => {
    const {
      describe: about,
      execution,
      world,
    } = await waiting({ HeartbeatSeconds: 10, TimeoutSeconds: 60, Catch }, { Silent });
    await world.clock.advance(20_000);
    expect((await about(execution))['output']).toBe(JSON.stringify(new Date(START + 10_000).toISOString()));
  });

  it('that is missed is caught as a timeout, which is what AWS calls it', async () => {
    const {
      describe: about,
      execution,
      world,
    } = await waiting(
      { HeartbeatSeconds: 10, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Silent' }] },
      { Silent: { Type: 'Succeed', Output: '{% $states.input.Error %}' } },
    );
    await world.clock.advance(20_000);
    expect((await about(execution))['output']).toBe('"States.Timeout"');
  });

  it('gives the full interval again from the moment it came', async () => {
    const {
      call,
      describe: about,
      execution,
      token,
      world,
    } = await waiting({ HeartbeatSeconds: 10, Catch }, { Silent });
    await world.clock.advance(9_000);
    await call('SendTaskHeartbeat', { taskToken: token });
    await world.clock.advance(9_000);
    await call('SendTaskHeartbeat', { taskToken: token });
    await world.clock.advance(60_000);
    expect((await about(execution))['output']).toBe(JSON.stringify(new Date(START + 28_000).toISOString()));
  });

  it('does not move the deadline', async () => {
    const {
      call,
      describe: about,
      execution,
      token,
      world,
    } = await waiting({ HeartbeatSeconds: 10, TimeoutSeconds: 15, Catch }, { Silent });
    await world.clock.advance(9_000);
    await call('SendTaskHeartbeat', { taskToken: token });
    await world.clock.advance(60_000);
    expect(await about(execution)).toMatchObject({ status: 'FAILED', stopDate: START / 1_000 + 15 });
  });
});

describe('a token', () => {
  it('that is used twice is refused the second time', async () => {
    const { call, token, world } = await waiting();
    await call('SendTaskSuccess', { taskToken: token, output: '1' });
    await world.clock.quiet();
    await expect(call('SendTaskSuccess', { taskToken: token, output: '2' })).rejects.toMatchObject({
      code: 'TaskTimedOut',
    });
  });

  it('of a task that timed out is refused', async () => {
    const { call, token, world } = await waiting({ TimeoutSeconds: 1 });
    await world.clock.advance(1_000);
    await expect(call('SendTaskHeartbeat', { taskToken: token })).rejects.toMatchObject({ code: 'TaskTimedOut' });
  });

  it('that never was one, or is of no execution here, is refused', async () => {
    const { call, token } = await waiting();
    await expect(call('SendTaskSuccess', { taskToken: 'nonsense', output: '1' })).rejects.toMatchObject({
      code: 'InvalidToken',
    });
    await expect(ground().call('SendTaskSuccess', { taskToken: token, output: '1' })).rejects.toMatchObject({
      code: 'TaskDoesNotExist',
    });
  });

  it('cannot bring back what is no JSON', async () => {
    const { call, token } = await waiting();
    await expect(call('SendTaskSuccess', { taskToken: token, output: 'done' })).rejects.toMatchObject({
      code: 'InvalidOutput',
    });
  });
});
