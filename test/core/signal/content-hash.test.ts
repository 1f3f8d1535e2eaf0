import fc from 'fast-check';
import { expect, test } from 'vitest';
import { contentHash } from '#core/signal';

const OFFSET = 0x6c62272e07bb014262b821756295c58dn;
const PRIME = 0x0000000001000000000000000000013bn;

/** FNV-1a of 128 bits as its specification has it. */
const fnv = (text: string): string => {
  let hash = OFFSET;
  for (const byte of new TextEncoder().encode(text)) hash = BigInt.asUintN(128, (hash ^ BigInt(byte)) * PRIME);
  return hash.toString(16).padStart(32, '0');
};

test('the hash of a content is FNV-1a of its JSON', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      expect(contentHash(text)).toBe(fnv(JSON.stringify(text)));
    }),
  );
});

test('it is the same in whatever order the fields stand', () => {
  const field = fc.tuple(fc.string(), fc.jsonValue());
  fc.assert(
    fc.property(fc.uniqueArray(field, { selector: ([name]) => name }), (fields) => {
      const there = contentHash(Object.fromEntries(fields) as never);
      expect(contentHash(Object.fromEntries(fields.toReversed()) as never)).toBe(there);
    }),
  );
});
