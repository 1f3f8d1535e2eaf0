import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A refusal over HTTP. @see https://www.rfc-editor.org/rfc/rfc9457 */
export const problem = (status: number, reason: string, detail: string): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': 'application/problem+json' },
  body: JSON.stringify({ status, title: reason, detail }),
});

export const json = (status: number, body: unknown): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
