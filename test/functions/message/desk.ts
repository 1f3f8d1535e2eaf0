import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { context } from '../world/world.ts';

export type Answer = { readonly status: number; readonly body: Record<string, unknown> };

/** What the API says to somebody who asks. */
export const ask = async (
  file: 'read-messages' | 'read-webhook-key',
  { id, query = {}, claims = { sub: 'ben' } }: { id?: string; query?: Record<string, string>; claims?: object } = {},
): Promise<Answer> => {
  const { handler } = await import(`../../../functions/message/${file}.ts`);
  const event = {
    version: '2.0',
    headers: {},
    isBase64Encoded: false,
    queryStringParameters: query,
    ...(id === undefined ? {} : { pathParameters: { id } }),
    requestContext: { authorizer: { jwt: { claims, scopes: ['segue/agent'] } } },
  } as unknown as APIGatewayProxyEventV2WithJWTAuthorizer;
  const { statusCode, body } = await handler(event, context);
  return { status: statusCode, body: JSON.parse(body) };
};
