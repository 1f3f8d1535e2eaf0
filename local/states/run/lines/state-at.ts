import type { Program, State } from '../../asl/program.ts';
import { parentOf } from './children.ts';
import type { Execution, Frame } from '../../executions/execution.ts';

/** The state a line of control is at, in the definition its execution began with. */
export function stateAt(
  execution: Execution,
  frame: Pick<Frame, 'id' | 'state'>,
  programOf: (revision: string) => Program,
): State {
  const state = programAt(execution, frame.id, programOf).states.get(frame.state);
  if (state === undefined) throw new Error(`no state '${frame.state}' in ${execution.revision}`);
  return state;
}

function programAt(execution: Execution, id: string, programOf: (revision: string) => Program): Program {
  const child = parentOf(id);
  const parent = child === undefined ? undefined : execution.frames[child.parent];
  if (child === undefined || parent === undefined) return programOf(execution.revision);
  const state = stateAt(execution, parent, programOf);
  const program =
    state.type === 'Map' ? state.body : state.type === 'Parallel' ? state.branches[child.index] : undefined;
  if (program === undefined) throw new Error(`no program for ${id} in ${execution.revision}`);
  return program;
}
