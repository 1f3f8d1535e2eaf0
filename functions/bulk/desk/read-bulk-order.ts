import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import * as z from 'zod/mini';

/** What a bulk may be sent at, a second. */
export const mostPerSecond = 1000;

const name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,39}$/));

const Start = z.strictObject({
  name,
  campaign: name,
  segment: name,
  perSecond: z.number().check(z.int(), z.gte(1), z.lte(mostPerSecond)),
});
/** Which message goes to whom, and how fast. */
export type Start = z.infer<typeof Start>;

const expected =
  'Send {"name": "…", "campaign": "…", "segment": "…", "perSecond": n}: names in lower-case words with hyphens, ' +
  `n a whole number from 1 to ${mostPerSecond}.`;

/** What a request wants to be started, or a sentence on what is wrong with it. */
export const readStart = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Start | string => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  try {
    const start = Start.safeParse(JSON.parse(text));
    if (start.success) return start.data;
    const field = start.error.issues[0]?.path.join('.') || 'the body';
    return `\`${field}\` is missing, unknown or of the wrong kind. ${expected}`;
  } catch {
    return `The body is not JSON. ${expected}`;
  }
};

export type Action = 'pause' | 'resume' | 'cancel';

export const actionOf = ({ routeKey }: APIGatewayProxyEventV2): Action | undefined => {
  const last = routeKey.slice(routeKey.lastIndexOf('/') + 1);
  return last === 'pause' || last === 'resume' || last === 'cancel' ? last : undefined;
};
