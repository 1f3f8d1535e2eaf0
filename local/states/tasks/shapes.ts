import type { Json, JsonObject } from '../../world.ts';
import { isList, isObject } from '../json.ts';

/** The named members as JSON text where they are objects or lists: optimised integrations take either. */
export function asText(value: JsonObject, members: readonly string[]): JsonObject {
  const changed = members.flatMap((name) => {
    const member = value[name];
    return typeof member === 'object' && member !== null ? [[name, JSON.stringify(member)] as const] : [];
  });
  return { ...value, ...Object.fromEntries(changed) };
}

/** First letters in lower case, at every depth of objects: how Step Functions' own API is spelt on the wire. */
export function lowerKeys(value: JsonObject): JsonObject {
  return renamed(value, (key) => `${key.charAt(0).toLowerCase()}${key.slice(1)}`);
}

/** First letters in upper case: how a state machine sees the answer of such an API. */
export function upperKeys(value: JsonObject): JsonObject {
  return renamed(value, (key) => `${key.charAt(0).toUpperCase()}${key.slice(1)}`);
}

/** An execution's instants as optimised integrations give them. Its own API gives seconds. */
export function inMilliseconds(value: JsonObject): JsonObject {
  const dates = ['StartDate', 'StopDate', 'RedriveDate'].flatMap((name) => {
    const at = value[name];
    return typeof at === 'number' ? [[name, Math.round(at * 1_000)] as const] : [];
  });
  return { ...value, ...Object.fromEntries(dates) };
}

function renamed(value: JsonObject, rename: (key: string) => string): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [rename(key), inside(member, rename)]));
}

function inside(value: Json, rename: (key: string) => string): Json {
  if (isList(value)) return value.map((item) => inside(item, rename));
  return isObject(value) ? renamed(value, rename) : value;
}
