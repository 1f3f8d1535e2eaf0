import '../world/environment.ts';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyStructuredResultV2, SQSEvent } from 'aws-lambda';
import { services } from '../world/calls.ts';
import { context } from '../world/world.ts';

const erasureQueue = 'https://sqs.eu-central-1.amazonaws.com/000000000000/segue-test-erasures';
process.env['ERASURE_QUEUE_URL'] = erasureQueue;

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read freely in tests
export type Answer = { readonly code: number; readonly headers: Record<string, unknown>; readonly body: any };

type Asked = {
  readonly route: string;
  readonly path?: Record<string, string>;
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly key?: string | undefined;
};

/** Which function answers a route. */
const fileOf = (route: string): string => {
  if (route.startsWith('DELETE') || route.includes('erasures')) return 'erase-customer';
  if (route.endsWith('/export')) return 'export-customer';
  return route.startsWith('POST') ? 'change-customer' : 'read-customer';
};

/** Somebody with a token of a role, and what the API answers them. */
export const as = (role: 'agent' | 'publisher' | 'operator', sub: string = role) => {
  const call = async ({ route, path, query, body, key }: Asked): Promise<Answer> => {
    const { handler } = await import(`../../../functions/customer/${fileOf(route)}.ts`);
    const event = {
      routeKey: route,
      headers: key === undefined ? {} : { 'idempotency-key': key },
      pathParameters: path,
      queryStringParameters: query,
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      requestContext: { authorizer: { jwt: { claims: { sub, scope: `segue/${role}` } } } },
    };
    const answer: APIGatewayProxyStructuredResultV2 = await handler(event, context);
    return { code: answer.statusCode ?? 0, headers: answer.headers ?? {}, body: JSON.parse(answer.body ?? '{}') };
  };
  const one = '/v1/customers/{id}';
  return {
    card: (id: string, query?: Record<string, string>) =>
      call({ route: `GET ${one}`, path: { id }, ...(query === undefined ? {} : { query }) }),
    find: (query: Record<string, string>) => call({ route: 'GET /v1/customers', query }),
    note: (id: string, body: unknown, key?: string) => call({ route: `POST ${one}/notes`, path: { id }, body, key }),
    pause: (id: string, body: unknown, key?: string) =>
      call({ route: `POST ${one}/pause-promotions`, path: { id }, body, key }),
    leave: (id: string, enrol: string, body: unknown = { reason: 'asked' }, key?: string) =>
      call({ route: `POST ${one}/journeys/{enrol}/leave`, path: { id, enrol }, body, key }),
    export: (id: string, after?: string) =>
      call({ route: `GET ${one}/export`, path: { id }, ...(after === undefined ? {} : { query: { after } }) }),
    erase: (id: string) => call({ route: `DELETE ${one}`, path: { id } }),
    receipt: (receipt: string) => call({ route: 'GET /v1/erasures/{receipt}', path: { receipt } }),
  };
};

/** The queue of erasures: what it was told, and not yet brought. */
export const erasures: { readonly body: string; readonly delay: number }[] = [];
services.sqs
  .on(SendMessageCommand, { QueueUrl: erasureQueue })
  .callsFake(({ MessageBody, DelaySeconds = 0 }: { MessageBody: string; DelaySeconds?: number }) => {
    erasures.push({ body: MessageBody, delay: DelaySeconds });
    return { MessageId: 'erasure' };
  });

/** The queue brings everything it was told; what fails comes again. @returns how many failed */
export const perform = async (): Promise<number> => {
  const { handler } = await import('../../../functions/customer/perform-erasure.ts');
  const brought = erasures.splice(0);
  const Records = brought.map(({ body }, i) => ({ body, messageId: String(i) }));
  const { batchItemFailures } = await handler({ Records } as unknown as SQSEvent, context);
  for (const { itemIdentifier } of batchItemFailures) erasures.push(brought[Number(itemIdentifier)]!);
  return batchItemFailures.length;
};
