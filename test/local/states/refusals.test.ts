import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/world.ts';
import { ground, jsonata } from './ground.ts';

const FUNCTION = 'arn:aws:lambda:eu-west-1:123456789012:function:fn';
const pass = { Type: 'Pass', End: true };
const one = (state: JsonObject): JsonObject => jsonata('A', { A: state });
const task = (more: JsonObject): JsonObject => one({ Type: 'Task', Resource: FUNCTION, End: true, ...more });
const body = { StartAt: 'B', States: { B: pass } };
const distributed = { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' };
const reader = (operation: string): JsonObject => ({ Resource: `arn:aws:states:::s3:${operation}`, Arguments: {} });
const map = (more: JsonObject, config: JsonObject = {}): JsonObject =>
  one({ Type: 'Map', ItemProcessor: { ...body, ProcessorConfig: config }, End: true, ...more });

describe('a definition is refused', () => {
  it.each<readonly [string, JsonObject, string]>([
    ['without states', { StartAt: 'A' }, 'SCHEMA_VALIDATION_FAILED: These fields are required: [States] at /'],
    [
      'with a field nobody knows',
      one({ ...pass, Colour: 'red' }),
      "Field 'Colour' is not supported at /States/A/Colour",
    ],
    [
      'with a state type nobody knows',
      one({ Type: 'Sleep', End: true }),
      "Unknown state type 'Sleep' at /States/A/Type",
    ],
    ['with a state without a type', one({ End: true }), 'These fields are required: [Type] at /States/A'],
    [
      'with JSONPath fields in JSONata',
      one({ ...pass, ResultPath: '$' }),
      "Field 'ResultPath' is not supported in a JSONata state",
    ],
    [
      'in JSONPath',
      { StartAt: 'A', States: { A: { ...pass, Parameters: {} } } },
      "NOT_SUPPORTED_LOCALLY: JSONPath does not run here: 'Parameters' at /States/A/Parameters",
    ],
    [
      'with a JSONPath choice',
      { StartAt: 'A', States: { A: { Type: 'Choice', Choices: [], Default: 'A' } } },
      "JSONPath does not run here: 'Choices'",
    ],
    [
      'with JSONata fields in JSONPath',
      { StartAt: 'A', States: { A: { ...pass, Output: 1 } } },
      "Field 'Output' is not supported in a JSONPath state",
    ],
    [
      'that leads nowhere',
      one({ Type: 'Pass', Next: 'B' }),
      "MISSING_TRANSITION_TARGET: Missing 'Next' target: B at /States/A/Next",
    ],
    ['with a state nothing leads to', jsonata('A', { A: pass, B: pass }), 'State "B" is not reachable. at /States/B'],
    ['that cannot end', one({ Type: 'Pass', Next: 'A' }), 'No terminal state found'],
    [
      'with both Next and End',
      one({ ...pass, Next: 'A' }),
      "Exactly one of 'Next' and 'End: true' is required at /States/A",
    ],
    [
      'with a name used twice',
      one({ Type: 'Map', ItemProcessor: { StartAt: 'A', States: { A: pass } }, End: true }),
      'Duplicate State name: A',
    ],
    [
      'with States.ALL before the last',
      task({ Retry: [{ ErrorEquals: ['States.ALL'] }, { ErrorEquals: ['A'] }] }),
      'States.ALL must stand alone',
    ],
    [
      'with a heartbeat as long as its timeout',
      task({ TimeoutSeconds: 5, HeartbeatSeconds: 5 }),
      'HeartbeatSeconds must be smaller',
    ],
    ['with half a second to wait', one({ Type: 'Wait', Seconds: 0.5, End: true }), '/States/A/Seconds'],
    [
      'with a timestamp that is none',
      one({ Type: 'Wait', Timestamp: 'tomorrow', End: true }),
      'Value is not a valid timestamp at /States/A/Timestamp',
    ],
    ['assigning what is reserved', one({ ...pass, Assign: { states: 1 } }), "'states' is not a variable name"],
    [
      'with a distributed Map that does not say how its children run',
      map({}, { Mode: 'DISTRIBUTED' }),
      'These fields are required: [ExecutionType] at /States/A/ItemProcessor/ProcessorConfig',
    ],
    [
      'reading items from elsewhere in an inline Map',
      map({ ItemReader: reader('getObject') }),
      "'ItemReader' needs a Map in DISTRIBUTED mode",
    ],
    [
      'reading a list of objects',
      map({ ItemReader: reader('listObjectsV2') }, distributed),
      "the item reader 'arn:aws:states:::s3:listObjectsV2' does not run here",
    ],
    [
      'reading a manifest',
      map({ ItemReader: { ...reader('getObject'), ReaderConfig: { InputType: 'MANIFEST' } } }, distributed),
      'NOT_SUPPORTED_LOCALLY: items in a MANIFEST are not read here',
    ],
    [
      'with batches of no size',
      map({ ItemBatcher: {} }, distributed),
      "'MaxItemsPerBatch' or 'MaxInputBytesPerBatch' is required",
    ],
    [
      'writing the results of a distributed Map',
      map({ ResultWriter: {} }, distributed),
      "writing the results of a distributed Map does not run here: 'ResultWriter'",
    ],
    [
      'with a selector in JSONPath',
      { StartAt: 'A', States: { A: { Type: 'Map', ItemSelector: { 'a.$': '$' }, ItemProcessor: body, End: true } } },
      "JSONPath does not run here: 'ItemSelector'",
    ],
    [
      'waiting for the end of what is no execution',
      task({ Resource: 'arn:aws:states:::lambda:invoke.sync' }),
      "the integration pattern '.sync' does not run here for 'lambda:invoke'",
    ],
    [
      'with an activity',
      task({ Resource: 'arn:aws:states:eu-west-1:123456789012:activity:a' }),
      'NOT_SUPPORTED_LOCALLY',
    ],
    [
      'with an integration unknown here',
      task({ Resource: 'arn:aws:states:::ecs:runTask' }),
      "the integration 'ecs:runTask' does not run here",
    ],
    [
      'with an SDK unknown here',
      task({ Resource: 'arn:aws:states:::aws-sdk:ec2:runInstances' }),
      "the SDK integration 'aws-sdk:ec2' does not run here",
    ],
  ])('%s', async (_, definition, message) => {
    const refused = ground().machine(definition);
    await expect(refused).rejects.toMatchObject({ code: 'InvalidDefinition' });
    await expect(refused).rejects.toThrow(message);
  });

  it('as an express machine', async () => {
    const { call } = ground();
    const input = {
      name: 'M',
      roleArn: 'arn:aws:iam::123456789012:role/r',
      type: 'EXPRESS',
      definition: JSON.stringify(one(pass)),
    };
    await expect(call('CreateStateMachine', input)).rejects.toThrow('EXPRESS do not run here');
  });

  it('under a name that is taken by another', async () => {
    const { machine } = ground();
    const made = await machine(one(pass));
    await expect(machine(one(pass))).resolves.toBe(made);
    await expect(machine(one({ ...pass, Comment: 'other' }))).rejects.toMatchObject({
      code: 'StateMachineAlreadyExists',
    });
  });
});

describe('an operation', () => {
  it('refuses fields it does not know', async () => {
    await expect(ground().call('DescribeExecution', { executionArn: 'a', colour: 'red' })).rejects.toMatchObject({
      code: 'ValidationException',
    });
  });
});
