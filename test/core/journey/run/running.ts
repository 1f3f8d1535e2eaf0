import {
  actsOfEntrance,
  actsOnRun,
  beginRun,
  type Change,
  drawsOf,
  type Enrolment,
  entrances,
  JourneyDocument,
  type LiveJourney,
  planJourney,
} from '#core/journey';
import { emptyProfile, viewProfile } from '#core/profile';
import type { Signal } from '#core/signal';

export const now = Date.parse('2026-01-05T09:00:00Z');
export const day = 86_400_000;

export const liveOf = (fields: object, ...steps: readonly object[]): LiveJourney => {
  const journey = JourneyDocument.parse({
    name: 'j',
    triggers: [{ signal: 'Order Completed' }],
    topic: 't',
    steps: steps.length > 0 ? steps : [{ id: 'w', wait: '1 day' }],
    ...fields,
  });
  return { journey, plan: planJourney(journey), version: 1, machine: 'arn' };
};

let count = 0;
export const signalOf = (event: string, properties: object = {}, fields: Partial<Signal> = {}): Signal => ({
  messageId: `m-${++count}`,
  type: 'track',
  event,
  timestamp: new Date(now).toISOString(),
  subject: { user: 'ada' },
  properties: properties as Signal['properties'],
  traits: {},
  context: {},
  ...fields,
});

type View = Change['after'];
export const viewOf = (fields: Partial<View> = {}): View => ({ ...viewProfile(emptyProfile()), ...fields });

export const changeOf = (signal: Signal, fields: Partial<Change> = {}): Change => {
  const view = viewOf();
  return { signal, before: view, after: view, now, draw: drawsOf('ada'), ...fields };
};

const enrolId = (journey: string, key: string): string => `${journey}:${key}`;

/** What a signal does to somebody with this last run. */
export const entering = (live: LiveJourney, change: Change, last?: Enrolment) =>
  entrances(change, [live], enrolId).flatMap((entrance) => actsOfEntrance(entrance, last, change));

/** A run that just began. */
export const runOf = (live: LiveJourney, fields: Partial<Enrolment> = {}): Enrolment => {
  const act = {
    do: 'enrol',
    journey: 'j',
    enrol: 'j:',
    occurrence: 1,
    version: 1,
    machine: live.machine,
    key: '',
    entry: {
      event: 'Order Completed',
      messageId: 'm-0',
      timestamp: new Date(now).toISOString(),
      properties: { order_id: 'o-1' },
    },
    seenBefore: {},
    at: now,
  } as const;
  return { ...beginRun(act), ...fields };
};

/** What happens to a run, in short. */
export const happens = (live: LiveJourney, run: Enrolment, change: Change) => actsOnRun(live, run, change);
