import { afterEach, expect, test } from 'vitest';
import { openFront, type Front } from '../../../local/front/open-front.ts';
import { outside } from '../../../local/iam/access-control.ts';
import { createLambda } from '../../../local/lambda/create-lambda.ts';
import { makeWorld } from '../template/make-world.ts';

const open: Front[] = [];
afterEach(async () => {
  for (const front of open.splice(0)) await front.close();
});

const INBOX = 'arn:aws:sqs:us-east-1:000000000000:inbox';

/** A ground with one function, asked as an SDK asks: signed, over HTTP. */
const ground = async () => {
  const made = makeWorld({
    resources: {
      Role: ['AWS::IAM::Role', {}],
      Greet: [
        'AWS::Lambda::Function',
        {
          FunctionName: 'greet',
          Code: { S3Key: 'a.zip' },
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          MemorySize: 256,
          Environment: { Variables: { SHOP: 'one' } },
        },
      ],
      Inbox: ['AWS::SQS::Queue', { QueueName: 'inbox' }],
      Feed: [
        'AWS::Lambda::EventSourceMapping',
        { FunctionName: { Ref: 'Greet' }, EventSourceArn: { 'Fn::GetAtt': ['Inbox', 'Arn'] }, BatchSize: 5 },
      ],
    },
    assets: {
      a: `export const handler = async (event) => { if (event.fail) throw new Error('no'); return { hello: event.name }; };`,
    },
  });
  const lambda = createLambda(made.world, { awsUrl: '', access: made.access, matches: () => true, logs: () => {} });
  made.router.add(lambda.service);
  const front = await openFront({
    port: 0,
    router: made.router,
    clock: made.world.clock,
    callerOf: () => outside,
    note: () => undefined,
  });
  open.push(front);
  const authorization =
    'AWS4-HMAC-SHA256 Credential=any/20260105/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=0';
  return (path: string, init: RequestInit = {}) =>
    fetch(`${front.url}/2015-03-31/${path}`, { ...init, headers: { authorization, ...init.headers } });
};
const invoke = { method: 'POST', body: '{"name":"Ann"}' };

test('an SDK invokes a function and reads its answer', async () => {
  const ask = await ground();
  const answer = await ask('functions/greet/invocations', invoke);
  expect([answer.status, answer.headers.get('x-amz-executed-version'), await answer.json()]).toEqual([
    200,
    '$LATEST',
    { hello: 'Ann' },
  ]);
  const failed = await ask('functions/greet/invocations', { ...invoke, body: '{"fail":true}' });
  expect([failed.status, failed.headers.get('x-amz-function-error'), await failed.json()]).toMatchObject([
    200,
    'Unhandled',
    { errorMessage: 'no' },
  ]);
});

test('an SDK hands over an event and does not wait', async () => {
  const ask = await ground();
  const answer = await ask('functions/greet/invocations', { ...invoke, headers: { 'x-amz-invocation-type': 'Event' } });
  expect([answer.status, await answer.text()]).toEqual([202, '']);
});

test('an SDK is told that a function is not there', async () => {
  const ask = await ground();
  const answer = await ask('functions/nobody/invocations', invoke);
  expect([answer.status, answer.headers.get('x-amzn-errortype')]).toEqual([404, 'ResourceNotFoundException']);
});

test('an SDK lists the functions and what feeds them', async () => {
  const ask = await ground();
  const read = async (path: string) => (await ask(path)).json();
  const greet = { FunctionName: 'greet', MemorySize: 256, Timeout: 3, Environment: { Variables: { SHOP: 'one' } } };
  expect(await read('functions')).toMatchObject({ Functions: [greet] });
  expect(await read('functions/greet')).toMatchObject({ Configuration: greet });
  expect(await read('functions/greet/configuration')).toMatchObject(greet);
  const feeds = await read('event-source-mappings?FunctionName=greet');
  expect(feeds).toMatchObject({ EventSourceMappings: [{ EventSourceArn: INBOX, BatchSize: 5, State: 'Enabled' }] });
  expect(await read('event-source-mappings?EventSourceArn=arn:aws:sqs:x')).toEqual({ EventSourceMappings: [] });
});
