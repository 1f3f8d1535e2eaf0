import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import validate from 'asl-validator';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileJourney, machineProblems } from '#compiler';
import { checkJourney, PublishedDocument } from '#core/journey';

/**
 * Authors mistype, move and forget. Whatever a journey file says, the checker answers, and what it lets pass compiles to a
 * machine that is right.
 */
const root = fileURLToPath(new URL('../..', import.meta.url));
const shipped = globSync('state-machines/*/journey.json', { cwd: root })
  .toSorted()
  .map((file) => PublishedDocument.parse(JSON.parse(readFileSync(`${root}/${file}`, 'utf8'))));
const topics = Object.assign({}, ...shipped.map((each) => each.topics));
const surroundings = shipped.map(({ messages }) => ({
  topics,
  messages: Object.fromEntries(
    Object.entries(messages).map(([name, variants]) => [
      name,
      (['email', 'sms', 'push'] as const).filter((channel) => variants[channel] !== undefined),
    ]),
  ),
}));

type Json = null | string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/** Every place of a document, the document itself first. */
const places = (value: Json, path: readonly (string | number)[] = []): readonly (readonly (string | number)[])[] => {
  if (typeof value !== 'object' || value === null) return [path];
  const inside = Array.isArray(value)
    ? value.flatMap((each, i) => places(each, [...path, i]))
    : Object.entries(value).flatMap(([name, each]) => places(each, [...path, name]));
  return [path, ...inside];
};

const at = (value: Json, path: readonly (string | number)[]): Json =>
  path.reduce<Json>((here, key) => (here as Record<string | number, Json>)[key]!, value);

/** The document with something else in one place; undefined takes the place away. */
const changed = (value: Json, [key, ...rest]: readonly (string | number)[], to: Json | undefined): Json => {
  if (key === undefined) return to ?? null;
  if (Array.isArray(value)) {
    const after = value.map((each: Json, i) => (i === key ? changed(each, rest, to) : each));
    return rest.length === 0 && to === undefined ? after.toSpliced(Number(key), 1) : after;
  }
  const object = value as Record<string, Json>;
  const { [key]: _, ...others } = object;
  return rest.length === 0 && to === undefined ? others : { ...object, [key]: changed(object[key]!, rest, to) };
};

const junk = fc.constantFrom<Json | undefined>(
  undefined,
  null,
  '',
  0,
  -1,
  1e9,
  true,
  [],
  {},
  '4 hours',
  '400 days',
  '0 seconds',
  'until 09:00',
  'until trial_ends_at - 2 days',
  'profile.orders.count > 0',
  'nonsense(',
  'End',
  '__proto__',
  'x'.repeat(200),
  'End "% {}',
);

type Mutation = {
  readonly place: number;
  readonly other: number;
  readonly kind: string;
  readonly to: Json | undefined;
};

const mutate = (document: Json, { place, other, kind, to }: Mutation): Json => {
  const all = places(document);
  const path = all[place % all.length]!;
  if (kind === 'replace') return changed(document, path, to);
  // What stands somewhere stands here too: steps inside steps, conditions for names.
  if (kind === 'copy') return changed(document, path, at(document, all[other % all.length]!));
  const parent = path.slice(0, -1);
  const list = at(document, parent);
  return Array.isArray(list) ? changed(document, parent, [...list, ...list.toReversed()]) : document;
};

const runs = Number(process.env['SEGUE_MUTANTS'] ?? 2000);

test(`${runs} mutated journeys never crash the checker, and never compile to a machine that is not right`, () => {
  let compiled = 0;
  const mutants = fc.record({
    which: fc.nat(shipped.length - 1),
    mutations: fc.array(
      fc.record({
        place: fc.nat(5000),
        other: fc.nat(5000),
        kind: fc.constantFrom('replace', 'replace', 'copy', 'twice'),
        to: junk,
      }),
      { minLength: 1, maxLength: 3 },
    ),
  });
  fc.assert(
    fc.property(mutants, ({ which, mutations }) => {
      const original: Json = JSON.parse(JSON.stringify(shipped[which]!.journey));
      const { journey, problems = [] } = checkJourney(mutations.reduce(mutate, original), surroundings[which]!);
      for (const { message } of problems) expect(message).toMatch(/\w/);
      if (journey === undefined) return;
      const machine = compileJourney(journey);
      expect(machineProblems(machine)).toEqual([]);
      if (compiled++ % 20 === 0) expect(validate(machine).errors).toEqual([]);
    }),
    { numRuns: runs },
  );
  // Not every change is a mistake: the compiler, too, was asked often.
  expect(compiled).toBeGreaterThan(runs / 50);
}, 120_000);
