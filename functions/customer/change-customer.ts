import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { isOpen } from '#core/journey';
import * as z from 'zod/mini';
import type { StoredRun } from '../aws/enrolment-store.ts';
import { keyedHash, type KeyedHash } from '../aws/keyed-hash.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { finish } from '../aws/runs.ts';
import { type Action, type Acting, writesOf } from './act-for-customer.ts';
import { ChangeCustomerEnv } from './change-customer.env.ts';
import { callerOf, type Event } from './request/caller.ts';
import { readBody } from './request/read-body.ts';
import { notOne } from './request/refusals.ts';
import { actionWrites } from './store/action-writes.ts';
import { doneOnce, type Request } from './store/done-once.ts';
import { customerFinder } from './store/find-customer.ts';
import { runsOf } from './store/runs-of.ts';

const env = ChangeCustomerEnv.parse(process.env);
const writes = actionWrites(env.STATE_TABLE);
const requests = doneOnce(env.STATE_TABLE);

const words = z.string().check(z.minLength(1), z.maxLength(2000));
const Pause = z.strictObject({ days: z.number().check(z.int(), z.gte(0), z.lte(365)), reason: words });
const NoteBody = z.strictObject({ text: words });
const Leave = z.strictObject({ reason: z._default(words, 'no reason given') });

type Refused = APIGatewayProxyStructuredResultV2;
type Wanted =
  | Exclude<Action, { do: 'leave' }>
  | { readonly do: 'leave'; readonly enrol: string; readonly reason: string };

/** What the path and the body ask for, or what is wrong with it. */
const read = (event: Event): Wanted | string => {
  const path = event.routeKey.split('/').at(-1);
  if (path === 'notes') {
    const body = readBody(event, NoteBody, '{"text": "…"}');
    return typeof body === 'string' ? body : { do: 'note', ...body.value };
  }
  if (path === 'pause-promotions') {
    const body = readBody(event, Pause, '{"days": 30, "reason": "…"}, with 0 to 365 days');
    return typeof body === 'string' ? body : { do: 'pause', ...body.value };
  }
  const body = readBody(event, Leave, '{"reason": "…"}');
  return typeof body === 'string' ? body : { do: 'leave', enrol: event.pathParameters?.['enrol'] ?? '', ...body.value };
};

const unknownRun = (): Refused =>
  problem(404, 'unknown-run', 'This customer is in no such journey: `enrol` is what the card says of each.');
const over = ({ journey, exitReason, endReason }: StoredRun): Refused =>
  problem(409, 'over', `This run of ${journey} is over already (${exitReason ?? endReason ?? 'ended'}).`);

const findRun = async (customer: string, enrol: string): Promise<StoredRun | undefined> =>
  (await runsOf(env.STATE_TABLE, customer)).find((run) => run.enrol === enrol);

const perform = async (action: Action, acting: Acting, request: Request): Promise<Refused> => {
  const { writes: all, answer } = writesOf(action, acting, writes);
  const refusal = await requests.write(all, request, { answer, at: acting.at });
  if (refusal !== undefined)
    return problem(409, 'changed-meanwhile', 'Something else happened to this customer just now. Read the card again.');
  if (action.do === 'leave' && action.run.token !== undefined) await finish(action.run.token);
  count('ActedForCustomer', action.do);
  logger.info('acted for a customer', { action: action.do, customer: acting.customer, by: acting.by });
  return json(action.do === 'note' ? 201 : 200, answer);
};

/** The same request again: what it did is made sure of, and the answer is the same. */
const repeat = async (wanted: Wanted, customer: string, known: { readonly answer: object }): Promise<Refused> => {
  const run = wanted.do === 'leave' ? await findRun(customer, wanted.enrol) : undefined;
  if (run?.token !== undefined && run.exitedAt !== undefined) await finish(run.token);
  return json(wanted.do === 'note' ? 201 : 200, known.answer);
};

const act = async (wanted: Wanted, acting: Acting, request: Request): Promise<Refused> => {
  const known = await requests.find(request);
  if (known !== undefined && known.content !== request.content)
    return problem(
      422,
      'other-request-same-key',
      'This Idempotency-Key was used for another request. Use a new key for a new request.',
    );
  if (known !== undefined) return repeat(wanted, acting.customer, known);
  if (wanted.do !== 'leave') return perform(wanted, acting, request);
  const run = await findRun(acting.customer, wanted.enrol);
  if (run === undefined) return unknownRun();
  return isOpen(run) ? perform({ do: 'leave', run, reason: wanted.reason }, acting, request) : over(run);
};

const requestOf = (event: Event, by: string, { customer, hash }: { customer: string; hash: KeyedHash }): Request => ({
  key: hash(`idempotency:${by}:${event.headers['idempotency-key'] ?? randomUUID()}`),
  content: hash(`customer:${event.routeKey}:${customer}:${event.pathParameters?.['enrol'] ?? ''}:${event.body ?? ''}`),
});

/** `POST /v1/customers/{id}/notes`, `…/pause-promotions` and `…/journeys/{enrol}/leave`: in the name of the token's subject. */
export const handler = observed<Event, APIGatewayProxyStructuredResultV2>('profile', async (event) => {
  const { by } = callerOf(event);
  if (by === '') return problem(403, 'nobody', 'The token names nobody: it has neither `sub` nor `client_id`.');
  const wanted = read(event);
  if (typeof wanted === 'string') return problem(400, 'bad-request', wanted);
  const hash = await keyedHash(env.KEY_SECRET_ARN);
  const found = await customerFinder(env.STATE_TABLE, hash).find(event.pathParameters?.['id'] ?? '');
  if (found.is !== 'one') return notOne(found);
  const { customer } = found;
  const request = requestOf(event, by, { customer, hash });
  return act(wanted, { customer, by, at: Date.now(), id: randomUUID().slice(0, 8), request: request.key }, request);
});
