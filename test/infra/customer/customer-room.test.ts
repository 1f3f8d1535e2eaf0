import { describe, expect, it } from 'vitest';
import { keptDays } from '../../../functions/customer/erase/copies.ts';
import { readNextActions } from '../../../next-actions/index.ts';
import { grantsOf, ofType, repository, synthesize } from '../synthesized.ts';

const local = synthesize({ stage: 'local' });
const dev = synthesize();
const does = (id: string) => grantsOf(local, id).filter((grant) => !/^(logs|xray):/.test(grant));
const on = (table: string, ...operations: string[]) =>
  operations.map((operation) => `dynamodb:${operation} on <${table}.Arn>`);
const knowsKey = 'secretsmanager:GetSecretValue on <CustomerKey>';
const ends =
  'states:SendTaskSuccess on arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>:stateMachine:segue-local-spring-sale';
const orders = 'sqs:SendMessage on <Erasures.Arn>';

describe('what is known of a customer', () => {
  it('is open to those who may read it, changed by agents, and taken out or erased by operators only', () => {
    const routes = ofType(local, 'AWS::ApiGatewayV2::Route')
      .map(([, { Properties }]) => Properties)
      .filter(({ RouteKey }) => /\/v1\/(customers|erasures)/.test(RouteKey))
      .map(({ RouteKey, AuthorizationType, AuthorizationScopes }) => [
        RouteKey,
        AuthorizationType,
        AuthorizationScopes,
      ]);
    const [read, agent, operator] = [['segue/agent', 'segue/publisher'], ['segue/agent'], ['segue/operator']];
    expect(Object.fromEntries(routes.map(([key, , scopes]) => [key, scopes]))).toEqual({
      'GET /v1/customers': read,
      'GET /v1/customers/{id}': read,
      'POST /v1/customers/{id}/notes': agent,
      'POST /v1/customers/{id}/pause-promotions': agent,
      'POST /v1/customers/{id}/journeys/{enrol}/leave': agent,
      'GET /v1/customers/{id}/export': operator,
      'DELETE /v1/customers/{id}': operator,
      'GET /v1/erasures/{receipt}': operator,
    });
    expect(routes.every(([, type]) => type === 'JWT')).toBe(true);
  });

  it('is read, changed, taken out and erased by functions that may do that and no more', () => {
    expect(does('ReadCustomer')).toEqual(
      [
        ...on('State', 'BatchGetItem', 'GetItem', 'PutItem', 'Query'),
        ...on('Log', 'BatchGetItem'),
        'dynamodb:Query on <Log.Arn>/index/byTime',
        knowsKey,
      ].sort(),
    );
    expect(does('ChangeCustomer')).toEqual(
      [
        ...on('State', 'BatchGetItem', 'ConditionCheckItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        knowsKey,
        ends,
      ].sort(),
    );
    expect(does('ExportCustomer')).toEqual(
      [...on('State', 'BatchGetItem', 'GetItem', 'PutItem', 'Query'), ...on('Log', 'Query'), knowsKey].sort(),
    );
    expect(does('EraseCustomer')).toEqual(
      [...on('State', 'BatchGetItem', 'GetItem', 'PutItem'), orders, knowsKey].sort(),
    );
    const reads = ['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'];
    expect(does('PerformErasure')).toEqual(
      [
        ...on('State', 'BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        ...on('Log', 'BatchWriteItem', 'Query'),
        ...reads.map((action) => `sqs:${action} on <Erasures.Arn>`),
        orders,
        knowsKey,
        ends,
      ].sort(),
    );
  });

  it('is copied nowhere for longer than a receipt of its erasure says', () => {
    const [[, archive] = []] = ofType(dev, 'AWS::Events::Archive');
    expect(archive?.Properties['RetentionDays']).toBe(keptDays.archive);
    for (const [, { Properties }] of ofType(dev, 'AWS::SQS::Queue'))
      expect(Properties['MessageRetentionPeriod']).toBeLessThanOrEqual(keptDays.queues * 86_400);
    for (const [, { Properties }] of ofType(dev, 'AWS::S3::Bucket'))
      for (const { ExpirationInDays } of Properties['LifecycleConfiguration'].Rules)
        expect(ExpirationInDays).toBeLessThanOrEqual(keptDays.failedRecords);
    for (const [, { Properties }] of ofType(dev, 'AWS::DynamoDB::Table')) {
      const { RecoveryPeriodInDays = 35 } = Properties['PointInTimeRecoverySpecification'];
      expect(RecoveryPeriodInDays).toBeLessThanOrEqual(keptDays.backups);
    }
  });
});

describe('a token', () => {
  it('is given for being an agent, a publisher or an operator', () => {
    const [[, server] = []] = ofType(dev, 'AWS::Cognito::UserPoolResourceServer');
    const scopes = server?.Properties['Scopes'].map(({ ScopeName }: { ScopeName: string }) => ScopeName);
    expect(scopes).toEqual(['publisher', 'agent', 'operator']);
  });
});

describe('pages of other origins', () => {
  const cors = (from: typeof dev) => ofType(from, 'AWS::ApiGatewayV2::Api')[0]![1].Properties['CorsConfiguration'];

  it('may ask nothing, unless the stage names them', () => {
    expect(cors(dev)).toBeUndefined();
    expect(cors(synthesize({ consoleOrigin: 'https://console.shop.example' }))).toMatchObject({
      AllowOrigins: ['https://console.shop.example'],
      AllowHeaders: ['authorization', 'content-type', 'idempotency-key'],
    });
    expect(cors(synthesize({ consoleOrigin: 'https://console.shop.example' })).AllowCredentials).toBeUndefined();
  });

  it('are named one by one, never all at once', () => {
    for (const consoleOrigin of ['*', 'https://*.shop.example', 'console.shop.example', 'https://a.example/page'])
      expect(() => synthesize({ consoleOrigin })).toThrow(/consoleOrigin.*write origins such as/);
  });
});

it('what is suggested next is checked when the stack is made', () => {
  const actions = readNextActions(`${repository}/next-actions/next-actions.yaml`);
  expect(actions.map(({ name }) => name)).toContain('call-back');
  expect(readNextActions('/nowhere/next-actions.yaml')).toEqual([]);
});
