import { describe, expect, it } from 'vitest';
import { grantsOf, ofType, readable, synthesize } from '../synthesized.ts';

const local = synthesize({ stage: 'local' });
const does = (id: string) => grantsOf(local, id).filter((grant) => !/^(logs|xray):/.test(grant));
const onState = (...operations: string[]) => operations.map((operation) => `dynamodb:${operation} on <State.Arn>`);
const states = 'arn:<AWS::Partition>:states:<AWS::Region>:<AWS::AccountId>';

describe('orders about a journey', () => {
  it('are given by publishers, and by nobody without a token', () => {
    const routes = ofType(local, 'AWS::ApiGatewayV2::Route')
      .map(([, { Properties }]) => Properties)
      .filter(({ RouteKey }) => /\/v1\/journeys\/\{name\}(\/(pause|resume|stop))?$/.test(RouteKey));
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual([
      'GET /v1/journeys/{name}',
      'POST /v1/journeys/{name}/pause',
      'POST /v1/journeys/{name}/resume',
      'POST /v1/journeys/{name}/stop',
    ]);
    for (const route of routes)
      expect(route).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['segue/publisher'] });
  });

  it('are written down by a function that touches no run', () => {
    expect(does('ControlJourney')).toEqual(onState('GetItem', 'Query', 'UpdateItem'));
  });
});

describe('the line of those who entered', () => {
  it('is told of by the table itself, and by a queue as long as something is left', () => {
    const mappings = ofType(local, 'AWS::Lambda::EventSourceMapping')
      .map(([, { Properties }]) => Properties)
      .filter(({ FunctionName }) => FunctionName.Ref === 'ReleaseEntries');
    expect(mappings.map(({ EventSourceArn }) => readable(EventSourceArn)).sort()).toEqual([
      '<Entries.Arn>',
      '<State.StreamArn>',
    ]);
    const patterns = mappings.flatMap(({ FilterCriteria }) => FilterCriteria?.Filters ?? []);
    expect(patterns.map(({ Pattern }) => JSON.parse(Pattern).eventName)).toEqual([['INSERT'], ['MODIFY']]);
  });

  it('is served by a function that can start, call back and stop the runs of this stage, and no others', () => {
    expect(does('ReleaseEntries')).toEqual(
      [
        ...onState('BatchGetItem', 'DeleteItem', 'GetItem', 'Query', 'UpdateItem'),
        ...['ListExecutions', 'SendTaskFailure', 'StartExecution'].map(
          (action) => `states:${action} on ${states}:stateMachine:segue-local-spring-sale`,
        ),
        `states:StopExecution on ${states}:execution:segue-local-spring-sale:*`,
        ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map(
          (action) => `dynamodb:${action} on <State.StreamArn>`,
        ),
        ...['ChangeMessageVisibility', 'DeleteMessage', 'GetQueueAttributes', 'GetQueueUrl', 'ReceiveMessage'].map(
          (action) => `sqs:${action} on <Entries.Arn>`,
        ),
        'sqs:SendMessage on <Entries.Arn>',
      ].sort(),
    );
  });
});
