import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../local/world.ts';
import { ground, jsonata } from './ground.ts';
import { START } from './small-world.ts';

const pause = (name: string, seconds: number, output: Json = name): JsonObject => ({
  StartAt: name,
  States: { [name]: { Type: 'Wait', Seconds: seconds, Output: output, End: true } },
});
const each = (state: JsonObject): JsonObject => ({ StartAt: 'Each', States: { Each: state } });

async function run(states: JsonObject, input: Json = {}) {
  const made = ground();
  const [startAt = ''] = Object.keys(states);
  const execution = await made.start(await made.machine(jsonata(startAt, states)), input);
  await made.world.clock.advance(86_400_000);
  const ended = await made.describe(execution);
  const output = ended['output'] === undefined ? undefined : (JSON.parse(String(ended['output'])) as Json);
  return { ended, output, entered: made.entered(execution), history: await made.history(execution) };
}

describe('a Parallel', () => {
  it('gives the results in the order of its branches', async () => {
    const Branches = [pause('Slow', 20), pause('Fast', 10)];
    expect((await run({ Both: { Type: 'Parallel', Branches, End: true } })).output).toEqual(['Slow', 'Fast']);
  });

  it('gives every branch its arguments and variables, and takes none back', async () => {
    const Branches = [each({ Type: 'Pass', Assign: { inner: 1 }, Output: '{% $states.input & $outer %}', End: true })];
    const { output } = await run({
      First: { Type: 'Pass', Assign: { outer: 'b' }, Next: 'Both' },
      Both: { Type: 'Parallel', Arguments: 'a', Branches, Next: 'Last' },
      Last: { Type: 'Succeed', Output: '{% [$states.input, $exists($inner)] %}' },
    });
    expect(output).toEqual(['ab', false]);
  });

  it('fails with its first branch, and cuts the others off', async () => {
    const Branches = [
      pause('Slow', 20),
      { StartAt: 'Break', States: { Break: { Type: 'Fail', Error: 'Broken', Cause: 'on purpose' } } },
    ];
    const { ended, history } = await run({ Both: { Type: 'Parallel', Branches, End: true } });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Broken', cause: 'on purpose', stopDate: START / 1_000 });
    expect(history.map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'ParallelStateEntered',
      'ParallelStateStarted',
      'WaitStateEntered',
      'FailStateEntered',
      'WaitStateAborted',
      'FailStateAborted',
      'ParallelStateFailed',
      'ExecutionFailed',
    ]);
  });

  it('may hold another', async () => {
    const inner = each({ Type: 'Parallel', Branches: [pause('A', 1), pause('B', 2)], End: true });
    expect((await run({ Both: { Type: 'Parallel', Branches: [inner, pause('C', 3)], End: true } })).output).toEqual([
      ['A', 'B'],
      'C',
    ]);
  });
});

describe('a Map', () => {
  it('gives each iteration what its selector makes of the item', async () => {
    const { output } = await run(
      {
        All: {
          Type: 'Map',
          Items: '{% $states.input.list %}',
          ItemSelector: {
            n: '{% $states.context.Map.Item.Index %}',
            item: '{% $states.context.Map.Item.Value %}',
            all: '{% $count($states.input.list) %}',
          },
          ItemProcessor: each({
            Type: 'Pass',
            Output: '{% $states.input.item & $string($states.input.n) & $states.context.Map.Item.Value %}',
            End: true,
          }),
          Output: '{% $join($states.result, " ") %}',
          End: true,
        },
      },
      { list: ['a', 'b'] },
    );
    expect(output).toBe('a0a b1b');
  });

  it('runs no more at once than it may', async () => {
    const ItemProcessor = each({ Type: 'Wait', Seconds: 10, Output: '{% $millis() %}', End: true });
    const { output } = await run({
      All: { Type: 'Map', Items: [1, 2, 3], MaxConcurrency: 2, ItemProcessor, End: true },
    });
    expect(output).toEqual([START + 10_000, START + 10_000, START + 20_000]);
  });

  it('of nothing gives nothing', async () => {
    const ItemProcessor = each({ Type: 'Pass', End: true });
    expect((await run({ All: { Type: 'Map', Items: [], ItemProcessor, End: true } })).output).toEqual([]);
  });

  const failing = {
    StartAt: 'Pick',
    States: {
      Pick: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'Break' }], Default: 'Keep' },
      Break: { Type: 'Fail', Error: 'Broken' },
      Keep: { Type: 'Succeed' },
    },
  };

  it('fails with its first iteration that fails', async () => {
    const { ended } = await run({
      All: { Type: 'Map', Items: [1, 2, 3], MaxConcurrency: 1, ItemProcessor: failing, End: true },
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'Broken' });
  });

  it.each([{ ToleratedFailureCount: 1 }, { ToleratedFailurePercentage: 34 }])(
    'goes on without failures it tolerates: %o',
    async (tolerance) => {
      const { output } = await run({
        All: { Type: 'Map', Items: [1, 2, 3], ...tolerance, ItemProcessor: failing, End: true },
      });
      expect(output).toEqual([1, 3]);
    },
  );

  it('fails by its own name when more failed than it tolerates', async () => {
    const { ended } = await run({
      All: { Type: 'Map', Items: [2, 2, 3], ToleratedFailureCount: 1, ItemProcessor: failing, End: true },
    });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
  });
});
