import { afterAll, beforeAll, expect, test } from 'vitest';
import { startGround } from './ground/aws.ts';
import { mutants } from './mutants.ts';
import { runSeeds } from './run-seeds.ts';
import { publishAll } from './story/journeys.ts';
import { tellStory } from './story/tell-story.ts';

let stop: () => Promise<void>;
beforeAll(async () => {
  stop = await startGround();
  await publishAll();
});
afterAll(() => stop());

/** A run in which one of these never happened would say nothing. */
const ways = [
  'dies before',
  'dies after',
  'fails before',
  'fails after',
  'applied twice',
  'throttled',
  'conflict',
  'paused',
  'answered late',
  'slow',
  'given up',
];

test('whatever breaks where, no promise about messages is broken', async () => {
  const broken: unknown[] = [];
  const coverage = new Set<string>();
  await runSeeds(
    { from: 1, seeds: 90 },
    {
      told: ({ plan, violations, coverage: seen }) => {
        for (const { promise, what } of violations) broken.push({ seed: plan.seed, promise, what });
        for (const key of seen.keys()) coverage.add(key);
      },
    },
  );
  expect(broken).toEqual([]);
  const missing = ways.filter((way) => ![...coverage].some((key) => key.startsWith(way)));
  expect(missing).toEqual([]);
}, 60_000);

test('a seed tells the same story again', async () => {
  const first = await tellStory({ seed: 17 }, { isAgain: true });
  const again = await tellStory({ seed: 17 }, { isAgain: true });
  expect(again.trace).toEqual(first.trace);
  const withItsChoices = await tellStory({ seed: 17, choices: first.choices }, { isAgain: true });
  expect(withItsChoices.trace).toEqual(first.trace);
});

test('a ledger that takes a second claim is found out', async () => {
  const [mutant] = mutants;
  const found: string[] = [];
  await runSeeds(
    { from: 1, seeds: 150 },
    {
      bug: mutant!.bug,
      isAgain: true,
      told: ({ violations }) => {
        found.push(...violations.map(({ promise }) => promise).filter((promise) => mutant!.breaks.includes(promise)));
        return found.length > 0;
      },
    },
  );
  expect(found.length).toBeGreaterThan(0);
}, 60_000);
