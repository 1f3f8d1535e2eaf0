import { expect, test } from 'vitest';
import { startGround } from '../../local/ground.ts';
import { type Parts, writeAssembly } from './template/write-assembly.ts';

/** What a template may declare and the ground cannot do: it says so by name before anything runs, rather than doing something else. */
const MONDAY = Date.parse('2026-01-05T09:00:00Z');
const role = ['AWS::IAM::Role', {}] as const;
const fn = ['AWS::Lambda::Function', { Code: { S3Key: 'a.zip' }, Role: { 'Fn::GetAtt': ['Role', 'Arn'] } }] as const;
const pass = JSON.stringify({
  QueryLanguage: 'JSONata',
  StartAt: 'Done',
  States: { Done: { Type: 'Succeed' } },
});
const machine = (more: object) =>
  [
    'AWS::StepFunctions::StateMachine',
    { RoleArn: { 'Fn::GetAtt': ['Role', 'Arn'] }, DefinitionString: pass, ...more },
  ] as const;
const table = [
  'AWS::DynamoDB::Table',
  {
    KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
    AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
    StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
  },
] as const;
const mapping = (more: object) =>
  ['AWS::Lambda::EventSourceMapping', { FunctionName: { Ref: 'Work' }, StartingPosition: 'LATEST', ...more }] as const;
const jsonPath = JSON.stringify({ StartAt: 'Done', States: { Done: { Type: 'Pass', InputPath: '$.a', End: true } } });

const start = (resources: Parts['resources']) =>
  startGround({
    assembly: writeAssembly({ resources, assets: { a: 'export const handler = () => 1;' } }),
    data: undefined,
    clock: 'virtual',
    start: MONDAY,
    awsPort: 0,
    httpPort: 0,
    note: () => undefined,
  });

test.each<[string, Parts['resources'], string | RegExp]>([
  [
    'a first-in-first-out queue',
    { Orders: ['AWS::SQS::Queue', { QueueName: 'orders.fifo', FifoQueue: true }] },
    'Orders (AWS::SQS::Queue): FifoQueue: FIFO queues are not supported here',
  ],
  [
    'a first-in-first-out topic',
    { News: ['AWS::SNS::Topic', { TopicName: 'news.fifo', FifoTopic: true }] },
    'News (AWS::SNS::Topic): FifoTopic: FIFO topics are not supported here',
  ],
  [
    'an express machine',
    { Role: role, Quick: machine({ StateMachineType: 'EXPRESS' }) },
    'Quick: state machines of type EXPRESS do not run here',
  ],
  [
    'a machine whose definition is no file of the assembly',
    { Role: role, Far: machine({ DefinitionString: undefined, DefinitionS3Location: { Bucket: 'b', Key: 'k' } }) },
    /^Far: its definition k is no file of the assembly .* Run cdk synth first\.$/,
  ],
  [
    'a machine without a definition',
    { Role: role, None: machine({ DefinitionString: undefined }) },
    'None: only DefinitionString, Definition and DefinitionS3Location are read here',
  ],
  [
    'a machine in JSONPath',
    { Role: role, Old: machine({ DefinitionString: jsonPath }) },
    /^Old: .*JSONPath does not run here/,
  ],
  [
    'a tumbling window',
    {
      Role: role,
      Work: fn,
      Table: table,
      Feed: mapping({ EventSourceArn: { 'Fn::GetAtt': ['Table', 'StreamArn'] }, TumblingWindowInSeconds: 30 }),
    },
    'Feed: TumblingWindowInSeconds is not supported by the local ground',
  ],
  [
    'a stream of another service',
    {
      Role: role,
      Work: fn,
      Feed: mapping({ EventSourceArn: 'arn:aws:kinesis:us-east-1:000000000000:stream/clicks' }),
    },
    'Feed: Sources of the service kinesis are not supported by the local ground',
  ],
  [
    'a rule that starts a container',
    {
      Watch: [
        'AWS::Events::Rule',
        {
          EventPattern: { source: ['a'] },
          Targets: [{ Id: 't', Arn: 'arn:aws:ecs:us-east-1:000000000000:cluster/c' }],
        },
      ],
    },
    /^Watch \(AWS::Events::Rule\): .*a target arn:aws:ecs:.* is not supported here/,
  ],
  [
    'a subscription by email',
    {
      News: ['AWS::SNS::Topic', {}],
      Me: ['AWS::SNS::Subscription', { TopicArn: { Ref: 'News' }, Protocol: 'email', Endpoint: 'me@example.com' }],
    },
    /^Me \(AWS::SNS::Subscription\): Protocol/,
  ],
  [
    'a WebSocket API',
    { Chat: ['AWS::ApiGatewayV2::Api', { Name: 'chat', ProtocolType: 'WEBSOCKET' }] },
    'Chat (AWS::ApiGatewayV2::Api): ProtocolType: only HTTP APIs are supported here',
  ],
])('%s is refused', async (...[, resources, sentence]) => {
  await expect(start(resources)).rejects.toThrow(sentence);
  // Whatever was opened before the refusal is closed after it: the machine's time is back.
  expect(Date.now()).toBeGreaterThan(MONDAY + 86_400_000);
});
