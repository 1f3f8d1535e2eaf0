import type { APIGatewayProxyEventV2WithJWTAuthorizer, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { count, logger, observed } from '../aws/observed.ts';
import { json, problem } from '../aws/problem.ts';
import { segmentStore } from '../aws/segment-store.ts';
import { ControlBulkEnv } from './control-bulk.env.ts';
import { heldRows } from './held/held-rows.ts';
import { requestWalk } from './desk/bulk-queues.ts';
import { type Bulk, bulkRows } from './desk/bulk-rows.ts';
import { bulkShards } from './desk/bulk-shards.ts';
import { bulkView } from './desk/bulk-view.ts';
import { campaignPointer } from './desk/campaign-pointer.ts';
import { type Action, actionOf, readStart, type Start } from './desk/read-bulk-order.ts';

const env = ControlBulkEnv.parse(process.env);
const rows = bulkRows(env.STATE_TABLE);
const shards = bulkShards(env.STATE_TABLE);
const held = heldRows(env.STATE_TABLE);
const segments = segmentStore(env.STATE_TABLE);
const campaignOf = campaignPointer(env.STATE_TABLE);

type Answer = APIGatewayProxyStructuredResultV2;

const viewed = async (bulk: Bulk) => {
  const [counts, span] = await Promise.all([shards.counts(bulk.name), held.span(bulk.name)]);
  return bulkView(bulk, counts, span);
};

const shown = async (status: number, bulk: Bulk): Promise<Answer> => json(status, await viewed(bulk));

/** Makes what the row says so. It may be said again: whoever broke off here is asked once more. */
const putInForce = async (bulk: Bulk): Promise<void> => {
  await shards.spread(bulk);
  const { name, change } = bulk;
  // Of a cancelled one, to forget those who rest.
  if (bulk.status !== 'paused') await requestWalk({ bulk: name, change }, 0, env.WALKS_QUEUE_URL);
};

const isSegment = async (name: string): Promise<boolean> => {
  const [{ segments: rules }, lists] = await Promise.all([segments.publication(), segments.lists()]);
  return rules.some(({ document }) => document.name === name) || lists.some((list) => list.name === name);
};

const isSame = (bulk: Bulk, { campaign, segment, perSecond }: Start): boolean =>
  bulk.campaign === campaign && bulk.segment === segment && bulk.perSecond === perSecond;

/** The version to be sent, or why there is none. */
const toSend = async ({ campaign: name, segment }: Start): Promise<number | Answer> => {
  const campaign = await campaignOf(name);
  if (campaign === undefined)
    return problem(404, 'unknown-campaign', `No campaign called \`${name}\` was ever published here.`);
  if (campaign.status !== 'live') {
    const because = campaign.reason === '' ? `it is ${campaign.status}` : campaign.reason;
    return problem(409, 'campaign-not-live', `The campaign \`${name}\` cannot be sent: ${because}.`);
  }
  if (!(await isSegment(segment))) return problem(404, 'unknown-segment', `There is no segment called \`${segment}\`.`);
  return campaign.version;
};

const start = async (wanted: Start, by: string): Promise<Answer> => {
  const { name } = wanted;
  const known = await rows.find(name);
  if (known === undefined) {
    const version = await toSend(wanted);
    if (typeof version !== 'number') return version;
    await rows.create({ ...wanted, version, by }, Date.now());
  }
  const bulk = known ?? (await rows.find(name));
  if (bulk === undefined || !isSame(bulk, wanted))
    return problem(409, 'name-taken', `\`${name}\` was started before, with something else. Take another name.`);
  await putInForce(bulk);
  if (known === undefined) {
    count('BulkOrdered', 'start');
    logger.info('bulk ordered', { bulk: name, action: 'start', by });
  }
  return shown(known === undefined ? 202 : 200, bulk);
};

const statusAfter = { pause: 'paused', resume: 'running', cancel: 'cancelled' } as const;
const attempts = 3;

const unknownBulk = (name: string): Answer => problem(404, 'unknown-bulk', `No \`${name}\` was ever started here.`);

const carryOut = async (action: Action, name: string, by: string): Promise<Answer> => {
  for (let attempt = 1; attempt <= attempts; attempt++) {
    const bulk = await rows.find(name);
    if (bulk === undefined) return unknownBulk(name);
    const status = statusAfter[action];
    if (bulk.status === 'cancelled' && status !== 'cancelled')
      return problem(409, 'cancelled', `\`${name}\` was cancelled, and that is for good. Start another.`);
    const changed = bulk.status === status ? bulk : await rows.change(bulk, status, Date.now());
    if (changed === undefined) continue;
    await putInForce(changed);
    count('BulkOrdered', action);
    logger.info('bulk ordered', { bulk: name, action, by });
    return shown(200, changed);
  }
  return problem(409, 'busy', `Somebody else is giving orders about \`${name}\`. Look at it, and say yours again.`);
};

const find = async (name: string): Promise<Answer> => {
  const bulk = await rows.find(name);
  return bulk === undefined ? unknownBulk(name) : shown(200, bulk);
};

const list = async (): Promise<Answer> => {
  const all = (await rows.list()).toSorted((a, b) => b.startedAt - a.startedAt);
  return json(200, { bulks: await Promise.all(all.map(viewed)) });
};

/** `POST /v1/bulk` `{name, campaign, segment, perSecond}`, `POST /v1/bulk/{name}/pause`, `/resume`, `/cancel`; `GET` shows one or all. */
export const handler = observed<APIGatewayProxyEventV2WithJWTAuthorizer, Answer>('message', async (event) => {
  const name = event.pathParameters?.['name'];
  if (event.routeKey.startsWith('GET ')) return name === undefined ? list() : find(name);
  const { sub = '', client_id: client = '' } = event.requestContext.authorizer.jwt.claims;
  const by = String(sub === '' ? client : sub);
  const action = actionOf(event);
  if (action !== undefined) return carryOut(action, name ?? '', by);
  const wanted = readStart(event);
  return typeof wanted === 'string' ? problem(400, 'bad-request', wanted) : start(wanted, by);
});
