import type { Json, JsonObject } from '../world.ts';

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value);

export const objectOr = (value: Json | undefined): JsonObject => (isObject(value) ? value : {});

export const listOr = (value: Json | undefined): readonly Json[] => (isList(value) ? value : []);

/** A string, or what a template writes for one (`300` for `"300"`). */
export const textOr = <T>(value: Json | undefined, otherwise: T): string | T =>
  typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : otherwise;

/** A value of one's own. Takes a fifth of the time of `structuredClone`, which knows of more than JSON. */
export const copyOf = (value: Json): Json => {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(copyOf);
  const copy: Record<string, Json> = {};
  for (const key of Object.keys(value)) {
    const own = value[key];
    if (own === undefined) continue;
    if (key === '__proto__') return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, copyOf(one)]));
    copy[key] = copyOf(own);
  }
  return copy;
};

/** Gives an object a field that is worked out when it is first looked at. */
export function laterField(object: JsonObject, name: string, work: () => Json): void {
  const get = (): Json => {
    const value = work();
    Object.defineProperty(object, name, { value, enumerable: true });
    return value;
  };
  Object.defineProperty(object, name, { get, enumerable: true, configurable: true });
}
