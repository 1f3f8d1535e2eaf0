import type { JsonObject, World } from '../../world.ts';
import type { Answer } from '../sandbox/function-runner.ts';
import type { Mapping } from './mapping.ts';

export interface SourceParts {
  readonly world: World;
  readonly mapping: Mapping;
  /** Role of the mapping's function. */
  readonly roleArn: string;
  /** Invokes the mapping's function with `{ Records }`. */
  readonly invoke: (records: readonly JsonObject[]) => Promise<Answer>;
}

/** A running event source mapping. */
export interface Source {
  stop(): void;
}
