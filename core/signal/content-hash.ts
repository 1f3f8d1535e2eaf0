import type { Json } from './signal.ts';

const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;

/**
 * 128 bits over a value's content, as 32 hex digits, independent of the order of keys: FNV-1a over its JSON in UTF-8. It
 * tells a repeated signal from another one. It is not cryptographic: whoever forges a collision could as well have sent
 * the same `messageId` twice. About 0.2 µs a byte, and only signals without a `messageId` pay it.
 * @see https://datatracker.ietf.org/doc/draft-eastlake-fnv/
 */
export const contentHash = (value: Json): string => {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(canonical(value)))
    hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(32, '0');
};

/** JSON with the keys of every object in order. */
const canonical = (value: Json): string => {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (isList(value)) return `[${value.map(canonical).join(',')}]`;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${fields.map(([key, inner]) => `${JSON.stringify(key)}:${canonical(inner)}`).join(',')}}`;
};

/** `Array.isArray` does not narrow a readonly array. */
const isList = (value: Json): value is readonly Json[] => Array.isArray(value);
