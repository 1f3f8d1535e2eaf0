import { type Act, type Change, drawsOf, isOpen, writeRun } from '#core/journey';
import { messageReport, type Reply, replyIn, suppressionOf } from '#core/feedback';
import {
  consentRecord,
  type ConsentRecord,
  type Consents,
  consentsOf,
  emptyProfile,
  foldSignal,
  isFull,
  type Profile,
  viewProfile,
} from '#core/profile';
import type { ConsentChain } from '../aws/consent-chain.ts';
import type { CustomerIds } from '../aws/customer-id.ts';
import type { EntryQueue } from '../aws/entry-queue.ts';
import type { GateStore } from '../aws/gate-store.ts';
import type { MessageReports } from '../aws/message-reports.ts';
import { count } from '../aws/observed.ts';
import { type LoggedSignal, noSequence, type ProfileStore, type StoredProfile } from '../aws/profile-store.ts';
import type { SuppressionStore } from '../aws/suppression-store.ts';
import { type Left, performActs } from '../journey/perform-acts.ts';
import type { OwedSegments, SegmentDesk } from '../segment/desk/segment-desk.ts';
import { decide, marginMs, type RunStores, type Suppressed, type Walk } from './decide-acts.ts';
import { type IdentityStores, type OwedIdentity, owedIdentity, performIdentity } from './identity/owed-identity.ts';
import type { RowStores } from './identity/whose-rows.ts';

/** A new row of the log, and its place in the stream. */
export type NewSignal = LoggedSignal & { readonly sequence: string };

/** One customer's new rows of one batch, in the stream's order. `stream` is empty for rows that come from the log itself. */
export type Fold = {
  readonly customer: string;
  readonly rows: readonly NewSignal[];
  readonly stream: string;
  /** The profile counts rows that are not this customer's: it is folded from the log anew. */
  readonly isDoubtful?: boolean;
};

export type FoldStores = RunStores &
  IdentityStores &
  RowStores & {
    readonly profiles: ProfileStore;
    readonly gates: GateStore;
    readonly consents: ConsentChain;
    /** Does what a customer's answer to a message asks for. */
    readonly hearReply: (customer: string, reply: Reply) => Promise<void>;
    readonly queue: EntryQueue;
    readonly suppressions: SuppressionStore;
    readonly messages: MessageReports;
    readonly segments: SegmentDesk;
    readonly addressHash: CustomerIds['addressHash'];
    /** Whether this call's time is over: whoever made it makes it again, or has done so. */
    readonly isGivenUp: () => boolean;
  };

/** What is decided with a fold and stored with it: consents for the gate, acts for the journeys. */
export type Owed = {
  readonly consents?: Consents;
  /** What goes into the ledger of consents. */
  readonly said?: readonly ConsentRecord[];
  readonly replies?: readonly Reply[];
  /** Which fold of the profile this was. */
  readonly fold: number;
  readonly acts: readonly Act[];
  readonly segments?: OwedSegments;
  readonly identity?: OwedIdentity;
  readonly suppressed: readonly Suppressed[];
};

/** A redelivered, out-of-date or possibly already counted row is never skipped: the whole log is folded again. */
const mustRefold = (stored: StoredProfile, { rows, stream, isDoubtful }: Fold): boolean => {
  if (isDoubtful === true) return true;
  if (stored.sequence === noSequence && stored.stream === '') return false;
  return (
    stored.stream !== stream ||
    rows.some((row) => row.sequence <= stored.sequence || row.receivedAt < stored.refoldedAt + marginMs)
  );
};

const fold = (profile: Profile, signals: readonly LoggedSignal['signal'][]): Profile =>
  signals.reduce(foldSignal, profile);

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

/** Performs what a profile owes, which may have been performed before. What is left is still owed. */
export const performOwed = async (
  owed: string,
  customer: string,
  profile: Profile,
  stores: FoldStores,
): Promise<Left> => {
  const { consents, said = [], replies = [], fold, acts, suppressed, segments, identity }: Owed = JSON.parse(owed);
  for (const { addressHash, reason, at } of suppressed) await stores.suppressions.put(addressHash, reason, at);
  if (consents !== undefined) await stores.gates.takeConsents(customer, consents, fold);
  if (said.length > 0) await stores.consents.append(customer, said);
  for (const reply of replies) await stores.hearReply(customer, reply);
  if (segments !== undefined) await stores.segments.perform(customer, fold, segments);
  const left: Left =
    acts.length === 0 ? { acts } : await performActs(acts, { customer, profile: viewProfile(profile) }, stores);
  if (identity !== undefined) await performIdentity(customer, identity, stores);
  if (left.acts.length > 0) return left;
  const forgotten = acts.filter((act) => act.do === 'forget').map(({ journey, enrol }) => ({ journey, enrol }));
  // The same signals may have begun a forgotten run anew; or a request does so just now, which then is remembered again.
  const closed = (await stores.enrolments.read(customer, forgotten)).filter((run) => !isOpen(run));
  await stores.profiles.settle(customer, owed, closed.map(writeRun));
  for (const run of await stores.enrolments.read(customer, closed))
    if (isOpen(run)) await stores.profiles.addRun(customer, writeRun(run));
  return left;
};

type AlsoOwed = { readonly segments?: OwedSegments | undefined; readonly identity?: OwedIdentity | undefined };

const owedAfter = (walk: Walk, stored: StoredProfile, { segments, identity }: AlsoOwed): string | undefined => {
  const consents = consentsOf(walk.profile);
  const changed = JSON.stringify(consents) !== JSON.stringify(consentsOf(stored.profile));
  const { acts, suppressed, said, replies } = walk;
  const isNothing = [acts, suppressed, said, replies].every(({ length }) => length === 0);
  if (!changed && isNothing && segments === undefined && identity === undefined) return undefined;
  const heard = { ...(said.length > 0 && { said }), ...(replies.length > 0 && { replies }) };
  const also = {
    ...(changed ? { consents } : {}),
    ...heard,
    ...(segments && { segments }),
    ...(identity && { identity }),
  };
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

/** Whether nothing follows from a row. Rows that differ in it are written apart: what is silent is so to segments as well. */
const isSilent = (row: NewSignal | undefined): boolean => row?.silent === true;

/** Folds rows until what is owed would grow too large for one item. Returns how many it folded. */
const foldRows = async ({ customer, rows }: Fold, walk: Walk, stores: FoldStores): Promise<number> => {
  const draw = drawsOf(customer);
  for (const [index, row] of rows.entries()) {
    const { signal, receivedAt: now } = row;
    if (isSilent(row) !== isSilent(rows[0])) return index;
    const record = consentRecord(signal, now, consentsOf(walk.profile));
    if (record !== undefined) walk.said.push(record);
    const reply = replyIn(signal);
    if (reply !== undefined && !isSilent(row)) walk.replies.push(reply);
    const { profile } = walk;
    walk.profile = foldSignal(profile, signal);
    walk.toCome.delete(signal.messageId);
    if (!isSilent(row)) {
      const [before, after] = [viewProfile(profile), viewProfile(walk.profile, now)];
      const change: Change = { signal, before, after, now, draw };
      await decide(change, customer, walk, stores);
    }
    const report = messageReport(signal);
    if (report !== undefined) walk.reported.push(report);
    const suppression = suppressionOf(signal);
    if (suppression !== undefined) {
      const addressHash = stores.addressHash(suppression.channel, suppression.address);
      walk.suppressed.push({ addressHash, reason: suppression.reason, at: signal.timestamp });
    }
    if (Buffer.byteLength(JSON.stringify([walk.acts, walk.said])) > mostOwed) return index + 1;
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
    reported: [],
    said: [],
    replies: [],
    runs: new Map(),
    known: new Set(stored.runs),
    toCome: new Map(work.rows.map(({ signal, receivedAt }) => [signal.messageId, receivedAt])),
  };
  const rows = await foldRows(work, walk, stores);
  const next = nextSequence(stored, { ...work, rows: work.rows.slice(0, rows) });
  const signals = work.rows.slice(0, rows).map(({ signal }) => signal);
  const placed = await stores.segments.place({
    before,
    after: walk.profile,
    membership: stored.segments,
    signals,
    isQuiet: isSilent(work.rows[0]),
  });
  const identity = owedIdentity(stored.profile, walk.profile, signals, stores);
  const owed = owedAfter(walk, stored, { segments: placed.owed, identity });
  // Said twice it is the same, so that it needs no place in what is owed: the rows come again until all is written.
  await stores.messages.record(walk.reported);
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
  if (isFull(walk.profile)) count('ProfileFull');
  const left = owed === undefined ? undefined : await performOwed(owed, customer, walk.profile, stores);
  if (left?.error !== undefined) throw left.error;
  return { isWritten, rows };
};
