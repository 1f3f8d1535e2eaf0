import * as z from 'zod';
import { isObject } from '../template/json.ts';
import type { JsonObject } from '../world.ts';

/** What goes back over the wire. */
export type HttpResponse = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: string | Buffer;
};

const given = z.looseObject({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).nullish(),
  cookies: z.array(z.string()).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
});

export const jsonResponse = (status: number, body: unknown): HttpResponse => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
export const message = (status: number, text: string): HttpResponse => jsonResponse(status, { message: text });

/** What `Invoke` answered, as HTTP: a value without `statusCode` is a 200 of JSON, an error or a malformed answer a 500. */
export const responseOf = ({ Payload: payload = null, FunctionError: failed }: JsonObject): HttpResponse => {
  if (failed !== undefined) return INTERNAL;
  if (!isObject(payload) || payload['statusCode'] === undefined)
    return {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: typeof payload === 'string' ? payload : JSON.stringify(payload),
    };
  const parsed = given.safeParse(payload);
  if (!parsed.success) return INTERNAL;
  const { statusCode, headers, cookies, body, isBase64Encoded } = parsed.data;
  const named = Object.entries(headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    status: statusCode,
    headers: {
      'content-type': 'text/plain;charset=UTF-8',
      ...Object.fromEntries(named),
      ...(cookies === null || cookies === undefined ? {} : { 'set-cookie': cookies }),
    },
    body: isBase64Encoded === true ? Buffer.from(body ?? '', 'base64') : (body ?? ''),
  };
};

const INTERNAL = message(500, 'Internal Server Error');
