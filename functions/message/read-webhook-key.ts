import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { keyedHash } from '../aws/keyed-hash.ts';
import { logger, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { webhookKey } from '../aws/webhook.ts';
import { ReadWebhookKeyEnv } from './read-webhook-key.env.ts';

const env = ReadWebhookKeyEnv.parse(process.env);

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

/** `GET /v1/webhook-key`: what whoever receives webhooks checks their signature with. Who read it stands in the log. */
export const handler = observed<Event, APIGatewayProxyStructuredResultV2>('message', async ({ requestContext }) => {
  const { sub, client_id: client } = requestContext.authorizer?.jwt.claims ?? {};
  const by = String(sub ?? client ?? '');
  if (by === '') return problem(403, 'nobody', 'The token names nobody: it has neither `sub` nor `client_id`.');
  logger.info('webhook key read', { by });
  return json(200, {
    key: webhookKey(await keyedHash(env.KEY_SECRET_ARN)),
    header: 'segue-signature',
    signs: 'HMAC-SHA256, in hexadecimal, of <t>.<body> with the key; the header is t=<seconds>,v1=<signature>',
  });
});
