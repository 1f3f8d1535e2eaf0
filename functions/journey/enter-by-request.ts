import {
  type Act,
  beginRun,
  drawsOf,
  type Eligibility,
  type Enrolment,
  isEndTold,
  isHeldOut,
  isOpen,
  keyAt,
  type LiveJourney,
  mayEnter,
  seenBefore,
  writeRun,
} from '#core/journey';
import { journeyRequested } from '#core/events';
import { emptyProfile, viewProfile } from '#core/profile';
import type { JsonObject } from '#core/signal';
import type { EnrolmentStore } from '../aws/enrolment-store.ts';
import { type EntryQueue, pendingOf } from '../aws/entry-queue.ts';
import type { KeyedHash } from '../aws/keyed-hash.ts';
import type { ProfileStore } from '../aws/profile-store.ts';
import type { RequestStore } from '../aws/request-store.ts';
import { startRun } from '../aws/runs.ts';
import { headOf } from '../profile/identity/head-of.ts';

export type StartRequest = {
  /** The customer's `userId`, as source systems know it. */
  readonly customer: string;
  readonly properties: JsonObject;
  /** Names the request, so that the same one again starts nothing new; from the caller's `Idempotency-Key`. */
  readonly request: string;
  /** Whether the caller gave the key; without one every request is new. */
  readonly isRepeatable: boolean;
  readonly now: number;
};

export type Started =
  | { readonly run: string; readonly journey: string; readonly version: number }
  | {
      readonly refused: 'missing-key' | 'other-request-same-key' | Extract<Eligibility, { eligible: false }>['reason'];
      readonly key?: string;
    };

export type StartStores = {
  readonly enrolments: EnrolmentStore;
  readonly queue: EntryQueue;
  readonly profiles: ProfileStore;
  readonly requests: RequestStore;
  readonly hash: KeyedHash;
};

/** A trigger that is for requests says what tells its runs apart; without one, the first that names a key does. */
const keyPath = ({ journey: { triggers } }: LiveJourney): string | undefined => {
  const byRequest = triggers.find((trigger) => 'api' in trigger);
  if (byRequest !== undefined) return byRequest.key;
  return triggers.map((trigger) => ('key' in trigger ? trigger.key : undefined)).find((key) => key !== undefined);
};

const keyOf = (live: LiveJourney, properties: JsonObject): string | undefined => {
  const path = keyPath(live);
  return path === undefined ? '' : keyAt({ properties }, path);
};

const profileOf = async (customer: string, now: number, { profiles }: StartStores) =>
  viewProfile((await profiles.readMany([customer])).get(customer)?.profile ?? emptyProfile(), now);

const answer = ({
  journey,
  version,
  enrol,
  occurrence,
}: Pick<Enrolment, 'journey' | 'version' | 'enrol' | 'occurrence'>): Started => ({
  run: `${enrol}-${occurrence}`,
  journey,
  version,
});

/** At an entry rate, only the line starts runs. */
const startUnlessInLine = async (customer: string, run: Enrolment, { journey }: LiveJourney): Promise<void> => {
  if (journey.entryRate === undefined) await startRun(customer, run);
};

/** A request that was here before: what it started is made sure of, and the answer is the same. */
const repeat = async (
  customer: string,
  live: LiveJourney,
  known: { enrol: string; occurrence: number },
  stores: StartStores,
): Promise<Started> => {
  const [run] = await stores.enrolments.read(customer, [{ journey: live.journey.name, enrol: known.enrol }]);
  if (run !== undefined && run.occurrence === known.occurrence && isOpen(run))
    await startUnlessInLine(customer, run, live);
  return answer({ journey: live.journey.name, version: run?.version ?? live.version, ...known });
};

/** Lets a customer enter a journey because somebody asked for it, once per request. */
export const enterByRequest = async (live: LiveJourney, asked: StartRequest, stores: StartStores): Promise<Started> => {
  const { journey, version, machine } = live;
  const customer = await headOf(stores.hash(`user:${asked.customer}`), stores.profiles);
  const content = stores.hash(`request:${journey.name}:${asked.customer}:${JSON.stringify(asked.properties)}`);
  const before = asked.isRepeatable ? await stores.requests.find(asked.request) : undefined;
  if (before !== undefined)
    return before.content === content ? repeat(customer, live, before, stores) : { refused: 'other-request-same-key' };
  const key = keyOf(live, asked.properties);
  if (key === undefined) return { refused: 'missing-key', key: keyPath(live) ?? '' };
  const enrol = stores.hash(`enrol:${customer}:${journey.name}:${key}`);
  const [last] = await stores.enrolments.read(customer, [{ journey: journey.name, enrol }]);
  const may = mayEnter(journey, last, asked.now);
  // The same request may have come twice at once: then what the other one started is the answer to both.
  if (!may.eligible && asked.isRepeatable && (await stores.requests.find(asked.request)) !== undefined)
    return enterByRequest(live, asked, stores);
  // An earlier request may have put the run and died before it started it.
  if (!may.eligible && may.reason === 'already-open' && last !== undefined)
    await startUnlessInLine(customer, last, live);
  if (!may.eligible) return { refused: may.reason };
  const entry = {
    event: journeyRequested,
    messageId: `request:${asked.request}`,
    timestamp: new Date(asked.now).toISOString(),
    properties: asked.properties,
  };
  const act: Extract<Act, { do: 'enrol' }> = {
    do: 'enrol',
    journey: journey.name,
    enrol,
    version,
    machine,
    key,
    occurrence: may.occurrence,
    entry,
    seenBefore: seenBefore(live, await profileOf(customer, asked.now, stores)),
    ...(isHeldOut(journey.name, journey.holdout, drawsOf(customer)) ? { isHeldOut: true } : {}),
    at: asked.now,
  };
  const entering = { act, isTold: isEndTold(journey, act) };
  await stores.profiles.addRun(customer, writeRun(act));
  const entered = asked.isRepeatable
    ? await stores.requests.enter(customer, entering, { request: asked.request, content })
    : await stores.queue.enter(customer, entering);
  if (!entered) return enterByRequest(live, asked, stores);
  // A fold that forgets the run before this one may just have taken the reference away.
  if (may.occurrence > 1) await stores.profiles.addRun(customer, writeRun(act));
  const run = beginRun(act);
  if (isOpen(run) && journey.entryRate === undefined) {
    await startRun(customer, run);
    await stores.queue.remove(pendingOf(customer, entering));
  }
  return answer(run);
};
