import { expect, test } from 'vitest';
import { grantsOf, ofType, synthesize } from '../synthesized.ts';

const stack = synthesize({ stage: 'local' });

test('publishers alone see and turn the switches', () => {
  const routes = ofType(stack, 'AWS::ApiGatewayV2::Route').filter(([, { Properties }]) =>
    Properties['RouteKey'].endsWith('/v1/switches'),
  );
  expect(routes.map(([, { Properties }]) => Properties['RouteKey']).sort()).toEqual([
    'GET /v1/switches',
    'POST /v1/switches',
  ]);
  for (const [, { Properties }] of routes)
    expect(Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['segue/publisher'] });
});

test('the function behind them can take no row away', () => {
  const does = grantsOf(stack, 'SwitchChannels').filter((grant) => !/^(logs|xray):/.test(grant));
  expect(does).toEqual(['PutItem', 'Query'].map((operation) => `dynamodb:${operation} on <State.Arn>`));
});
