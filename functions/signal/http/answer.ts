import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Refusal } from '#core/signal';
import { json } from '../../aws/problem.ts';
import type { Unsent } from './put-signals.ts';

/** What is wrong with one call of a request: its place in the batch, the field, and a sentence. */
export type CallError = {
  readonly index: number;
  readonly reason: string;
  readonly field: string;
  readonly message: string;
};

export const errorOf = (index: number, { reason, path, message }: Refusal): CallError => ({
  index,
  reason,
  field: path,
  message,
});

/** Segment's own answer; `refused` only where there is something to say. */
export const accepted = (refused: readonly CallError[]): APIGatewayProxyStructuredResultV2 =>
  json(200, { success: true, ...(refused.length > 0 && { refused }) });

export const badRequest = (errors: readonly CallError[]): APIGatewayProxyStructuredResultV2 =>
  json(400, { success: false, code: 'invalid_request', message: errors[0]?.message, errors });

export const tooLarge = (errors: readonly CallError[]): APIGatewayProxyStructuredResultV2 =>
  json(413, { success: false, code: 'too_large', message: errors[0]?.message, errors });

export const unauthorized = (): APIGatewayProxyStructuredResultV2 =>
  json(401, {
    success: false,
    code: 'unauthorized',
    message: 'Send your write key as the user name of basic authentication.',
  });

/** Segment clients send a request again on a 5xx, under the same ids. */
export const unavailable = (unsent: readonly Unsent[]): APIGatewayProxyStructuredResultV2 =>
  json(503, {
    success: false,
    code: 'unavailable',
    message: 'Not everything could be stored just now: send the request again.',
    errors: unsent.map(({ call: { index, messageId }, reason }) => ({ index, messageId, reason })),
  });
