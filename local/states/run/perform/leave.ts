import type { Json, JsonObject } from '../../../world.ts';
import type { Leaving, State } from '../../asl/program.ts';
import { isObject } from '../../json.ts';
import { render, type Scope } from '../../jsonata/template.ts';
import type { Draft, Step } from '../step.ts';
import type { Turn } from '../turn.ts';
import { withinLimit } from './values.ts';

export interface Departure extends Leaving {
  readonly next: string | undefined;
  /** What goes on when there is no output template. */
  readonly result: Json;
  readonly scope: Scope;
}

export type Left = Extract<Step, { kind: 'leave' }>;

/** Leaves a state: assigns variables and makes its output, neither of which sees the other. */
export async function leave(turn: Turn, departure: Departure): Promise<Left> {
  const { assign, output, scope, result, next } = departure;
  const assigned = assign === undefined ? undefined : await render(assign, scope);
  const left = output === undefined ? result : await render(output, scope);
  withinLimit(left, turn.state.name);
  const variables = isObject(assigned) ? { ...turn.frame.variables, ...assigned } : turn.frame.variables;
  return { kind: 'leave', next, output: left, variables, events: [exited(turn.state, left, assigned)] };
}

function exited(state: State, output: Json, assigned: Json | undefined): Draft {
  const details: JsonObject = { name: state.name, output };
  return {
    type: `${state.type}StateExited`,
    details: assigned === undefined ? details : { ...details, assignedVariables: assigned },
  };
}
