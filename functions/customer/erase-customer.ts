import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { keyedHash } from '../aws/keyed-hash.ts';
import { count, logger, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { EraseCustomerEnv } from './erase-customer.env.ts';
import { queueErasure } from './erase/erasure-queue.ts';
import { type Receipt, receiptStore } from './erase/receipt.ts';
import { receiptView } from './erase/receipt-view.ts';
import { tombstones } from './erase/tombstones.ts';
import { callerOf, type Event } from './request/caller.ts';
import { notOne } from './request/refusals.ts';
import { customerFinder } from './store/find-customer.ts';

const env = EraseCustomerEnv.parse(process.env);
const receipts = receiptStore(env.STATE_TABLE);
const graves = tombstones(env.STATE_TABLE);

const shown = (
  receipt: Receipt,
  status = receipt.status === 'under-way' ? 202 : 200,
): APIGatewayProxyStructuredResultV2 => {
  const answer = json(status, receiptView(receipt));
  return { ...answer, headers: { ...answer.headers, location: `/v1/erasures/${receipt.receipt}` } };
};

const unknownReceipt = () =>
  problem(404, 'unknown-receipt', 'There is no such erasure: its receipt is what DELETE answered.');

const show = async (receipt: string): Promise<APIGatewayProxyStructuredResultV2> => {
  const found = await receipts.find(receipt);
  return found === undefined ? unknownReceipt() : shown(found, 200);
};

/** Lets it be performed, or gone on with. */
const perform = async (receipt: string): Promise<APIGatewayProxyStructuredResultV2> => {
  await queueErasure(env.ERASURE_QUEUE_URL, receipt);
  const found = await receipts.find(receipt);
  return found === undefined ? unknownReceipt() : shown(found);
};

/** Begins the erasure, once per customer. From here on nothing is sent, and the rest is done until it is done. */
const begin = async (customer: string, { by, receipt }: { by: string; receipt: string }): Promise<void> => {
  const now = Date.now();
  await receipts.open(receipt, { customer, by, requestedAt: new Date(now).toISOString() });
  await graves.closeGate(customer, now);
  count('ErasureRequested');
  logger.info('erasure requested', { customer, by, receipt });
};

/** `DELETE /v1/customers/{id}` and `GET /v1/erasures/{receipt}`. Asked again it goes on, and answers the same receipt. */
export const handler = observed<Event, APIGatewayProxyStructuredResultV2>('profile', async (event) => {
  const { by } = callerOf(event);
  if (by === '') return problem(403, 'nobody', 'The token names nobody: it has neither `sub` nor `client_id`.');
  const { id, receipt } = event.pathParameters ?? {};
  if (receipt !== undefined) return show(receipt);
  const hash = await keyedHash(env.KEY_SECRET_ARN);
  const found = await customerFinder(env.STATE_TABLE, hash).find(id ?? '');
  if (found.is === 'erased') return perform(found.receipt);
  if (found.is !== 'one') return notOne(found);
  const { customer } = found;
  const begun = hash(`erasure:${customer}`);
  await begin(customer, { by, receipt: begun });
  return perform(begun);
});
