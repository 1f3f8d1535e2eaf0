import * as z from 'zod';
import { count, flag } from '../events/operation.ts';
import type { HttpRequest } from './lambda-event.ts';
import type { HttpResponse } from './lambda-response.ts';

const list = z.array(z.string()).default([]);
export const corsConfiguration = z.strictObject({
  AllowCredentials: flag.default(false),
  AllowHeaders: list,
  AllowMethods: list,
  AllowOrigins: list,
  ExposeHeaders: list,
  MaxAge: count.optional(),
});
export type Cors = z.output<typeof corsConfiguration>;

/** API Gateway's own answer to a preflight request; `undefined` when this is none. */
export const preflight = (cors: Cors | undefined, { method, headers }: HttpRequest): HttpResponse | undefined => {
  if (cors === undefined || method !== 'OPTIONS' || headers['access-control-request-method'] === undefined)
    return undefined;
  const allowed = allowedOrigin(cors, headers['origin']);
  return {
    status: 204,
    headers:
      allowed === undefined
        ? {}
        : {
            'access-control-allow-origin': allowed,
            'access-control-allow-methods': cors.AllowMethods.join(','),
            'access-control-allow-headers': cors.AllowHeaders.join(','),
            ...(cors.MaxAge === undefined ? {} : { 'access-control-max-age': String(cors.MaxAge) }),
            ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
          },
    body: '',
  };
};

/** A response with the headers that let a page of an allowed origin read it. */
export const withCors = (cors: Cors | undefined, { headers }: HttpRequest, response: HttpResponse): HttpResponse => {
  const allowed = cors === undefined ? undefined : allowedOrigin(cors, headers['origin']);
  if (cors === undefined || allowed === undefined) return response;
  return {
    ...response,
    headers: {
      ...response.headers,
      'access-control-allow-origin': allowed,
      ...(cors.ExposeHeaders.length === 0 ? {} : { 'access-control-expose-headers': cors.ExposeHeaders.join(',') }),
      ...(cors.AllowCredentials ? { 'access-control-allow-credentials': 'true' } : {}),
    },
  };
};

const allowedOrigin = ({ AllowOrigins }: Cors, origin: string | undefined): string | undefined => {
  if (origin === undefined) return undefined;
  if (AllowOrigins.includes('*')) return '*';
  return AllowOrigins.includes(origin) || AllowOrigins.includes(`${origin.split('//')[0]}//*`) ? origin : undefined;
};
