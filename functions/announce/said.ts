import { segueSource } from '#core/events';
import type { JsonObject } from '#core/signal';
import type { BusEvent } from '../aws/bus-writer.ts';

/** Something others may want to know. Its `id` is the same whenever it is said again. */
export type News = {
  readonly event: string;
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly customer: string;
  readonly about: JsonObject;
};

const instant = (at: number): string => new Date(at).toISOString();

/** For whoever subscribes to it by its name: ids only, under a source that is never taken for a signal. */
export const announcement = ({ event, id, at, customer, about }: News): BusEvent => ({
  source: segueSource,
  detailType: event,
  detail: { id, at: instant(at), customer, ...about },
});

/** For ourselves: a call about one customer, which comes back in as a signal under the same id. */
export const signal = (
  { event, id, at, customer, about }: News,
  { source, hops }: { readonly source: string; readonly hops?: number },
): BusEvent => ({
  source,
  detailType: 'track',
  detail: {
    type: 'track',
    event,
    messageId: id,
    timestamp: instant(at),
    context: { customer, ...(hops === undefined ? {} : { hops }) },
    properties: about,
  },
});
