import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { findFlaw, isObject } from '#core/signal';
import { enrolmentStore } from '../aws/enrolment-store.ts';
import { entryQueue } from '../aws/entry-queue.ts';
import { journeyControl } from '../aws/journey-control.ts';
import { journeyStore } from '../aws/journey-store.ts';
import { keyedHash } from '../aws/keyed-hash.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { profileStore } from '../aws/profile-store.ts';
import { requestStore } from '../aws/request-store.ts';
import { enterByRequest, type Started } from './enter-by-request.ts';
import { StartJourneyEnv } from './start-journey.env.ts';

const env = StartJourneyEnv.parse(process.env);
const journeys = journeyStore(env.STATE_TABLE);
const controls = journeyControl(env.STATE_TABLE);

const Body = z.object({
  customer: z.string().check(z.minLength(1), z.maxLength(256)),
  properties: z._default(z.record(z.string(), z.json()), {}),
});

type Event = APIGatewayProxyEventV2WithJWTAuthorizer;

const longestBody = 65_536;

const readBody = ({ body = '', isBase64Encoded }: Event): z.infer<typeof Body> | string => {
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
  if (Buffer.byteLength(text) > longestBody) return 'The body is over 64 KB.';
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch {
    return 'The body is not JSON. Send {"customer": "<userId>", "properties": {…}}.';
  }
  const flaw = isObject(raw) ? findFlaw(raw) : undefined;
  if (flaw !== undefined) return `${flaw.message} (${flaw.path.replace('detail.', '')})`;
  const parsed = Body.safeParse(raw);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const field = issue?.path.join('.') || 'the body';
  return `\`${field}\` is missing, empty or of the wrong kind. Send {"customer": "<userId>", "properties": {…}}.`;
};

const refusal = (
  name: string,
  { refused, key }: Extract<Started, { refused: string }>,
): APIGatewayProxyStructuredResultV2 => {
  switch (refused) {
    case 'already-open':
      return problem(409, refused, `This customer is in ${name} already, with the same key. Nothing was started.`);
    case 'missing-key':
      return problem(422, refused, `${name} tells its runs apart by \`${key}\`; the request does not carry it.`);
    case 'too-soon-to-reenter':
      return problem(422, refused, `This customer was in ${name} with the same key too recently to enter again.`);
    case 'may-enter-once':
      return problem(422, refused, `This customer was in ${name} with the same key, and it may be entered only once.`);
    case 'not-open-yet':
      return problem(422, refused, `${name} may not be entered yet.`);
    case 'closed':
      return problem(422, refused, `${name} may not be entered any more.`);
    case 'other-request-same-key':
      return problem(
        422,
        refused,
        'This Idempotency-Key was used for another request. Use a new key for a new request.',
      );
  }
};

/** `POST /v1/journeys/{name}/runs`: lets one customer enter a published journey. */
export const handler = observed<Event, APIGatewayProxyStructuredResultV2>('journey', async (event) => {
  const name = event.pathParameters?.['name'] ?? '';
  const body = readBody(event);
  if (typeof body === 'string') return problem(400, 'bad-request', body);
  const live = (await journeys.live()).find(({ journey }) => journey.name === name);
  if (live === undefined) {
    const halted = (await controls.find(name))?.halted;
    if (halted !== undefined) return problem(409, halted, `${name} is ${halted}: nobody enters until it is resumed.`);
  }
  if (live === undefined) return problem(404, 'unknown-journey', `No journey called \`${name}\` is published here.`);
  const hash = await keyedHash(env.KEY_SECRET_ARN);
  const given = event.headers['idempotency-key'];
  const caller = String(event.requestContext.authorizer?.jwt.claims['sub'] ?? '');
  const started = await enterByRequest(
    live,
    {
      ...body,
      request: hash(`idempotency:${caller}:${given ?? randomUUID()}`),
      isRepeatable: given !== undefined,
      now: Date.now(),
    },
    {
      hash,
      enrolments: enrolmentStore(env.STATE_TABLE),
      queue: entryQueue(env.STATE_TABLE),
      profiles: profileStore({ state: env.STATE_TABLE, log: '' }),
      requests: requestStore(env.STATE_TABLE),
    },
  );
  if ('refused' in started) {
    count('StartRefused', started.refused);
    return refusal(name, started);
  }
  logger.info('journey started by request', { journey: name, run: started.run });
  return json(202, started);
});
