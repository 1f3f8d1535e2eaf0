import '../world/environment.ts';
import { readFileSync } from 'node:fs';
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { APIGatewayProxyEventV2WithJWTAuthorizer, CloudFormationCustomResourceEvent, SQSEvent } from 'aws-lambda';
import { vi } from 'vitest';
import { consentsOf, emptyProfile, foldSignal } from '#core/profile';
import type { PublishedDocument } from '#core/journey';
import { parseEvent } from '#core/signal';
import { idsWith } from '../../../functions/aws/customer-id.ts';
import { segmentStore } from '../../../functions/aws/segment-store.ts';
import { crashing, services } from '../world/calls.ts';
import { customerKey, tables } from '../world/environment.ts';
import { at, context, journeyOf, outbox, putRows, rowsOf } from '../world/world.ts';

const queue = (name: string) => `https://sqs.eu-central-1.amazonaws.com/000000000000/segue-test-${name}`;
const [walksQueue, membersQueue] = [queue('bulk-walks'), queue('bulk-members')];
Object.assign(process.env, { WALKS_QUEUE_URL: walksQueue, MEMBERS_QUEUE_URL: membersQueue });

type Waiting = { readonly body: string; readonly at: number };
/** What is in the two queues, each from an instant on. */
export const queues: { walks: Waiting[]; members: Waiting[] } = { walks: [], members: [] };

type Entry = { readonly MessageBody: string; readonly DelaySeconds?: number };
const queued = ({ MessageBody, DelaySeconds = 0 }: Entry): Waiting => ({
  body: MessageBody,
  at: Date.now() + DelaySeconds * 1000,
});

export const openOffice = (): void => {
  services.sqs.on(SendMessageCommand).callsFake(({ QueueUrl, ...entry }: Entry & { QueueUrl: string }) => {
    if (QueueUrl === walksQueue) queues.walks.push(queued(entry));
    return { MessageId: 'm' };
  });
  services.sqs.on(SendMessageBatchCommand).callsFake(({ Entries }: { Entries: Entry[] }) => {
    queues.members.push(...Entries.map(queued));
    return { Successful: [] };
  });
};

const consented = { email: true };

/** A profile as one signal makes it. */
const profileRows = (user: string, consent: object) => {
  const id = idsWith(customerKey).idOf({ user });
  const traits = { email: `${user}@example.com`, firstName: user, timezone: 'UTC', consent };
  const detail = { type: 'identify', userId: user, messageId: user, traits };
  const { signal } = parseEvent({ id: user, 'detail-type': 'track', source: 'shop', detail }, Date.now());
  const profile = foldSignal(emptyProfile(), signal!);
  return {
    id,
    rows: [
      { pk: `C#${id}`, sk: 'PROFILE', body: JSON.stringify(profile), folds: 1 },
      { pk: `C#${id}`, sk: 'GATE', consents: JSON.stringify(consentsOf(profile)), version: 1, fold: 1 },
    ],
  };
};

/** So many customers in a list, by their ids; `refusing` of them have not agreed to anything. */
export const fillList = async (segment: string, many: number, refusing = 0): Promise<readonly string[]> => {
  const store = segmentStore(tables.state);
  await store.keepList(segment, '2026-01-01T00:00:00Z');
  const all = Array.from({ length: many }, (_, i) => profileRows(`${segment}-${i}`, i < refusing ? {} : consented));
  for (let from = 0; from < many; from += 12) {
    const some = all.slice(from, from + 12);
    await putRows(
      'state',
      some.flatMap(({ rows }) => rows),
    );
    await Promise.all(some.map(({ id }) => store.change(segment, id, { isIn: true, order: 1, at: 1 })));
  }
  return all.map(({ id }) => id);
};

const { messages: spring } = JSON.parse(
  readFileSync(new URL('../../../campaigns/spring-letter/campaign.json', import.meta.url), 'utf8'),
);

/** A campaign of one email, with a message that is committed. */
export const campaignOf = (name: string, more: object = {}, send: object = {}): PublishedDocument => ({
  ...journeyOf({
    name,
    triggers: [{ api: true }],
    steps: [{ id: 'message', send: { message: 'spring', channels: ['email'], ...send } }],
    ...more,
  }),
  messages: spring,
});

/** As CloudFormation publishes it. */
export const publishCampaign = async (document: PublishedDocument, RequestType = 'Create'): Promise<string> => {
  const { handler } = await import('../../../functions/journey/publish-journey.ts');
  let outcome = '';
  vi.stubGlobal('fetch', async (_: string, { body }: { body: string }) => {
    outcome = JSON.parse(body).Data.Outcome;
    return new Response('', { status: 200 });
  });
  const properties = { Name: document.journey.name, Document: JSON.stringify(document) };
  const event = { RequestType, ResourceType: 'Custom::Campaign', ResponseURL: '', ResourceProperties: properties };
  await handler(event as unknown as CloudFormationCustomResourceEvent, context);
  return outcome;
};

// oxlint-disable-next-line typescript/no-explicit-any -- answers are read freely in tests
type Answer = { readonly status: number; readonly body: Record<string, any> };

const ask = async (routeKey: string, request: object): Promise<Answer> => {
  const { handler } = await import('../../../functions/bulk/control-bulk.ts');
  const requestContext = { authorizer: { jwt: { claims: { sub: 'kim' } } } };
  const event = { routeKey, requestContext, headers: {}, isBase64Encoded: false, ...request };
  const answer = await handler(event as unknown as APIGatewayProxyEventV2WithJWTAuthorizer, context);
  return { status: answer.statusCode ?? 0, body: JSON.parse(answer.body ?? '{}') };
};

export const start = (wanted: unknown): Promise<Answer> =>
  ask('POST /v1/bulk', { body: typeof wanted === 'string' ? wanted : JSON.stringify(wanted) });
export const order = (action: 'pause' | 'resume' | 'cancel', name: string): Promise<Answer> =>
  ask(`POST /v1/bulk/{name}/${action}`, { pathParameters: { name } });
export const bulk = (name: string): Promise<Answer> => ask('GET /v1/bulk/{name}', { pathParameters: { name } });
export const bulks = (): Promise<Answer> => ask('GET /v1/bulk', {});

/** A member in the queue once more, as SQS may deliver it twice. */
export const memberOf = (customer: string, name: string): string =>
  JSON.stringify({ bulk: name, customer, dueAt: Date.now(), at: Date.now(), hasSlot: true });

/** Takes what is due out of a queue. */
const due = (of: 'walks' | 'members', most: number): readonly Waiting[] => {
  const taken = queues[of].filter((each) => each.at <= Date.now()).slice(0, most);
  queues[of] = queues[of].filter((each) => !taken.includes(each));
  return taken;
};

type Around = (of: 'walks' | 'members', call: () => Promise<unknown>) => Promise<unknown>;

const invisibleMs = 360_000;

/** Delivers what is due as SQS would; what fails or dies comes again once it is visible. */
const deliver = async (of: 'walks' | 'members', around: Around) => {
  const { handler } =
    of === 'walks'
      ? await import('../../../functions/bulk/walk-bulk.ts')
      : await import('../../../functions/bulk/send-bulk.ts');
  for (;;) {
    const batch = due(of, of === 'walks' ? 1 : 10);
    if (batch.length === 0) return;
    const Records = batch.map(({ body }, i) => ({ body, messageId: String(i) }));
    let failed: readonly string[] = Records.map(({ messageId }) => messageId);
    await around(of, async () => {
      const answer = await handler({ Records } as unknown as SQSEvent, context);
      failed = (answer?.batchItemFailures ?? []).map(({ itemIdentifier }) => itemIdentifier);
    });
    queues[of].push(
      ...batch.filter((_, i) => failed.includes(String(i))).map(({ body }) => ({ body, at: Date.now() + invisibleMs })),
    );
  }
};

const plainly: Around = (_, call) => call();

/** Lets time pass from one thing that is due to the next, until nothing is in the queues or the time is over. */
export const pass = async (ms: number, around: Around = plainly): Promise<void> => {
  const end = Date.now() + ms;
  for (;;) {
    const next = Math.min(...[...queues.walks, ...queues.members].map((each) => each.at));
    if (next > end) break;
    at(Math.max(next, Date.now()));
    await deliver('walks', around);
    await deliver('members', around);
  }
  at(end);
};

/** What the ledger holds of the customers: how many rows of either kind each has. */
export const ledgerOf = async (ids: readonly string[]) => {
  const all = await Promise.all(
    ids.map(async (id) => {
      const keys = [...(await rowsOf(`C#${id}`)).entries()];
      const sends = keys.filter(([sk]) => sk.startsWith('SEND#')).map(([, row]) => String(row['status']));
      const whys = keys.filter(([sk]) => sk.startsWith('WHY#')).map(([, row]) => String(row['reason']));
      return { id, sends, whys };
    }),
  );
  return all;
};

/** Who got how many emails. */
export const mails = (): Map<string, number> => {
  const got = new Map<string, number>();
  for (const { input } of outbox) {
    const { Destinations = [] } = input as { Destinations?: string[] };
    for (const to of Destinations) got.set(to, (got.get(to) ?? 0) + 1);
  }
  return got;
};

type Death = {
  readonly campaign: string;
  readonly of: 'walks' | 'members';
  readonly n: number;
  readonly when: 'before' | 'after';
  /** When the bulk is started, for how many milliseconds it goes on, and the first instant at which somebody may die. */
  readonly from: number;
  readonly lasts: number;
  readonly mayDieFrom?: number;
};

/** A bulk for three members, of whom one has not agreed, in which one function dies once, at its n-th call to AWS. */
export const diesOnce = async ({ campaign, of, n, when, from, lasts, mayDieFrom = from }: Death) => {
  at(from);
  const name = `${campaign}-${of}-${when}-${n}`;
  const ids = await fillList(name, 3, 1);
  await start({ name, campaign, segment: name, perSecond: 10 });
  let isDead = false;
  await pass(lasts, async (called, call) => {
    if (isDead || called !== of || Date.now() < mayDieFrom) {
      await call();
      return;
    }
    const { calls } = await crashing({ at: n, when, dead: true }, call);
    isDead = calls.length >= n;
  });
  const { status, open, withheld, sent, unknown, held } = (await bulk(name)).body;
  const rows = (await ledgerOf(ids)).map(({ sends, whys }) => sends.length + whys.length);
  return { isDead, name, outcome: { status, open, withheld, reached: sent + unknown, rows, held } };
};

/** Everybody is accounted for, once. */
export const wholeOutcome = { status: 'done', open: 0, withheld: 1, reached: 2, rows: [1, 1, 1], held: 0 };
