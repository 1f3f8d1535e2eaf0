import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSegments } from '../../../segments/index.ts';
import { grantsOf, ofType, only, readable, synthesize } from '../synthesized.ts';

const local = synthesize({ stage: 'local' });
const does = (id: string) => grantsOf(local, id).filter((grant) => !/^(logs|xray):/.test(grant));
const onState = (...operations: string[]) => operations.map((operation) => `dynamodb:${operation} on <State.Arn>`);
const clock = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:segue-local-segment-clock';
const bus = 'arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/segue';
const places = [`events:PutEvents on ${bus}`, `states:StartExecution on ${clock}`];

describe('what each function of segments may do, all of it:', () => {
  const reads = ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on <SegmentFills.Arn>`,
  );
  it.each([
    ['PublishSegments', [...onState('GetItem', 'PutItem', 'Query'), 'sqs:SendMessage on <SegmentFills.Arn>']],
    [
      'FillSegments',
      [
        ...onState('BatchGetItem', 'GetItem', 'PutItem', 'Scan', 'UpdateItem'),
        ...places,
        ...reads,
        'sqs:SendMessage on <Refolds.Arn>',
        'sqs:SendMessage on <SegmentFills.Arn>',
      ],
    ],
    [
      'SweepSegments',
      [
        ...onState('BatchGetItem', 'BatchWriteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        ...places,
        'sqs:SendMessage on <Refolds.Arn>',
      ],
    ],
    ['ListSegments', onState('GetItem', 'Query')],
    [
      'UploadMembers',
      [
        ...onState('BatchGetItem', 'ConditionCheckItem', 'GetItem', 'UpdateItem'),
        `events:PutEvents on ${bus}`,
        'secretsmanager:GetSecretValue on <CustomerKey>',
      ],
    ],
  ])('%s', (id, grants) => {
    expect(does(id)).toEqual(grants.sort());
  });

  it('whoever speaks of segments speaks in the name of profiles only', () => {
    const speaking = ofType(local, 'AWS::IAM::Policy').flatMap(([, { Properties }]) =>
      Properties['PolicyDocument'].Statement.filter(({ Condition }: { Condition?: object }) =>
        (JSON.stringify(Condition) ?? '').includes('segue.profile'),
      ),
    );
    expect(speaking).toHaveLength(5);
    for (const { Action, Condition } of speaking)
      expect([Action, Condition]).toEqual(['events:PutEvents', { StringEquals: { 'events:source': 'segue.profile' } }]);
  });
});

it('segments are open to those who may publish, and to nobody else', () => {
  const routes = ofType(local, 'AWS::ApiGatewayV2::Route').filter(([, { Properties }]) =>
    Properties['RouteKey'].includes('/v1/segments'),
  );
  expect(routes.map(([, { Properties }]) => Properties['RouteKey']).sort()).toEqual([
    'GET /v1/segments',
    'GET /v1/segments/{name}',
    'GET /v1/segments/{name}/members',
    'POST /v1/segments/{name}/members',
  ]);
  for (const [, { Properties }] of routes)
    expect(Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['segue/publisher'] });
});

it('the clock waits for a minute, then calls until nobody is left, and an alarm tells when it fails', () => {
  const machines = ofType(local, 'AWS::StepFunctions::StateMachine').filter(([id]) => id === 'SegmentClock');
  const { States } = JSON.parse(readable(machines[0]![1].Properties['DefinitionString']));
  expect(Object.values<{ Type: string }>(States).map(({ Type }) => Type)).toEqual([
    'Wait',
    'Task',
    'Choice',
    'Succeed',
  ]);
  const alarms = ofType(local, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties['AlarmName']);
  expect(alarms).toContain('segue-local-segment-clock-failed');
  expect(alarms).toContain('segue-local-segment-fills-dead');
});

it('the segments of the folder that are live are published', () => {
  const { Properties } = only(local, 'Custom::Segments');
  const names = JSON.parse(Properties['Segments']).map(({ name }: { name: string }) => name);
  expect(names).toEqual([]);
});

describe('a file', () => {
  const read = (text: string, file = 'some.yaml', confirm: readonly string[] = []) => {
    const folder = mkdtempSync(join(tmpdir(), 'segue-segments-'));
    try {
      writeFileSync(join(folder, file), text);
      return readSegments(folder, confirm);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it.each([
    ['profile.consent.email.newsletter', ['newsletter']],
    ['profile.consentStatus.email.newsletter = "pending"', ['newsletter']],
    ['$exists(profile.cart) and $exists(profile)', ['newsletter']],
    ['profile.traits.consent = true', undefined],
  ])('that asks for consent knows which topics are confirmed: %s', (when, confirm) => {
    const [segment] = read(`name: some\nwhen: ${JSON.stringify(when)}`, 'some.yaml', ['newsletter']);
    expect(segment?.confirm).toEqual(confirm);
  });

  it.each([
    [
      'name: some\nwhen:\n  - profile.orders.count > 0\n  - profile.cart.itms = 0',
      /some\.yaml:4:5\n.*Did you mean `items`/,
    ],
    ['name: some\nwhen:\n  any:\n    - since: profile.order.lastAt\n      over: 3 days', /some\.yaml:4:14\n.*`orders`/],
    ['name: other\nwhen: profile.cart.items = 0', /some\.yaml:1:7\n.*called `some`/],
    ['name: some\nwhen: [', /some\.yaml:2/],
    ['name: some', /some\.yaml:1:1\n.*`when`/],
  ])('stops the synthesis with its place: %j', (text, message) => {
    expect(() => read(text)).toThrow(message);
  });

  it('is checked also where it is not live yet', () => {
    expect(read('name: some\nlive: false\nwhen: profile.cart.items = 0')).toEqual([]);
    expect(() => read('name: some\nlive: false\nwhen: profile.cart.itms = 0')).toThrow(/items/);
  });
});
