import { PutEventsCommand } from '@aws-sdk/client-eventbridge';
import type { JsonObject } from '#core/signal';
import { eventbridge } from './clients.ts';
import { jitter } from './conditional.ts';

/** One event for a bus, named by what happened; `detail` has an id of its own, so that a second one is known as such. */
export type BusEvent = { readonly source: string; readonly detailType: string; readonly detail: JsonObject };

/** What EventBridge takes in one call. */
const chunk = 10;
const attempts = 4;

/** Puts events on a bus, ten at a time, in order. What EventBridge leaves of ten is tried again, alone. */
export const busWriter = (busName: string, pause: (attempt: number) => Promise<void> = jitter) => {
  const entryOf = ({ source, detailType, detail }: BusEvent) => ({
    EventBusName: busName,
    Source: source,
    DetailType: detailType,
    Detail: JSON.stringify(detail),
  });

  const putOnce = async (events: readonly BusEvent[]): Promise<readonly BusEvent[]> => {
    const { FailedEntryCount = 0, Entries = [] } = await eventbridge().send(
      new PutEventsCommand({ Entries: events.map(entryOf) }),
    );
    return FailedEntryCount === 0 ? [] : events.filter((_, index) => Entries[index]?.EventId === undefined);
  };

  /** Throws when some of them are still not on the bus: the caller puts all of them again, under the same ids. */
  return async (events: readonly BusEvent[]): Promise<void> => {
    for (let from = 0; from < events.length; from += chunk) {
      let left = events.slice(from, from + chunk);
      for (let attempt = 1; left.length > 0; attempt++) {
        if (attempt > attempts) throw new Error(`${left.length} events are not on the bus.`);
        if (attempt > 1) await pause(attempt);
        left = [...(await putOnce(left))];
      }
    }
  };
};
export type BusWriter = ReturnType<typeof busWriter>;
