import { AwsError, type Json, type JsonObject } from '../../world.ts';
import { isObject } from '../../template/json.ts';

/** One HTTP request, its body read. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

export interface WireResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

/** A request whose operation is known. */
export interface Asked {
  readonly service: string;
  readonly operation: string;
  readonly input: JsonObject;
}

/** One of AWS's ways to write requests and answers down. */
export interface Protocol {
  read(request: WireRequest, service: string): Asked;
  answer(asked: Asked, output: JsonObject, requestId: string): WireResponse;
  refuse(error: AwsError, service: string, requestId: string): WireResponse;
}

export function parseObject(body: WireRequest['body']): JsonObject {
  if (body.length === 0) return {};
  let parsed: Json;
  try {
    parsed = JSON.parse(body.toString());
  } catch (error) {
    throw new AwsError('SerializationException', `The request body is not JSON: ${String(error)}`);
  }
  return isObject(parsed) ? parsed : {};
}
