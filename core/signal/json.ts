import type { Json, JsonObject, Refusal } from './signal.ts';

/** What a signal's `detail` may weigh, as UTF-8 JSON. */
export const MAX_SIGNAL_BYTES = 64 * 1024;
/** Objects and lists inside one another, `detail` itself being the first. */
export const MAX_DEPTH = 8;

/** Names that would reach an object's prototype if ever used as a key. `JSON.parse` makes ordinary own keys of them. */
const FORBIDDEN: readonly string[] = ['__proto__', 'constructor', 'prototype'];

export const isForbidden = (name: string): boolean => FORBIDDEN.includes(name);

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object's own field, where there is one. */
export const own = (object: JsonObject, name: string): Json | undefined =>
  Object.hasOwn(object, name) ? object[name] : undefined;

/** Nobody could fold, match or print this safely. Depth comes first: only shallow JSON is ever written out and measured. */
export const findFlaw = (detail: JsonObject): Refusal | undefined =>
  findDeepFlaw(detail, 'detail', 1) ?? tooLarge(detail);

/** Whether a value's JSON takes at most this many bytes of UTF-8: letters weigh one to four, whatever the script. */
export const fitsIn = (bytes: number, value: Json): boolean => {
  const text = JSON.stringify(value);
  return text.length * 3 <= bytes || new TextEncoder().encode(text).length <= bytes;
};

const tooLarge = (detail: JsonObject): Refusal | undefined => {
  if (fitsIn(MAX_SIGNAL_BYTES, detail)) return undefined;
  return { reason: 'too-large', path: 'detail', message: `detail is larger than ${MAX_SIGNAL_BYTES} bytes of JSON.` };
};

const findDeepFlaw = (value: Json, path: string, depth: number): Refusal | undefined => {
  // JSON allows 1e999, which becomes Infinity here and null wherever it is written next.
  if (typeof value === 'number' && !Number.isFinite(value))
    return { reason: 'bad-field', path, message: `${path} is a number too large for any program to hold.` };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > MAX_DEPTH)
    return { reason: 'too-deep', path, message: `Objects and lists are nested more than ${MAX_DEPTH} deep.` };
  for (const [key, inner] of Object.entries(value)) {
    const innerPath = `${path}.${key}`;
    if (isForbidden(key))
      return { reason: 'forbidden-key', path: innerPath, message: `No field may be called ${key}.` };
    const flaw = findDeepFlaw(inner, innerPath, depth + 1);
    if (flaw) return flaw;
  }
  return undefined;
};
