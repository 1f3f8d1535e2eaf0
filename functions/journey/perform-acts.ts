import { type Act, armOf, beginRun, holds, nodeAt } from '#core/journey';
import type { ProfileView } from '#core/profile';
import type { EnrolmentStore } from '../aws/enrolment-store.ts';
import type { JourneyStore } from '../aws/journey-store.ts';
import { count, logger } from '../aws/observed.ts';
import { beginWaitAnew, finish, goTo, startRun } from '../aws/runs.ts';

/** Whose acts, and where they take effect. */
export type Stage = {
  readonly enrolments: EnrolmentStore;
  readonly journeys: JourneyStore;
};
type Whose = { readonly customer: string; readonly profile: ProfileView };

const said = (act: Act, customer: string): void => {
  count(`Act${act.do[0]?.toUpperCase() ?? ''}${act.do.slice(1)}`);
  logger.info('act performed', { act: act.do, customer, journey: act.journey, enrol: act.enrol });
};

const enter = async (act: Extract<Act, { do: 'enrol' }>, { customer }: Whose, { enrolments }: Stage): Promise<void> => {
  const put = await enrolments.put(customer, act);
  const [run] = 'done' in put ? [] : await enrolments.read(customer, [act]);
  const isOurs =
    run === undefined || (run.entry.messageId === act.entry.messageId && run.occurrence === act.occurrence);
  if (!isOurs) return;
  await startRun(customer, run ?? beginRun(act));
};

const leave = async (act: Extract<Act, { do: 'exit' }>, { customer }: Whose, { enrolments }: Stage): Promise<void> => {
  const exited = await enrolments.exit(customer, act);
  const token = 'done' in exited ? exited.done.token : exited.refused?.['token'];
  if (typeof token === 'string') await finish(token);
};

/** Begins the wait anew if the run is in a plain one; a later step is not taken back. */
const restart = async (act: Extract<Act, { do: 'restart' }>, { customer }: Whose, stage: Stage): Promise<void> => {
  const [run] = await stage.enrolments.read(customer, [act]);
  if (run?.token === undefined || run.step === undefined) return;
  const { plan } = await stage.journeys.version(act.journey, run.version);
  const node = Object.hasOwn(plan.nodes, run.step) ? plan.nodes[run.step] : undefined;
  if (node?.kind !== 'wait') return;
  const postponed = await stage.enrolments.postpone(customer, run, act.at + node.ms);
  if ('done' in postponed) await beginWaitAnew(run.token);
};

const hear = async (act: Extract<Act, { do: 'hear' }>, { customer, profile }: Whose, stage: Stage): Promise<void> => {
  const heard = await stage.enrolments.hear(customer, act);
  const run = 'done' in heard ? heard.done : (await stage.enrolments.read(customer, [act]))[0];
  if (run?.token === undefined || run.step !== act.step || run.heard[act.step] === undefined) return;
  const { plan } = await stage.journeys.version(act.journey, run.version);
  const condition = (source: string): boolean => holds(source, { profile, entry: run.entry, steps: run.steps });
  const arm = armOf(plan, { step: act.step, winner: run.heard[act.step] ?? act.winner }, condition);
  if ('step' in arm) return goTo(run.token, nodeAt(plan, arm.step).title);
  await stage.enrolments.end(customer, act, { at: act.at, reason: arm.ends });
  await finish(run.token);
};

const perform = async (act: Act, whose: Whose, stage: Stage): Promise<void> => {
  switch (act.do) {
    case 'enrol':
      return enter(act, whose, stage);
    case 'exit':
      return leave(act, whose, stage);
    case 'restart':
      return restart(act, whose, stage);
    case 'hear':
      return hear(act, whose, stage);
    case 'update':
      await stage.enrolments.update(whose.customer, act);
      return;
    case 'goal':
      await stage.enrolments.reachGoal(whose.customer, act);
      return;
    case 'forget':
  }
};

/** The acts that could not be performed, and the error of the first. */
export type Left = { readonly acts: readonly Act[]; readonly error?: unknown };

/**
 * Performs what a profile owes, in order. Each act may have been performed before: none does harm twice. One that fails
 * holds up no other: while no execution can be started, orders still end the runs that are open.
 */
export const performActs = async (acts: readonly Act[], whose: Whose, stage: Stage): Promise<Left> => {
  const errors: unknown[] = [];
  const left: Act[] = [];
  for (const act of acts) {
    try {
      await perform(act, whose, stage);
      said(act, whose.customer);
    } catch (error) {
      left.push(act);
      errors.push(error);
    }
  }
  return { acts: left, error: errors[0] };
};
