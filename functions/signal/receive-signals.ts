import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { type CallEvent, MAX_REQUEST_BYTES, type ReadCall, readCalls } from '#core/signal';
import { count, logger, observed } from '../aws/observed.ts';
import { refusedQueue } from '../aws/sqs-refused-queue.ts';
import { accepted, badRequest, type CallError, errorOf, tooLarge, unauthorized, unavailable } from './http/answer.ts';
import { signalBus } from './http/put-signals.ts';
import { readRequest } from './http/read-request.ts';
import { ReceiveSignalsEnv } from './receive-signals.env.ts';
import { writeKeys } from './http/write-keys.ts';

const env = ReceiveSignalsEnv.parse(process.env);
const isWriteKey = writeKeys(env.WRITE_KEY_SECRET_ARN);
const put = signalBus(env.BUS_NAME);
const refused = refusedQueue(env.REFUSED_QUEUE_URL);

const WRONG = {
  'not-json': 'The body is not JSON.',
  'not-utf-8': 'The body is not UTF-8.',
  'too-large': `The body is over ${MAX_REQUEST_BYTES / 1024} KB.`,
} as const;

const receive = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const now = event.requestContext.timeEpoch;
  const { writeKey, body } = readRequest(event);
  if (writeKey === '' || !(await isWriteKey(writeKey, now))) {
    count('WriteKeyRefused');
    return unauthorized();
  }
  if ('wrong' in body) return refuse([{ index: 0, reason: body.wrong, field: '$', message: WRONG[body.wrong] }]);
  const { calls, refusal } = readCalls(event.rawPath.split('/').at(-1) ?? '', body.json, now);
  return refusal ? refuse([errorOf(0, refusal)]) : pass(calls);
};

/** Nothing of the request is taken. */
const refuse = (errors: readonly CallError[]): APIGatewayProxyStructuredResultV2 => {
  countRefused(errors);
  const [first] = errors;
  return errors.length === 1 && first?.reason === 'too-large' ? tooLarge(errors) : badRequest(errors);
};

/** Good calls go on, whatever stands beside them. */
const pass = async (calls: readonly ReadCall[]): Promise<APIGatewayProxyStructuredResultV2> => {
  const good = calls.filter(({ refusal }) => refusal === undefined);
  const bad = calls.flatMap(({ index, event, refusal }) => (refusal ? [{ index, event, refusal }] : []));
  const errors = bad.map(({ index, refusal }) => errorOf(index, refusal));
  if (good.length === 0 && bad.length > 0) return refuse(errors);
  const unsent = await put(good);
  count('SignalReceived', undefined, good.length - unsent.length);
  if (unsent.length > 0) {
    logger.error('Signals were not put on the bus', { signals: unsent.length, reason: unsent[0]?.reason });
    return unavailable(unsent);
  }
  // Clients do not read what a 200 says, so that it is kept here as well.
  await Promise.all(bad.map(({ event, refusal }) => refused.park(textOf(event), refusal)));
  countRefused(errors);
  return accepted(errors);
};

const countRefused = (errors: readonly CallError[]): void => {
  for (const [reason, all] of Map.groupBy(errors, ({ reason }) => reason)) count('SignalRefused', reason, all.length);
};

/** JSON without the two code points a queue does not take. */
const textOf = (event: CallEvent): string =>
  JSON.stringify(event).replaceAll(/[\uFFFE\uFFFF]/g, (none) => `\\u${none.charCodeAt(0).toString(16)}`);

/**
 * `POST /v1/track`, `identify`, `page`, `screen`, `group`, `alias` and `batch`, as Segment's HTTP API: any Segment client reaches us by
 * its `host`. An answer of 200 means that the signals are on the bus; what became of them after a 5xx, the same ids make harmless.
 * @see https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/
 */
export const handler = observed('signal', receive);
