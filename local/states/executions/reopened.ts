import { EXECUTION, type Execution } from './execution.ts';

/** What only an execution that ended has. A whole execution's deadline is not set again. */
const OF_THE_END = new Set(['endedAt', 'error', 'cause', 'deadline']);

/** The execution as it was before it ended. */
export function reopened(execution: Execution): Execution {
  const kept = Object.entries(execution).filter(([field]) => !OF_THE_END.has(field));
  return EXECUTION.parse({ ...Object.fromEntries(kept), status: 'RUNNING' });
}
