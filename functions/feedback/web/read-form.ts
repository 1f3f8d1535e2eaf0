import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** More than any form of ours can hold. */
const LONGEST = 20_000;

const bodyOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): string =>
  isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;

/** The fields of a form that a browser posted; `undefined` for anything else. */
export const readForm = (event: APIGatewayProxyEventV2): URLSearchParams | undefined => {
  const type = (event.headers['content-type'] ?? '').toLowerCase();
  const text = bodyOf(event);
  if (!type.startsWith('application/x-www-form-urlencoded') || text.length > LONGEST) return undefined;
  return new URLSearchParams(text);
};
