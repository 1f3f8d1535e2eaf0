import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { SESClient, SendRawEmailCommand } from '@aws-sdk/client-ses';
import { SFNClient, StartExecutionCommand } from '@aws-sdk/client-sfn';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, expect, test, vi } from 'vitest';
import { credentialScope } from '../../../local/front/credential-scope.ts';
import type { WireRequest } from '../../../local/front/protocol/wire.ts';
import { sdkTransport } from '../../../local/front/sdk-transport.ts';

const asked: WireRequest[] = [];
const transport = sdkTransport(async (request) => {
  asked.push(request);
  return { status: 200, headers: {}, body: '' };
});

afterEach(() => vi.unstubAllEnvs());

/** Who asks which service, as the front reads it. */
const scopeOf = async (accessKeyId: string, call: (config: object) => Promise<unknown>) => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', accessKeyId);
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'x');
  await call({ ...transport, region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' }).catch(() => undefined);
  return credentialScope(asked.at(-1)!);
};

const calls = {
  dynamodb: (config: object) =>
    new DynamoDBClient(config).send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } })),
  ses: (config: object) =>
    new SESClient(config).send(new SendRawEmailCommand({ RawMessage: { Data: Buffer.from('hi') } })),
  states: (config: object) => new SFNClient(config).send(new StartExecutionCommand({ stateMachineArn: 'm' })),
  sqs: (config: object) => new SQSClient(config).send(new SendMessageCommand({ QueueUrl: 'q', MessageBody: 'm' })),
};

test.each(Object.entries(calls))(
  'a call of %s without a signature says who asks which service',
  async (service, call) => {
    expect(await scopeOf('ASIAONE', call)).toEqual({ accessKeyId: 'ASIAONE', service });
  },
);

test('whoever calls with the same client next is known by their own key', async () => {
  const config: object = { ...transport, region: 'eu-west-1', endpoint: 'http://127.0.0.1:1' };
  const client = new DynamoDBClient(config);
  const call = () => client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'a' } } }));
  expect(await scopeOf('ASIAONE', call)).toMatchObject({ accessKeyId: 'ASIAONE' });
  expect(await scopeOf('ASIATWO', call)).toMatchObject({ accessKeyId: 'ASIATWO' });
});

test('a key is not forgotten where the scope names no service', () => {
  const authorization = 'AWS4-HMAC-SHA256 Credential=ASIAONE/20260101/us-east-1//aws4_request';
  const headers = { authorization, 'x-amz-target': 'AWSEvents.PutEvents' };
  expect(credentialScope({ method: 'POST', url: '/', headers, body: Buffer.alloc(0) })).toEqual({
    accessKeyId: 'ASIAONE',
    service: 'events',
  });
});
