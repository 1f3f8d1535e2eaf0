import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, SQSEvent } from 'aws-lambda';
import type { Somebody } from '../world/customer.ts';
import { services } from '../world/calls.ts';
import { entriesQueue } from '../world/environment.ts';
import { at, context, minute, rowsOf } from '../world/world.ts';

/** What came back: `code` is the status of HTTP. */
export type Answer = { readonly code: number; readonly [field: string]: unknown };

type Request = {
  readonly route: string;
  readonly path: Record<string, string>;
  readonly body?: object;
  readonly key?: string;
};

const event = ({ route, path, body, key }: Request) =>
  ({
    routeKey: route,
    pathParameters: path,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: key === undefined ? {} : { 'idempotency-key': key },
    requestContext: { authorizer: { jwt: { claims: { sub: 'shop' } } } },
  }) as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;

/** `POST /v1/journeys/{journey}/runs` */
export const ask = async (who: Somebody, journey: string, key?: string): Promise<Answer> => {
  const { handler } = await import('../../../functions/journey/start-journey.ts');
  const path = { name: journey };
  const request = {
    route: 'POST /v1/journeys/{name}/runs',
    path,
    body: { customer: who.user },
    ...(key === undefined ? {} : { key }),
  };
  const { statusCode = 0, body } = await handler(event(request), context);
  return { ...JSON.parse(body ?? '{}'), code: statusCode };
};

/** `POST /v1/journeys/{journey}/pause|resume|stop`, and `GET /v1/journeys/{journey}` without an action. */
export const control = async (journey: string, action?: string, body?: object): Promise<Answer> => {
  const { handler } = await import('../../../functions/journey/control/control-journey.ts');
  const route = action === undefined ? 'GET /v1/journeys/{name}' : `POST /v1/journeys/{name}/${action}`;
  const answer = await handler(
    event({ route, path: { name: journey }, ...(body === undefined ? {} : { body }) }),
    context,
  );
  return { ...JSON.parse(answer.body ?? '{}'), code: answer.statusCode ?? 0 };
};

/** The queue in which the function that starts, releases and stops asks for its next call. */
export const ticks: { readonly journey: string; readonly at: number }[] = [];
services.sqs
  .on(SendMessageCommand, { QueueUrl: entriesQueue })
  .callsFake(({ MessageBody }: { MessageBody: string }) => {
    ticks.push(JSON.parse(MessageBody));
    return { MessageId: 'tick' };
  });

const isCalled = async (records: readonly object[]): Promise<void> => {
  const { handler } = await import('../../../functions/journey/control/release-entries.ts');
  if (records.length > 0) await handler({ Records: records } as unknown as SQSEvent, context);
};

/** The State table's stream tells of rows of a journey: in line, standing still, or its own. */
export const streamTells = async (journey: string): Promise<void> => {
  const keys = [
    ...(await inLine(journey)).map(() => ({ pk: { S: `PENDING#${journey}` }, sk: { S: 'x' } })),
    ...(await inLine(journey, 'HELD')).map(() => ({ pk: { S: `HELD#${journey}` }, sk: { S: 'x' } })),
    { pk: { S: 'JOURNEYS' }, sk: { S: journey } },
  ];
  await isCalled(keys.map((Keys) => ({ eventName: 'INSERT', dynamodb: { Keys } })));
};

/** A minute later: the queue brings what was asked for, at least once; where nothing was, nobody calls. */
export const minutePasses = async (): Promise<void> => {
  at(Date.now() - (Date.now() % minute) + minute + 500);
  const due = ticks.filter((tick) => tick.at <= Date.now());
  await isCalled(due.map((tick) => ({ body: JSON.stringify(tick) })));
  // A call that failed comes again.
  for (const tick of due) ticks.splice(ticks.indexOf(tick), 1);
};

export const inLine = async (journey: string, queue = 'PENDING'): Promise<readonly string[]> =>
  [...(await rowsOf(`${queue}#${journey}`)).values()].map(({ customer }) => String(customer));
