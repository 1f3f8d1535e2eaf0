import { decideSend, type Gate, type SendDecision } from '#core/decision';
import {
  type Act,
  actsOfEntrance,
  actsOnRun,
  advance,
  afterAct,
  type Change,
  dueAt,
  type Enrolment,
  entrances,
  type Happening,
  holds,
  isOpen,
  type LiveJourney,
  nodeAt,
  type SendNode,
  sendRequest,
} from '#core/journey';
import { type Channel, consentsOf, foldSignal, type Profile, viewProfile } from '#core/profile';
import type { Signal } from '#core/signal';

/** A message that left, and where it belongs. */
export type Sent = {
  readonly at: number;
  readonly message: string;
  readonly channel: Channel;
  readonly run: Enrolment;
  readonly step: string;
};

/** One customer's river: what is known of them, the runs they are in, and what was said to them. */
export type River = {
  readonly profile: Profile;
  readonly runs: readonly Enrolment[];
  readonly sent: readonly Sent[];
  readonly withheld: readonly string[];
};

export type World = {
  readonly journeys: readonly LiveJourney[];
  readonly topics: { readonly [topic: string]: 'marketing' | 'transactional' };
};

const journeyOf = (world: World, name: string): LiveJourney => {
  const found = world.journeys.find(({ journey }) => journey.name === name);
  if (found === undefined) throw new Error(`No journey is called ${name}.`);
  return found;
};

const put = (river: River, run: Enrolment): River => ({
  ...river,
  runs: [...river.runs.filter(({ enrol }) => enrol !== run.enrol), run],
});

/** Whether, where and when one message goes. */
const decide = (
  river: River,
  run: Enrolment,
  node: SendNode,
  { live: { journey }, world, now }: Place,
): SendDecision => {
  const request = sendRequest({ journey, topics: world.topics }, node, dueAt(run, node.id, now));
  const gate: Gate = { version: 1, consents: consentsOf(river.profile) };
  const facts = {
    profile: viewProfile(river.profile),
    gate,
    configured: ['email', 'sms', 'push'] as const,
    quieted: [],
    sending: { mode: 'live', allowed: [] } as const,
    now,
  };
  return decideSend(request, facts);
};

type Place = { readonly live: LiveJourney; readonly world: World; readonly now: number };

/** Carries a run from what happened to its next wait, hold or end. */
const walk = (river: River, run: Enrolment, first: Happening, place: Place): River => {
  const condition = (source: string): boolean =>
    holds(source, { profile: viewProfile(river.profile), entry: run.entry, steps: run.steps });
  const move = advance(place.live.plan, first, condition);
  if (move.do === 'end') return put(river, { ...run, endedAt: place.now, endReason: move.reason });
  if (move.do === 'wait') {
    const heard = run.heard[move.node.id];
    if (heard !== undefined) return walk(river, run, { heard: move.node.id, winner: heard }, place);
    return put(river, { ...run, step: move.node.id, deadline: place.now + move.node.ms });
  }
  const { id, send } = move.node;
  const decision = decide(river, run, move.node, place);
  const note = (fields: Enrolment['steps'][string]): Enrolment => ({ ...run, steps: { ...run.steps, [id]: fields } });
  switch (decision.do) {
    case 'hold':
      return put(river, {
        ...note({ status: 'held', dueAt: dueAt(run, id, place.now) }),
        step: `hold:${id}`,
        deadline: decision.until,
      });
    case 'withhold': {
      const told = { ...river, withheld: [...river.withheld, decision.reason] };
      const outcome = { status: 'withheld', reason: decision.reason } as const;
      return walk(told, note(outcome), decision.end ? { exited: decision.reason } : { sent: id, outcome }, place);
    }
    case 'send': {
      const { channel } = decision.address;
      const sent: Sent = { at: place.now, message: send.message, channel, run, step: id };
      return walk(
        { ...river, sent: [...river.sent, sent] },
        note({ status: 'sent', channel }),
        { sent: id, outcome: { status: 'sent' } },
        place,
      );
    }
  }
};

const obey = (river: River, act: Act, { world, now }: { world: World; now: number }): River => {
  const place: Place = { live: journeyOf(world, act.journey), world, now };
  const before = river.runs.find(({ enrol }) => enrol === act.enrol);
  const run = afterAct(before, act);
  if (run === undefined) return river;
  if (act.do === 'enrol') return walk(river, run, { reached: place.live.plan.first }, place);
  if (act.do === 'hear' && run.step === act.step)
    return walk(river, run, { heard: act.step, winner: act.winner }, place);
  const node = run.step === undefined ? undefined : place.live.plan.nodes[run.step];
  if (act.do === 'restart' && node?.kind === 'wait') return put(river, { ...run, deadline: now + node.ms });
  return put(river, run);
};

const enrolId = (journey: string, key: string): string => `${journey}/${key}`;

/** signal → profile → decision → journey → message: one signal, carried through all rooms. Feedback comes back in as a signal. */
export const flow = (river: River, signal: Signal, at: { readonly world: World; readonly now: number }): River => {
  const profile = foldSignal(river.profile, signal);
  const change: Change = { signal, before: viewProfile(river.profile), after: viewProfile(profile), now: at.now };
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

/** Lets time pass: every wait and hold that is over by then goes on, in order. */
export const passTime = (river: River, until: number, world: World): River => {
  const due = river.runs.filter((run) => isOpen(run) && run.deadline !== undefined && run.deadline <= until);
  const [next] = due.toSorted((a, b) => (a.deadline ?? 0) - (b.deadline ?? 0));
  if (next?.step === undefined) return river;
  const live = journeyOf(world, next.journey);
  const { deadline: now = until, ...run } = next;
  const held = next.step.startsWith('hold:') ? next.step.slice('hold:'.length) : undefined;
  const happening: Happening = held === undefined ? { timedOut: nodeAt(live.plan, next.step).id } : { reached: held };
  return passTime(walk(river, run, happening, { live, world, now }), until, world);
};
