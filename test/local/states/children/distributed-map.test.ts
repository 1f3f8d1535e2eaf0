import { describe, expect, it } from 'vitest';
import { virtualClock } from '../../../../local/clock/virtual-clock.ts';
import { AwsError, type Json, type JsonObject } from '../../../../local/world.ts';
import { copied } from '../copied.ts';
import { type Ground, ground, jsonata } from '../ground.ts';
import { type Called, HOUR, type Setting, START } from '../small-world.ts';

const processor = (states: JsonObject, type = 'STANDARD'): JsonObject => ({
  ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: type },
  StartAt: Object.keys(states)[0] ?? '',
  States: states,
});
const echo = processor({ Echo: { Type: 'Succeed', Output: '{% $states.input %}' } });
const rest = processor({ Rest: { Type: 'Wait', Seconds: 60, End: true } });
const picky = processor({
  Pick: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'Break' }], Default: 'Keep' },
  Break: { Type: 'Fail', Error: 'Broken' },
  Keep: { Type: 'Succeed' },
});
const map = (more: JsonObject): JsonObject =>
  jsonata('All', { All: { Type: 'Map', Label: 'all', ItemProcessor: echo, End: true, ...more } });

async function started(definition: JsonObject, input: Json = {}, setting: Setting = {}) {
  const made = ground(setting);
  const execution = await made.start(await made.machine(definition), input, 'one');
  await made.world.clock.quiet();
  return { made, execution };
}

async function run(definition: JsonObject, input: Json = {}, setting: Setting = {}) {
  const { made, execution } = await started(definition, input, setting);
  await made.world.clock.advance(HOUR);
  const ended = await made.describe(execution);
  const output: unknown = ended['output'] === undefined ? undefined : JSON.parse(String(ended['output']));
  return { made, execution, ended, output };
}

async function mapRun(made: Ground, execution: string): Promise<JsonObject> {
  const { mapRuns } = await made.call('ListMapRuns', { executionArn: execution });
  const [first] = mapRuns as readonly { readonly mapRunArn: string }[];
  return made.call('DescribeMapRun', { mapRunArn: first?.mapRunArn ?? '' });
}

const object = (text: string) => (): JsonObject => ({ Body: Buffer.from(text).toString('base64') });
const reader = (config: JsonObject): JsonObject => ({
  Resource: 'arn:aws:states:::s3:getObject',
  Arguments: { Bucket: 'b', Key: '{% $states.input.key %}' },
  ReaderConfig: config,
});

describe('a distributed Map', () => {
  it('runs every item as an execution of its own, and gathers their outputs in order', async () => {
    const { made, execution, output } = await run(map({ Items: '{% [1..5] %}', MaxConcurrency: 2 }));
    expect(output).toEqual([1, 2, 3, 4, 5]);
    const { mapRunArn, itemCounts, status } = await mapRun(made, execution);
    expect(mapRunArn).toMatch(/^arn:aws:states:eu-west-1:123456789012:mapRun:M\/all:[\da-f-]{36}$/);
    expect([status, itemCounts]).toMatchObject(['SUCCEEDED', { total: 5, succeeded: 5, pending: 0 }]);
    const { executions } = await made.call('ListExecutions', { mapRunArn: String(mapRunArn) });
    expect(executions).toHaveLength(5);
    const [child] = executions as readonly { readonly executionArn: string }[];
    expect(await made.describe(child?.executionArn ?? '')).toMatchObject({
      stateMachineArn: 'arn:aws:states:eu-west-1:123456789012:stateMachine:M/all',
      mapRunArn,
    });
    expect((await made.history(execution)).map(({ type }) => type)).toEqual([
      'ExecutionStarted',
      'MapStateEntered',
      'MapStateStarted',
      'MapRunStarted',
      'MapRunSucceeded',
      'MapStateSucceeded',
      'MapStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it('runs no more at once than it may', async () => {
    const { made, execution } = await started(map({ Items: [1, 2, 3], MaxConcurrency: 2, ItemProcessor: rest }));
    expect((await mapRun(made, execution))['executionCounts']).toMatchObject({ running: 2, pending: 1 });
    await made.world.clock.advance(60_000);
    expect((await mapRun(made, execution))['executionCounts']).toMatchObject({ running: 1, succeeded: 2 });
  });

  it('of nothing gives nothing', async () => {
    expect((await run(map({ Items: [] }))).output).toEqual([]);
  });

  it('gives each child what its selector makes of the item', async () => {
    const ItemSelector = { n: '{% $states.context.Map.Item.Index %}', v: '{% $states.context.Map.Item.Value %}' };
    expect((await run(map({ Items: ['a', 'b'], ItemSelector }))).output).toEqual([
      { n: 0, v: 'a' },
      { n: 1, v: 'b' },
    ]);
  });

  it('hands items over in batches, with what they share', async () => {
    const ItemBatcher = { MaxItemsPerBatch: 2, BatchInput: { run: '{% $states.input.run %}' } };
    const { made, execution, output } = await run(map({ Items: '{% [1..5] %}', ItemBatcher }), { run: 7 });
    expect(output).toEqual([
      { BatchInput: { run: 7 }, Items: [1, 2] },
      { BatchInput: { run: 7 }, Items: [3, 4] },
      { BatchInput: { run: 7 }, Items: [5] },
    ]);
    const { itemCounts, executionCounts } = await mapRun(made, execution);
    expect([itemCounts, executionCounts]).toMatchObject([{ total: 5 }, { total: 3 }]);
  });

  it('fills batches up to their bytes', async () => {
    const { output } = await run(map({ Items: ['aa', 'bb', 'cc'], ItemBatcher: { MaxInputBytesPerBatch: 22 } }));
    expect(output).toEqual([{ Items: ['aa', 'bb'] }, { Items: ['cc'] }]);
  });

  it('fails when more items failed than it tolerates, and stops the others', async () => {
    const states = {
      First: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'Break' }], Default: 'Rest' },
      Break: { Type: 'Fail' },
      Rest: { Type: 'Wait', Seconds: 60, End: true },
    };
    const { made, execution, ended } = await run(map({ Items: [1, 2, 3], ItemProcessor: processor(states) }));
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.ExceedToleratedFailureThreshold' });
    const { status, itemCounts } = await mapRun(made, execution);
    expect([status, itemCounts]).toMatchObject(['FAILED', { failed: 1, aborted: 2 }]);
  });

  it.each([{ ToleratedFailureCount: 1 }, { ToleratedFailurePercentage: 34 }])(
    'goes on without failures it tolerates: %o',
    async (tolerance) => {
      const { output } = await run(map({ Items: [1, 2, 3], ItemProcessor: picky, ...tolerance }));
      expect(output).toEqual([1, 3]);
    },
  );

  it('makes a new run when it is tried again', async () => {
    const Retry = [{ ErrorEquals: ['States.ExceedToleratedFailureThreshold'], MaxAttempts: 1 }];
    const { made, execution } = await run(map({ Items: [2], ItemProcessor: picky, Retry }));
    expect((await made.call('ListMapRuns', { executionArn: execution }))['mapRuns']).toHaveLength(2);
  });

  it('ends its children when its execution is stopped', async () => {
    const { made, execution } = await started(map({ Items: [1, 2], ItemProcessor: rest }));
    await made.call('StopExecution', { executionArn: execution });
    const { status, itemCounts } = await mapRun(made, execution);
    expect([status, itemCounts]).toMatchObject(['ABORTED', { aborted: 2 }]);
  });

  it('lets an Express child live for five minutes', async () => {
    const long = processor({ Long: { Type: 'Wait', Seconds: 301, End: true } }, 'EXPRESS');
    expect((await run(map({ Items: [1], ItemProcessor: long }))).ended).toMatchObject({ status: 'FAILED' });
  });

  it('may not start without states:StartExecution on its own machine', async () => {
    const { ended } = await run(map({ Items: [1] }), {}, { refused: ['states:StartExecution'] });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'StepFunctions.AWSStepFunctionsException' });
  });

  it('may hold another', async () => {
    const inner = { Type: 'Map', Label: 'inner', Items: '{% $states.input %}', ItemProcessor: echo, End: true };
    const { output } = await run(map({ Items: [[1, 2], [3]], ItemProcessor: processor({ Inner: inner }) }));
    expect(output).toEqual([[1, 2], [3]]);
  });
});

describe('the items of a distributed Map', () => {
  const read = async (config: JsonObject, text: string) =>
    run(map({ ItemReader: reader(config) }), { key: 'k' }, { answer: object(text) });

  it('are read from S3 with the role of the machine', async () => {
    const calls: Called[] = [];
    const answer = (call: Called): JsonObject => {
      calls.push(call);
      return object('[1]')();
    };
    await run(map({ ItemReader: reader({}) }), { key: 'k' }, { answer });
    expect(calls).toMatchObject([{ service: 's3', operation: 'GetObject', input: { Bucket: 'b', Key: 'k' } }]);
  });

  it('are the lines of a JSON Lines object', async () => {
    expect((await read({ InputType: 'JSONL' }, '{"a":1}\n\n{"a":2}\r\n')).output).toEqual([{ a: 1 }, { a: 2 }]);
  });

  it('are the elements of a JSON object, at most so many', async () => {
    expect((await read({ InputType: 'JSON', MaxItems: 2 }, '[1,2,3]')).output).toEqual([1, 2]);
  });

  it('are the rows of a CSV by the names in its first row', async () => {
    const { output } = await read({ InputType: 'CSV', CSVHeaderLocation: 'FIRST_ROW' }, 'a,b\n1,"x, ""y""\n"\n2,\n');
    expect(output).toEqual([
      { a: '1', b: 'x, "y"\n' },
      { a: '2', b: '' },
    ]);
  });

  it('are the rows of a CSV by names of its own', async () => {
    const config = { InputType: 'CSV', CSVHeaderLocation: 'GIVEN', CSVHeaders: ['a', 'b'], CSVDelimiter: 'PIPE' };
    expect((await read(config, '1|2\r\n3|4')).output).toEqual([
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ]);
  });

  it.each([
    ['is not JSON', (): JsonObject => object('nonsense')()],
    [
      'is not there',
      (): JsonObject => {
        throw new AwsError('NoSuchKey', 'The specified key does not exist.');
      },
    ],
  ])('fail with States.ItemReaderFailed when the object %s', async (_, answer) => {
    const { ended } = await run(map({ ItemReader: reader({ InputType: 'JSONL' }) }), { key: 'k' }, { answer });
    expect(ended).toMatchObject({ status: 'FAILED', error: 'States.ItemReaderFailed' });
  });
});

describe('a distributed Map after a kill', () => {
  const definition = map({
    Items: '{% [1..6] %}',
    MaxConcurrency: 2,
    ToleratedFailureCount: 1,
    ItemProcessor: processor({
      Rest: { Type: 'Wait', Seconds: 60, Next: 'Pick' },
      Pick: { Type: 'Choice', Choices: [{ Condition: '{% $states.input = 2 %}', Next: 'Break' }], Default: 'Keep' },
      Break: { Type: 'Fail' },
      Keep: { Type: 'Succeed', Output: '{% [$states.input, $millis()] %}' },
    }),
  });

  it.each([0, 30_000, 60_000, 90_000, 120_000, 200_000])('at %i ms ends as if nothing had happened', async (at) => {
    const { made, execution } = await started(definition);
    await made.world.clock.advance(at);
    const next = ground({ journal: copied(made.world.journal), clock: virtualClock(START + at) });
    next.states.recover();
    await next.world.clock.advance(HOUR);
    const minute = (n: number): number => START + n * 60_000;
    expect(JSON.parse(String((await next.describe(execution))['output']))).toEqual([
      [1, minute(1)],
      [3, minute(2)],
      [4, minute(2)],
      [5, minute(3)],
      [6, minute(3)],
    ]);
    expect((await mapRun(next, execution))['itemCounts']).toMatchObject({ failed: 1, succeeded: 5, total: 6 });
  });
});
