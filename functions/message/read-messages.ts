import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { MessageDocument, messageIdOf, type MessageRow, readMessageId, variablesOf } from '#core/message';
import { journeyStore } from '../aws/journey-store.ts';
import { keyedHash } from '../aws/keyed-hash.ts';
import { logger, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { notOne } from '../customer/request/refusals.ts';
import { customerFinder } from '../customer/store/find-customer.ts';
import { messageRows } from './message-rows.ts';
import { messageView, type Template } from './message-view.ts';
import { ReadMessagesEnv } from './read-messages.env.ts';
import { cursorOf, readMany, readOne } from './read-query.ts';

const env = ReadMessagesEnv.parse(process.env);
const rows = messageRows(env.STATE_TABLE);
const journeys = journeyStore(env.STATE_TABLE);

type Answer = APIGatewayProxyStructuredResultV2;

const finder = async () => customerFinder(env.STATE_TABLE, await keyedHash(env.KEY_SECRET_ARN));

/** The message as it was published with the version of the journey that decided; gone with the journey's versions. */
const templateOf = async ({ journey, version, message, channel }: MessageRow): Promise<Template | undefined> => {
  if (version === undefined || (channel !== 'email' && channel !== 'sms' && channel !== 'push')) return undefined;
  try {
    const { messages } = await journeys.version(journey, version);
    const document = MessageDocument.safeParse(messages[message]?.[channel]);
    return document.success ? { source: document.data.source, reads: variablesOf(document.data) } : undefined;
  } catch (error) {
    logger.warn('message without its version', { journey, version, reason: error instanceof Error ? error.name : '' });
    return undefined;
  }
};

const unknownMessage = (): Answer =>
  problem(
    404,
    'unknown-message',
    'There is no message of this id: `GET /v1/messages?customer=…` lists those of a customer.',
  );

const one = async (id: string, query: object): Promise<Answer> => {
  const asked = readOne(query);
  if (typeof asked === 'string') return problem(400, 'bad-request', asked);
  const name = readMessageId(id);
  if (name === undefined) return unknownMessage();
  const row = await rows.find(name);
  if (row === undefined) return unknownMessage();
  return json(200, messageView(row, { zone: asked.zone, template: await templateOf(row) }));
};

/** Another page begins after this message, wherever it stands by now. */
const pageAfter = (all: readonly MessageRow[], after: string | undefined): readonly MessageRow[] => {
  if (after === undefined) return all;
  const [at = '', id = ''] = after.split(' ');
  const found = all.findIndex((row) => messageIdOf(row) === id);
  return found < 0 ? all.filter((row) => row.at < at) : all.slice(found + 1);
};

const many = async (query: object): Promise<Answer> => {
  const asked = readMany(query);
  if (typeof asked === 'string') return problem(400, 'bad-request', asked);
  const found = await (await finder()).find(asked.customer);
  if (found.is !== 'one') return notOne(found);
  const { limit, after, zone } = asked;
  const left = pageAfter(await rows.ofCustomer(found.customer), after);
  const page = left.slice(0, limit);
  const last = page.at(-1);
  const next = last === undefined || left.length <= limit ? {} : { next: cursorOf(`${last.at} ${messageIdOf(last)}`) };
  return json(200, { messages: page.map((row) => messageView(row, { zone })), ...next });
};

/** `GET /v1/messages/{id}` and `GET /v1/messages?customer=…`: what was decided of messages, why, and what became of them. */
export const handler = observed<APIGatewayProxyEventV2, Answer>('message', (event) => {
  const query = event.queryStringParameters ?? {};
  const id = event.pathParameters?.['id'];
  return id === undefined ? many(query) : one(id, query);
});
