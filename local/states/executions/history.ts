import * as z from 'zod';
import type { Clock, Journal, Json, JsonObject } from '../../world.ts';
import { KEPT_EVENT, type KeptEvent } from './history-event.ts';

/** AWS's limit: the last event may only be the end of the execution. */
export const MAX_EVENTS = 25_000;

/** Thrown by `note` when an execution has no room for another event that is not its end. */
export class HistoryFull extends Error {}

/** What the history needs to know of an execution: how much of it is already in the journal. */
export interface Kept {
  readonly arn: string;
  readonly events: number;
  readonly bursts: number;
}

export interface NewEvent {
  readonly type: string;
  readonly previous: number;
  readonly details?: JsonObject | undefined;
}

/**
 * Event histories. Events wait in memory until their execution is saved, then become one journal record: a parked
 * execution keeps none in memory. Ids are the events' places, from 1.
 */
export interface History {
  /** Adds an event and returns its id. Throws `HistoryFull`. */
  note(execution: Kept, event: NewEvent): number;
  /** Moves waiting events to the journal; returns the execution's new counts. */
  flush(execution: Kept): Pick<Kept, 'events' | 'bursts'>;
  read(execution: Kept): readonly KeptEvent[];
  forget(execution: Kept): void;
}

const KIND = 'execution-history';
const BURST = z.array(KEPT_EVENT);

/** The first record has the execution's own name: most have few, and every name is kept in memory. */
const record = ({ arn }: Kept, burst: number): string => (burst === 0 ? arn : `${arn}#${burst}`);

export function createHistory({ clock, journal }: { readonly clock: Clock; readonly journal: Journal }): History {
  const waiting = new Map<string, KeptEvent[]>();
  return {
    note(execution, { type, previous, details }) {
      const events = waiting.get(execution.arn) ?? [];
      const id = execution.events + events.length + 1;
      if (id >= MAX_EVENTS && !type.startsWith('Execution')) throw new HistoryFull();
      events.push(details === undefined ? [type, clock.now(), previous] : [type, clock.now(), previous, details]);
      waiting.set(execution.arn, events);
      return id;
    },
    flush(execution) {
      const events = waiting.get(execution.arn);
      if (events === undefined) return { events: execution.events, bursts: execution.bursts };
      waiting.delete(execution.arn);
      journal.put(KIND, record(execution, execution.bursts), events.map(compact));
      return { events: execution.events + events.length, bursts: execution.bursts + 1 };
    },
    read(execution) {
      const bursts = Array.from({ length: execution.bursts }, (_, n) => journal.get(KIND, record(execution, n)));
      const kept = bursts.flatMap((burst) => whole(BURST.parse(burst)));
      return [...kept, ...(waiting.get(execution.arn) ?? [])];
    },
    forget(execution) {
      for (let n = 0; n < execution.bursts; n += 1) journal.remove(KIND, record(execution, n));
      waiting.delete(execution.arn);
    },
  };
}

/** The input of a state is mostly what the event before it left: then it is not written twice. */
function compact(
  [type, at, previous, details]: KeptEvent,
  place: number,
  events: readonly KeptEvent[],
): readonly Json[] {
  if (details === undefined) return [type, at, previous];
  const before = leftBy(events[place - 1]);
  const { input, ...rest } = details;
  return [type, at, previous, type.endsWith('StateEntered') && input === before ? rest : details];
}

function whole(burst: readonly KeptEvent[]): readonly KeptEvent[] {
  const events: KeptEvent[] = [];
  for (const event of burst) {
    const [type, at, previous, details] = event;
    const before = leftBy(events.at(-1));
    const short = type.endsWith('StateEntered') && before !== undefined && !('input' in (details ?? {}));
    events.push(short ? [type, at, previous, { ...details, input: before }] : event);
  }
  return events;
}

function leftBy(event: KeptEvent | undefined): Json | undefined {
  return event?.[3]?.['output'] ?? event?.[3]?.['input'];
}
