import { randomUUID } from 'node:crypto';
import type { Rival } from '#core/decision';
import { durationMs, type Enrolment, isOpen, nodeAt, sendId, type SendNode, topicOf } from '#core/journey';
import { viewProfile } from '#core/profile';
import type { HeldMessages } from '../../aws/held-messages.ts';
import type { KeyedHash } from '../../aws/keyed-hash.ts';
import type { JourneyStore, StoredJourney } from '../../aws/journey-store.ts';
import type { Circumstances, RunStore } from '../../aws/run-store.ts';
import { type Outlet, type Sent, sendStep } from '../../journey/send-step.ts';
import { around } from '../../journey/walk/do-send.ts';
import type { MemberRequest } from './bulk-queues.ts';
import { type Bulk, bulkEnrol } from './bulk-rows.ts';
import { type BulkShards, type Ending, writeMeanwhile } from './bulk-shards.ts';

export type BulkStores = {
  readonly runs: Pick<RunStore, 'load'>;
  readonly journeys: Pick<JourneyStore, 'version'>;
  readonly shards: BulkShards;
  readonly rivals: HeldMessages;
  readonly outlet: Outlet;
  readonly hash: KeyedHash;
  /** Epoch milliseconds. */
  readonly clock: () => number;
};

/** What is left to do for a member: nothing, or to look again at an instant, or to send it to whoever the customer is. */
export type Left =
  | 'nothing'
  | { readonly again: number; readonly throttled?: number; readonly rival?: Rival }
  | { readonly insteadTo: string }
  /** The bulk does not go on: what it is now must be read again. */
  | 'halted';

type Member = { readonly bulk: Bulk; readonly request: MemberRequest };

/** The run that a bulk is for each of its members: one message, and nothing after it. */
const runOf = ({ name, campaign, version, startedAt }: Bulk, enrol: string): Enrolment => ({
  journey: campaign,
  version,
  enrol,
  key: name,
  occurrence: 1,
  entry: { event: 'Bulk', messageId: name, timestamp: new Date(startedAt).toISOString(), properties: {} },
  seenBefore: {},
  machine: '',
  enteredAt: startedAt,
  heard: {},
  steps: {},
  goals: {},
});

const messageOf = ({ plan }: StoredJourney, campaign: string): SendNode => {
  const node = nodeAt(plan, plan.first ?? '');
  if (node.kind !== 'send') throw new Error(`The campaign ${campaign} does not begin with its message.`);
  return node;
};

type Prepared = { readonly stored: StoredJourney; readonly node: SendNode; readonly run: Enrolment };

/** What became of a member; nobody waits for it any more. */
export const endMember = (
  { bulk, request: { customer, isRival } }: Member,
  { writes, ...ending }: Ending,
  { shards, rivals }: Pick<BulkStores, 'shards' | 'rivals'>,
): Promise<void> => {
  const gone = isRival === true ? [rivals.remove(customer, bulk.name)] : [];
  return shards.end(customer, bulk, { ...ending, writes: [...writes, ...gone] });
};

/** Minutes until a throttled message is tried again, as of a journey. */
const patience = [1, 5, 15, 60] as const;
const dayMs = 86_400_000;

/** The provider takes nothing now: the message waits for longer each time, and is given up when it would be too late. */
const comeBackLater = async (
  { bulk, request }: Member,
  { node, run, leastMs }: { readonly node: SendNode; readonly run: Enrolment; readonly leastMs: number },
  stores: BulkStores,
): Promise<Left> => {
  const { outlet, clock } = stores;
  const { customer, dueAt } = request;
  const throttled = (request.throttled ?? 0) + 1;
  const again = clock() + Math.max(leastMs, (patience[Math.min(throttled, patience.length) - 1] ?? 60) * 60_000);
  const { expires, message } = node.send;
  if (again <= dueAt + (expires === undefined ? dayMs : (durationMs(expires) ?? dayMs))) return { again, throttled };
  const send = sendId({ run, key: node.id });
  const checks = [{ check: 'provider', result: 'no', detail: 'throttled' }] as const;
  const why = { reason: 'throttled', at: clock(), journey: run.journey, message, checks };
  const writes = [outlet.ledger.unclaimed(customer, send), outlet.ledger.withheld(customer, send, why)];
  await endMember({ bulk, request }, { outcome: 'withheld', reason: 'throttled', writes }, stores);
  return 'nothing';
};

const endingOf = ({ outcome, write: writes }: Extract<Sent, { outcome: unknown }>): Ending =>
  outcome.status === 'withheld'
    ? { outcome: 'withheld', reason: outcome.reason, writes }
    : { outcome: outcome.status, writes };

/** A moment passes between the lease of another attempt and the next look. */
const afterLeaseMs = 1000;

/** What waits for a slot of caps competes for it with the customer's other messages. */
const rivalOf = (
  { reason, channel, holdUntil }: Extract<Sent, { holdUntil: number }>,
  { stored: { journey }, node, run }: Prepared,
  { dueAt }: MemberRequest,
): { readonly rival?: Rival } => {
  if (channel === undefined || !reason.endsWith('-cap')) return {};
  const { name, priority } = journey;
  const topic = topicOf(journey, node);
  const { enteredAt } = run;
  return { rival: { journey: name, topic, channel, priority, dueAt, enteredAt, until: holdUntil } };
};

const follow = async (
  member: Member,
  sent: Exclude<Sent, { again: true }>,
  prepared: Prepared,
  stores: BulkStores,
): Promise<Left> => {
  const { request } = member;
  if ('exited' in sent) return 'halted';
  if ('busyUntil' in sent) return { again: sent.busyUntil + afterLeaseMs };
  if ('holdUntil' in sent) return { again: sent.holdUntil, ...rivalOf(sent, prepared, request) };
  if ('throttledForMs' in sent) {
    await writeMeanwhile(sent.write);
    return comeBackLater(member, { ...prepared, leastMs: sent.throttledForMs }, stores);
  }
  // What an earlier attempt has written down was counted with it.
  if (sent.write.length > 0) await endMember(member, endingOf(sent), stores);
  return 'nothing';
};

/** Other messages to many that wait for a slot of the customer's. */
const others = ({ held }: Circumstances, { name }: Bulk): Circumstances['held'] =>
  held.filter(({ bulk }) => bulk !== name);

const attempt = async (
  { bulk, request }: Member,
  { stored, node, run }: Prepared,
  { seen, now }: { readonly seen: Circumstances; readonly now: number },
  { journeys, shards, outlet }: BulkStores,
): Promise<Sent> => {
  const { customer, dueAt } = request;
  return sendStep(
    {
      customer,
      run,
      stored,
      node,
      key: node.id,
      profile: viewProfile(seen.profile, now),
      gate: seen.gate,
      ...(await around({ runs: seen.enrolments.filter(isOpen), held: others(seen, bulk) }, run, journeys)),
      dueAt,
      now,
      owner: randomUUID(),
      stillWanted: shards.stillWanted(customer, bulk),
    },
    outlet,
  );
};

/** How often a member is decided anew at once, when consents or what they were sent change meanwhile. */
const looks = 5;
const againAfterMs = 5000;

/** Whether somebody has a row for it, by which it is counted. */
const isClaimed = async (customer: string, send: string, { outlet }: BulkStores): Promise<boolean> =>
  (await outlet.ledger.find(customer, send)) !== undefined;

/** The message of a bulk to one of its members, or why not: through the same decision, claim and ledger as any message. */
export const sendMember = async (member: Member, stores: BulkStores): Promise<Left> => {
  const { bulk, request } = member;
  const { customer } = request;
  const stored = await stores.journeys.version(bulk.campaign, bulk.version);
  const node = messageOf(stored, bulk.campaign);
  const run = runOf(bulk, bulkEnrol(stores.hash)(bulk));
  for (let look = 1; look <= looks; look++) {
    const seen = await stores.runs.load(customer);
    if (seen.passed.includes(bulk.name)) return 'nothing';
    if (seen.mergedInto !== undefined) return { insteadTo: seen.mergedInto };
    if (seen.got.includes(bulk.name) && !(await isClaimed(customer, sendId({ run, key: node.id }), stores))) {
      await endMember(member, { outcome: 'passed', writes: [] }, stores);
      return 'nothing';
    }
    const now = stores.clock();
    const sent = await attempt(member, { stored, node, run }, { seen, now }, stores);
    if (!('again' in sent)) return follow(member, sent, { stored, node, run }, stores);
  }
  return { again: stores.clock() + againAfterMs };
};
