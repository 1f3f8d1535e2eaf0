import type { Json } from './signal.ts';

/** Numbers of 128 bits in pieces of 22, the lowest first: a piece times 315 is still a small integer, and 2^88 is four pieces. */
const BITS = 22;
const PIECE = 2 ** BITS - 1;
/** What is left of 128 for the highest. */
const LAST = 2 ** (128 - 5 * BITS) - 1;

const piecesOf = (number: bigint): readonly number[] =>
  Array.from({ length: 6 }, (_, i) => Number((number >> BigInt(i * BITS)) & BigInt(PIECE)));
const OFFSET = piecesOf(0x6c62272e07bb014262b821756295c58dn);
/** The prime is 2^88 + 315. */
const PRIME = 0x13b;

const encoder = new TextEncoder();

/**
 * 128 bits over a value's content, as 32 hex digits, independent of the order of keys: FNV-1a over its JSON in UTF-8. It
 * tells a repeated signal from another one. It is not cryptographic: whoever forges a collision could as well have sent
 * the same `messageId` twice.
 * @see https://datatracker.ietf.org/doc/draft-eastlake-fnv/
 */
export const contentHash = (value: Json): string => {
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = OFFSET;
  for (const byte of encoder.encode(canonical(value))) {
    const low = (a ^ byte) & PIECE;
    // Each piece takes up what the one below it could not hold; two more come from four pieces below.
    const first = low * PRIME;
    const second = b * PRIME + (first >>> BITS);
    const third = c * PRIME + (second >>> BITS);
    const fourth = d * PRIME + (third >>> BITS);
    const fifth = e * PRIME + (fourth >>> BITS) + low;
    const sixth = f * PRIME + (fifth >>> BITS) + b;
    a = first & PIECE;
    b = second & PIECE;
    c = third & PIECE;
    d = fourth & PIECE;
    e = fifth & PIECE;
    f = sixth & LAST;
  }
  const pieces = [a, b, c, d, e, f].map(BigInt);
  const hash = pieces.reduceRight((sum, piece) => (sum << BigInt(BITS)) | piece, 0n);
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
