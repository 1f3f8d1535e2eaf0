import {
  type Act,
  actsOfEntrance,
  actsOnRun,
  afterAct,
  type Change,
  concerns,
  drawsOf,
  type Enrolment,
  entrances,
  isOpen,
  type LiveJourney,
  type PublishedJourney,
  readRun,
  writeRun,
} from '#core/journey';
import { suppressionOf } from '#core/feedback';
import { type Consents, consentsOf, emptyProfile, foldSignal, type Profile, viewProfile } from '#core/profile';
import type { Signal } from '#core/signal';
import type { CustomerIds } from '../aws/customer-id.ts';
import type { EnrolmentStore } from '../aws/enrolment-store.ts';
import type { EntryQueue } from '../aws/entry-queue.ts';
import type { GateStore } from '../aws/gate-store.ts';
import type { JourneyStore } from '../aws/journey-store.ts';
import { count } from '../aws/observed.ts';
import { noSequence, type ProfileStore, type StoredProfile } from '../aws/profile-store.ts';
import type { SuppressionStore } from '../aws/suppression-store.ts';
import { type Left, performActs } from '../journey/perform-acts.ts';
import type { OwedSegments, SegmentDesk } from '../segment/desk/segment-desk.ts';

/** A new row of the log, and its place in the stream. */
export type NewSignal = { readonly signal: Signal; readonly sequence: string; readonly receivedAt: number };

/** One customer's new rows of one batch, in the stream's order. `stream` is empty for rows that come from the log itself. */
export type Fold = { readonly customer: string; readonly rows: readonly NewSignal[]; readonly stream: string };

export type FoldStores = {
  readonly profiles: ProfileStore;
  readonly gates: GateStore;
  readonly enrolments: EnrolmentStore;
  readonly queue: EntryQueue;
  readonly journeys: JourneyStore;
  readonly suppressions: SuppressionStore;
  readonly segments: SegmentDesk;
  readonly addressHash: CustomerIds['addressHash'];
  readonly enrolId: (customer: string, journey: string, key: string) => string;
};

/** What is decided with a fold and stored with it: consents for the gate, acts for the journeys. */
type Owed = {
  readonly consents?: Consents;
  /** Which fold of the profile this was. */
  readonly fold: number;
  readonly acts: readonly Act[];
  readonly segments?: OwedSegments;
  readonly suppressed: readonly { readonly addressHash: string; readonly reason: string; readonly at: string }[];
};

/** Which of two rows was received first is not certain when it was so close: the clocks that say it differ. */
const marginMs = 10_000;

/** A redelivered, out-of-date or possibly already counted row is never skipped: the whole log is folded again. */
const mustRefold = (stored: StoredProfile, { rows, stream }: Fold): boolean => {
  if (stored.sequence === noSequence && stored.stream === '') return false;
  return (
    stored.stream !== stream ||
    rows.some((row) => row.sequence <= stored.sequence || row.receivedAt < stored.refoldedAt + marginMs)
  );
};

const fold = (profile: Profile, signals: readonly Signal[]): Profile => signals.reduce(foldSignal, profile);

type StartingPoint = { readonly before: Profile; readonly refoldedAt?: number };

/** The profile without the new rows: what they are compared with. */
const startingPoint = async (stored: StoredProfile, work: Fold, { profiles }: FoldStores): Promise<StartingPoint> => {
  if (work.stream !== '' && !mustRefold(stored, work)) return { before: stored.profile };
  count('ProfileRefolded');
  const isNew = new Set(work.rows.map(({ signal }) => signal.messageId));
  const log = await profiles.readLog(work.customer);
  const signals = log.map(({ signal }) => signal);
  return {
    before: fold(
      emptyProfile(),
      signals.filter(({ messageId }) => !isNew.has(messageId)),
    ),
    refoldedAt: log.reduce((newest, { receivedAt }) => Math.max(newest, receivedAt), stored.refoldedAt),
  };
};

type Walk = {
  profile: Profile;
  readonly acts: Act[];
  readonly suppressed: Owed['suppressed'][number][];
  readonly runs: Map<string, Enrolment>;
  readonly known: Set<string>;
  /** The rows after the one that is looked at: when they were received, by messageId. */
  readonly toCome: Map<string, number>;
};

/** A row that comes late or again may be older than the run it would act on, which began with a later one. */
const isYetToBegin = ({ entry, enteredAt }: Enrolment, { now }: Change, { toCome }: Walk): boolean =>
  toCome.get(entry.messageId) === enteredAt || now + marginMs < enteredAt;

/** Reads the runs a signal may concern that are not known yet. */
const readRuns = async (
  customer: string,
  wanted: readonly { journey: string; enrol: string }[],
  walk: Walk,
  { enrolments }: FoldStores,
) => {
  const missing = new Map(wanted.filter(({ enrol }) => !walk.runs.has(enrol)).map((run) => [run.enrol, run]));
  for (const run of await enrolments.read(customer, [...missing.values()])) walk.runs.set(run.enrol, run);
};

const followedBy = async (known: ReadonlySet<string>, { journeys }: FoldStores) =>
  Promise.all(
    [...known].map(readRun).map(async (run) => ({ run, published: await journeys.version(run.journey, run.version) })),
  );

type Followed = { readonly run: ReturnType<typeof readRun>; readonly published: PublishedJourney };

/** Everything one signal does, decided on the runs as the earlier signals of the batch left them. */
const decide = async (change: Change, customer: string, walk: Walk, stores: FoldStores): Promise<void> => {
  const live: readonly LiveJourney[] = await stores.journeys.live();
  const followed: readonly Followed[] = await followedBy(walk.known, stores);
  const entering = entrances(change, live, (journey, key) => stores.enrolId(customer, journey, key));
  const concerned = followed.filter(({ published }) => concerns(published, change));
  const wanted = [
    ...entering.map(({ live: { journey }, enrol }) => ({ journey: journey.name, enrol })),
    ...concerned.map(({ run }) => run),
  ];
  await readRuns(customer, wanted, walk, stores);

  const take = (acts: readonly Act[]): void => {
    for (const act of acts) {
      walk.acts.push(act);
      const run = afterAct(walk.runs.get(act.enrol), act);
      if (run !== undefined) walk.runs.set(act.enrol, run);
      if (act.do === 'enrol') walk.known.add(writeRun(act));
      if (act.do === 'forget' && run !== undefined) walk.known.delete(writeRun(run));
    }
  };
  for (const { run, published } of concerned) {
    const enrolment = walk.runs.get(run.enrol);
    if (enrolment === undefined || enrolment.version !== run.version || isYetToBegin(enrolment, change, walk)) continue;
    take(actsOnRun(published, enrolment, change));
  }
  for (const entrance of entering) take(actsOfEntrance(entrance, walk.runs.get(entrance.enrol), change));
};

const performOwed = async (owed: string, customer: string, profile: Profile, stores: FoldStores): Promise<Left> => {
  const { consents, fold, acts, suppressed, segments }: Owed = JSON.parse(owed);
  for (const { addressHash, reason, at } of suppressed) await stores.suppressions.put(addressHash, reason, at);
  if (consents !== undefined) await stores.gates.takeConsents(customer, consents, fold);
  if (segments !== undefined) await stores.segments.perform(customer, fold, segments);
  const left = await performActs(acts, { customer, profile: viewProfile(profile) }, stores);
  if (left.acts.length > 0) return left;
  const forgotten = acts.filter((act) => act.do === 'forget').map(({ journey, enrol }) => ({ journey, enrol }));
  // The same signals may have begun a forgotten run anew; or a request does so just now, which then is remembered again.
  const closed = (await stores.enrolments.read(customer, forgotten)).filter((run) => !isOpen(run));
  await stores.profiles.settle(customer, owed, closed.map(writeRun));
  for (const run of await stores.enrolments.read(customer, closed))
    if (isOpen(run)) await stores.profiles.addRun(customer, writeRun(run));
  return left;
};

const owedAfter = (walk: Walk, stored: StoredProfile, segments?: OwedSegments): string | undefined => {
  const consents = consentsOf(walk.profile);
  const changed = JSON.stringify(consents) !== JSON.stringify(consentsOf(stored.profile));
  const { acts, suppressed } = walk;
  if (!changed && acts.length === 0 && suppressed.length === 0 && segments === undefined) return undefined;
  const also = { ...(changed ? { consents } : {}), ...(segments === undefined ? {} : { segments }) };
  const owed: Owed = { ...also, fold: stored.folds + 1, acts, suppressed };
  return JSON.stringify(owed);
};

const nextSequence = (stored: StoredProfile, { rows, stream }: Fold): { sequence: string; stream: string } => {
  const last = rows.at(-1)?.sequence ?? noSequence;
  if (stream !== '' && stored.stream !== stream) return { sequence: last, stream };
  return {
    sequence: last > stored.sequence ? last : stored.sequence,
    stream: stored.stream === '' ? stream || 'log' : stored.stream,
  };
};

/** Acts carry the events they came from, and an item may have 400 KB: a batch with more than this is written in parts. */
const mostOwed = 100_000;

/** Folds rows until what is owed would grow too large for one item. Returns how many it folded. */
const foldRows = async ({ customer, rows }: Fold, walk: Walk, stores: FoldStores): Promise<number> => {
  let before = viewProfile(walk.profile);
  const draw = drawsOf(customer);
  for (const [index, { signal, receivedAt: now }] of rows.entries()) {
    walk.profile = foldSignal(walk.profile, signal);
    const after = viewProfile(walk.profile);
    const change: Change = { signal, before, after, now, draw };
    before = after;
    walk.toCome.delete(signal.messageId);
    await decide(change, customer, walk, stores);
    const suppression = suppressionOf(signal);
    if (suppression !== undefined) {
      const addressHash = stores.addressHash('email', suppression.address);
      walk.suppressed.push({ addressHash, reason: suppression.reason, at: signal.timestamp });
    }
    if (Buffer.byteLength(JSON.stringify(walk.acts)) > mostOwed) return index + 1;
  }
  return rows.length;
};

/** Whether the fold was written (else another came first), and how many of its rows. */
export type Folded = { readonly isWritten: false } | { readonly isWritten: true; readonly rows: number };

/**
 * Folds one customer's new signals into the profile with one conditional write, then performs what the profile owes. What
 * an earlier fold owes and still cannot be performed is taken over: it holds up no consent and no exit that came after it.
 * Throws when something is left that could not be performed; it is written then, and performed with the next fold.
 */
export const foldCustomer = async (work: Fold, stored: StoredProfile, stores: FoldStores): Promise<Folded> => {
  const { customer } = work;
  const earlier =
    stored.owed === undefined ? undefined : await performOwed(stored.owed, customer, stored.profile, stores);
  const { before, refoldedAt } = await startingPoint(stored, work, stores);
  const walk: Walk = {
    profile: before,
    acts: [...(earlier?.acts ?? [])],
    suppressed: [],
    runs: new Map(),
    known: new Set(stored.runs),
    toCome: new Map(work.rows.map(({ signal, receivedAt }) => [signal.messageId, receivedAt])),
  };
  const rows = await foldRows(work, walk, stores);
  const next = nextSequence(stored, { ...work, rows: work.rows.slice(0, rows) });
  const signals = work.rows.slice(0, rows).map(({ signal }) => signal);
  const placed = await stores.segments.place({ before, after: walk.profile, membership: stored.segments, signals });
  const owed = owedAfter(walk, stored, placed.owed);
  const isWritten = await stores.profiles.write(customer, stored, {
    profile: walk.profile,
    ...next,
    ...(refoldedAt === undefined ? {} : { refoldedAt }),
    ...(owed === undefined ? {} : { owed }),
    ...(placed.membership === undefined ? {} : { segments: placed.membership }),
    newRuns: [...new Set(walk.acts.filter((act) => act.do === 'enrol').map(writeRun))],
  });
  if (!isWritten) return { isWritten };
  count('SignalFolded', undefined, rows);
  const left = owed === undefined ? undefined : await performOwed(owed, customer, walk.profile, stores);
  if (left?.error !== undefined) throw left.error;
  return { isWritten, rows };
};
