import { afterAll, beforeAll } from 'vitest';
import { startEngine, type Engine } from '../../../local/dynamodb/engine/start-engine.ts';

/** Our engine, and the same one asked as any other DynamoDB is; both run while the tests of a file do. */
export const twoEngines = (): { readonly ours: Engine; readonly plain: Engine } => {
  let started: readonly Engine[] = [];
  const one = (index: number): Engine => {
    const engine = started[index];
    if (engine === undefined) throw new Error('The engines run while tests do.');
    return engine;
  };
  beforeAll(async () => {
    const ours = await startEngine({ folder: ':memory:', note: () => {} });
    started = [ours];
    started = [ours, await startEngine({ folder: ':memory:', note: () => {}, endpoint: ours.endpoint })];
  });
  afterAll(async () => {
    for (const engine of started.toReversed()) await engine.stop();
  });
  return {
    get ours() {
      return one(0);
    },
    get plain() {
      return one(1);
    },
  };
};
