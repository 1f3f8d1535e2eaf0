import * as z from 'zod';
import type { Json, JsonObject } from '../../world.ts';
import { isObject } from '../json.ts';

/** One event as it is kept: type, instant in milliseconds, the event before it, and its details with values still JSON. */
export const KEPT_EVENT = z.custom<KeptEvent>((value) => Array.isArray(value));
export type KeptEvent = readonly [type: string, at: number, previous: number, details?: JsonObject];

/** Details AWS gives as JSON text. */
const TEXTS = ['input', 'output', 'parameters'];

/** An event as `GetExecutionHistory` answers it; timestamps in seconds. Without `data` the payloads are left out. */
export function awsEvent(event: KeptEvent, id: number, data: boolean): JsonObject {
  const [type, at, previousEventId, details] = event;
  const head = { id, previousEventId, timestamp: at / 1000, type };
  const field = detailsField(type);
  return field === undefined ? head : { ...head, [field]: awsDetails(details ?? {}, data) };
}

function awsDetails(details: JsonObject, data: boolean): JsonObject {
  const out: Record<string, Json> = {};
  for (const [key, value] of Object.entries(details)) {
    if (key === 'assignedVariables' && isObject(value)) {
      if (data)
        out[key] = Object.fromEntries(Object.entries(value).map(([name, each]) => [name, JSON.stringify(each)]));
      out['assignedVariablesDetails'] = { truncated: false };
    } else if (TEXTS.includes(key)) {
      if (data) out[key] = JSON.stringify(value);
      if (key !== 'parameters') out[`${key}Details`] = { truncated: false };
    } else out[key] = value;
  }
  return out;
}

/** Events whose details have no field, and those that share one. */
const WITHOUT =
  /^(?:MapStateFailed|MapStateSucceeded|MapStateAborted|Parallel\w+|LambdaFunctionStarted|\w+StateAborted)$/;

function detailsField(type: string): string | undefined {
  if (type.endsWith('StateEntered')) return 'stateEnteredEventDetails';
  if (type.endsWith('StateExited')) return 'stateExitedEventDetails';
  if (WITHOUT.test(type)) return undefined;
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}
