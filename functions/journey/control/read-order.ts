import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';

/** How many of those who stood still go on in a minute, unless the order says otherwise. */
export const usualPerMinute = 1000;

/** One call of the function that releases them can do so many. */
const mostPerMinute = 5000;

const Resume = z.strictObject({
  perMinute: z._default(z.number().check(z.int(), z.gte(1), z.lte(mostPerMinute)), usualPerMinute),
});

/** What an operator wants of a journey. */
export type Order = { readonly action: 'pause' | 'stop' } | { readonly action: 'resume'; readonly perMinute: number };

const readBody = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): unknown => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  return text.trim() === '' ? {} : JSON.parse(text);
};

const wrongBody = `Send nothing, or {"perMinute": n} with a whole number from 1 to ${mostPerMinute}.`;

/** The order of a request, or a sentence on what is wrong with it. */
export const readOrder = (event: APIGatewayProxyEventV2): Order | string => {
  const action = event.routeKey.slice(event.routeKey.lastIndexOf('/') + 1);
  if (action === 'pause' || action === 'stop') return { action };
  try {
    const parsed = Resume.safeParse(readBody(event));
    return parsed.success ? { action: 'resume', perMinute: parsed.data.perMinute } : wrongBody;
  } catch {
    return `The body is not JSON. ${wrongBody}`;
  }
};
