import '../world/environment.ts';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { StartExecutionCommand } from '@aws-sdk/client-sfn';
import type { APIGatewayProxyEventV2, CloudFormationCustomResourceEvent, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { services } from '../world/calls.ts';
import { tables } from '../world/environment.ts';
import { bus, context, refolds, rowsOf } from '../world/world.ts';

const clock = 'arn:aws:states:eu-central-1:000000000000:stateMachine:segue-test-segment-clock';
const fillQueue = 'https://sqs.eu-central-1.amazonaws.com/000000000000/segue-test-segment-fills';
Object.assign(process.env, { CLOCK_MACHINE: clock, FILL_QUEUE_URL: fillQueue });

/** The minutes an execution waits for, and what is to be filled. */
export const minutes: { readonly name: string; readonly at: string; readonly minute: string }[] = [];
const fills: string[] = [];

export const openOffice = (): void => {
  services.sfn.on(StartExecutionCommand, { stateMachineArn: clock }).callsFake(({ name, input }) => {
    if (!minutes.some((each) => each.name === name)) minutes.push({ name, ...JSON.parse(input) });
    return { executionArn: name };
  });
  services.sqs.on(SendMessageCommand).callsFake(({ QueueUrl, MessageBody }) => {
    (QueueUrl === fillQueue ? fills : refolds).push(MessageBody);
    return { MessageId: 'm' };
  });
};

let answered = { Status: '', Reason: '' };

/** Publishes segments through the function that CloudFormation calls. */
export const publishSegments = async (...segments: readonly object[]): Promise<typeof answered> => {
  const { handler } = await import('../../../functions/segment/publish-segments.ts');
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    answered = JSON.parse(body);
    return new Response('', { status: 200 });
  });
  const event = {
    RequestType: 'Update',
    ResponseURL: 'https://cloudformation.example',
    ResourceProperties: { Segments: JSON.stringify(segments) },
  };
  await handler(event as unknown as CloudFormationCustomResourceEvent, context);
  return answered;
};

/** Works off everything that is to be filled. Answers how many messages that took. */
export const fillAll = async (): Promise<number> => {
  const { handler } = await import('../../../functions/segment/fill-segments.ts');
  let taken = 0;
  for (let body = fills.shift(); body !== undefined; body = fills.shift(), taken++) {
    const { batchItemFailures } = await handler(
      { Records: [{ body, messageId: '1' }] } as unknown as SQSEvent,
      context,
    );
    if (batchItemFailures.length > 0) throw new Error('A fill failed.');
  }
  return taken;
};

/** A minute has come: `2026-02-04T09:01`. */
export const sweep = async (minute: string): Promise<void> => {
  const { handler } = await import('../../../functions/segment/sweep-segments.ts');
  while (!(await handler({ minute }, context)).isDone);
};

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read freely in tests
type Answer = { readonly status: number; readonly body: Record<string, any> };

const call = async (file: string, request: Partial<APIGatewayProxyEventV2>): Promise<Answer> => {
  const { handler } = await import(`../../../functions/segment/${file}.ts`);
  const { statusCode, body } = await handler({ headers: {}, isBase64Encoded: false, ...request }, context);
  return { status: statusCode, body: JSON.parse(body) };
};

export const segments = (): Promise<Answer> => call('list-segments', { routeKey: 'GET /v1/segments' });
export const segment = (name: string): Promise<Answer> =>
  call('list-segments', { routeKey: 'GET /v1/segments/{name}', pathParameters: { name } });
export const members = (name: string, query: Record<string, string> = {}): Promise<Answer> =>
  call('list-segments', {
    routeKey: 'GET /v1/segments/{name}/members',
    pathParameters: { name },
    queryStringParameters: query,
  });
export const upload = (name: string, body: string): Promise<Answer> =>
  call('upload-members', { pathParameters: { name }, body });

/** What was said of somebody's segments on the bus, in order, and every time it was said. */
const details = (customer: string) =>
  bus
    .filter(({ Source, Detail }) => Source === 'segue.profile' && Detail.includes(customer))
    .map(({ Detail }) => JSON.parse(Detail));
export const said = (customer: string): readonly string[] =>
  details(customer).map(({ event, properties }) => `${event}: ${properties.segment}`);
export const saidIds = (customer: string): readonly string[] => details(customer).map(({ messageId }) => messageId);

/** Whether a customer has a row as a member. */
export const isMember = async (name: string, customer: string): Promise<boolean> => {
  const rows = await Promise.all(Array.from('0123456789abcdef', (shard) => rowsOf(`SEG#${name}#${shard}`)));
  return rows.some((shard) => shard.get(customer)?.['isIn'] === true);
};

export const state = tables.state;
