import { feedbackNotes, journeyEnded, smsReceived } from '#core/events';
import { own } from '#core/signal';
import { durationMs } from '../document/duration.ts';
import { namesIn } from '../document/fields.ts';
import type { PublishedJourney } from '../live-journey.ts';
import { endOfWait } from '../plan/end-of-wait.ts';
import type { WaitNode } from '../plan/nodes.ts';
import type { Act } from './act.ts';
import { asReadBy, type Change } from './change.ts';
import { type Enrolment, isOpen } from './enrolment.ts';
import { isSameThing } from './event-paths.ts';
import { eventBinding, holds, jsonOf, runBindings } from './holds.ts';
import { canHear, hearing } from './listening.ts';

const becameTrue = (when: string, { before, after }: Change): boolean =>
  holds(when, { profile: after }) && !holds(when, { profile: before });

/** The waits whose end is a date of the profile, which this change may have moved. */
const datesWaitedFor = ({ plan }: PublishedJourney, { before, after }: Change): readonly WaitNode[] =>
  Object.values(plan.nodes).filter((node): node is WaitNode => {
    if (node.kind !== 'wait' || 'ms' in node.time || node.time.until.bestTime === true) return false;
    const { base } = node.time.until;
    return base.is === 'trait' && before.traits[base.name] !== after.traits[base.name];
  });

const notesOf = ({ plan }: PublishedJourney, { event }: Change['signal']): boolean => {
  const field = feedbackNotes[event];
  return field !== undefined && [...plan.reads.notes].some((read) => read.endsWith(`/${field}`));
};

/** Whether a signal can matter to a run of this journey at all: only then is the run read. */
export const concerns = (published: PublishedJourney, happened: Change): boolean => {
  const change = asReadBy(published, happened);
  const { journey } = published;
  const { event } = change.signal;
  return (
    journey.exit.some((exit) => ('on' in exit ? namesIn(exit.on).includes(event) : becameTrue(exit.when, change))) ||
    journey.goals.some(({ on }) => namesIn(on).includes(event)) ||
    (event === journeyEnded && journey.triggers.some((trigger) => 'journey' in trigger)) ||
    canHear(published, change) ||
    notesOf(published, change.signal) ||
    datesWaitedFor(published, change).length > 0
  );
};

/** The reason of a run whose parent's run is over. */
const parentEnded = 'parent-ended';

const isParentOver = ({ parent }: Enrolment, { event, properties }: Change['signal']): boolean =>
  parent !== undefined &&
  event === journeyEnded &&
  own(properties, 'enrol') === parent.enrol &&
  Number(own(properties, 'occurrence')) === parent.occurrence;

const exitReason = ({ journey }: PublishedJourney, run: Enrolment, change: Change): string | undefined => {
  const { signal, after: profile } = change;
  if (isParentOver(run, signal)) return parentEnded;
  for (const exit of journey.exit) {
    if ('when' in exit) {
      if (becameTrue(exit.when, change)) return exit.when;
      continue;
    }
    const happened =
      namesIn(exit.on).includes(signal.event) &&
      (exit.same === undefined || isSameThing(exit.same, run.entry.properties, signal.properties)) &&
      (exit.where === undefined || holds(exit.where, { ...runBindings(run, profile), event: eventBinding(signal) }));
    if (happened) return signal.event;
  }
  return undefined;
};

type About = Pick<Enrolment, 'journey' | 'enrol' | 'occurrence'>;
const about = ({ journey, enrol, occurrence }: Enrolment): About => ({ journey, enrol, occurrence });

const goalsReached = ({ journey }: PublishedJourney, run: Enrolment, change: Change): readonly Act[] =>
  journey.goals.flatMap((goal, number): readonly Act[] => {
    const { signal, now } = change;
    const due = run.enteredAt + (durationMs(goal.within) ?? 0);
    if (!namesIn(goal.on).includes(signal.event) || now > due || run.goals[number] !== undefined) return [];
    const bindings = { profile: change.after, entry: run.entry, event: eventBinding(signal) };
    if (goal.where !== undefined && !holds(goal.where, bindings)) return [];
    const worth = goal.value === undefined ? null : jsonOf(goal.value, bindings);
    const value = typeof worth === 'number' || typeof worth === 'string' ? worth : null;
    return [{ do: 'goal', ...about(run), goal: number, at: now, value, event: signal.event }];
  });

const lastGoalAt = ({ journey }: PublishedJourney, run: Enrolment): number =>
  Math.max(run.enteredAt, ...journey.goals.map(({ within }) => run.enteredAt + (durationMs(within) ?? 0)));

/** The step a signal reports about: the one its message was tagged with, or the last text message for a reply. */
const stepReported = (run: Enrolment, { event, properties }: Change['signal']): string | undefined => {
  if (event === smsReceived)
    return Object.entries(run.steps)
      .filter(([, note]) => note['channel'] === 'sms' && note['status'] === 'sent')
      .toSorted(([, a], [, b]) => Number(b['at'] ?? 0) - Number(a['at'] ?? 0))[0]?.[0];
  const step = own(properties, 'step');
  const isOurs =
    own(properties, 'enrol') === run.enrol && Number(properties['occurrence'] ?? run.occurrence) === run.occurrence;
  return typeof step === 'string' && isOurs ? step.split('@')[0] : undefined;
};

/** What came back about a message, where a condition reads it. Whatever was not done by a person is no click. */
const noted = ({ plan }: PublishedJourney, run: Enrolment, { signal, now }: Change): readonly Act[] => {
  const field = feedbackNotes[signal.event];
  const step = field === undefined || own(signal.properties, 'human') === false ? undefined : stepReported(run, signal);
  if (field === undefined || step === undefined || !plan.reads.notes.has(`${step}/${field}`)) return [];
  return run.steps[step]?.[field] === undefined ? [{ do: 'note', ...about(run), step, field, at: now }] : [];
};

/**
 * Whether the date a run waits for is another now. A run that may be on its way to such a wait is told as well: where it is
 * in none, that changes nothing.
 */
const replanned = (published: PublishedJourney, run: Enrolment, change: Change): readonly Act[] => {
  const context = { now: change.now, enteredAt: run.enteredAt, entry: run.entry, zone: published.journey.zone };
  return datesWaitedFor(published, change).flatMap((node): readonly Act[] => {
    const isAsPlanned = node.id === run.step && endOfWait(node, { ...context, profile: change.after }) === run.deadline;
    return isAsPlanned ? [] : [{ do: 'replan', ...about(run), version: run.version, step: node.id, at: change.now }];
  });
};

/** What a signal does to a run that was already there: exits at once, is heard by a wait, reaches a goal. */
export const actsOnRun = (published: PublishedJourney, run: Enrolment, happened: Change): readonly Act[] => {
  const change = asReadBy(published, happened);
  const goals = goalsReached(published, run, change);
  if (!isOpen(run)) {
    const isOver = change.now > lastGoalAt(published, run);
    return isOver ? [{ do: 'forget', ...about(run) }] : goals;
  }
  const reason = exitReason(published, run, change);
  if (reason !== undefined) return [...goals, { do: 'exit', ...about(run), reason, at: change.now }];
  const before = [...goals, ...noted(published, run, change)];
  const heard = hearing(published, run, change);
  return heard === undefined
    ? [...before, ...replanned(published, run, change)]
    : [...before, { do: 'hear', ...about(run), version: run.version, ...heard, at: change.now }];
};
