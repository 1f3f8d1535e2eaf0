import { decideSend, type Gate, type Rival, type SendDecision, type Switch } from '#core/decision';
import { journeyEnded, journeyRequested } from '#core/events';
import {
  type ActNode,
  actRequest,
  type ActRequest,
  advance,
  drawsOf,
  dueAt,
  endOfWait,
  type Enrolment,
  type Happening,
  heardInPassing,
  holdPrefix,
  isEndTold,
  isOpen,
  type LiveJourney,
  type Move,
  type Policy,
  rivalsOf,
  runBindings,
  type SendNode,
  sendRequest,
  type Sight,
  sightOf,
  stepKey,
  type StepNotes,
} from '#core/journey';
import { type Channel, consentsOf, type Profile, viewProfile, withConfirmation } from '#core/profile';
import type { JsonObject, Signal } from '#core/signal';

/** A message that left, and where it belongs. */
export type Sent = {
  readonly at: number;
  readonly message: string;
  readonly channel: Channel;
  readonly run: Enrolment;
  readonly step: string;
};

/** Something else that was done outside. */
export type Done = {
  readonly at: number;
  readonly run: Enrolment;
  readonly step: string;
  readonly request: ActRequest;
};

/** One customer's river: what is known of them, the runs they are in, and what was said to them. */
export type River = {
  /** Their opaque id: what chance is taken from. */
  readonly customer: string;
  readonly profile: Profile;
  readonly runs: readonly Enrolment[];
  readonly sent: readonly Sent[];
  readonly withheld: readonly string[];
  readonly done: readonly Done[];
  /** The messages that caps still count. */
  readonly slots: readonly string[];
  /** What the runs said on the bus and is still to be taken as signals. */
  readonly said: readonly Signal[];
};

/** A run went on from what happened, and what it saw then. */
export type Moved = {
  readonly run: Enrolment;
  readonly happening: Happening;
  readonly sight: Sight;
  readonly move: Move;
  readonly now: number;
};

/** What became of a message of a run. */
export type Decided = {
  readonly run: Enrolment;
  readonly step: string;
  readonly decision: SendDecision;
  readonly now: number;
};

/** Is told what runs do, in order, to count it: it changes nothing. */
export type Watch = { readonly moved: (moved: Moved) => void; readonly decided: (decided: Decided) => void };

export type World = {
  readonly journeys: readonly LiveJourney[];
  readonly topics: { readonly [topic: string]: 'marketing' | 'transactional' };
  /** Those whose consent counts once it is confirmed. */
  readonly confirm?: readonly string[];
  /** What holds for the marketing of every journey; absent: nothing. */
  readonly policy?: Policy | undefined;
  /** What an operator has switched off at an instant; absent: nothing. */
  readonly switchedOff?: (now: number) => readonly Switch[];
  readonly watch?: Watch;
};

export type Place = { readonly live: LiveJourney; readonly world: World; readonly now: number };

/** Runs stay in the order in which they began: of what is due at the same instant, the older run goes first. */
export const putRun = (river: River, run: Enrolment): River => {
  const place = river.runs.findIndex(({ enrol, occurrence }) => enrol === run.enrol && occurrence === run.occurrence);
  const runs =
    place < 0 ? [...river.runs.filter(({ enrol }) => enrol !== run.enrol), run] : river.runs.with(place, run);
  return { ...river, runs };
};

const say = (
  river: River,
  now: number,
  said: Pick<Signal, 'messageId' | 'type' | 'event'> & Partial<Signal>,
): River => ({
  ...river,
  said: [
    ...river.said,
    {
      timestamp: new Date(now).toISOString(),
      subject: { customer: river.customer },
      properties: {},
      traits: {},
      context: {},
      ...said,
    },
  ],
});

const idOf = ({ enrol, occurrence }: Enrolment): string => `${enrol}-${occurrence}`;

/** Says that a run is over, where another run waits for it or goes with it. */
export const sayEnd = (river: River, run: Enrolment, { live, now }: Place): River =>
  isEndTold(live.journey, run)
    ? say(river, now, {
        messageId: `${idOf(run)}/ended`,
        type: 'track',
        event: journeyEnded,
        properties: {
          journey: run.journey,
          enrol: run.enrol,
          occurrence: run.occurrence,
          reason: run.exitReason ?? run.endReason ?? '',
          ...(run.parent === undefined ? {} : { parent: run.parent }),
        },
      })
    : river;

/** Topics that other open runs of this customer keep quiet. */
const quietedFor = ({ runs }: River, { journey: own }: Enrolment, { journeys }: World): readonly string[] =>
  runs
    .filter((run) => run.journey !== own && isOpen(run))
    .flatMap((run) => journeys.find(({ journey }) => journey.name === run.journey)?.journey.quiets ?? []);

/** Messages of other runs that wait for a slot. */
const rivalsFor = ({ runs }: River, run: Enrolment, { journeys }: World): readonly Rival[] =>
  rivalsOf(runs, run, (each) => journeys.find(({ journey }) => journey.name === each.journey));

/** Whether, where and when one message goes. */
const decide = (river: River, run: Enrolment, node: SendNode, { live, world, now }: Place): SendDecision => {
  const { topics, policy, confirm } = world;
  const key = stepKey(live.plan, node.id, run.steps);
  const moment = { run, key, dueAt: dueAt(run, node.id, now), now };
  const request = sendRequest({ journey: live.journey, topics, policy, ...(confirm && { confirm }) }, node, moment);
  const gate: Gate = { version: 1, consents: consentsOf(river.profile), slots: river.slots };
  const facts = {
    profile: viewProfile(river.profile, now),
    gate,
    configured: ['email', 'sms', 'push'] as const,
    quieted: quietedFor(river, run, world),
    rivals: rivalsFor(river, run, world),
    switchedOff: world.switchedOff?.(now) ?? [],
    sending: { mode: 'live', allowed: [] } as const,
    draw: drawsOf(river.customer),
    now,
  };
  return decideSend(request, facts);
};

const noted = (run: Enrolment, notes: StepNotes): Enrolment => ({ ...run, steps: { ...run.steps, ...notes } });

/** A run with what the steps on its way noted. A wait that was over as it began has heard, and hears nothing later. */
const passed = (before: Enrolment, notes: StepNotes, { plan }: LiveJourney): Enrolment => {
  const run = noted(before, notes);
  const heard = heardInPassing(plan, notes).map(([step, winner]) => [stepKey(plan, step, run.steps), winner] as const);
  return heard.length === 0 ? run : { ...run, heard: { ...run.heard, ...Object.fromEntries(heard) } };
};

const send = (river: River, run: Enrolment, node: SendNode, place: Place): River => {
  const { id, send: what } = node;
  const decision = decide(river, run, node, place);
  place.world.watch?.decided({ run, step: id, decision, now: place.now });
  const note = (fields: JsonObject): Enrolment => noted(run, { [id]: fields });
  switch (decision.do) {
    case 'hold': {
      const { reason, channel } = decision;
      const on = channel === undefined ? {} : { channel };
      const held = note({ status: 'held', dueAt: dueAt(run, id, place.now), reason, ...on });
      return putRun(river, { ...held, step: `${holdPrefix}${id}`, deadline: decision.until });
    }
    case 'withhold': {
      const told = { ...river, withheld: [...river.withheld, decision.reason] };
      const outcome = { status: 'withheld', reason: decision.reason } as const;
      return walk(told, note(outcome), decision.end ? { exited: decision.reason } : { sent: id, outcome }, place);
    }
    case 'send': {
      const { channel } = decision.address;
      const sent: Sent = {
        at: place.now,
        message: what.message,
        channel,
        run,
        step: stepKey(place.live.plan, id, run.steps),
      };
      const after = note({ status: 'sent', at: place.now, channel });
      const slots = decision.taken?.slots ?? river.slots;
      const left = { ...river, sent: [...river.sent, sent], slots };
      return walk(left, after, { sent: id, outcome: { status: 'sent' } }, place);
    }
  }
};

/** The profile as journeys read it now. */
export const viewOf = ({ profile }: Pick<River, 'profile'>, { world, now }: Pick<Place, 'world' | 'now'>) =>
  withConfirmation(viewProfile(profile, now), world.confirm);

const perform = (river: River, run: Enrolment, node: ActNode, place: Place): River => {
  const { now, live } = place;
  const step = stepKey(live.plan, node.id, run.steps);
  const request = actRequest(node, runBindings(run, viewOf(river, place)));
  const done = { ...river, done: [...river.done, { at: now, run, step, request }] };
  const messageId = `${idOf(run)}/${step}`;
  switch (request.do) {
    case 'update':
      return say(done, now, { messageId, type: 'identify', event: 'Identified', traits: request.traits });
    case 'emit':
      return say(done, now, { messageId, type: 'track', event: request.event, properties: request.properties });
    case 'start': {
      const { journey, properties } = request;
      const parent = { journey: run.journey, enrol: run.enrol, occurrence: run.occurrence, step };
      return say(done, now, {
        messageId,
        type: 'track',
        event: journeyRequested,
        properties: { journey, properties, parent },
      });
    }
    case 'task':
    case 'webhook':
      return done;
  }
};

const wait = (river: River, run: Enrolment, { node }: Extract<Move, { do: 'wait' }>, place: Place): River => {
  const { live, now } = place;
  const heard = run.heard[stepKey(live.plan, node.id, run.steps)];
  if (heard !== undefined) return walk(river, run, { heard: node.id, winner: heard }, place);
  const { enteredAt, entry } = run;
  const context = { now, enteredAt, entry, profile: viewOf(river, place), zone: live.journey.zone };
  const deadline = endOfWait(node, context);
  if (deadline === undefined) return walk(river, run, { missing: node.id }, place);
  if (deadline <= now) return walk(river, run, { timedOut: node.id }, place);
  return putRun(river, { ...run, step: node.id, deadline });
};

/** Carries a run from what happened to its next wait, hold or end. */
export const walk = (river: River, before: Enrolment, happening: Happening, place: Place): River => {
  const sight = sightOf(before, viewOf(river, place), drawsOf(river.customer));
  const move = advance(place.live.plan, happening, sight);
  place.world.watch?.moved({ run: before, happening, sight, move, now: place.now });
  const run = passed(before, move.notes, place.live);
  switch (move.do) {
    case 'end': {
      const { step: _, deadline: __, ...over } = { ...run, endedAt: place.now, endReason: move.reason };
      return sayEnd(putRun(river, over), over, place);
    }
    case 'wait':
      return wait(river, run, move, place);
    case 'act': {
      const after = noted(run, { [move.node.id]: { status: 'done', at: place.now } });
      const outcome = { status: 'done' } as const;
      return walk(perform(river, run, move.node, place), after, { acted: move.node.id, outcome }, place);
    }
    case 'send':
      return send(river, run, move.node, place);
  }
};
