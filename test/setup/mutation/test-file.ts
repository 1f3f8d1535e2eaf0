import { format } from 'node:util';

/**
 * What a test file imports as `vitest` while mutants are run: its tests are kept, to be run again and again without being
 * loaded again. Only what those test files use is here; `expect` and `vi` are Vitest's own.
 */

type Body = (...args: readonly unknown[]) => unknown;

/** A test, with what its file wants done after it. */
export type LoadedTest = {
  readonly name: string;
  readonly body: () => unknown;
  readonly after: readonly (() => unknown)[];
};

// Vitest's `expect` asks for a worker of Vitest's; here is none.
Object.assign(globalThis, { __vitest_worker__: { config: {}, ctx: {}, environment: {}, rpc: {}, durations: {} } });
export const { expect, vi } = await import('vitest');

const loaded: LoadedTest[] = [];
const titles: string[] = [];
let after: (() => unknown)[] = [];

/** Loads a test file and says which tests it has. */
export const testsIn = async (name: string, load: () => Promise<unknown>): Promise<readonly LoadedTest[]> => {
  after = [];
  titles.push(name);
  await load();
  titles.pop();
  return loaded.splice(0);
};

const titleOf = (title: string, row: unknown, index: number): string => {
  const named = title
    .replaceAll('%#', String(index))
    .replaceAll(/\$(\w+)/g, (_, key: string) => String((row as Record<string, unknown> | null)?.[key]));
  return format(named, ...[row].flat());
};

const asTable =
  (declare: (title: string, body: Body) => void) => (rows: readonly unknown[]) => (title: string, body: Body) => {
    for (const [index, row] of rows.entries())
      declare(`${titleOf(title, row, index)} #${index}`, () => body(...(Array.isArray(row) ? row : [row])));
  };

const declareTest = (title: string, body: Body): void => {
  loaded.push({ name: [...titles, title].join(' > '), body, after });
};

const declareGroup = (title: string, body: Body): void => {
  titles.push(title);
  body();
  titles.pop();
};

const skips = () => {};
export const test = Object.assign(declareTest, {
  each: asTable(declareTest),
  skipIf: (isSkipped: boolean) => (isSkipped ? skips : declareTest),
});
export const describe = Object.assign(declareGroup, { each: asTable(declareGroup) });
export const afterEach = (body: () => unknown): void => {
  after.push(body);
};
export const beforeAll = skips;
export const afterAll = skips;
