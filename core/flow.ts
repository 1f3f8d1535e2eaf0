import {
  type Act,
  actsOfEntrance,
  actsOnRun,
  afterAct,
  type Change,
  drawsOf,
  endOfWait,
  type Enrolment,
  entrances,
  type Happening,
  holdPrefix,
  isOpen,
  type LiveJourney,
  nodeAt,
} from '#core/journey';
import { emptyProfile, foldSignal, viewProfile, withConfirmation } from '#core/profile';
import type { Signal } from '#core/signal';
import { type Place, putRun, type River, sayEnd, viewOf, walk, type World } from './walk.ts';

export type { Decided, Done, Moved, River, Sent, Watch, World } from './walk.ts';

/** A customer of whom nothing is known yet. @param customer their opaque id: what chance is taken from. */
export const source = (customer: string): River => ({
  customer,
  profile: emptyProfile(),
  runs: [],
  sent: [],
  withheld: [],
  slots: [],
  done: [],
  said: [],
});

const journeyOf = (world: World, name: string): LiveJourney => {
  const found = world.journeys.find(({ journey }) => journey.name === name);
  if (found === undefined) throw new Error(`No journey is called ${name}.`);
  return found;
};

/** The wait of a run ends at another time now. */
const replan = (river: River, run: Enrolment, step: string, place: Place): River => {
  const node = nodeAt(place.live.plan, step);
  if (run.step !== step || node.kind !== 'wait') return river;
  const { now, live } = place;
  const context = { now, enteredAt: run.enteredAt, entry: run.entry, zone: live.journey.zone };
  const deadline = endOfWait(node, { ...context, profile: viewOf(river, place) });
  if (deadline === undefined) return walk(river, run, { missing: step }, place);
  return deadline <= now ? walk(river, run, { timedOut: step }, place) : putRun(river, { ...run, deadline });
};

const obey = (river: River, act: Act, { world, now }: { world: World; now: number }): River => {
  const place: Place = { live: journeyOf(world, act.journey), world, now };
  const before = river.runs.find(({ enrol }) => enrol === act.enrol);
  const run = afterAct(before, act);
  if (run === undefined) return river;
  switch (act.do) {
    case 'enrol':
      return isOpen(run)
        ? walk(river, run, { reached: place.live.plan.first }, place)
        : sayEnd(putRun(river, run), run, place);
    case 'hear':
      return run.step === act.step
        ? walk(river, run, { heard: act.step, winner: act.winner }, place)
        : putRun(river, run);
    case 'restart': {
      const node = run.step === undefined ? undefined : place.live.plan.nodes[run.step];
      const isSpan = node?.kind === 'wait' && 'ms' in node.time;
      return isSpan ? putRun(river, { ...run, deadline: now + node.time.ms }) : river;
    }
    case 'replan':
      return replan(river, run, act.step, place);
    case 'exit':
      return sayEnd(putRun(river, run), run, place);
    case 'update':
    case 'note':
    case 'goal':
    case 'forget':
      return putRun(river, run);
  }
};

const enrolId = (journey: string, key: string): string => `${journey}/${key}`;

type At = { readonly world: World; readonly now: number };

/** What the runs say to a signal is still to be heard. */
const takeIn = (river: River, signal: Signal, at: At): River => {
  const profile = foldSignal(river.profile, signal);
  const change: Change = {
    signal,
    before: withConfirmation(viewProfile(river.profile), at.world.confirm),
    after: viewOf({ profile }, at),
    now: at.now,
    draw: drawsOf(river.customer),
  };
  const known = { ...river, profile };
  const onRuns = river.runs.flatMap((run) => actsOnRun(journeyOf(at.world, run.journey), run, change));
  const settled = onRuns.reduce((soFar, act) => obey(soFar, act, at), known);
  const entering = entrances(change, at.world.journeys, enrolId).flatMap((entrance) =>
    actsOfEntrance(
      entrance,
      settled.runs.find(({ enrol }) => enrol === entrance.enrol),
      change,
    ),
  );
  return entering.reduce((soFar, act) => obey(soFar, act, at), settled);
};

/** What runs say is a signal again; one that answers itself for ever is cut off here. */
const mostHops = 8;

/** Takes in what the runs have said in the order in which they said it, and then what they say to that, as a bus would. */
const hearBack = (river: River, at: At): River => {
  let heard = river;
  for (let hops = 0; hops < mostHops && heard.said.length > 0; hops++) {
    const quiet = { ...heard, said: [] };
    heard = heard.said.reduce<River>((soFar, signal) => takeIn(soFar, signal, at), quiet);
  }
  return { ...heard, said: [] };
};

/**
 * signal → profile → decision → journey → message: one signal, carried through all rooms. Feedback comes back in as a signal. A river is one
 * customer's: who turns out to be whom is settled between their logs, before a signal gets here.
 */
export const flow = (river: River, signal: Signal, at: At): River => hearBack(takeIn(river, signal, at), at);

/** Lets time pass: every wait and hold that is over by then goes on, in order. */
export const passTime = (river: River, until: number, world: World): River => {
  const due = river.runs.filter((run) => isOpen(run) && run.deadline !== undefined && run.deadline <= until);
  const [next] = due.toSorted((a, b) => (a.deadline ?? 0) - (b.deadline ?? 0));
  if (next?.step === undefined) return river;
  const live = journeyOf(world, next.journey);
  const { deadline: now = until, ...run } = next;
  const held = next.step.startsWith(holdPrefix) ? next.step.slice(holdPrefix.length) : undefined;
  const happening: Happening = held === undefined ? { timedOut: next.step } : { reached: held };
  return passTime(hearBack(walk(river, run, happening, { live, world, now }), { world, now }), until, world);
};
