import { emailLinkClicked } from '#core/events';
import type { ProfileView } from '#core/profile';
import type { Signal } from '#core/signal';
import type { Act } from './act.ts';
import { durationMs } from './duration.ts';
import { type Enrolment, type Entry, isOpen, mayEnter } from './enrolment.ts';
import { isSameThing, keyAt } from './event-paths.ts';
import { eventBinding, holds, valueOf } from './holds.ts';
import type { LiveJourney, PublishedJourney, RunReference } from './live-journey.ts';

/** One signal and what it did to the profile. */
export type Change = {
  readonly signal: Signal;
  readonly before: ProfileView;
  readonly after: ProfileView;
  /** When we learned of it, epoch milliseconds. */
  readonly now: number;
};

/** A live journey that this signal triggers, and the run it would be. */
export type Entrance = { readonly live: LiveJourney; readonly key: string; readonly enrol: string };

const names = (on: string | readonly string[]): readonly string[] => (typeof on === 'string' ? [on] : on);

const keyOf = ({ properties, traits, context }: Signal, path: string): string | undefined =>
  keyAt({ properties, traits, context }, path);

/** Names the run for a journey and key: a hash, given by the caller. */
export type EnrolId = (journey: string, key: string) => string;

/** The live journeys this signal would enter, with their keys. A trigger whose key the event does not carry enters nothing. */
export const entrances = (change: Change, live: readonly LiveJourney[], enrolId: EnrolId): readonly Entrance[] =>
  live.flatMap((each) => {
    const bindings = { profile: change.after, event: eventBinding(change.signal) };
    const trigger = each.journey.triggers.find(
      ({ signal, where }) =>
        names(signal).includes(change.signal.event) && (where === undefined || holds(where, bindings)),
    );
    const key = trigger === undefined ? undefined : trigger.key === undefined ? '' : keyOf(change.signal, trigger.key);
    return key === undefined ? [] : [{ live: each, key, enrol: enrolId(each.journey.name, key) }];
  });

const becameTrue = (when: string, { before, after }: Change): boolean =>
  holds(when, { profile: after }) && !holds(when, { profile: before });

/** Whether a signal can matter to a run of this journey at all: only then is the run read. */
export const concerns = ({ journey, plan }: PublishedJourney, change: Change): boolean => {
  const { event } = change.signal;
  if (journey.exit.some((exit) => ('on' in exit ? names(exit.on).includes(event) : becameTrue(exit.when, change))))
    return true;
  if (journey.goals.some(({ on }) => names(on).includes(event))) return true;
  return Object.values(plan.nodes).some(
    (node) =>
      node.kind === 'waitFor' &&
      Object.values(node.awaited).some((awaited) =>
        typeof awaited === 'string' ? event === emailLinkClicked : names(awaited.on).includes(event),
      ),
  );
};

const entryOf = ({ messageId, event, timestamp, properties }: Signal): Entry => ({
  messageId,
  event,
  timestamp,
  properties,
});

/** What a signal that triggers a journey does: enter, restart or update the open run, or nothing. */
export const actsOfEntrance = (
  { live, key, enrol }: Entrance,
  last: Enrolment | undefined,
  change: Change,
): readonly Act[] => {
  const { journey, version, machine } = live;
  const run = { journey: journey.name, enrol };
  const entry = entryOf(change.signal);
  // The very signal that began a run comes again when a batch is delivered twice: it begins no other.
  if (last?.entry.messageId === entry.messageId) return [];
  const may = mayEnter(journey, last, change.now);
  if (may.eligible)
    return [{ do: 'enrol', ...run, version, machine, key, occurrence: may.occurrence, entry, at: change.now }];
  if (may.reason !== 'already-open' || last === undefined) return [];
  if (journey.whileOpen === 'restart')
    return [{ do: 'restart', ...run, occurrence: last.occurrence, version: last.version, at: change.now }];
  return journey.whileOpen === 'update' ? [{ do: 'update', ...run, occurrence: last.occurrence, entry }] : [];
};

const exitReason = ({ journey }: PublishedJourney, run: Enrolment, change: Change): string | undefined => {
  const { signal, after: profile } = change;
  for (const exit of journey.exit) {
    if ('when' in exit) {
      if (becameTrue(exit.when, change)) return exit.when;
      continue;
    }
    const happened =
      names(exit.on).includes(signal.event) &&
      (exit.same === undefined || isSameThing(exit.same, run.entry.properties, signal.properties)) &&
      (exit.where === undefined || holds(exit.where, { profile, entry: run.entry, event: eventBinding(signal) }));
    if (happened) return signal.event;
  }
  return undefined;
};

const winnerOf = (
  { plan }: PublishedJourney,
  run: Enrolment,
  change: Change,
): { step: string; winner: string } | undefined => {
  const { signal, after: profile } = change;
  const { properties } = signal;
  const isHumanClick = (step: string): boolean =>
    signal.event === emailLinkClicked &&
    properties['human'] !== false &&
    properties['enrol'] === run.enrol &&
    Number(properties['occurrence'] ?? run.occurrence) === run.occurrence &&
    properties['step'] === step;
  for (const node of Object.values(plan.nodes)) {
    if (node.kind !== 'waitFor' || run.heard[node.id] !== undefined) continue;
    for (const [winner, awaited] of Object.entries(node.awaited)) {
      const won =
        typeof awaited === 'string'
          ? isHumanClick(awaited)
          : run.step === node.id &&
            names(awaited.on).includes(signal.event) &&
            (awaited.where === undefined ||
              holds(awaited.where, { profile, entry: run.entry, event: eventBinding(signal) }));
      if (won) return { step: node.id, winner };
    }
  }
  return undefined;
};

const goalsReached = ({ journey }: PublishedJourney, run: Enrolment, change: Change): readonly Act[] =>
  journey.goals.flatMap((goal, number): readonly Act[] => {
    const { signal, now } = change;
    const due = run.enteredAt + (durationMs(goal.within) ?? 0);
    if (!names(goal.on).includes(signal.event) || now > due || run.goals[number] !== undefined) return [];
    const bindings = { profile: change.after, entry: run.entry, event: eventBinding(signal) };
    const worth = goal.value === undefined ? null : valueOf(goal.value, bindings);
    const value = typeof worth === 'number' || typeof worth === 'string' ? worth : null;
    return [
      {
        do: 'goal',
        journey: run.journey,
        enrol: run.enrol,
        occurrence: run.occurrence,
        goal: number,
        at: now,
        value,
        event: signal.event,
      },
    ];
  });

const lastGoalAt = ({ journey }: PublishedJourney, run: Enrolment): number =>
  Math.max(run.enteredAt, ...journey.goals.map(({ within }) => run.enteredAt + (durationMs(within) ?? 0)));

/** What a signal does to a run that was already there: exits at once, is heard by a wait, reaches a goal. */
export const actsOnRun = (published: PublishedJourney, run: Enrolment, change: Change): readonly Act[] => {
  const about = { journey: run.journey, enrol: run.enrol, occurrence: run.occurrence };
  const goals = goalsReached(published, run, change);
  if (!isOpen(run)) {
    const isOver = change.now > lastGoalAt(published, run);
    return isOver ? [{ do: 'forget', ...about }] : goals;
  }
  const reason = exitReason(published, run, change);
  if (reason !== undefined) return [...goals, { do: 'exit', ...about, reason, at: change.now }];
  const heard = winnerOf(published, run, change);
  return heard === undefined
    ? goals
    : [...goals, { do: 'hear', ...about, version: run.version, ...heard, at: change.now }];
};

/** The reference a profile keeps of a run, as text, and back. */
export const writeRun = ({ journey, version, enrol }: RunReference): string => `${journey}#${version}#${enrol}`;
export const readRun = (text: string): RunReference => {
  const [journey = '', version = '', enrol = ''] = text.split('#');
  return { journey, version: Number(version), enrol };
};
