import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { jsonObject } from '../operation.ts';
import type { JsonObject, World } from '../../world.ts';

/** An event as rules, targets and archives see it. */
export const busEvent = z.object({
  version: z.literal('0'),
  id: z.string(),
  'detail-type': z.string(),
  source: z.string(),
  account: z.string(),
  /** ISO 8601, whole seconds. */
  time: z.string(),
  region: z.string(),
  resources: z.array(z.string()).readonly(),
  detail: jsonObject,
  /** Present on an event that an archive plays again. */
  'replay-name': z.string().optional(),
});
export type BusEvent = Readonly<z.output<typeof busEvent>>;

/** What whoever emits an event says; the bus adds the rest. `at` is in milliseconds. */
export type Emitted = {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: JsonObject;
  readonly resources?: readonly string[];
  readonly at?: number;
};

export const eventOf = ({ stack, clock }: Pick<World, 'stack' | 'clock'>, emitted: Emitted): BusEvent => ({
  version: '0',
  id: randomUUID(),
  'detail-type': emitted['detail-type'],
  source: emitted.source,
  account: stack.account,
  time: secondsIso(emitted.at ?? clock.now()),
  region: stack.region,
  resources: emitted.resources ?? [],
  detail: emitted.detail,
});

const secondsIso = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`;

/** An event as JSON; the optional field is left out rather than undefined. */
export const asJson = ({ 'replay-name': replay, ...event }: BusEvent): JsonObject => ({
  ...event,
  ...(replay === undefined ? {} : { 'replay-name': replay }),
});
