import type { Json } from '../../world.ts';

/** A result that is not JSON: a function, a lambda, a regular expression. */
export class UnsupportedResult extends Error {}

/**
 * Plain JSON from a JSONata result, whose arrays carry hidden marks and may be shared with the input. Undefined members
 * are left out. Throws `UnsupportedResult` for anything JSON cannot say.
 */
export function toJson(value: unknown): Json | undefined {
  if (value === undefined || value === null) return value;
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map((item: unknown) => toJson(item) ?? null);
  if (typeof value === 'object' && !isFunction(value)) return toObject(value);
  throw new UnsupportedResult();
}

function toObject(value: object): Json {
  const out: Record<string, Json> = {};
  for (const [key, member] of Object.entries(value)) {
    const json = toJson(member);
    if (json !== undefined) out[key] = json;
  }
  return out;
}

function isFunction(value: object): boolean {
  return '_jsonata_function' in value || '_jsonata_lambda' in value || value instanceof RegExp;
}
