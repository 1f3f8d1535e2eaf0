import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import * as z from 'zod/mini';
import { keyedHash } from '../aws/keyed-hash.ts';
import { linkStore } from '../aws/link-store.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { problem } from '../aws/problem.ts';
import { profileStore } from '../aws/profile-store.ts';
import { ExportCustomerEnv } from './export-customer.env.ts';
import { callerOf, type Event } from './request/caller.ts';
import { packed } from './request/packed.ts';
import { notOne } from './request/refusals.ts';
import { type ExportPlace, exportPages } from './store/export-pages.ts';
import { customerFinder } from './store/find-customer.ts';
import { readLog } from './store/read-log.ts';

const env = ExportCustomerEnv.parse(process.env);
const log = readLog(env.STATE_TABLE);
const profiles = profileStore({ state: env.STATE_TABLE, log: env.LOG_TABLE });

const Place = z.object({
  whose: z.number().check(z.int(), z.gte(0)),
  table: z.enum(['state', 'log', 'ids']),
  after: z.string(),
  asOf: z.string(),
});

const cursorOf = (place: ExportPlace): string => Buffer.from(JSON.stringify(place)).toString('base64url');
const placeOf = (cursor: string): ExportPlace | undefined => {
  try {
    return Place.safeParse(JSON.parse(Buffer.from(cursor, 'base64url').toString())).data;
  } catch {
    // No cursor of ours.
    return undefined;
  }
};

/** `GET /v1/customers/{id}/export`: all that is kept of a customer, page by page, the same data always in the same form. */
export const handler = observed<Event, APIGatewayProxyStructuredResultV2>('profile', async (event) => {
  const { by } = callerOf(event);
  if (by === '') return problem(403, 'nobody', 'The token names nobody: it has neither `sub` nor `client_id`.');
  const { after } = event.queryStringParameters ?? {};
  const given = after === undefined ? undefined : placeOf(after);
  if (after !== undefined && given === undefined)
    return problem(400, 'bad-request', '`after` is what an earlier page gave as `next`.');
  const hash = await keyedHash(env.KEY_SECRET_ARN);
  const found = await customerFinder(env.STATE_TABLE, hash).find(event.pathParameters?.['id'] ?? '');
  if (found.is !== 'one') return notOne(found);
  const now = Date.now();
  const asOf = new Date(now).toISOString();
  const place: ExportPlace = given ?? { whose: 0, table: 'state', after: '', asOf };
  const customers = await linkStore(env.STATE_TABLE).partitionsOf(found.customer);
  const stored = await profiles.readMany(customers);
  const page = await exportPages({ state: env.STATE_TABLE, log: env.LOG_TABLE }, hash).page(
    customers,
    place,
    new Map([...stored].map(([customer, { profile }]) => [customer, profile])),
  );
  await log(found.customer, { by, fields: ['export'], at: now });
  count('CustomerExported');
  logger.info('customer exported', { customer: found.customer, by, rows: page.rows.length });
  const next = page.next === undefined ? {} : { next: cursorOf(page.next) };
  return packed(event, { customer: found.customer, asOf: place.asOf, rows: page.rows, ...next });
});
