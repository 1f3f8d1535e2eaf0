import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { isObject, MAX_REQUEST_BYTES, own } from '#core/signal';

/** A request before anything in it is believed. */
export type HttpRequest = {
  /** The write key it carries, wherever a Segment client puts it; '' for none. */
  readonly writeKey: string;
  readonly body: Body;
};
type Body = { readonly json: unknown } | { readonly wrong: 'too-large' | 'not-utf-8' | 'not-json' };

/** Segment clients send the write key as user name of basic auth; those in browsers and old ones in the body. */
export const readRequest = (event: APIGatewayProxyEventV2): HttpRequest => {
  const body = bodyOf(event);
  const authorization = event.headers['authorization'];
  if (authorization !== undefined) return { writeKey: userName(authorization), body };
  const inBody = 'json' in body && isObject(body.json) ? own(body.json, 'writeKey') : undefined;
  return { writeKey: typeof inBody === 'string' ? inBody : '', body };
};

const userName = (authorization: string): string => {
  const [, encoded = ''] = /^basic\s+([\w+/=-]+)\s*$/i.exec(authorization) ?? [];
  const [name = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':');
  return name;
};

const bodyOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Body => {
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  if (bytes.length > MAX_REQUEST_BYTES) return { wrong: 'too-large' };
  const text = textOf(bytes);
  if (text === undefined) return { wrong: 'not-utf-8' };
  try {
    return { json: JSON.parse(text) };
  } catch {
    // What it says quotes the text, which may be personal.
    return { wrong: 'not-json' };
  }
};

/** Replacement characters in place of broken bytes would make a name or an id another one. */
const textOf = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
