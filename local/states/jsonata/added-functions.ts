import { createHash, randomUUID } from 'node:crypto';
import type { Expression } from 'jsonata';
import type { Json } from '../../world.ts';

/**
 * Adds the functions AWS adds to JSONata, with JSONata signatures. `undefined` in gives `undefined` out, as everywhere
 * in JSONata.
 */
export function addFunctions(expression: Expression): void {
  expression.registerFunction('uuid', () => randomUUID(), '<:s>');
  expression.registerFunction(
    'random',
    (seed?: number) => (seed === undefined ? Math.random() : seeded(seed)),
    '<n?:n>',
  );
  expression.registerFunction('hash', hash, '<ss:s>');
  expression.registerFunction('parse', (text?: string) => (text === undefined ? undefined : parseText(text)), '<s:x>');
  expression.registerFunction('partition', partition, '<an:a>');
  expression.registerFunction('range', range, '<nnn:a>');
}

function parseText(text: string): Json {
  const value: Json = JSON.parse(text);
  return value;
}

const ALGORITHMS: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

function hash(text: string | undefined, algorithm: string): string | undefined {
  const name = ALGORITHMS[algorithm];
  if (name === undefined) throw new Error(`unknown hash algorithm ${algorithm}`);
  return text === undefined ? undefined : createHash(name).update(text).digest('hex');
}

function partition(items: readonly unknown[] | undefined, size: number): unknown[] | undefined {
  if (items === undefined) return undefined;
  if (!Number.isInteger(size) || size < 1) throw new Error('the size of a partition must be a positive integer');
  return Array.from({ length: Math.ceil(items.length / size) }, (_, n) => items.slice(n * size, (n + 1) * size));
}

/** AWS allows 1,000 values. */
const MAX_RANGE = 1_000;

function range(first: number, last: number, step: number): number[] {
  const count = step === 0 ? Number.NaN : Math.floor((last - first) / step) + 1;
  if (!(count <= MAX_RANGE)) throw new Error(`a range must have a step and at most ${MAX_RANGE} values`);
  return Array.from({ length: Math.max(0, count) }, (_, n) => first + n * step);
}

/** The first double of Java's linear congruential generator: the same seed always gives the same number. */
function seeded(seed: number): number {
  const mask = (1n << 48n) - 1n;
  let state = (BigInt(Math.trunc(seed)) ^ 0x5deece66dn) & mask;
  const next = (bits: bigint): bigint => {
    state = (state * 0x5deece66dn + 0xbn) & mask;
    return state >> (48n - bits);
  };
  const high = next(26n);
  return Number((high << 27n) + next(27n)) / 2 ** 53;
}
