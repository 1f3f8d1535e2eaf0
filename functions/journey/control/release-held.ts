import { isOpen } from '#core/journey';
import type { EnrolmentStore } from '../../aws/enrolment-store.ts';
import { count } from '../../aws/observed.ts';
import type { Pointer, PointerQueue } from '../../aws/pointer-queue.ts';
import { comeBack } from '../../aws/runs.ts';

export type HeldStores = { readonly held: PointerQueue; readonly enrolments: EnrolmentStore };

/** A hold registers its token within seconds of being asked for; then its row says until when. */
const registersWithinMs = 10 * 60_000;

const letGo = async (pointer: Pointer, { held, enrolments }: HeldStores, now: number): Promise<boolean> => {
  const [run] = await enrolments.read(pointer.customer, [pointer]);
  const isStill =
    run !== undefined &&
    run.occurrence === pointer.occurrence &&
    isOpen(run) &&
    run.frozen?.until === pointer.until &&
    run.step === run.frozen?.is;
  const isRegistered = run?.deadline === pointer.until;
  // Its token is not there yet: next time. One that never comes has no execution any more.
  if (isStill && !isRegistered && now < pointer.at + registersWithinMs) return false;
  if (isStill && isRegistered && run.token !== undefined) await comeBack(run.token);
  await held.remove(pointer);
  return isStill;
};

/** Lets some of those who stood still go on, who stood longest first. @returns how many */
export const releaseHeld = async (journey: string, most: number, stores: HeldStores, now: number): Promise<number> => {
  const pointers = await stores.held.first(journey, most);
  let released = 0;
  for (const pointer of pointers) released += (await letGo(pointer, stores, now)) ? 1 : 0;
  if (released > 0) count('HeldReleased', undefined, released);
  return released;
};
