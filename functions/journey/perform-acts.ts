import {
  type Act,
  advance,
  armOf,
  beginRun,
  drawsOf,
  endOfWait,
  holdPrefix,
  type Enrolment,
  type Happening,
  isEndTold,
  nodeAt,
  sightOf,
  stepKey,
} from '#core/journey';
import type { ProfileView } from '#core/profile';
import type { EnrolmentStore } from '../aws/enrolment-store.ts';
import type { EntryQueue } from '../aws/entry-queue.ts';
import type { JourneyStore } from '../aws/journey-store.ts';
import { count, logger } from '../aws/observed.ts';
import { beginWaitAnew, comeBack, finish, goTo, startRun, waitUntil } from '../aws/runs.ts';

/** Whose acts, and where they take effect. */
export type Stage = {
  readonly enrolments: EnrolmentStore;
  readonly journeys: JourneyStore;
  readonly queue: EntryQueue;
};
type Whose = { readonly customer: string; readonly profile: ProfileView };

const said = (act: Act, customer: string): void => {
  count(`Act${act.do[0]?.toUpperCase() ?? ''}${act.do.slice(1)}`);
  logger.info('act performed', { act: act.do, customer, journey: act.journey, enrol: act.enrol });
};

const enter = async (act: Extract<Act, { do: 'enrol' }>, { customer }: Whose, stage: Stage): Promise<void> => {
  const { enrolments } = stage;
  const { journey } = await stage.journeys.version(act.journey, act.version);
  const entering = { act, isTold: isEndTold(journey, act) };
  // Who waits in line is started from there, also when this act is performed again.
  if (journey.entryRate !== undefined) return void (await stage.queue.enter(customer, entering));
  const put = await enrolments.put(customer, entering);
  const [run] = 'done' in put ? [] : await enrolments.read(customer, [act]);
  const isOurs =
    run === undefined || (run.entry.messageId === act.entry.messageId && run.occurrence === act.occurrence);
  const ours = run ?? beginRun(act);
  // Who is held out is over as they begin, and has no execution.
  if (isOurs && act.isHeldOut !== true) await startRun(customer, ours);
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
  if (node?.kind !== 'wait' || 'until' in node.time) return;
  const postponed = await stage.enrolments.postpone(customer, run, act.at + node.time.ms);
  if ('done' in postponed) await beginWaitAnew(run.token);
};

const sightIn = (run: Enrolment, { customer, profile }: Whose) => sightOf(run, profile, drawsOf(customer));

const hear = async (act: Extract<Act, { do: 'hear' }>, whose: Whose, stage: Stage): Promise<void> => {
  const { customer } = whose;
  const heard = await stage.enrolments.hear(customer, act);
  const run = 'done' in heard ? heard.done : (await stage.enrolments.read(customer, [act]))[0];
  const winner = run?.heard[act.stepKey];
  if (run?.token === undefined || winner === undefined) return;
  // The wait went on in a hold, because the journey was paused: the run looks at what it heard, or stands still again.
  if (run.step === `${holdPrefix}${act.step}`) return comeBack(run.token);
  if (run.step !== act.step) return;
  const { plan } = await stage.journeys.version(act.journey, run.version);
  // The same wait in a later round of its repeat is another one.
  if (stepKey(plan, act.step, run.steps) !== act.stepKey) return;
  const arm = armOf(plan, { step: act.step, winner }, sightIn(run, whose));
  if ('step' in arm) return goTo(run.token, nodeAt(plan, arm.step).title);
  await stage.enrolments.end(customer, act, { at: act.at, reason: arm.ends });
  await finish(run.token);
};

/** Another date: the wait the run is in ends then, or is over. What the machine is told late it reads from the row. */
const replan = async (act: Extract<Act, { do: 'replan' }>, whose: Whose, stage: Stage): Promise<void> => {
  const { customer, profile } = whose;
  const { plan, journey } = await stage.journeys.version(act.journey, act.version);
  const [run] = await stage.enrolments.read(customer, [act]);
  const node = nodeAt(plan, act.step);
  if (run?.step !== act.step || node.kind !== 'wait') return;
  const { enteredAt, entry } = run;
  const deadline = endOfWait(node, { now: act.at, enteredAt, entry, profile, zone: journey.zone });
  const replanned = await stage.enrolments.replan(customer, act, deadline ?? act.at);
  const token = 'done' in replanned ? replanned.done.token : undefined;
  if (token === undefined) return;
  if (deadline !== undefined && deadline > act.at) return waitUntil(token, node.title, deadline);
  const over: Happening = deadline === undefined ? { missing: node.id } : { timedOut: node.id };
  const move = advance(plan, over, sightIn(run, whose));
  const next = deadline === undefined ? node.missing : node.next;
  if (move.do !== 'end' && next !== undefined) return goTo(token, nodeAt(plan, next).title);
  await stage.enrolments.end(customer, act, { at: act.at, reason: move.do === 'end' ? move.reason : '' });
  await finish(token);
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
    case 'replan':
      return replan(act, whose, stage);
    case 'note':
      await stage.enrolments.note(whose.customer, act);
      return;
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
