import type { Execution } from './executions/execution.ts';
import { ROOT } from './executions/execution.ts';
import type { Executions } from './executions/executions.ts';

/** One execution in short, for a person or a test that watches. */
export interface ExecutionSummary {
  /** ARN of the execution, and of its machine. */
  readonly execution: string;
  readonly machine: string;
  readonly status: Execution['status'];
  /** Name of the state it is in, while it runs. */
  readonly state: string | undefined;
  /** Names of the states it has entered, in order, those of branches and iterations included. */
  readonly entered: readonly string[];
}

export function summarise(executions: Executions): readonly ExecutionSummary[] {
  return Array.from(executions.all(), (execution) => ({
    execution: execution.arn,
    machine: execution.machine,
    status: execution.status,
    state: execution.status === 'RUNNING' ? execution.frames[ROOT]?.state : undefined,
    entered: enteredStates(executions, execution.arn),
  }));
}

function enteredStates(executions: Executions, arn: string): readonly string[] {
  return executions
    .history(arn)
    .flatMap(([type, , , details]) => (type.endsWith('StateEntered') ? [String(details?.['name'])] : []));
}
