import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../local/events/pattern/compile-pattern.ts';
import { list, ofType, only, type Properties, readable, type Resource, synthesize } from './synthesized.ts';

/** What we say ourselves and hear again. */
const returning = ['segue.preferences', 'segue.profile', 'segue.journey', 'segue.tasks'];
const dev = synthesize();
const prod = synthesize({ stage: 'prod', bus: 'shop-signals', intake: 'bulk' });
const owned = synthesize({
  issuer: 'https://login.example',
  audience: 'segue,shop',
  emailIdentity: 'shop.example',
  emailFrom: 'Shop <hello@shop.example>',
  emailIdentityExists: 'true',
});
const local = synthesize({ stage: 'local' });
const of = (id: string, from = dev): Resource => from.template.Resources[id]!;
const rules = ofType(dev, 'AWS::Events::Rule').map(([, { Properties }]) => Properties);
const mappingOf = (id: string, from = dev) =>
  ofType(from, 'AWS::Lambda::EventSourceMapping').find(
    ([, { Properties }]) => Properties['FunctionName'].Ref === id,
  )![1].Properties;

describe('signal: what happened?', () => {
  it('the bus is called segue, unless the stage says otherwise, and keeps 14 days of signals', () => {
    expect([of('Bus').Properties['Name'], of('Bus', prod).Properties['Name']]).toEqual(['segue', 'shop-signals']);
    expect(only(dev, 'AWS::Events::Archive').Properties).toMatchObject({
      RetentionDays: 14,
      EventPattern: { source: [{ 'anything-but': { prefix: 'segue' } }, ...returning] },
    });
  });

  it('everything on the bus but what Segue says itself goes to the signals queue', () => {
    expect(rules.find(({ EventBusName }) => EventBusName)!).toMatchObject({
      EventBusName: { Ref: 'Bus' },
      EventPattern: { source: [{ 'anything-but': { prefix: 'segue' } }, ...returning] },
      Targets: [{ Arn: { 'Fn::GetAtt': ['Signals', 'Arn'] } }],
    });
  });

  it('a signal, or whatever else a rule hears, that cannot be delivered or stored is kept for 14 days', () => {
    for (const { Targets } of rules) {
      expect(Targets).toHaveLength(1);
      const dead = `${Targets[0].Arn['Fn::GetAtt'][0]}Dead`;
      expect(Targets[0].DeadLetterConfig).toEqual({ Arn: { 'Fn::GetAtt': [dead, 'Arn'] } });
    }
    for (const [, { Properties }] of ofType(dev, 'AWS::SQS::Queue')) {
      expect(Properties).toMatchObject({ MessageRetentionPeriod: 14 * 24 * 3600, SqsManagedSseEnabled: true });
    }
    expect(of('Signals').Properties['RedrivePolicy']).toMatchObject({ maxReceiveCount: 5 });
  });

  it('is taken as it comes, or 100 at a time where the stage says bulk, and fails one by one', () => {
    const failing = { FunctionResponseTypes: ['ReportBatchItemFailures'], ScalingConfig: { MaximumConcurrency: 50 } };
    expect(mappingOf('IngestSignal')).toMatchObject({ BatchSize: 10, ...failing });
    expect(mappingOf('IngestSignal')).not.toHaveProperty('MaximumBatchingWindowInSeconds');
    expect(mappingOf('IngestSignal', prod)).toMatchObject({
      BatchSize: 100,
      MaximumBatchingWindowInSeconds: 1,
      ...failing,
    });
  });

  it('queues have the names operators look for', () => {
    const names = ofType(dev, 'AWS::SQS::Queue').map(([id, { Properties }]) => [id, Properties['QueueName']]);
    expect(Object.fromEntries(names)).toEqual({
      Signals: 'segue-dev-signals',
      SignalsDead: 'segue-dev-signals-dead',
      RefusedSignals: 'segue-dev-refused-signals',
      BulkMembers: 'segue-dev-bulk-members',
      BulkMembersDead: 'segue-dev-bulk-members-dead',
      BulkWalks: 'segue-dev-bulk-walks',
      BulkWalksDead: 'segue-dev-bulk-walks-dead',
      Claims: 'segue-dev-claims',
      ClaimsDead: 'segue-dev-claims-dead',
      Entries: 'segue-dev-entries',
      EntriesDead: 'segue-dev-entries-dead',
      Erasures: 'segue-dev-erasures',
      ErasuresDead: 'segue-dev-erasures-dead',
      LostRuns: 'segue-dev-lost-runs',
      LostRunsDead: 'segue-dev-lost-runs-dead',
      SegmentFills: 'segue-dev-segment-fills',
      SegmentFillsDead: 'segue-dev-segment-fills-dead',
      Refolds: 'segue-dev-refolds',
      RefoldsDead: 'segue-dev-refolds-dead',
    });
  });
});

it('every function that reads a queue is given six times its time before a message comes again', () => {
  for (const [, { Properties }] of ofType(dev, 'AWS::Lambda::EventSourceMapping')) {
    const queue = of(Properties['EventSourceArn']['Fn::GetAtt'][0]);
    if (queue.Type !== 'AWS::SQS::Queue') continue;
    const { Timeout } = of(Properties['FunctionName'].Ref).Properties;
    expect(queue.Properties['VisibilityTimeout']).toBeGreaterThanOrEqual(6 * Timeout);
    expect(queue.Properties['RedrivePolicy'].deadLetterTargetArn).toBeDefined();
  }
});

describe('profile: what do we know now?', () => {
  it('the log has an index by time and a stream; the state also forgets what has run out', () => {
    const keys = {
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    };
    const both = {
      ...keys,
      BillingMode: 'PAY_PER_REQUEST',
      StreamSpecification: { StreamViewType: 'NEW_IMAGE' },
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    };
    expect(of('Log').Properties).toMatchObject({
      ...both,
      LocalSecondaryIndexes: [
        {
          IndexName: 'byTime',
          KeySchema: [{ AttributeName: 'pk' }, { AttributeName: 'at' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
    });
    expect(of('Log').Properties).not.toHaveProperty('TimeToLiveSpecification');
    expect(of('State').Properties).toMatchObject({
      ...both,
      // What a write changed can only be told from the row before and the row after it.
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'ttl', Enabled: true },
    });
  });

  it.each(['Log', 'State'])('%s outlives the stack in prod, and goes with it elsewhere', (id) => {
    expect([of(id, prod).DeletionPolicy, of(id, prod).Properties['DeletionProtectionEnabled']]).toEqual([
      'Retain',
      true,
    ]);
    expect([of(id).DeletionPolicy, of(id).Properties['DeletionProtectionEnabled']]).toEqual(['Delete', false]);
  });

  it('only new rows are folded, in order, and a bad batch neither blocks its shard for ever nor is lost', () => {
    expect(mappingOf('FoldProfile')).toMatchObject({
      EventSourceArn: { 'Fn::GetAtt': ['Log', 'StreamArn'] },
      FilterCriteria: {
        Filters: [
          { Pattern: '{"eventName":["INSERT"],"dynamodb":{"NewImage":{"folded":{"BOOL":[{"exists":false}]}}}}' },
        ],
      },
      StartingPosition: 'TRIM_HORIZON',
      BatchSize: 100,
      ParallelizationFactor: 1,
      MaximumRetryAttempts: 10,
      BisectBatchOnFunctionError: true,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
      DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': ['FailedFolds', 'Arn'] } } },
    });
    expect(of('FailedFolds').Properties).toMatchObject({
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 14, Status: 'Enabled' }] },
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: true },
      BucketEncryption: expect.anything(),
    });
  });

  it('the key customer ids are made with is made by AWS, is nowhere in the template and never rotates', () => {
    expect(of('CustomerKey').Properties).toMatchObject({
      GenerateSecretString: { PasswordLength: 64, ExcludePunctuation: true },
    });
    expect(of('CustomerKey').Properties).not.toHaveProperty('SecretString');
    expect(ofType(dev, 'AWS::SecretsManager::RotationSchedule')).toEqual([]);
    expect(of('CustomerKey', prod).DeletionPolicy).toBe('Retain');
    expect(JSON.stringify(dev.template)).not.toContain('{{resolve:');
  });
});

describe('message: what do we say, and how?', () => {
  it('SES reports to the default bus what becomes of our mail, but not that it took it', () => {
    expect(only(dev, 'AWS::SES::ConfigurationSet').Properties['Name']).toBe('segue-dev');
    const { EventDestination } = only(dev, 'AWS::SES::ConfigurationSetEventDestination').Properties;
    expect(readable(EventDestination.EventBridgeDestination.EventBusArn)).toMatch(/:event-bus\/default$/);
    expect(EventDestination).toMatchObject({ Enabled: true });
    const types = 'delivery open click bounce complaint reject renderingFailure deliveryDelay subscription'.split(' ');
    expect([...EventDestination.MatchingEventTypes].toSorted()).toEqual(types.toSorted());
  });

  it('the sender is verified by the stack when named, and left alone when it is verified already', () => {
    expect(ofType(dev, 'AWS::SES::EmailIdentity')).toEqual([]);
    expect(only(local, 'AWS::SES::EmailIdentity').Properties['EmailIdentity']).toBe('shop.example');
    expect(ofType(owned, 'AWS::SES::EmailIdentity')).toEqual([]);
    expect(of('RunStep', owned).Properties['Environment'].Variables['EMAIL_FROM']).toBe('Shop <hello@shop.example>');
  });

  it('a new stage sends to its allow-list only; a laptop sends live', () => {
    const sending = (from: typeof dev) => [
      of('RunStep', from).Properties['Environment'].Variables['SENDING'],
      from.template.Outputs['Sending']!.Value,
    ];
    expect(sending(dev)).toEqual(['allow-list', 'allow-list']);
    expect(sending(prod)).toEqual(['allow-list', 'allow-list']);
    expect(sending(local)).toEqual(['live', 'live']);
  });

  it('no Pinpoint application is ever created', () => {
    expect(ofType(local, 'AWS::Pinpoint::App')).toEqual([]);
  });
});

describe('feedback: what came back?', () => {
  const onDefaultBus = rules
    .filter(({ EventBusName }) => EventBusName === undefined)
    .map(({ EventPattern }) => EventPattern);

  it('what SES did with our mail, and only ours, becomes a signal', () => {
    expect(onDefaultBus).toContainEqual({
      source: ['aws.ses'],
      'detail-type': [{ prefix: 'Email ' }],
      detail: { mail: { tags: { 'ses:configuration-set': ['segue-dev'] } } },
    });
  });

  it('what became of an SMS of this stage, and of no other in the account, becomes a signal', () => {
    expect(onDefaultBus).toContainEqual({
      source: ['aws.sms-voice'],
      'detail-type': ['Text Message Delivery Status Updated'],
      detail: { context: { stage: ['dev'] }, $or: [{ isFinal: [true] }, { messageType: ['TRANSACTIONAL'] }] },
    });
  });

  it.each([
    ['TEXT_PENDING', false, 'PROMOTIONAL', false],
    ['TEXT_SUCCESSFUL', false, 'PROMOTIONAL', false],
    // Where no telephone reports back, it is the last word.
    ['TEXT_SUCCESSFUL', true, 'PROMOTIONAL', true],
    ['TEXT_DELIVERED', true, 'PROMOTIONAL', true],
    ['TEXT_UNREACHABLE', true, 'PROMOTIONAL', true],
    // Nothing came back for 72 hours.
    ['TEXT_UNKNOWN', true, 'PROMOTIONAL', true],
    ['TEXT_SUCCESSFUL', false, 'TRANSACTIONAL', true],
  ])('%s (final: %s) of a %s text is a signal: %s', (eventType, isFinal, messageType, expected) => {
    const pattern = onDefaultBus.find(({ source }) => source[0] === 'aws.sms-voice');
    const detail = { eventType, isFinal, messageType, context: { stage: 'dev' } };
    const envelope = { source: 'aws.sms-voice', 'detail-type': 'Text Message Delivery Status Updated', detail };
    expect(compilePattern(JSON.stringify(pattern))(envelope)).toBe(expected);
  });
});

describe('the HTTP API', () => {
  const routes = (from = dev): Record<string, Properties> =>
    Object.fromEntries(
      ofType(from, 'AWS::ApiGatewayV2::Route').map(([, { Properties }]) => [Properties['RouteKey'], Properties]),
    );

  it('starts a run for holders of a publisher token only', () => {
    expect(routes()['POST /v1/journeys/{name}/runs']).toMatchObject({
      AuthorizationType: 'JWT',
      AuthorizationScopes: ['segue/publisher'],
    });
  });

  it('has no other open doors than the pages behind signed links and the calls that carry a write key', () => {
    const open = Object.values(routes()).filter(({ AuthorizationType }) => AuthorizationType === 'NONE');
    expect(open.map(({ RouteKey }) => RouteKey).sort()).toEqual(
      [
        ...['confirmations', 'preferences', 'surveys', 'unsubscribe'].map((page) => `GET /v1/${page}/{token}`),
        ...['alias', 'batch', 'group', 'identify', 'page', 'screen', 'track'].map((call) => `POST /v1/${call}`),
        ...['confirmations', 'preferences', 'surveys', 'unsubscribe'].map((page) => `POST /v1/${page}/{token}`),
      ].sort(),
    );
  });

  it('is throttled, and its log knows neither who nor which path', () => {
    const { DefaultRouteSettings, AccessLogSettings } = only(dev, 'AWS::ApiGatewayV2::Stage').Properties;
    expect(DefaultRouteSettings).toEqual({ ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 });
    expect(AccessLogSettings.Format).not.toMatch(
      /identity|\$context\.(path|routePath)|querystring|authorizer\.claims/i,
    );
  });

  it('brings a login for machines where nobody can sign up', () => {
    expect(only(dev, 'AWS::Cognito::UserPool').Properties).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      MfaConfiguration: 'ON',
    });
    expect(only(dev, 'AWS::Cognito::UserPoolClient').Properties).toMatchObject({
      AllowedOAuthFlows: ['client_credentials'],
      GenerateSecret: true,
    });
    expect(readable(only(dev, 'AWS::Cognito::UserPoolDomain').Properties['Domain'])).toBe('segue-dev-<AWS::AccountId>');
    expect(Object.keys(dev.template.Outputs)).toEqual(expect.arrayContaining(['TokenEndpoint', 'MachineClientId']));
  });

  it('takes tokens of your own provider instead', () => {
    expect(ofType(owned, 'AWS::Cognito::UserPool')).toEqual([]);
    expect(only(owned, 'AWS::ApiGatewayV2::Authorizer').Properties['JwtConfiguration']).toEqual({
      Issuer: 'https://login.example',
      Audience: ['segue', 'shop'],
    });
    expect(owned.template.Outputs).not.toHaveProperty('TokenEndpoint');
  });

  it('is where links in messages lead', () => {
    const { PUBLIC_URL } = of('RunStep').Properties['Environment'].Variables;
    expect(PUBLIC_URL).toEqual(dev.template.Outputs['ApiEndpoint']!.Value);
    expect(readable(PUBLIC_URL)).toMatch(/^<ApiHttp\w+\.ApiEndpoint>$/);
  });
});

describe('whoever operates it', () => {
  it('is told by an alarm what went wrong and what to do', () => {
    const alarms = ofType(dev, 'AWS::CloudWatch::Alarm').map(([, { Properties }]) => Properties);
    expect(alarms.map(({ AlarmName }) => AlarmName).sort()).toEqual([
      'segue-dev-bulk-members-dead',
      'segue-dev-bulk-walks-dead',
      'segue-dev-channel-held',
      'segue-dev-claims-dead',
      'segue-dev-entries-dead',
      'segue-dev-entries-late',
      'segue-dev-erasures-dead',
      'segue-dev-lost-runs-dead',
      'segue-dev-messages-unknown',
      'segue-dev-news-late',
      'segue-dev-news-lost',
      'segue-dev-profiles-late',
      'segue-dev-profiles-stale',
      'segue-dev-refolds-dead',
      'segue-dev-refused-signals',
      'segue-dev-segment-clock-failed',
      'segue-dev-segment-fills-dead',
      'segue-dev-signals-dead',
      'segue-dev-spring-sale-failed',
    ]);
    for (const { AlarmDescription } of alarms) expect(AlarmDescription.length).toBeGreaterThan(40);
  });

  it('finds where to send, where to ask and where refused signals are in the outputs', () => {
    expect(Object.keys(dev.template.Outputs)).toEqual(
      expect.arrayContaining(['BusName', 'ApiEndpoint', 'RefusedSignalsUrl', 'Sending']),
    );
  });

  it('sees on every bill which stage it was for', () => {
    const { Tags } = of('State').Properties;
    expect(list(Tags)).toEqual([
      { Key: 'app', Value: 'segue' },
      { Key: 'segue:stage', Value: 'dev' },
    ]);
  });
});

it('nothing in the template is written in letters CloudFormation may turn into question marks', () => {
  expect(JSON.stringify(local.template)).toMatch(/^[\x20-\x7e]*$/);
});
