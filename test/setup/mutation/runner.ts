import { globSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import type { LoadedTest } from './test-file.ts';

/**
 * Runs the tests a mutant must meet in the process that has them loaded, the quickest first, and stops at the first that
 * fails. Vitest takes a second or more to begin a run, most mutants are killed within milliseconds.
 */

/** Tests of the language and the compiler: all that need no ground and no second process. */
const FILES = [
  'test/core/journey/**/*.test.ts',
  'test/state-machines/compiler.test.ts',
  'test/stories/*.story.test.ts',
];

type MutantRun = {
  readonly testFilter?: readonly string[];
  readonly hitLimit?: number;
  readonly activeMutant: { readonly id: string };
};
type Instrumented = {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: object;
};

/** What instrumented code looks at while it runs. */
const instrumented: Instrumented = ((globalThis as { __stryker__?: Instrumented }).__stryker__ ??= {});

const tests = new Map<string, LoadedTest>();
/** How long a test took when it last ran. */
const milliseconds = new Map<string, number>();

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
  process.env['SEGUE_RUNS'] = '0.1';
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
  return { status: 'complete', tests: results, mutantCoverage: instrumented.mutantCoverage };
};

const mutantRun = async ({ activeMutant, testFilter = [...tests.keys()], hitLimit }: MutantRun) => {
  const quickestFirst = testFilter.toSorted((a, b) => (milliseconds.get(a) ?? 0) - (milliseconds.get(b) ?? 0));
  Object.assign(instrumented, {
    activeMutant: activeMutant.id,
    hitLimit,
    hitCount: hitLimit === undefined ? undefined : 0,
  });
  let nrOfTests = 0;
  try {
    for (const id of quickestFirst) {
      nrOfTests++;
      const failureMessage = await failureOf(tests.get(id)!);
      if (hitLimit !== undefined && (instrumented.hitCount ?? 0) > hitLimit)
        return { status: 'timeout', reason: 'Hit limit reached' };
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
