import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compilePattern } from '../../../local/events/pattern/compile-pattern.ts';
import type { Json, JsonObject } from '../../../local/world.ts';

const folder = join(process.env['SEGUE_CONFORMANCE'] ?? '../shared/conformance', 'eventpatterns');
const isThere = existsSync(folder);
if (!isThere && process.env['CI'] !== undefined) throw new Error(`${folder} is missing: set SEGUE_CONFORMANCE`);
/** One file was written by Python, which spells a number too large for JSON `Infinity`. */
const cases = <T>(file: string): readonly T[] =>
  isThere ? JSON.parse(readFileSync(join(folder, file), 'utf8').replaceAll(/([[,:]\s*)Infinity/g, '$1 1e999')) : [];

type Case = {
  readonly id: string;
  readonly pattern: JsonObject;
  readonly event: Json;
  readonly matches: boolean | null;
  readonly aws_error?: { readonly Code: string; readonly Message: string };
};
type Validity = { readonly pattern_text: string; readonly valid: boolean };

/** AWS refuses this wildcard as too complex; its open-source engine takes it. We follow AWS. */
const ONLY_AWS_REFUSES = '{"EventBusArn": [{"wildcard": "*:*:*:*:*:event-bus/*"}]}';

const answer = ({ pattern, event }: Pick<Case, 'pattern' | 'event'> | { pattern: string; event: Json }): unknown => {
  try {
    return compilePattern(pattern)(event);
  } catch (error) {
    return error instanceof Error ? { Code: error.name, Message: error.message } : error;
  }
};
const isRefused = (pattern: string): boolean => typeof answer({ pattern, event: {} }) === 'object';

describe.skipIf(!isThere)(`event patterns recorded in ${folder}`, () => {
  it.each(cases<Case>('aws-testeventpattern.json').map((one) => [one.id, one] as const))(
    '%s is answered as AWS does',
    (_, one) => {
      expect(answer(one)).toEqual(one.aws_error ?? one.matches);
    },
  );

  it.each(cases<Case>('event-ruler-cases.json').map((one) => [one.id, one] as const))('%s', (_, one) => {
    expect(answer(one)).toEqual(one.matches);
  });

  it.each(
    cases<Validity>('pattern-validity.json').map(
      (one) => [one.valid ? 'accepts' : 'refuses', one.pattern_text, one] as const,
    ),
  )('%s the pattern %s', (_, __, { pattern_text, valid }) => {
    expect(isRefused(pattern_text)).toBe(!valid || pattern_text === ONLY_AWS_REFUSES);
  });
});
