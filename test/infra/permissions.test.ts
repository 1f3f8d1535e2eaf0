import { describe, expect, it } from 'vitest';
import {
  grantsOf,
  list,
  ofType,
  type Properties,
  readable,
  rolePolicies,
  type Statement,
  synthesize,
} from './synthesized.ts';

const local = synthesize({ stage: 'local' });
const dev = synthesize();

/** Actions AWS allows on `*` only, and why anybody needs them. */
const withoutResources: Record<string, RegExp> = {
  tracing: /^xray:(PutTraceSegments|PutTelemetryRecords|GetSamplingRules|GetSamplingTargets)$/,
  'delivering a state machine’s log':
    /^logs:(CreateLogDelivery|GetLogDelivery|UpdateLogDelivery|DeleteLogDelivery|ListLogDeliveries|PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$/,
};

/** Wildcards inside a resource, and why they cannot be spelt out. */
const openEnded: Record<string, RegExp> = {
  'identities SES asks for beside the sender’s, all with one From address':
    /^arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:identity\/\*$/,
  'runs, which are named after their customers':
    /^arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:execution:segue-local-spring-sale:\*$/,
  'objects Lambda names itself': /^<Failed(Folds|News)\.Arn>\/aws\/lambda\/\*$/,
};

/** Every permission of every role: `action on resource`, and the policy it is in. */
const grants = rolePolicies(local).flatMap(([id, statements]) =>
  statements.flatMap(({ Action, Resource }) =>
    list(Action).flatMap((action) => list(Resource).map((resource) => ({ id, action, resource: readable(resource) }))),
  ),
);
const isKnown = (reasons: Record<string, RegExp>, value: string) =>
  Object.values(reasons).some((known) => known.test(value));

describe('least privilege', () => {
  it('no role may do everything of a service', () => {
    expect(grants.filter(({ action }) => action.includes('*'))).toEqual([]);
  });

  it('a role may act on everything only where AWS knows no resources', () => {
    const onEverything = grants.filter(({ resource }) => resource === '*');
    expect(onEverything.filter(({ action }) => !isKnown(withoutResources, action))).toEqual([]);
  });

  it('every other resource is named to the end, but for a few reasons', () => {
    const openAtTheEnd = grants.filter(({ resource }) => resource !== '*' && resource.includes('*'));
    expect(openAtTheEnd.filter(({ resource }) => !isKnown(openEnded, resource))).toEqual([]);
  });

  it('no role comes from AWS ready-made or carries policies of its own', () => {
    const roles = ofType(local, 'AWS::IAM::Role').map(([, { Properties }]) => Object.keys(Properties).sort());
    expect(new Set(roles.flat())).toEqual(new Set(['AssumeRolePolicyDocument', 'Tags']));
  });
});

/** Without what every function has: its log and its trace. */
const does = (id: string, from = local) => grantsOf(from, id).filter((grant) => !/^(logs|xray):/.test(grant));
const machine = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:segue-local-spring-sale';
const reads = (queue: string) =>
  ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
    (action) => `sqs:${action} on <${queue}.Arn>`,
  );
const wakes = ['Success', 'Failure'].map((how) => `states:SendTask${how} on ${machine}`);
/** Only a signal begins a wait anew, never a step. */
const beginsAnew = `states:SendTaskHeartbeat on ${machine}`;
const knowsKey = 'secretsmanager:GetSecretValue on <CustomerKey>';
const onState = (...operations: string[]) => operations.map((operation) => `dynamodb:${operation} on <State.Arn>`);
const says = 'events:PutEvents on arn:<AWS::Partition>:events:<AWS::Region>:<AWS::AccountId>:event-bus/segue';
const clock =
  'states:StartExecution on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:segue-local-segment-clock';
const folds = [
  // In the name of profiles, and in that of customers who answer.
  says,
  says,
  clock,
  ...['DeleteItem', 'PutItem', 'Query'].map((operation) => `dynamodb:${operation} on <Log.Arn>`),
  ...onState('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
  'sqs:SendMessage on <Refolds.Arn>',
  `states:StartExecution on ${machine}`,
  knowsKey,
  ...wakes,
  beginsAnew,
];

describe('what each function may do, all of it:', () => {
  const expected: Record<string, string[]> = {
    IngestSignal: [
      'dynamodb:BatchWriteItem on <Log.Arn>',
      'sqs:SendMessage on <RefusedSignals.Arn>',
      knowsKey,
      ...reads('Signals'),
    ],
    ReceiveSignals: [
      'events:PutEvents on <Bus.Arn>',
      'secretsmanager:GetSecretValue on <WriteKeys>',
      'sqs:SendMessage on <RefusedSignals.Arn>',
    ],
    FoldProfile: [
      ...folds,
      ...onState('PartiQLInsert', 'PartiQLUpdate'),
      ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
        (action) => `dynamodb:${action} on <Log.StreamArn>`,
      ),
      's3:ListBucket on <FailedFolds.Arn>',
      's3:PutObject on <FailedFolds.Arn>/aws/lambda/*',
    ],
    RefoldProfile: [
      ...folds,
      ...onState('ConditionCheckItem'),
      'dynamodb:Scan on <Log.Arn>/index/byTime',
      ...reads('Refolds'),
    ],
    RunStep: [
      ...onState('ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      says,
      `states:StartExecution on ${machine}`,
      knowsKey,
      ...wakes,
      ...['identity/*', 'configuration-set/segue-local'].map(
        (path) => `ses:SendRawEmail on arn:<AWS::Partition>:ses:<AWS::Region>:<AWS::AccountId>:${path}`,
      ),
      'sms-voice:SendTextMessage on arn:<AWS::Partition>:sms-voice:<AWS::Region>:<AWS::AccountId>:phone-number/phone-00000000000000000000000000000000',
      'mobiletargeting:SendMessages on arn:<AWS::Partition>:mobiletargeting:<AWS::Region>:<AWS::AccountId>:apps/00000000000000000000000000000000/messages',
    ],
    SwitchChannels: onState('PutItem', 'Query'),
    ListTasks: onState('BatchGetItem', 'Query'),
    ChangeTask: onState('DeleteItem', 'GetItem', 'UpdateItem'),
    Announce: [
      ...onState('DeleteItem', 'Query', 'UpdateItem'),
      ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
        (action) => `dynamodb:${action} on <State.StreamArn>`,
      ),
      'sqs:SendMessage on <Claims.Arn>',
      'events:PutEvents on <Bus.Arn>',
      's3:ListBucket on <FailedNews.Arn>',
      's3:PutObject on <FailedNews.Arn>/aws/lambda/*',
    ],
    StartJourney: [
      ...onState('BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
      knowsKey,
      `states:StartExecution on ${machine}`,
    ],
    ControlJourney: onState('GetItem', 'Query', 'UpdateItem'),
    PublishJourney: onState('GetItem', 'PutItem', 'UpdateItem'),
    CloseRun: [...onState('UpdateItem'), ...reads('LostRuns')],
    Unsubscribe: ['events:PutEvents on <Bus.Arn>', knowsKey, ...onState('GetItem')],
    ConfirmConsent: ['events:PutEvents on <Bus.Arn>', knowsKey, ...onState('GetItem')],
    Preferences: ['events:PutEvents on <Bus.Arn>', knowsKey, ...onState('GetItem')],
    AnswerSurvey: ['events:PutEvents on <Bus.Arn>', knowsKey, ...onState('GetItem', 'PutItem')],
  };
  it.each(Object.entries(expected))('%s', (id, grants) => {
    expect(does(id)).toEqual(grants.sort());
  });

  it('a journey’s machine calls run-step as it is deployed now, and no version of it', () => {
    const [, journey] = ofType(local, 'AWS::StepFunctions::StateMachine').find(([, { Properties }]) =>
      String(Properties['StateMachineName']).endsWith('-spring-sale'),
    )!;
    const role = journey.Properties['RoleArn']['Fn::GetAtt'][0];
    const invoked = ofType(local, 'AWS::IAM::Policy')
      .filter(([, { Properties }]) => Properties['Roles'].some((one: Properties) => one['Ref'] === role))
      .flatMap(([, { Properties }]) => Properties['PolicyDocument'].Statement as Statement[])
      .filter(({ Action }) => list(Action).some((action) => action.startsWith('lambda:')));
    expect(invoked).toEqual([{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: { Ref: 'RunStepLive' } }]);
  });

  it('email leaves from the one address of the stage, whichever identities SES asks for', () => {
    const senders = rolePolicies(
      synthesize({ emailIdentity: 'shop.example', emailFrom: 'Shop <Hello@shop.example>' }),
    ).flatMap(([, statements]) => statements.filter(({ Resource }) => readable(Resource).endsWith(':identity/*')));
    const fixed = expect.objectContaining({
      Effect: 'Allow',
      Action: 'ses:SendRawEmail',
      Condition: { StringEquals: { 'ses:FromAddress': 'Hello@shop.example' } },
    });
    // Those of run-step and send-bulk.
    expect(senders).toEqual([fixed, fixed]);
  });

  it('on a stage without channels nothing may be sent at all', () => {
    expect(does('RunStep', dev).filter((grant) => /^(ses|sms-voice|mobiletargeting):/.test(grant))).toEqual([]);
  });
});

describe('queues and buckets', () => {
  const policies = [...ofType(local, 'AWS::SQS::QueuePolicy'), ...ofType(local, 'AWS::S3::BucketPolicy')];

  it('are spoken to over TLS only', () => {
    const queues = [...ofType(local, 'AWS::SQS::Queue'), ...ofType(local, 'AWS::S3::Bucket')];
    expect(policies).toHaveLength(queues.length);
    const demandingTls = policies.filter(([, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as Statement[]).some(
        ({ Effect, Condition }) =>
          Effect === 'Deny' && JSON.stringify(Condition) === '{"Bool":{"aws:SecureTransport":"false"}}',
      ),
    );
    expect(demandingTls).toEqual(policies);
  });

  it('take nothing but what one rule or the topic of this stack sends', () => {
    const allowed = policies.flatMap(([, { Properties }]) =>
      (Properties['PolicyDocument'].Statement as Statement[]).filter(({ Effect }) => Effect === 'Allow'),
    );
    expect(allowed).toHaveLength(10);
    for (const { Principal, Condition } of allowed) {
      const { Service } = Principal as { Service: string };
      expect(['events.amazonaws.com', 'sns.amazonaws.com']).toContain(Service);
      const source = readable((Condition as never)['ArnEquals']['aws:SourceArn']);
      expect(source).toMatch(Service === 'sns.amazonaws.com' ? /^<InboundSms>$/ : /^<\w+\.Arn>$/);
    }
  });
});
