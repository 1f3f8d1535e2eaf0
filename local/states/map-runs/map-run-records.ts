import * as z from 'zod';
import type { Journal, Json } from '../../world.ts';
import type { Execution } from '../executions/execution.ts';
import type { Executions } from '../executions/executions.ts';
import { childOf, MAP_RUN, type MapRun } from './map-run.ts';

/** Every Map Run in the journal, with what its children are given. */
export interface MapRunRecords {
  get(arn: string): MapRun | undefined;
  /** The runs of an execution, in the order they started. */
  of(execution: string): readonly MapRun[];
  put(run: MapRun, inputs?: readonly Json[]): void;
  inputs(run: MapRun): readonly Json[];
  /** The children that have started, by place. */
  children(run: MapRun): readonly Execution[];
}

const KIND = 'map-run';
const INPUTS = 'map-run-inputs';
const LIST = z.array(z.custom<Json>());

export function createMapRunRecords(journal: Journal, executions: Pick<Executions, 'get'>): MapRunRecords {
  const get = (arn: string): MapRun | undefined => {
    const record = journal.get(KIND, arn);
    return record === undefined ? undefined : MAP_RUN.parse(record);
  };
  return {
    get,
    of: (execution) =>
      Array.from(journal.all(KIND), ([, record]) => MAP_RUN.parse(record)).filter((run) => run.execution === execution),
    put(run, inputs) {
      journal.put(KIND, run.arn, run);
      if (inputs !== undefined) journal.put(INPUTS, run.arn, inputs);
    },
    inputs: ({ arn }) => LIST.parse(journal.get(INPUTS, arn)),
    children: (run) =>
      run.weights.flatMap((_, index) => {
        const child = executions.get(childOf(run, index).arn);
        return child === undefined ? [] : [child];
      }),
  };
}
