import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import validate from 'asl-validator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { compileJourney } from '#compiler';
import { checkJourney, planJourney, type Problem, proofsOf, type Surroundings } from '#core/journey';
import { runs } from '../../../setup/runs.ts';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const shipped: readonly unknown[] = globSync('state-machines/*/journey.yaml', { cwd: root })
  .sort()
  .map((file) => parse(readFileSync(join(root, file), 'utf8')));
const messages = globSync('state-machines/*/messages/*', { cwd: root }).map((file) =>
  file.split('/').at(-1)!.split('.'),
);
const topics = parse(readFileSync(join(root, 'state-machines/topics.yaml'), 'utf8'));
const around: Surroundings = {
  topics,
  messages: Object.fromEntries(
    Object.entries(Object.groupBy(messages, ([name = '']) => name)).map(([name, files = []]) => [
      name,
      files.map(([, channel]) => channel as 'email' | 'sms' | 'push'),
    ]),
  ),
};

type Place = { readonly holder: Record<string, unknown> | unknown[]; readonly key: string | number };

/** Every field and item of a document, depth first. */
const placesIn = (value: unknown): readonly Place[] => {
  if (typeof value !== 'object' || value === null) return [];
  const holder = value as Place['holder'];
  const keys = Array.isArray(holder) ? holder.map((_, i) => i) : Object.keys(holder);
  return keys.flatMap((key) => [{ holder, key }, ...placesIn((holder as Record<string, unknown>)[key])]);
};

const valueAt = ({ holder, key }: Place): unknown => (holder as Record<string | number, unknown>)[key];
const put = ({ holder, key }: Place, value: unknown): void => {
  (holder as Record<string | number, unknown>)[key] = value;
};
const nested = (value: unknown, depth: number): unknown => (depth === 0 ? value : nested([value], depth - 1));

const junk: readonly unknown[] = [
  null,
  '',
  0,
  -1,
  1e99,
  true,
  [],
  {},
  [[]],
  'x',
  'until never',
  '0 hours',
  '999 days',
  'profile.',
  'steps.a.b > 1',
  '$$$',
  'profile.orders.count > 1 and',
  { from: 'profile.x' },
  { wait: '1 hour' },
  { goto: 'nowhere' },
  { end: '' },
  'constructor',
  '__proto__',
];

type Mutation = { readonly kind: string; readonly at: number; readonly other: number; readonly junk: unknown };
const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('rename', 'misspell', 'delete', 'double', 'swap', 'copy', 'junk', 'nest', 'wrap'),
  at: fc.nat(),
  other: fc.nat(),
  junk: fc.constantFrom(...junk),
});

const misspelt = (word: string, at: number): string => {
  const i = at % (word.length + 1);
  return at % 2 === 0 ? word.slice(0, i) + word.slice(i + 1) : `${word.slice(0, i)}q${word.slice(i)}`;
};

const mutate = (document: unknown, { kind, at, other, junk: thing }: Mutation): void => {
  const places = placesIn(document);
  const [place, second] = [places[at % places.length], places[other % places.length]];
  if (place === undefined || second === undefined) return;
  const { holder, key } = place;
  const value = valueAt(place);
  if (kind === 'junk') put(place, structuredClone(thing));
  if (kind === 'nest') put(place, nested(value, other % 200));
  if (kind === 'wrap') put(place, { [String(second.key)]: value });
  if (kind === 'copy') put(place, structuredClone(valueAt(second)));
  if (kind === 'misspell' && typeof value === 'string') put(place, misspelt(value, other));
  if (kind === 'swap') {
    const theirs = structuredClone(valueAt(second));
    put(second, structuredClone(value));
    put(place, theirs);
  }
  if (Array.isArray(holder)) {
    if (kind === 'delete') holder.splice(Number(key), 1);
    if (kind === 'double') holder.splice(Number(key), 0, structuredClone(value));
    return;
  }
  if (kind === 'delete' || kind === 'rename') delete holder[key];
  if (kind === 'rename') holder[misspelt(String(key), other)] = value;
  if (kind === 'double') holder[String(second.key)] = structuredClone(value);
};

const mutated = fc
  .record({ of: fc.nat(), by: fc.array(mutation, { minLength: 1, maxLength: 3 }) })
  .map(({ of, by }) => {
    const document: unknown = structuredClone(shipped[of % shipped.length]);
    for (const each of by) mutate(document, each);
    return document;
  });

/** A problem is somewhere: all of its path but the last name leads to something written. */
const isLocated = (document: unknown, { path }: Problem): boolean =>
  path
    .slice(0, -1)
    .reduce<unknown>((value, key) => (value as Record<string | number, unknown> | undefined)?.[key], document) !==
  undefined;

test('a journey that ships has neither mistakes nor warnings', () => {
  for (const journey of shipped) expect(checkJourney(journey, around)).toMatchObject({ warnings: [] });
  for (const journey of shipped) expect(checkJourney(journey, around).problems).toBeUndefined();
});

const numRuns = runs(Number(process.env['SEGUE_MUTATIONS'] ?? 2_000));

test('2,000 mutated journeys are told what is wrong and where, or compile to a machine that is none the worse', () => {
  let accepted = 0;
  fc.assert(
    fc.property(mutated, (document) => {
      const { journey, problems = [], warnings } = checkJourney(document, around);
      expect(journey === undefined).toBe(problems.length > 0);
      for (const problem of [...problems, ...warnings]) {
        expect(problem.message).toMatch(/^[^a-z].{9,}[.?`]$/s);
        expect(isLocated(document, problem) || problem.path.length === 0).toBe(true);
      }
      if (journey === undefined) return;
      accepted++;
      planJourney(journey);
      const proofs = proofsOf(journey, { topics });
      expect(Number.isFinite(proofs.longestMs)).toBe(true);
      expect(proofs.transitions.least).toBeLessThanOrEqual(proofs.transitions.most);
      expect(proofs.messages.perDay).toBeLessThanOrEqual(proofs.messages.total);
      if (accepted % 20 === 0) expect(validate(compileJourney(journey))).toMatchObject({ isValid: true });
      else compileJourney(journey);
    }),
    { numRuns },
  );
  expect(accepted).toBeGreaterThan(numRuns / 20);
}, 60_000);
