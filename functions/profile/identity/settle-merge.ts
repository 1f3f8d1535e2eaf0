import { type Act, type Enrolment, isOpen, readRun, writeRun } from '#core/journey';
import { viewProfile } from '#core/profile';
import { merged, type InheritedRuns } from '../../aws/inherited-runs.ts';
import { count, logger } from '../../aws/observed.ts';
import type { StoredProfile } from '../../aws/profile-store.ts';
import type { SharedGates } from '../../aws/shared-gates.ts';
import { performActs } from '../../journey/perform-acts.ts';
import type { SentBulks } from '../../bulk/desk/sent-bulks.ts';
import type { ListDesk } from '../../segment/desk/list-desk.ts';
import { foldUntilWritten } from '../fold-all.ts';
import { type FoldStores, performOwed } from '../fold-customer.ts';
import { carry, withoutStrays } from './whose-rows.ts';

export type SettleStores = FoldStores & {
  readonly inherited: InheritedRuns;
  readonly sharedGates: SharedGates;
  readonly sentBulks: SentBulks;
  readonly lists: ListDesk;
};

const storedOf = async (customer: string, { profiles }: FoldStores): Promise<StoredProfile> => {
  const stored = (await profiles.readMany([customer])).get(customer);
  if (stored === undefined) throw new Error('A profile was not read.');
  return stored;
};

/** Folds a customer's whole log again. */
const foldAgain = async (customer: string, stores: FoldStores): Promise<void> =>
  foldUntilWritten({ customer, rows: [], stream: '' }, await storedOf(customer, stores), stores);

const headOf = async (customer: string, { links }: FoldStores): Promise<string> =>
  (await links.chainOf(customer)).at(-1) ?? customer;

/** Lets somebody be in the lists that those were put into who are one with them now. */
const tidyLists = (head: string, { lists, links }: SettleStores): Promise<void> =>
  lists.tidy(head, () => links.partitionsOf(head), Date.now());

/** Everybody who has rows of another customer: takes back what belongs elsewhere now. */
const takeBack = async (customer: string, stores: SettleStores): Promise<string> => {
  const chain = await stores.links.chainOf(customer);
  for (const each of chain) {
    const rows = await stores.profiles.readLog(each);
    const left = await withoutStrays({ customer: each, rows }, stores);
    if (left.length < rows.length) count('SignalTakenBack', undefined, rows.length - left.length);
  }
  const head = chain.at(-1) ?? customer;
  await foldAgain(head, stores);
  await tidyLists(head, stores);
  return head;
};

const exitOf = ({ journey, enrol, occurrence }: Enrolment): Act => ({
  do: 'exit',
  journey,
  enrol,
  occurrence,
  reason: merged,
  at: Date.now(),
});

/**
 * Runs of whoever turned out to be another end here. Those that may have sent something count as the heir's own from now on: what
 * they sent is not sent again. The others never happened, and what began them may begin them anew.
 */
const leaveJourneys = async (
  customer: string,
  { runs, profile }: StoredProfile,
  stores: SettleStores,
): Promise<void> => {
  const { enrolments, inherited, profiles } = stores;
  const wanted = runs.map(readRun);
  const open = (await enrolments.read(customer, wanted)).filter(isOpen);
  const left = await performActs(open.map(exitOf), { customer, profile: viewProfile(profile) }, stores);
  if (left.error !== undefined) throw left.error;
  const heir = await headOf(customer, stores);
  const sends = await inherited.sends(customer);
  for (const run of await enrolments.read(customer, wanted)) {
    if (!sends.some(({ journey, at }) => journey === run.journey && at >= run.enteredAt)) continue;
    const enrol = stores.enrolId(heir, run.journey, run.key);
    const [last] = await enrolments.read(heir, [{ journey: run.journey, enrol }]);
    if (await inherited.inherit(heir, { ...run, enrol }, last))
      await profiles.addRun(heir, writeRun({ ...run, enrol }));
  }
};

const leaveSegments = async (
  customer: string,
  { segments, folds }: StoredProfile,
  stores: FoldStores,
): Promise<void> => {
  const moves = Object.keys(segments.in).map((segment) => ({ segment, on: 'left', isQuiet: true }) as const);
  if (moves.length > 0) await stores.segments.perform(customer, folds, { moves, at: Date.now(), hops: 0 });
};

/** No claim for either that was decided before goes through: what one was sent the other is not sent by it. */
const shareSends = async (from: string, to: string, { sharedGates, sentBulks }: SettleStores): Promise<void> => {
  await sharedGates.share(from, to, Date.now());
  await sentBulks.share(from, to, Date.now());
};

const hand = async (customer: string, to: string, stores: SettleStores): Promise<void> => {
  const stored = await storedOf(customer, stores);
  if (stored.owed !== undefined) {
    const left = await performOwed(stored.owed, customer, stored.profile, stores);
    if (left.error !== undefined) throw left.error;
  }
  await leaveJourneys(customer, await storedOf(customer, stores), stores);
  await leaveSegments(customer, stored, stores);
  // Before any row is there to act on: what was sent counts, and a pause holds.
  await shareSends(customer, await headOf(customer, stores), stores);
  await stores.lists.follow(customer, () => headOf(customer, stores), Date.now());
  const log = await stores.profiles.readLog(customer);
  await carry(
    { customer, to },
    log.toSorted((a, b) => a.receivedAt - b.receivedAt || (a.signal.timestamp < b.signal.timestamp ? -1 : 1)),
    stores,
  );
};

/** Somebody is a customer of their own again. What was sent while they were another counts for both, and so does a pause. */
const standAlone = async (customer: string, before: readonly string[], stores: SettleStores): Promise<void> => {
  for (const head of before) await shareSends(head, customer, stores);
  await foldAgain(customer, stores);
  await tidyLists(customer, stores);
};

/**
 * Does what follows when it changed whose a customer's rows are: takes them back from whoever had them, and carries them to whoever has them
 * now; without an owner they are a customer of their own again. May break off anywhere and be done again.
 */
export const settleMerge = async (customer: string, stores: SettleStores): Promise<void> => {
  const before = await stores.links.standing(customer);
  if (before.erasedAt !== undefined) return;
  const heads: string[] = [];
  for (const left of before.leftFrom) heads.push(await takeBack(left, stores));
  if (before.owner === undefined) await standAlone(customer, heads, stores);
  else await hand(customer, before.owner.by, stores);
  await stores.links.settled(customer, before);
  logger.info('merge settled', { customer, into: before.owner?.by ?? 'nobody' });
  count('MergeSettled');
};
