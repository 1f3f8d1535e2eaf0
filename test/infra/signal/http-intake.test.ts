import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Stack } from 'aws-cdk-lib/core';
import { Template } from 'aws-cdk-lib/assertions';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { describe, expect, it } from 'vitest';
import { Api } from '../../../infra/api.ts';
import { HttpIntake } from '../../../infra/signal/http-intake.ts';
import { readStage } from '../../../infra/stage.ts';
import { grantsOf, type Resource } from '../synthesized.ts';

const stage = readStage((key) => (key === 'stage' ? 'test' : undefined));
const bundle = new Map([['receive-signals', mkdtempSync(join(tmpdir(), 'segue-http-intake-'))]]);

const made = (props: { readonly writeKey?: string } = {}): { Resources: Record<string, Resource> } => {
  const stack = new Stack(new App(), 'Test');
  const api = new Api(stack, 'Api', stage);
  const [bus, refused] = [new EventBus(stack, 'Bus'), new Queue(stack, 'Refused')];
  const { receiveSignals } = new HttpIntake(stack, 'Http', { stage, bundle, bus, refused, ...props });
  api.forProducers(receiveSignals);
  return Template.fromStack(stack).toJSON() as never;
};
const template = made();
const ofType = (type: string, from = template) => Object.entries(from.Resources).filter(([, one]) => one.Type === type);
const calls = ['alias', 'batch', 'group', 'identify', 'page', 'screen', 'track'].map((call) => `POST /v1/${call}`);

describe('signals over HTTP', () => {
  it('come in by the seven calls of Segment, which no authorizer guards: the function asks for the write key', () => {
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => Properties);
    expect(routes.map(({ RouteKey }) => RouteKey).sort()).toEqual(calls);
    expect(new Set(routes.map(({ AuthorizationType }) => AuthorizationType))).toEqual(new Set(['NONE']));
  });

  it('are throttled apart, so that they neither end at the limit of people nor use it up', () => {
    const [[, stageOf]] = ofType('AWS::ApiGatewayV2::Stage') as [[string, Resource & { DependsOn: string[] }]];
    expect(Object.keys(stageOf.Properties['RouteSettings']).sort()).toEqual(calls);
    expect(stageOf.Properties['RouteSettings']['POST /v1/batch']).toEqual({
      ThrottlingRateLimit: 2000,
      ThrottlingBurstLimit: 4000,
    });
    const routes = ofType('AWS::ApiGatewayV2::Route').map(([id]) => id);
    expect(stageOf.DependsOn).toEqual(expect.arrayContaining(routes));
  });

  it('are handled by a function that may do three things, to three resources named to the end', () => {
    const grants = grantsOf({ template } as never, 'ReceiveSignals').filter((grant) => !/^(logs|xray):/.test(grant));
    expect(grants).toEqual([
      expect.stringMatching(/^events:PutEvents on <Bus\w+\.Arn>$/),
      'secretsmanager:GetSecretValue on <WriteKeys>',
      expect.stringMatching(/^sqs:SendMessage on <Refused\w+\.Arn>$/),
    ]);
  });

  it('are written with a key the stack makes up, or with the one a laptop is given', () => {
    const secretOf = (from: typeof template) => from.Resources['WriteKeys']!.Properties;
    expect(secretOf(template)).toMatchObject({
      GenerateSecretString: { PasswordLength: 32, ExcludePunctuation: true },
    });
    expect(secretOf(template)).not.toHaveProperty('SecretString');
    expect(secretOf(made({ writeKey: 'local' }))).toMatchObject({ SecretString: 'local' });
    expect(secretOf(made({ writeKey: 'local' }))).not.toHaveProperty('GenerateSecretString');
  });
});
