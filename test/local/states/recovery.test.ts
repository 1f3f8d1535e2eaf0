import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../local/clock/virtual-clock.ts';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import type { Clock, Journal, JsonObject } from '../../../local/world.ts';
import { copied } from './copied.ts';
import { type Ground, ground, jsonata } from './ground.ts';
import { type Called, HOUR, START } from './small-world.ts';

const tokenOf = ({ input }: Called): string => String((input['Payload'] as JsonObject)['token']);
const answered = { StatusCode: 200, Payload: null };
const never = (): Promise<JsonObject> => new Promise(() => undefined);

/** What the next process finds: the journal as it was at the moment of the kill, and a clock that went on. */
function afterKill(journal: Journal, at: number, answer: (call: Called) => Promise<JsonObject> | JsonObject): Ground {
  const next = ground({ journal: copied(journal), clock: virtualClock(at), answer });
  next.states.recover();
  return next;
}

function before(
  clock: Clock,
  answer: (call: Called) => Promise<JsonObject> | JsonObject,
): Ground & { journal: Journal } {
  const journal = memoryJournal();
  return { ...ground({ journal, clock, answer }), journal };
}

const task = (more: JsonObject): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: { FunctionName: 'fn', Payload: { token: '{% $states.context.Task.Token %}', id: '{% $uuid() %}' } },
  ...more,
});

describe('after a kill', () => {
  it('a wait ends when it would have ended', async () => {
    const first = before(virtualClock(START), () => ({}));
    const execution = await first.start(
      await first.machine(
        jsonata('Wait', {
          Wait: { Type: 'Wait', Seconds: 86_400, Next: 'Done' },
          Done: { Type: 'Succeed', Output: '{% $now() %}' },
        }),
      ),
    );
    await first.world.clock.advance(HOUR);
    const next = afterKill(first.journal, START + 2 * HOUR, () => ({}));
    await next.world.clock.advance(24 * HOUR);
    expect((await next.describe(execution))['output']).toBe(JSON.stringify(new Date(START + 24 * HOUR).toISOString()));
    expect(next.entered(execution)).toEqual(['Wait', 'Done']);
  });

  it('a wait that ended in between ends at once', async () => {
    const first = before(virtualClock(START), () => ({}));
    const execution = await first.start(
      await first.machine(jsonata('Wait', { Wait: { Type: 'Wait', Seconds: 60, End: true } })),
    );
    await first.world.clock.quiet();
    const next = afterKill(first.journal, START + HOUR, () => ({}));
    await next.world.clock.advance(0);
    expect(await next.describe(execution)).toMatchObject({ status: 'SUCCEEDED' });
  });

  it('a retry comes when it was due, and is counted', async () => {
    const failing = { StatusCode: 200, FunctionError: 'Unhandled', Payload: { errorType: 'Flaky' } };
    const first = before(virtualClock(START), () => failing);
    const Retry = [{ ErrorEquals: ['Flaky'], IntervalSeconds: 600, MaxAttempts: 1 }];
    const execution = await first.start(await first.machine(jsonata('Send', { Send: task({ Retry, End: true }) })));
    await first.world.clock.quiet();
    const next = afterKill(first.journal, START + 60_000, () => failing);
    await next.world.clock.advance(500_000);
    expect(next.world.calls).toHaveLength(0);
    await next.world.clock.advance(50_000);
    expect(next.world.calls).toHaveLength(1);
    expect(await next.describe(execution)).toMatchObject({ status: 'FAILED', error: 'Flaky' });
  });

  it('a task in flight is sent again with the same arguments, token and deadline', async () => {
    const first = before(virtualClock(START), never);
    const caught = { TimeoutSeconds: 3_600, Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Late' }], End: true };
    const execution = await first.start(
      await first.machine(jsonata('Send', { Send: task(caught), Late: { Type: 'Succeed', Output: '{% $now() %}' } })),
    );
    await new Promise((resolve) => setTimeout(resolve, 5));
    const next = afterKill(first.journal, START + 60_000, () => answered);
    await next.world.clock.advance(HOUR);
    expect(next.world.calls).toEqual(first.world.calls);
    expect((await next.describe(execution))['output']).toBe(JSON.stringify(new Date(START + HOUR).toISOString()));
  });

  it('an open token still works, and its call is not made again', async () => {
    const first = before(virtualClock(START), () => answered);
    const execution = await first.start(await first.machine(jsonata('Send', { Send: task({ End: true }) })));
    await first.world.clock.quiet();
    const next = afterKill(first.journal, START + HOUR, () => answered);
    await next.world.clock.quiet();
    expect(next.world.calls).toHaveLength(0);
    await next.call('SendTaskSuccess', { taskToken: tokenOf(first.world.calls[0]!), output: '7' });
    await next.world.clock.quiet();
    expect(await next.describe(execution)).toMatchObject({ status: 'SUCCEEDED', output: '7' });
  });

  it('an acknowledged token is not lost', async () => {
    const first = before(virtualClock(START), () => answered);
    const execution = await first.start(
      await first.machine(
        jsonata('Send', { Send: task({ Next: 'Rest' }), Rest: { Type: 'Wait', Seconds: 1, End: true } }),
      ),
    );
    await first.world.clock.quiet();
    const acknowledged = first.call('SendTaskSuccess', { taskToken: tokenOf(first.world.calls[0]!), output: '7' });
    const next = afterKill(first.journal, START, () => answered);
    await acknowledged;
    await next.world.clock.advance(2_000);
    expect(await next.describe(execution)).toMatchObject({ status: 'SUCCEEDED', output: '7' });
  });

  it('branches and iterations go on where each was', async () => {
    const first = before(virtualClock(START), () => ({}));
    const pause = (seconds: number): JsonObject => ({
      StartAt: `Pause ${seconds}`,
      States: { [`Pause ${seconds}`]: { Type: 'Wait', Seconds: seconds, End: true, Output: seconds } },
    });
    const inner = {
      StartAt: 'Each',
      States: { Each: { Type: 'Wait', Seconds: '{% $states.input %}', End: true, Output: '{% $now() %}' } },
    };
    const execution = await first.start(
      await first.machine(
        jsonata('Both', {
          Both: { Type: 'Parallel', Branches: [pause(10), pause(7_200)], Next: 'All' },
          All: { Type: 'Map', Items: [1, 7_200], ItemProcessor: inner, End: true },
        }),
      ),
    );
    await first.world.clock.advance(HOUR);
    const second = afterKill(first.journal, START + HOUR, () => ({}));
    await second.world.clock.advance(2 * HOUR);
    const third = afterKill(second.world.journal, START + 3 * HOUR, () => ({}));
    await third.world.clock.advance(10 * HOUR);
    const ended = await third.describe(execution);
    expect(ended['status']).toBe('SUCCEEDED');
    expect(JSON.parse(String(ended['output']))).toEqual([
      new Date(START + 2 * HOUR + 1_000).toISOString(),
      new Date(START + 4 * HOUR).toISOString(),
    ]);
  });

  it('what has ended is still there, and its name still taken', async () => {
    const first = before(virtualClock(START), () => ({}));
    const machine = await first.machine(jsonata('Done', { Done: { Type: 'Succeed' } }));
    const execution = await first.start(machine, { a: 1 }, 'once');
    await first.world.clock.quiet();
    const next = afterKill(first.journal, START + HOUR, () => ({}));
    expect(await next.describe(execution)).toMatchObject({ status: 'SUCCEEDED', output: '{"a":1}' });
    await expect(next.start(machine, { a: 1 }, 'once')).rejects.toMatchObject({ code: 'ExecutionAlreadyExists' });
  });
});
