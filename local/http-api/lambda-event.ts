import { randomUUID } from 'node:crypto';
import type { JsonObject, World } from '../world.ts';
import type { FoundRoute } from './api-routes.ts';

/** One HTTP request with its body read; header names in lower case. */
export type HttpRequest = {
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly sourceIp: string;
};

/**
 * The event of payload format 2.0.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export const lambdaEvent = (
  { stack, clock }: Pick<World, 'stack' | 'clock'>,
  { method, url, headers, body, sourceIp }: HttpRequest,
  { route, params, jwt }: FoundRoute & { readonly jwt: JsonObject | undefined },
): JsonObject => {
  const { cookie, ...others } = headers;
  const names = [...new Set(url.searchParams.keys())];
  const isText = TEXT.test(headers['content-type'] ?? 'text/plain');
  return {
    version: '2.0',
    routeKey: route.routeKey,
    rawPath: url.pathname,
    rawQueryString: url.search.slice(1),
    ...(cookie === undefined ? {} : { cookies: cookie.split('; ') }),
    headers: others,
    ...(names.length === 0
      ? {}
      : {
          queryStringParameters: Object.fromEntries(
            names.map((name) => [name, url.searchParams.getAll(name).join(',')]),
          ),
        }),
    requestContext: {
      accountId: stack.account,
      apiId: route.apiId,
      ...(jwt === undefined ? {} : { authorizer: { jwt } }),
      domainName: headers['host'] ?? 'localhost',
      domainPrefix: route.apiId,
      http: {
        method,
        path: url.pathname,
        protocol: 'HTTP/1.1',
        sourceIp,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId: randomUUID(),
      routeKey: route.routeKey,
      stage: '$default',
      time: commonLogTime(clock.now()),
      timeEpoch: clock.now(),
    },
    ...(Object.keys(params).length === 0 ? {} : { pathParameters: params }),
    ...(body.length === 0 ? {} : { body: isText ? body.toString('utf8') : body.toString('base64') }),
    isBase64Encoded: body.length > 0 && !isText,
  };
};

const TEXT = /^(text\/.*|application\/(json|javascript|xml|x-www-form-urlencoded|[^;]*\+(json|xml)))\s*(;|$)/i;

/** `05/Jan/2026:09:00:00 +0000` */
const commonLogTime = (at: number): string => {
  const [, day, month, year, time] = /^\w+, (\d\d) (\w{3}) (\d{4}) ([\d:]{8})/.exec(new Date(at).toUTCString()) ?? [];
  return `${day}/${month}/${year}:${time} +0000`;
};
