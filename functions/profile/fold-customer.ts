import {
  type Act,
  actsOfEntrance,
  actsOnRun,
  afterAct,
  type Change,
  concerns,
  type Enrolment,
  entrances,
  type LiveJourney,
  type PublishedJourney,
  readRun,
  writeRun,
} from '#core/journey';
import { type Consents, consentsOf, emptyProfile, foldSignal, type Profile, viewProfile } from '#core/profile';
import type { Signal } from '#core/signal';
import type { EnrolmentStore } from '../aws/enrolment-store.ts';
import type { GateStore } from '../aws/gate-store.ts';
import type { JourneyStore } from '../aws/journey-store.ts';
import { count } from '../aws/observed.ts';
import { noSequence, type ProfileStore, type StoredProfile } from '../aws/profile-store.ts';
import { performActs } from '../journey/perform-acts.ts';

/** A new row of the log, and its place in the stream. */
export type NewSignal = { readonly signal: Signal; readonly sequence: string; readonly receivedAt: number };

/** One customer's new rows of one batch, in the stream's order. */
export type Fold = {
  readonly customer: string;
  readonly rows: readonly NewSignal[];
  readonly stream: string;
  readonly now: number;
};

export type FoldStores = {
  readonly profiles: ProfileStore;
  readonly gates: GateStore;
  readonly enrolments: EnrolmentStore;
  readonly journeys: JourneyStore;
  readonly enrolId: (customer: string, journey: string, key: string) => string;
};

/** What is decided with a fold and stored with it: consents for the gate, acts for the journeys. */
type Owed = { readonly consents?: Consents; readonly order: string; readonly acts: readonly Act[] };

/** Rows received up to this long after a refold may have been in it already. */
const refoldMarginMs = 10_000;

/** A redelivered, out-of-date or possibly already counted row is never skipped: the whole log is folded again. */
const mustRefold = (stored: StoredProfile, { rows, stream }: Fold): boolean => {
  if (stored.sequence === noSequence && stored.stream === '') return false;
  return (
    stored.stream !== stream ||
    rows.some((row) => row.sequence <= stored.sequence || row.receivedAt < stored.refoldedAt + refoldMarginMs)
  );
};

const fold = (profile: Profile, signals: readonly Signal[]): Profile => signals.reduce(foldSignal, profile);

/** The profile without the new rows: what they are compared with. */
const startingPoint = async (stored: StoredProfile, work: Fold, isRefold: boolean, { profiles }: FoldStores) => {
  if (!isRefold) return stored.profile;
  count('ProfileRefolded');
  const isNew = new Set(work.rows.map(({ signal }) => signal.messageId));
  const log = await profiles.readLog(work.customer);
  return fold(
    emptyProfile(),
    log.filter(({ messageId }) => !isNew.has(messageId)),
  );
};

type Walk = {
  profile: Profile;
  readonly acts: Act[];
  readonly runs: Map<string, Enrolment>;
  readonly known: Set<string>;
};

/** Reads the runs a signal may concern that are not known yet. */
const readRuns = async (
  customer: string,
  wanted: readonly { journey: string; enrol: string }[],
  walk: Walk,
  { enrolments }: FoldStores,
) => {
  const missing = wanted.filter(({ enrol }) => !walk.runs.has(enrol));
  if (missing.length === 0) return;
  for (const run of await enrolments.read(customer, missing)) walk.runs.set(run.enrol, run);
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
      if (act.do === 'forget')
        walk.known.delete(writeRun(run ?? { journey: act.journey, version: 0, enrol: act.enrol }));
    }
  };
  for (const { run, published } of concerned) {
    const enrolment = walk.runs.get(run.enrol);
    if (enrolment !== undefined && enrolment.version === run.version) take(actsOnRun(published, enrolment, change));
  }
  for (const entrance of entering) take(actsOfEntrance(entrance, walk.runs.get(entrance.enrol), change));
};

const performOwed = async (owed: string, customer: string, profile: Profile, stores: FoldStores): Promise<void> => {
  const { consents, order, acts }: Owed = JSON.parse(owed);
  if (consents !== undefined) await stores.gates.takeConsents(customer, consents, order);
  await performActs(acts, { customer, profile: viewProfile(profile) }, stores);
  const forgotten = acts.filter((act) => act.do === 'forget').map(({ journey, enrol }) => ({ journey, enrol }));
  const runs = (await stores.enrolments.read(customer, forgotten)).map(writeRun);
  await stores.profiles.settle(customer, owed, runs);
};

const owedAfter = (walk: Walk, before: Profile, order: string): string | undefined => {
  const consents = consentsOf(walk.profile);
  const changed = JSON.stringify(consents) !== JSON.stringify(consentsOf(before));
  if (!changed && walk.acts.length === 0) return undefined;
  const owed: Owed = { ...(changed ? { consents } : {}), order, acts: walk.acts };
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

/**
 * Folds one customer's new signals into the profile with one conditional write, then performs what the profile owes.
 * Returns false when another fold came first: the caller tries again with what is stored then.
 */
export const foldCustomer = async (work: Fold, stored: StoredProfile, stores: FoldStores): Promise<boolean> => {
  const { customer, rows, now } = work;
  if (stored.owed !== undefined) await performOwed(stored.owed, customer, stored.profile, stores);
  const isRefold = mustRefold(stored, work) || work.stream === '';
  const before = await startingPoint(stored, work, isRefold, stores);
  const walk: Walk = { profile: before, acts: [], runs: new Map(), known: new Set(stored.runs) };
  for (const { signal } of rows) {
    const after = foldSignal(walk.profile, signal);
    const change: Change = { signal, before: viewProfile(walk.profile), after: viewProfile(after), now };
    walk.profile = after;
    await decide(change, customer, walk, stores);
  }
  const next = nextSequence(stored, work);
  const owed = owedAfter(walk, stored.profile, next.sequence);
  const written = await stores.profiles.write(customer, stored, {
    profile: walk.profile,
    ...next,
    ...(isRefold ? { refoldedAt: now } : {}),
    ...(owed === undefined ? {} : { owed }),
    newRuns: [...walk.known].filter((run) => !stored.runs.includes(run)),
  });
  if (!written) return false;
  count('SignalFolded', undefined, rows.length);
  if (owed !== undefined) await performOwed(owed, customer, walk.profile, stores);
  return true;
};
