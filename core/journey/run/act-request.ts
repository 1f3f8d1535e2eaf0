import type { Json, JsonObject } from '#core/signal';
import type { ValueDocument, ValuesDocument } from '../document/fields.ts';
import { durationMs } from '../document/duration.ts';
import type { ActNode } from '../plan/nodes.ts';
import { type Bindings, jsonOf } from './holds.ts';

/** Something a journey does outside, with every value computed. */
export type ActRequest =
  | { readonly do: 'update'; readonly traits: JsonObject }
  | { readonly do: 'emit'; readonly event: string; readonly properties: JsonObject }
  | {
      readonly do: 'task';
      readonly to: string;
      readonly title: string;
      readonly shows: JsonObject;
      readonly outcomes: readonly string[];
      readonly dueMs: number;
    }
  | { readonly do: 'webhook'; readonly url: string; readonly body: JsonObject }
  | { readonly do: 'start'; readonly journey: string; readonly properties: JsonObject };

const isComputed = (value: ValueDocument): value is { from: string } =>
  typeof value === 'object' && value !== null && 'from' in value;

const computed = (values: ValuesDocument | undefined, bindings: Bindings): JsonObject =>
  Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]): readonly [string, Json] => [
      name,
      isComputed(value) ? jsonOf(value.from, bindings) : value,
    ]),
  );

/** Where nobody is named, people must be able to find the task all the same. */
const unassigned = 'unassigned';
const longestQueue = 200;

const queueOf = (value: Json): string =>
  (typeof value === 'string' || typeof value === 'number') && value !== ''
    ? String(value).slice(0, longestQueue)
    : unassigned;

/** What an act asks for, as its customer and run are now. */
export const actRequest = ({ act }: ActNode, bindings: Bindings): ActRequest => {
  if ('update' in act) return { do: 'update', traits: computed(act.update, bindings) };
  if ('emit' in act) return { do: 'emit', event: act.emit.event, properties: computed(act.emit.properties, bindings) };
  if ('webhook' in act) return { do: 'webhook', url: act.webhook.url, body: computed(act.webhook.body, bindings) };
  if ('start' in act)
    return { do: 'start', journey: act.start.journey, properties: computed(act.start.properties, bindings) };
  const { to, title, shows, outcomes, due } = act.task;
  return {
    do: 'task',
    to: isComputed(to) ? queueOf(jsonOf(to.from, bindings)) : to,
    title,
    shows: computed(shows, bindings),
    outcomes: outcomes ?? [],
    dueMs: durationMs(due) ?? 0,
  };
};
