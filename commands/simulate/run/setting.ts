import { type LiveJourney, planJourney, type PublishedDocument } from '#core/journey';
import { type Behaviour, isOwn, isReaction, type OwnEvent, type Reaction } from '../behaviour/behaviour.ts';

/** All that a worker is told: plain data. */
export type Assignment = {
  /** The simulated journey first, then those it may start. */
  readonly published: readonly PublishedDocument[];
  readonly behaviour: Behaviour;
  readonly seed: number;
  readonly days: number;
  /** The event with which a campaign comes to everybody at once, when the clock begins. */
  readonly begins?: string;
  /** A recorded log instead of drawn customers. */
  readonly log?: string;
};

/** What every customer of a simulation is carried through. */
export type Setting = {
  readonly live: LiveJourney;
  readonly journeys: readonly LiveJourney[];
  readonly topics: PublishedDocument['topics'];
  readonly policy: PublishedDocument['policy'];
  /** Topics whose consent counts once it is confirmed. */
  readonly confirm: readonly string[];
  readonly begins?: string | undefined;
  readonly behaviour: Behaviour;
  readonly own: readonly OwnEvent[];
  readonly reactions: ReadonlyMap<string, readonly Reaction[]>;
  readonly seed: number;
  readonly from: number;
  readonly until: number;
  /** Whether any journey looks at an event: others need not be carried through. */
  readonly isRead: (event: string, note?: string) => boolean;
};

const dayMs = 86_400_000;

const liveOf = ({ journey, reads }: PublishedDocument): LiveJourney => ({
  journey,
  plan: planJourney(journey, reads),
  version: 1,
  machine: journey.name,
});

export const settingOf = ({ published, behaviour, seed, days, begins }: Assignment): Setting => {
  const journeys = published.map(liveOf);
  const [live] = journeys;
  if (live === undefined) throw new Error('There is no journey to simulate.');
  const text = JSON.stringify(published.map(({ journey }) => journey));
  const notes = new Set(journeys.flatMap(({ plan }) => [...plan.reads.notes].map((read) => read.split('/')[1])));
  const from = Date.parse(behaviour.start);
  return {
    live,
    journeys,
    topics: Object.assign({}, ...published.map(({ topics }) => topics)),
    policy: published[0]?.policy,
    confirm: published.flatMap(({ confirm = [] }) => confirm),
    begins,
    behaviour,
    own: behaviour.events.filter(isOwn),
    reactions: Map.groupBy(behaviour.events.filter(isReaction), ({ after }) => after),
    seed,
    from,
    until: from + days * dayMs,
    isRead: (event, note) => text.includes(event) || notes.has(note),
  };
};
