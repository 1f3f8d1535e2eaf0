import {
  journeyRequested,
  journeyScheduled,
  segmentEntered,
  segmentLeft,
  smsReceived,
  taskAnswered,
} from '#core/events';
import { type JourneyDocument, planJourney, type PlanNode, spokenDuration, type TriggerDocument } from '#core/journey';
import { msOf } from './duration-field.ts';
import { Behaviour, type OwnEvent, type Reaction } from './behaviour.ts';
import { shapeOf, withKey, withSame, withWhere } from './event-shape.ts';

/** The event that stands for `POST /v1/journeys/{name}/runs`. */
export const requestedByApi = 'Requested By Api';

const firstOf = (names: string | readonly string[]): string => (typeof names === 'string' ? names : (names[0] ?? ''));
const allOf = (names: string | readonly string[]): readonly string[] => (typeof names === 'string' ? [names] : names);

const every = '30 days';

const own = (event: string, properties: OwnEvent['properties']): OwnEvent => ({ event, every, share: 100, properties });

const triggerEvent = (trigger: TriggerDocument, journey: string): OwnEvent => {
  if ('api' in trigger) return own(requestedByApi, withKey({}, trigger.key));
  if ('schedule' in trigger) return own(journeyScheduled, { journey, segment: trigger.segment });
  if ('segment' in trigger)
    return own(trigger.on === 'left' ? segmentLeft : segmentEntered, { segment: trigger.segment });
  if ('journey' in trigger)
    return own(journeyRequested, {
      journey,
      properties: withKey({}, trigger.key),
      parent: { journey: firstOf(trigger.journey), enrol: 'simulated', occurrence: 1, step: 'start' },
    });
  const event = firstOf(trigger.signal);
  return own(event, withWhere(withKey(shapeOf(event), trigger.key), trigger.where));
};

type Awaited = {
  readonly on: string | readonly string[];
  readonly same?: readonly string[] | undefined;
  readonly where?: string | undefined;
};

const reaction = (awaited: Awaited, rest: Omit<Reaction, 'event' | 'properties'>): Reaction => {
  const event = firstOf(awaited.on);
  return { event, properties: withWhere(withSame(shapeOf(event), awaited.same), awaited.where), ...rest };
};

const part = (ms: number, divisor: number): string =>
  spokenDuration(Math.max(60_000, Math.round(ms / divisor / 60_000) * 60_000));

/** What answers a step that waits or asks, where nothing else brings it. */
const answersTo = (node: PlanNode, covered: ReadonlySet<string>): readonly Reaction[] => {
  if (node.kind === 'act' && 'task' in node.act) {
    const { outcomes, due } = node.act.task;
    if (outcomes === undefined) return [];
    const properties = { task: node.id, outcome: { one: [...outcomes] }, by: 'agent' };
    return [{ event: taskAnswered, after: node.id, share: 85, delay: part(msOf(due), 4), properties }];
  }
  if (node.kind !== 'waitFor') return [];
  return Object.values(node.awaited).flatMap((awaited): readonly Reaction[] =>
    'on' in awaited && !allOf(awaited.on).some((event) => covered.has(event))
      ? [reaction(awaited, { after: node.id, share: 15, delay: part(node.ms, 6) })]
      : [],
  );
};

/** A message does something: who clicks comes nearer to the goal. */
const persuaded = (node: PlanNode, goal: Awaited): readonly Reaction[] => {
  if (node.kind !== 'send') return [];
  const { channels, among } = node.send;
  const possible = channels === 'preferred' ? (among ?? []) : channels;
  return [
    ...(possible.includes('email')
      ? [reaction(goal, { after: `${node.id} clicked`, share: 30, delay: '2 hours' })]
      : []),
    ...(possible.some((channel) => channel !== 'email')
      ? [reaction(goal, { after: node.id, share: 2, delay: '6 hours' })]
      : []),
  ];
};

/**
 * How customers behave where nobody has said: the triggers come once in 30 days, of those who enter one in five reaches the
 * goal without any message, and every wait hears something now and then. Figures to begin with, not forecasts.
 */
export const defaultBehaviour = (journey: JourneyDocument): Behaviour => {
  const nodes = Object.values(planJourney(journey).nodes);
  const exits = journey.exit.filter((exit) => 'on' in exit);
  const triggers = journey.triggers.filter((trigger) => !('journey' in trigger) || journey.triggers.length === 1);
  const goals = journey.goals.map(
    ({ on }): Awaited => exits.find((exit) => firstOf(exit.on) === firstOf(on)) ?? { on },
  );
  const towards = [...goals, ...exits.filter((exit) => !goals.some(({ on }) => firstOf(on) === firstOf(exit.on)))];
  const [goal] = goals;
  const covered = new Set(towards.flatMap(({ on }) => allOf(on)));
  const events = [
    ...triggers.map((trigger) => triggerEvent(trigger, journey.name)),
    ...towards.map((each, i) => reaction(each, { after: 'entry', share: i === 0 ? 20 : 5, delay: '12 hours' })),
    ...(goal === undefined ? [] : nodes.flatMap((node) => persuaded(node, goal))),
    ...nodes.flatMap((node) => answersTo(node, covered)),
  ];
  return Behaviour.parse({ events: events.filter(({ event }) => event !== smsReceived) });
};
