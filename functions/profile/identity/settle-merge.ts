import { type Act, type Enrolment, isOpen, readRun, writeRun } from '#core/journey';
import { viewProfile } from '#core/profile';
import { merged, type InheritedRuns } from '../../aws/inherited-runs.ts';
import { count, logger } from '../../aws/observed.ts';
import type { StoredProfile } from '../../aws/profile-store.ts';
import { performActs } from '../../journey/perform-acts.ts';
import { foldUntilWritten } from '../fold-all.ts';
import { type FoldStores, performOwed } from '../fold-customer.ts';
import { carry, withoutStrays } from './whose-rows.ts';

export type SettleStores = FoldStores & { readonly inherited: InheritedRuns };

const storedOf = async (customer: string, { profiles }: FoldStores): Promise<StoredProfile> => {
  const stored = (await profiles.readMany([customer])).get(customer);
  if (stored === undefined) throw new Error('A profile was not read.');
  return stored;
};

/** Folds a customer's whole log again. */
const foldAgain = async (customer: string, stores: FoldStores): Promise<void> =>
  foldUntilWritten({ customer, rows: [], stream: '' }, await storedOf(customer, stores), stores);

/** Everybody who has rows of another customer: takes back what belongs elsewhere now. */
const takeBack = async (customer: string, stores: FoldStores): Promise<void> => {
  const chain = await stores.links.chainOf(customer);
  for (const each of chain) {
    const rows = await stores.profiles.readLog(each);
    const left = await withoutStrays({ customer: each, rows }, stores);
    if (left.length < rows.length) count('SignalTakenBack', undefined, rows.length - left.length);
  }
  await foldAgain(chain.at(-1) ?? customer, stores);
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
  const heir = (await stores.links.chainOf(customer)).at(-1) ?? customer;
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

const hand = async (customer: string, to: string, stores: SettleStores): Promise<void> => {
  const stored = await storedOf(customer, stores);
  if (stored.owed !== undefined) {
    const left = await performOwed(stored.owed, customer, stored.profile, stores);
    if (left.error !== undefined) throw left.error;
  }
  await leaveJourneys(customer, await storedOf(customer, stores), stores);
  await leaveSegments(customer, stored, stores);
  const log = await stores.profiles.readLog(customer);
  await carry(
    { customer, to },
    log.toSorted((a, b) => a.receivedAt - b.receivedAt || (a.signal.timestamp < b.signal.timestamp ? -1 : 1)),
    stores,
  );
};

/**
 * Does what follows when it changed whose a customer's rows are: takes them back from whoever had them, and carries them to whoever has them
 * now; without an owner they are a customer of their own again. May break off anywhere and be done again.
 */
export const settleMerge = async (customer: string, stores: SettleStores): Promise<void> => {
  const before = await stores.links.standing(customer);
  if (before.erasedAt !== undefined) return;
  for (const left of before.leftFrom) await takeBack(left, stores);
  if (before.owner === undefined) await foldAgain(customer, stores);
  else await hand(customer, before.owner.by, stores);
  await stores.links.settled(customer, before);
  logger.info('merge settled', { customer, into: before.owner?.by ?? 'nobody' });
  count('MergeSettled');
};
