import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startGround, type Ground } from '../../../local/ground.ts';
import { type Parts, writeAssembly } from '../template/write-assembly.ts';

const start = (resources: Parts['resources']) =>
  startGround({
    assembly: writeAssembly({ resources, assets: { a: 'export const handler = () => 1;' } }),
    data: undefined,
    clock: 'virtual',
    start: Date.parse('2026-01-05T09:00:00Z'),
    awsPort: 0,
    httpPort: 0,
    note: () => undefined,
  });

const role = (Service: string, more: object = {}) =>
  [
    'AWS::IAM::Role',
    {
      RoleName: 'worker',
      AssumeRolePolicyDocument: {
        Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service }, ...more }],
      },
    },
  ] as const;
const RoleArn = { 'Fn::GetAtt': ['Role', 'Arn'] };
const worker = 'arn:aws:iam::000000000000:role/worker';
const definition = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Done',
  States: { Done: { Type: 'Succeed' } },
});
const busArn = 'arn:aws:events:us-east-1:000000000000:event-bus/default';
const timed = { ScheduleExpression: 'rate(1 hour)', FlexibleTimeWindow: { Mode: 'OFF' } };

const users: Readonly<Record<string, readonly [resource: Parts['resources'][string], refusal: string]>> = {
  lambda: [
    ['AWS::Lambda::Function', { Code: { S3Key: 'a.zip' }, Role: RoleArn }],
    'User (AWS::Lambda::Function): The role defined for the function cannot be assumed by Lambda.',
  ],
  states: [
    ['AWS::StepFunctions::StateMachine', { DefinitionString: definition, RoleArn }],
    'User (AWS::StepFunctions::StateMachine): Neither the global service principal states.amazonaws.com, nor the regional one',
  ],
  events: [
    ['AWS::Events::Rule', { EventPattern: { source: ['a'] }, Targets: [{ Id: 't', Arn: busArn, RoleArn }] }],
    `User (AWS::Events::Rule): Provided role '${worker}' cannot be assumed by principal 'events.amazonaws.com'.`,
  ],
  scheduler: [
    ['AWS::Scheduler::Schedule', { ...timed, Target: { Arn: busArn, RoleArn } }],
    'User (AWS::Scheduler::Schedule): The execution role you provide must allow AWS EventBridge Scheduler to assume the role.',
  ],
};

describe.each(Object.entries(users))('a role that %s is to take on', (service, [User, refusal]) => {
  test.each([
    ['trusts another service', role('ec2.amazonaws.com')],
    ['denies it', role(`${service}.amazonaws.com`, { Effect: 'Deny' })],
    [
      'trusts it for another account',
      role(`${service}.amazonaws.com`, { Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } }),
    ],
  ])('is refused at start when it %s', async (_, Role) => {
    await expect(start({ Role, User })).rejects.toThrow(refusal);
  });

  test.each([
    ['trusts it', role(`${service}.amazonaws.com`)],
    ['trusts it in this region', role(`${service}.us-east-1.amazonaws.com`)],
    [
      'trusts it for this account',
      role(`${service}.amazonaws.com`, { Condition: { StringEquals: { 'aws:SourceAccount': '000000000000' } } }),
    ],
  ])('is taken when it %s', async (_, Role) => {
    const ground = await start({ Role, User });
    expect(ground.stack.find('User')).toBeDefined();
    await ground.stop();
  });
});

describe('while the ground runs', () => {
  let ground: Ground;
  beforeAll(async () => {
    ground = await start({ Role: role('ec2.amazonaws.com') });
    await ground.call('events', 'PutRule', { Name: 'watch', EventPattern: '{"source":["a"]}' });
  });
  afterAll(() => ground?.stop());

  test.each([
    ['a machine', 'states', 'CreateStateMachine', { name: 'm', definition, roleArn: worker }, 'AccessDeniedException'],
    [
      'a target',
      'events',
      'PutTargets',
      { Rule: 'watch', Targets: [{ Id: 't', Arn: busArn, RoleArn: worker }] },
      'ValidationException',
    ],
    [
      'a schedule',
      'scheduler',
      'CreateSchedule',
      { Name: 's', ...timed, Target: { Arn: busArn, RoleArn: worker } },
      'ValidationException',
    ],
  ])('%s with a role that does not trust the service is not made', async (...[, service, operation, input, code]) => {
    await expect(ground.call(service, operation, input)).rejects.toMatchObject({ code });
  });

  test('a role from elsewhere is taken to trust', async () => {
    const roleArn = 'arn:aws:iam::000000000000:role/elsewhere';
    const made = await ground.call('states', 'CreateStateMachine', { name: 'm', definition, roleArn });
    expect(made).toHaveProperty('stateMachineArn');
  });
});
