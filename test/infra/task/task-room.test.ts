import { describe, expect, it } from 'vitest';
import { grantsOf, ofType, readable, synthesize } from '../synthesized.ts';

const local = synthesize({ stage: 'local' });
const own = synthesize({ issuer: 'https://login.example', audience: 'segue' });
const does = (id: string) => grantsOf(local, id).filter((grant) => !/^(logs|xray):/.test(grant));
const routes = (from: typeof local) =>
  ofType(from, 'AWS::ApiGatewayV2::Route').filter(([, { Properties }]) => Properties['RouteKey'].includes('/v1/tasks'));

describe('tasks', () => {
  it('are open to agents, and to nobody without a token', () => {
    for (const from of [local, own]) {
      expect(
        routes(from)
          .map(([, { Properties }]) => Properties['RouteKey'])
          .sort(),
      ).toEqual(['GET /v1/tasks', 'POST /v1/tasks/{id}']);
      for (const [, { Properties }] of routes(from))
        expect(Properties).toMatchObject({ AuthorizationType: 'JWT', AuthorizationScopes: ['segue/agent'] });
    }
  });

  it('are open to those who sign in with a login of your own, where there is one', () => {
    const [, { Properties }] = routes(own)[0]!;
    const authorizer = own.template.Resources[Properties['AuthorizerId'].Ref]!;
    expect(authorizer.Properties['JwtConfiguration']).toEqual({
      Issuer: 'https://login.example',
      Audience: ['segue'],
    });
  });

  it('are listed by a function that can change nothing', () => {
    expect(does('ListTasks')).toEqual(
      ['BatchGetItem', 'Query'].map((operation) => `dynamodb:${operation} on <State.Arn>`),
    );
  });

  it('are changed by a function that can put no row and read no other table', () => {
    expect(does('ChangeTask')).toEqual(
      ['DeleteItem', 'GetItem', 'UpdateItem'].map((operation) => `dynamodb:${operation} on <State.Arn>`),
    );
  });

  it('are nobody’s business but the API’s: only it may invoke either function', () => {
    const permissions = ofType(local, 'AWS::Lambda::Permission').filter(([, { Properties }]) =>
      /ListTasks|ChangeTask/.test(readable(Properties['FunctionName'])),
    );
    expect(permissions).toHaveLength(2);
    for (const [, { Properties }] of permissions) expect(Properties['Principal']).toBe('apigateway.amazonaws.com');
  });
});
