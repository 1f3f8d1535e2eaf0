import { emailLinkClicked, journeyEnded, smsReceived, taskAnswered } from '#core/events';
import { isObject, own, type Json, type JsonObject } from '#core/signal';
import { namesIn } from '../document/fields.ts';
import { holdPrefix, type PublishedJourney } from '../live-journey.ts';
import { stepKey } from '../plan/advance.ts';
import { type Awaited, type Next, nextOf, type Plan, type WaitForNode } from '../plan/nodes.ts';
import { waitsAhead } from '../plan/segment.ts';
import type { Act } from './act.ts';
import type { Change } from './change.ts';
import type { Enrolment } from './enrolment.ts';
import { isSameThing, partsAt } from './event-paths.ts';
import { eventBinding, holds, runBindings } from './holds.ts';

/** From where a run is on its way to a wait, though it is in none; undefined when it is in one. */
const onTheWayFrom = (plan: Plan, run: Enrolment, now: number): readonly Next[] | undefined => {
  const { step, deadline } = run;
  if (step === undefined) return [plan.first];
  const isOver = deadline !== undefined && deadline <= now;
  if (step.startsWith(holdPrefix)) {
    const held = step.slice(holdPrefix.length);
    // A wait that goes on in a hold, because its journey was paused, hears on.
    const isWait = Object.hasOwn(plan.nodes, held) && plan.nodes[held]?.kind === 'waitFor';
    return isOver || isWait ? [held] : undefined;
  }
  const node = Object.hasOwn(plan.nodes, step) ? plan.nodes[step] : undefined;
  // A date that was past or missing is over as it was looked for.
  if (node?.kind === 'wait') return isOver ? nextOf(node) : undefined;
  if (node?.kind !== 'waitFor') return undefined;
  const winner = run.heard[stepKey(plan, node.id, run.steps)];
  if (winner !== undefined) return [node.arms[winner]];
  return isOver ? [node.timeout] : undefined;
};

/**
 * The waits that can hear something now: the one a run is in, or those it is on the way to. What comes between a message
 * and the wait that follows it is not lost: it is kept, and the wait finds it as it begins.
 */
const listening = ({ plan }: PublishedJourney, run: Enrolment, now: number): ReadonlySet<string> => {
  const ahead = onTheWayFrom(plan, run, now)?.flatMap((from) => waitsAhead(plan, from)) ?? [];
  return new Set(run.step === undefined ? ahead : [run.step, ...ahead]);
};

const isOfRun = (properties: JsonObject, run: Enrolment): boolean =>
  own(properties, 'enrol') === run.enrol && Number(properties['occurrence'] ?? run.occurrence) === run.occurrence;

const becameTrue = (when: string, run: Enrolment, { before, after }: Change): boolean =>
  holds(when, runBindings(run, after)) && !holds(when, runBindings(run, before));

/** Whether what a wait waits for has just happened. @param step the step it is about, as its messages name it. */
const isHeard = (awaited: Awaited, run: Enrolment, change: Change, plan: Plan): boolean => {
  const { signal, after } = change;
  const { properties } = signal;
  const about = (step: string): boolean =>
    isOfRun(properties, run) && own(properties, 'step') === stepKey(plan, step, run.steps);
  const where = (condition: string | undefined): boolean =>
    condition === undefined || holds(condition, { ...runBindings(run, after), event: eventBinding(signal) });
  if ('clicked' in awaited)
    return signal.event === emailLinkClicked && own(properties, 'human') !== false && about(awaited.clicked);
  if ('outcome' in awaited)
    return signal.event === taskAnswered && about(awaited.of) && own(properties, 'outcome') === awaited.outcome;
  if ('ended' in awaited) {
    const parent = own(properties, 'parent');
    return (
      signal.event === journeyEnded &&
      isObject(parent) &&
      isOfRun(parent, run) &&
      own(parent, 'step') === stepKey(plan, awaited.ended, run.steps)
    );
  }
  if ('reply' in awaited)
    return signal.event === smsReceived && run.steps[awaited.reply]?.['channel'] === 'sms' && where(awaited.where);
  if ('when' in awaited) return becameTrue(awaited.when, run, change);
  return (
    namesIn(awaited.on).includes(signal.event) &&
    (awaited.same === undefined || isSameThing(awaited.same, run.entry.properties, properties)) &&
    where(awaited.where)
  );
};

/** Whether this can be heard before the wait begins, whatever the run is in: a link may be clicked a second after the send. */
const isKeptEarly = (awaited: Awaited): boolean => 'clicked' in awaited || 'outcome' in awaited || 'ended' in awaited;

/** The clocks that say what was received first may differ by this much. */
const marginMs = 10_000;

/** A signal that is told again may be older than the wait: what came in an earlier round of a repeat is not for this one. */
const isOlder = (node: WaitForNode, { step, deadline }: Enrolment, now: number): boolean =>
  step === node.id && deadline !== undefined && now + marginMs < deadline - node.ms;

const heardBy = (
  node: WaitForNode,
  run: Enrolment,
  change: Change,
  { able, plan }: { able: ReadonlySet<string>; plan: Plan },
) => {
  const isListening = able.has(node.id) && !isOlder(node, run, change.now);
  return Object.entries(node.awaited).find(
    ([, awaited]) => (isListening || isKeptEarly(awaited)) && isHeard(awaited, run, change, plan),
  );
};

/** The step whose answer a wait is for. */
const askedBy = ({ awaited }: WaitForNode): readonly string[] =>
  Object.values(awaited).flatMap((each) => ('of' in each ? [each.of] : 'ended' in each ? [each.ended] : []));

/** What a step notes of what it heard. Of the event only that is kept which the journey or a message of it reads. */
const noteOf = ({ plan }: PublishedJourney, node: WaitForNode, winner: string, { signal }: Change): JsonObject => {
  const { notes, parts } = plan.reads;
  const kept = (field: string, value: Json): JsonObject => {
    const read = [node.id, ...askedBy(node)].map((step) => `${step}/${field}`).filter((note) => notes.has(note));
    const paths = read.flatMap((note) => parts[note] ?? ['']);
    return read.length === 0 ? {} : { [field]: partsAt(value, paths) };
  };
  return {
    status: 'heard',
    outcome: winner,
    ...kept('event', { name: signal.event, properties: signal.properties }),
    ...kept('response', own(signal.properties, 'response') ?? null),
  };
};

/** What a wait of this run hears in a signal, if any does. */
export const hearing = (
  published: PublishedJourney,
  run: Enrolment,
  change: Change,
): Pick<Extract<Act, { do: 'hear' }>, 'step' | 'stepKey' | 'winner' | 'note'> | undefined => {
  const { plan } = published;
  const able = listening(published, run, change.now);
  for (const node of Object.values(plan.nodes)) {
    if (node.kind !== 'waitFor') continue;
    const key = stepKey(plan, node.id, run.steps);
    if (run.heard[key] !== undefined) continue;
    const [winner] = heardBy(node, run, change, { able, plan }) ?? [];
    if (winner !== undefined)
      return { step: node.id, stepKey: key, winner, note: noteOf(published, node, winner, change) };
  }
  return undefined;
};

/** Whether any wait of the journey could hear this signal. */
export const canHear = ({ plan }: PublishedJourney, { signal: { event }, before, after }: Change): boolean =>
  Object.values(plan.nodes).some(
    (node) =>
      node.kind === 'waitFor' &&
      Object.values(node.awaited).some((awaited) => {
        if ('clicked' in awaited) return event === emailLinkClicked;
        if ('outcome' in awaited) return event === taskAnswered;
        if ('ended' in awaited) return event === journeyEnded;
        if ('reply' in awaited) return event === smsReceived;
        if ('when' in awaited) return before !== after;
        return namesIn(awaited.on).includes(event);
      }),
  );
