import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../local/clock/virtual-clock.ts';
import type { JsonObject } from '../../../local/world.ts';
import { copied } from './copied.ts';
import { type Ground, ground, jsonata } from './ground.ts';
import { START } from './small-world.ts';

const wait = (seconds: number, more: JsonObject): JsonObject => ({ Type: 'Wait', Seconds: seconds, ...more });
const token = (more: JsonObject): JsonObject => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: {
    FunctionName: 'fn',
    Payload: { token: '{% $states.context.Task.Token %}', at: '{% $states.context.State.Name %}' },
  },
  ...more,
});

/** Waits, retries, tokens that come and tokens that do not, branches and iterations: two hours of them. */
const journey = jsonata('Send', {
  Send: token({
    TimeoutSeconds: 900,
    Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Hold', Assign: { late: '{% $millis() %}' } }],
    Next: 'Hold',
  }),
  Hold: wait(600, { Next: 'Both' }),
  Both: {
    Type: 'Parallel',
    Branches: [
      { StartAt: 'Short', States: { Short: wait(300, { Output: 'short', End: true }) } },
      {
        StartAt: 'Flaky',
        States: {
          Flaky: {
            Type: 'Task',
            Resource: 'arn:aws:states:::lambda:invoke',
            Arguments: { FunctionName: 'flaky' },
            Retry: [{ ErrorEquals: ['Flaky'], IntervalSeconds: 400, BackoffRate: 2, MaxAttempts: 2 }],
            Catch: [{ ErrorEquals: ['Flaky'], Next: 'Gave up' }],
            End: true,
          },
          'Gave up': { Type: 'Succeed', Output: '{% $states.context.State.EnteredTime %}' },
        },
      },
    ],
    Next: 'All',
  },
  All: {
    Type: 'Map',
    Items: [500, 900, 700],
    MaxConcurrency: 2,
    ItemProcessor: {
      StartAt: 'Each',
      States: { Each: wait(0, { Seconds: '{% $states.input %}', Output: '{% $now() %}', End: true }) },
    },
    Output: { both: '{% $states.input %}', all: '{% $states.result %}', late: '{% $late %}' },
    End: true,
  },
});

const answer = ({ input }: { readonly input: JsonObject }): JsonObject =>
  input['FunctionName'] === 'flaky'
    ? { StatusCode: 200, FunctionError: 'Unhandled', Payload: { errorType: 'Flaky' } }
    : { StatusCode: 200, Payload: null };

/** Runs the journey for three hours, killed after each of these seconds. */
async function run(kills: readonly number[]) {
  let process: Ground = ground({ answer });
  const execution = await process.start(await process.machine(journey), {}, 'one');
  let now = 0;
  for (const at of [...kills, 10_800]) {
    await process.world.clock.advance((at - now) * 1_000);
    now = at;
    process = ground({ answer, journal: copied(process.world.journal), clock: virtualClock(START + at * 1_000) });
    process.states.recover();
  }
  await process.world.clock.quiet();
  const { status, output, stopDate } = await process.describe(execution);
  const events = await process.history(execution);
  return {
    status,
    output,
    stopDate,
    events: events.map(({ type, timestamp }) => `${String(timestamp)} ${String(type)}`).sort(),
  };
}

describe('an execution', () => {
  it('ends as if nothing had happened, whenever the process is killed', async () => {
    const undisturbed = await run([]);
    expect(undisturbed.status).toBe('SUCCEEDED');
    const seconds = fc
      .uniqueArray(fc.integer({ min: 0, max: 10_000 }), { maxLength: 6 })
      .map((all) => all.sort((a, b) => a - b));
    await fc.assert(
      fc.asyncProperty(seconds, async (kills) => {
        expect(await run(kills)).toEqual(undisturbed);
      }),
      { numRuns: 40 },
    );
  });
});
