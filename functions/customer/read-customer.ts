import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { nextActionsOf } from '#core/customer';
import { isChannel } from '#core/profile';
import { journeyStore } from '../aws/journey-store.ts';
import { keyedHash } from '../aws/keyed-hash.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { problem } from '../aws/problem.ts';
import type { CardStores } from './card/card-facts.ts';
import { makeCard } from './card/make-card.ts';
import { deployedActions } from './deployed-actions.ts';
import { ReadCustomerEnv } from './read-customer.env.ts';
import { callerOf, type Event } from './request/caller.ts';
import { packed } from './request/packed.ts';
import { readCardQuery } from './request/read-card-query.ts';
import { notOne } from './request/refusals.ts';
import { cardRows } from './store/card-rows.ts';
import { customerFinder, type Found, type IdKind } from './store/find-customer.ts';
import { readLog } from './store/read-log.ts';

const env = ReadCustomerEnv.parse(process.env);

const confirm = env.CONFIRM.split(',');
const stores: CardStores = {
  rows: cardRows({ state: env.STATE_TABLE, log: env.LOG_TABLE }),
  journeys: journeyStore(env.STATE_TABLE),
  suggest: nextActionsOf(deployedActions(), confirm),
  confirm,
  sends: {
    configured: env.CHANNELS.split(',').filter(isChannel),
    // Whom an allow-list names is not asked here: a card tells what the journey would do.
    sending: { mode: env.SENDING === 'off' ? 'off' : 'live', allowed: [] },
  },
};
const log = readLog(env.STATE_TABLE);

const lookups: { readonly [parameter: string]: IdKind } = {
  email: 'email',
  phone: 'phone',
  externalId: 'external',
  userId: 'user',
  anonymousId: 'anonymous',
};

/** By the id in the path, else by the one parameter that says what somebody is known by. */
const findIn = async ({ pathParameters, queryStringParameters: query = {} }: Event): Promise<Found | string> => {
  const finder = customerFinder(env.STATE_TABLE, await keyedHash(env.KEY_SECRET_ARN));
  const id = pathParameters?.['id'];
  const given = Object.keys(lookups).filter((name) => query[name] !== undefined);
  const [name, another] = given;
  if (id !== undefined)
    return name === undefined ? finder.find(id) : `The path names a customer already: leave \`${name}\` out.`;
  const kind = name === undefined ? undefined : lookups[name];
  if (name === undefined || another !== undefined || kind === undefined)
    return `Say by what you look for somebody, by one of ${Object.keys(lookups).join(', ')}: /v1/customers?email=lea@example.com.`;
  return finder.findBy(kind, query[name] ?? '');
};

/** `GET /v1/customers/{id}` and `GET /v1/customers?email=…`: all that is known of a customer, and what comes next. */
export const handler = observed<Event, APIGatewayProxyStructuredResultV2>('profile', async (event) => {
  const caller = callerOf(event);
  if (caller.by === '') return problem(403, 'nobody', 'The token names nobody: it has neither `sub` nor `client_id`.');
  const query = readCardQuery(event.queryStringParameters);
  if (typeof query === 'string') return problem(400, 'bad-request', query);
  const found = await findIn(event);
  if (typeof found === 'string') return problem(400, 'bad-request', found);
  if (found.is !== 'one') return notOne(found);
  const { customer } = found;
  const now = Date.now();
  const fields = [...query.fields];
  const [card] = await Promise.all([
    makeCard({ ...query, customer, now, mayReadPersonal: caller.mayReadPersonal }, stores),
    log(customer, { by: caller.by, fields, at: now }),
  ]);
  count('CardRead');
  logger.info('card read', { customer, by: caller.by, fields: fields.length });
  return packed(event, card);
});
