import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { LoadedTest } from './test-file.ts';

/**
 * Runs the tests a mutant must meet in the process that has them loaded, the likeliest to notice it first, and stops at the
 * first that does. Vitest takes a second or more to begin a run, most mutants are killed within milliseconds.
 */

/** Tests of the language and the compiler: all that need no ground and no second process. */
const FILES = [
  'test/core/journey/**/*.test.ts',
  'test/state-machines/compiler.test.ts',
  'test/stories/*.story.test.ts',
];

type MutantRun = {
  readonly testFilter?: readonly string[];
  readonly activeMutant: { readonly id: string; readonly fileName: string };
};
type Instrumented = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: { readonly perTest: Readonly<Record<string, Readonly<Record<string, number>>>> };
};

/** What instrumented code looks at while it runs. */
const instrumented: Instrumented = ((globalThis as { __stryker__?: Instrumented }).__stryker__ ??= {});

const tests = new Map<string, LoadedTest>();
/** How long a test took when it last ran. */
const milliseconds = new Map<string, number>();
/** How often each test came by each mutant when none was switched on. */
const hits = new Map<string, Readonly<Record<string, number>>>();

/** What the first run found out, for the processes begun after it. In Stryker's copy of the tree, gone with it. */
const FOUND = '.first-run.json';
/** A test that comes by a mutant this many times as often as without it is in a loop without end. */
const LOOPS = 100;

const failureOf = async ({ name, body, after }: LoadedTest): Promise<string | undefined> => {
  const began = performance.now();
  try {
    await body();
    for (const each of after) await each();
    return undefined;
  } catch (error) {
    for (const each of after) await Promise.resolve(each()).catch(() => undefined);
    return error instanceof Error ? error.message : String(error);
  } finally {
    milliseconds.set(name, performance.now() - began);
  }
};

const load = async (): Promise<void> => {
  const stand = new URL('test-file.ts', import.meta.url).href;
  registerHooks({
    resolve: (specifier, context, next) =>
      specifier === 'vitest' && context.parentURL !== stand
        ? { url: stand, shortCircuit: true }
        : next(specifier, context),
  });
  process.env['SEGUE_EXECUTORS'] = 'core';
  process.env['SEGUE_RUNS'] = '0.05';
  await import('../seed.ts');
  fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: true });
  const { testsIn } = await import('./test-file.ts');
  for (const file of FILES.flatMap((pattern) => globSync(pattern)).toSorted()) {
    for (const test of await testsIn(file, () => import(pathToFileURL(join(process.cwd(), file)).href)))
      tests.set(test.name, test);
  }
};

const dryRun = async () => {
  const results = [];
  for (const [id, test] of tests) {
    instrumented.currentTestId = id;
    const failureMessage = await failureOf(test);
    instrumented.currentTestId = undefined;
    const result = { id, name: id, fileName: id.split(' > ')[0], timeSpentMs: milliseconds.get(id) ?? 0 };
    results.push(failureMessage === undefined ? { ...result, status: 0 } : { ...result, status: 1, failureMessage });
  }
  for (const [id, counts] of Object.entries(instrumented.mutantCoverage?.perTest ?? {})) hits.set(id, counts);
  writeFileSync(FOUND, JSON.stringify({ milliseconds: [...milliseconds], hits: [...hits] }));
  return { status: 'complete', tests: results, mutantCoverage: instrumented.mutantCoverage };
};

/** How often a test met mutants of a file, and how many it noticed. */
const record = new Map<string, { met: number; noticed: number }>();
const recordOf = (test: string, file: string): { met: number; noticed: number } => {
  const key = `${file} ${test}`;
  const known = record.get(key) ?? { met: 0, noticed: 0 };
  record.set(key, known);
  return known;
};

/** Tests in the order in which a mutant is likely to be noticed soonest: quick ones, and those that noticed its neighbours. */
const inOrder = (ids: readonly string[], file: string): readonly string[] => {
  const costs = ids.map((id) => {
    const { met, noticed } = recordOf(id, file);
    return { id, cost: ((milliseconds.get(id) ?? 0) * (met + 10)) / (noticed + 0.5) };
  });
  return costs.toSorted((a, b) => a.cost - b.cost).map(({ id }) => id);
};

const recallFirstRun = (): void => {
  if (hits.size > 0 || !existsSync(FOUND)) return;
  const found = JSON.parse(readFileSync(FOUND, 'utf8'));
  for (const [id, spent] of found.milliseconds) milliseconds.set(id, spent);
  for (const [id, counts] of found.hits) hits.set(id, counts);
};

const mutantRun = async ({ activeMutant, testFilter = [...tests.keys()] }: MutantRun) => {
  recallFirstRun();
  instrumented.activeMutant = activeMutant.id;
  let nrOfTests = 0;
  try {
    for (const id of inOrder(testFilter, activeMutant.fileName)) {
      nrOfTests++;
      const hitLimit = LOOPS * (hits.get(id)?.[activeMutant.id] ?? 1000);
      Object.assign(instrumented, { hitCount: 0, hitLimit });
      const failureMessage = await failureOf(tests.get(id)!);
      const known = recordOf(id, activeMutant.fileName);
      known.met++;
      if (failureMessage !== undefined) known.noticed++;
      if ((instrumented.hitCount ?? 0) > hitLimit) return { status: 'timeout', reason: 'Hit limit reached' };
      if (failureMessage !== undefined) return { status: 'killed', killedBy: [id], failureMessage, nrOfTests };
    }
    return { status: 'survived', nrOfTests };
  } finally {
    instrumented.activeMutant = undefined;
  }
};

const inProcess = () => ({ capabilities: () => ({ reloadEnvironment: false }), init: load, dryRun, mutantRun });

/** How Stryker finds a runner. */
export const strykerPlugins = [{ kind: 'TestRunner', name: 'in-process', factory: inProcess }];
