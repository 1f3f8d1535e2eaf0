import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../local/world.ts';
import { ground, jsonata } from './ground.ts';
import { ROLE } from './small-world.ts';

/** What a task calls, and what it makes of the answer. */
async function asked(resource: string, given: Json, answer: JsonObject) {
  const made = ground({ answer: () => answer });
  const execution = await made.start(
    await made.machine(jsonata('Ask', { Ask: { Type: 'Task', Resource: resource, Arguments: given, End: true } })),
  );
  await made.world.clock.quiet();
  const { output } = await made.describe(execution);
  return { call: made.world.calls[0], output: JSON.parse(String(output)) as Json, execution };
}

describe('a task calls', () => {
  it('a function by its ARN, with its arguments as the payload', async () => {
    const arn = 'arn:aws:lambda:eu-west-1:123456789012:function:fn:3';
    const { call, output } = await asked(arn, { a: 1 }, { StatusCode: 200, Payload: { b: 2 } });
    expect(call).toEqual({
      service: 'lambda',
      operation: 'Invoke',
      input: { FunctionName: arn, Payload: { a: 1 } },
      by: ROLE,
    });
    expect(output).toEqual({ b: 2 });
  });

  it('any operation of an SDK, under the name its requests are signed with', async () => {
    const { call, output } = await asked(
      'arn:aws:states:::aws-sdk:dynamodb:updateItem',
      { TableName: 't' },
      { Attributes: {} },
    );
    expect(call).toEqual({ service: 'dynamodb', operation: 'UpdateItem', input: { TableName: 't' }, by: ROLE });
    expect(output).toEqual({ Attributes: {} });
  });

  it('Step Functions itself in upper case, which its API spells in lower case', async () => {
    const { call, output } = await asked(
      'arn:aws:states:::aws-sdk:sfn:startExecution',
      { StateMachineArn: 'm', Input: '{}' },
      { executionArn: 'e', startDate: 1 },
    );
    expect(call).toMatchObject({
      service: 'states',
      operation: 'StartExecution',
      input: { stateMachineArn: 'm', input: '{}' },
    });
    expect(output).toEqual({ ExecutionArn: 'e', StartDate: 1 });
  });

  it('EventBridge with the detail as text, and the machine and execution among the resources', async () => {
    const entry = { Detail: { a: 1 }, DetailType: 'Message Sent', Source: 'shop' };
    const { call, execution } = await asked(
      'arn:aws:states:::events:putEvents',
      { Entries: [entry] },
      { FailedEntryCount: 0, Entries: [] },
    );
    const machine = 'arn:aws:states:eu-west-1:123456789012:stateMachine:M';
    expect(call).toMatchObject({
      service: 'events',
      operation: 'PutEvents',
      input: { Entries: [{ ...entry, Detail: '{"a":1}', Resources: [execution, machine] }] },
    });
  });

  it('SQS and SNS with the message as text', async () => {
    const sqs = await asked(
      'arn:aws:states:::sqs:sendMessage',
      { QueueUrl: 'q', MessageBody: { a: 1 } },
      { MessageId: '1' },
    );
    expect(sqs.call).toMatchObject({ service: 'sqs', operation: 'SendMessage', input: { MessageBody: '{"a":1}' } });
    const sns = await asked('arn:aws:states:::sns:publish', { TopicArn: 't', Message: { a: 1 } }, { MessageId: '1' });
    expect(sns.call).toMatchObject({ service: 'sns', operation: 'Publish', input: { Message: '{"a":1}' } });
  });

  it('an SDK operation and keeps waiting for its token', async () => {
    const made = ground();
    const Arguments = {
      TableName: 't',
      ExpressionAttributeValues: { ':token': { S: '{% $states.context.Task.Token %}' } },
    };
    const Resource = 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken';
    const execution = await made.start(
      await made.machine(jsonata('Ask', { Ask: { Type: 'Task', Resource, Arguments, End: true } })),
    );
    await made.world.clock.quiet();
    expect(await made.describe(execution)).toMatchObject({ status: 'RUNNING' });
    const values = made.world.calls[0]!.input['ExpressionAttributeValues'] as {
      readonly ':token': { readonly S: string };
    };
    await made.call('SendTaskSuccess', { taskToken: values[':token'].S, output: '1' });
    await made.world.clock.quiet();
    expect(await made.describe(execution)).toMatchObject({ status: 'SUCCEEDED', output: '1' });
  });
});
