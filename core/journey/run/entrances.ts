import { journeyRequested, journeyScheduled, segmentEntered, segmentLeft } from '#core/events';
import type { ProfileView } from '#core/profile';
import { isObject, own, type Json, type JsonObject, type Signal } from '#core/signal';
import { namesIn } from '../document/fields.ts';
import type { TriggerDocument } from '../document/triggers.ts';
import type { LiveJourney } from '../live-journey.ts';
import { isHeldOut } from '../plan/draw.ts';
import type { Act } from './act.ts';
import { asReadBy, type Change } from './change.ts';
import { type Enrolment, type Entry, mayEnter, type Parent } from './enrolment.ts';
import { keyAt } from './event-paths.ts';
import { eventBinding, holds } from './holds.ts';

/** A live journey that a signal triggers, and the run it would be. */
export type Entrance = {
  readonly live: LiveJourney;
  readonly key: string;
  readonly enrol: string;
  readonly entry: Entry;
  readonly parent?: Parent;
  /** How many signals of ours led to it. */
  readonly hops?: number;
};

/** Names the run for a journey and key: a hash, given by the caller. */
export type EnrolId = (journey: string, key: string) => string;

const objectAt = (object: JsonObject, name: string): JsonObject => {
  const value = own(object, name);
  return isObject(value) ? value : {};
};

const parentOf = ({ properties }: Signal): Parent | undefined => {
  const { journey, enrol, occurrence, step } = objectAt(properties, 'parent');
  const isWhole = typeof journey === 'string' && typeof enrol === 'string' && typeof step === 'string';
  return isWhole ? { journey, enrol, occurrence: Number(occurrence), step } : undefined;
};

const matches = (trigger: TriggerDocument, change: Change, journey: string): boolean => {
  const { event, properties } = change.signal;
  const where = 'where' in trigger ? trigger.where : undefined;
  const bindings = { profile: change.after, event: eventBinding(change.signal) };
  const isOn = (wanted: string, field: string, value: Json): boolean => event === wanted && properties[field] === value;
  if ('api' in trigger) return false;
  if ('schedule' in trigger)
    return isOn(journeyScheduled, 'journey', journey) && properties['segment'] === trigger.segment;
  if ('journey' in trigger)
    return (
      isOn(journeyRequested, 'journey', journey) &&
      namesIn(trigger.journey).includes(parentOf(change.signal)?.journey ?? '')
    );
  const happened =
    'segment' in trigger
      ? isOn(trigger.on === 'entered' ? segmentEntered : segmentLeft, 'segment', trigger.segment)
      : namesIn(trigger.signal).includes(event);
  return happened && (where === undefined || holds(where, bindings));
};

const keyOf = (trigger: TriggerDocument, signal: Signal, properties: JsonObject): string | undefined => {
  const path = 'key' in trigger ? trigger.key : undefined;
  return path === undefined ? '' : keyAt({ properties, traits: signal.traits, context: signal.context }, path);
};

/** The live journeys this signal would enter, with their keys. A trigger whose key the event does not carry enters nothing. */
export const entrances = (change: Change, live: readonly LiveJourney[], enrolId: EnrolId): readonly Entrance[] =>
  live.flatMap((each): readonly Entrance[] => {
    const { signal } = change;
    const { name } = each.journey;
    const trigger = each.journey.triggers.find((candidate) => matches(candidate, asReadBy(each, change), name));
    if (trigger === undefined) return [];
    const parent = 'journey' in trigger ? parentOf(signal) : undefined;
    const properties = parent === undefined ? signal.properties : objectAt(signal.properties, 'properties');
    const key = keyOf(trigger, signal, properties);
    if (key === undefined) return [];
    const { messageId, event, timestamp } = signal;
    const hops = own(signal.context, 'hops');
    return [
      {
        live: each,
        key,
        enrol: enrolId(name, key),
        entry: { messageId, event, timestamp, properties },
        ...(typeof hops === 'number' ? { hops } : {}),
        ...(parent === undefined ? {} : { parent }),
      },
    ];
  });

/** What was seen before of the events that are counted since entry; the one that begins the run is among them. */
export const seenBefore = ({ plan }: LiveJourney, profile: ProfileView): Enrolment['seenBefore'] =>
  Object.fromEntries(plan.reads.seen.map((event) => [event, profile.seen[event]?.count ?? 0]));

/** What a signal that triggers a journey does: enter, restart or update the open run, or nothing. */
export const actsOfEntrance = (
  { live, key, enrol, entry, parent, hops }: Entrance,
  last: Enrolment | undefined,
  change: Change,
): readonly Act[] => {
  const { journey, version, machine } = live;
  const run = { journey: journey.name, enrol };
  // The very signal that began a run comes again when a batch is delivered twice: it begins no other.
  if (last?.entry.messageId === entry.messageId) return [];
  // One that comes again late was received while the last run was open, and did then what there was to do.
  if (change.now < (last?.exitedAt ?? last?.endedAt ?? 0)) return [];
  const may = mayEnter(journey, last, change.now);
  if (may.eligible)
    return [
      {
        do: 'enrol',
        ...run,
        version,
        machine,
        key,
        occurrence: may.occurrence,
        entry,
        seenBefore: seenBefore(live, change.after),
        ...(parent === undefined ? {} : { parent }),
        ...(hops === undefined ? {} : { hops }),
        ...(isHeldOut(journey.name, journey.holdout, change.draw) ? { isHeldOut: true } : {}),
        at: change.now,
      },
    ];
  if (may.reason !== 'already-open' || last === undefined) return [];
  if (journey.whileOpen === 'restart')
    return [{ do: 'restart', ...run, occurrence: last.occurrence, version: last.version, at: change.now }];
  return journey.whileOpen === 'update' ? [{ do: 'update', ...run, occurrence: last.occurrence, entry }] : [];
};
