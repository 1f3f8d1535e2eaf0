import type { Json, JsonObject } from '../../world.ts';
import type { State } from '../asl/program.ts';
import type { Scope } from '../jsonata/template.ts';
import type { Execution, Frame } from '../executions/execution.ts';

/** One line of control at one state: all that running it may depend on. */
export interface Turn<S extends State = State> {
  readonly execution: Execution;
  readonly frame: Frame;
  readonly state: S;
  readonly now: number;
}

/** Tells one try of a state from every other of its execution. */
export function attemptOf({ execution, frame }: Pick<Turn, 'execution' | 'frame'>): string {
  return `${frame.enteredEvent}.${frame.retryCount}.${execution.redriveCount}`;
}

/** What a field may see besides the input, the variables and the context. */
export interface Sight {
  readonly result?: Json | undefined;
  readonly errorOutput?: JsonObject;
  readonly token?: string | undefined;
  readonly item?: Frame['item'];
}

/** The bindings of a state's expressions: its variables, and `$states`. */
export function scopeOf(turn: Turn, sight: Sight = {}): Scope {
  return () => ({
    ...turn.frame.variables,
    states: {
      input: turn.frame.input,
      ...(sight.result === undefined ? {} : { result: sight.result }),
      ...(sight.errorOutput === undefined ? {} : { errorOutput: sight.errorOutput }),
      context: contextOf(turn, sight),
    },
  });
}

function contextOf({ execution, frame, state }: Turn, sight: Sight): JsonObject {
  const item = sight.item ?? frame.item;
  const redriven = execution.redrivenAt === undefined ? {} : { RedriveTime: iso(execution.redrivenAt) };
  return {
    Execution: {
      Id: execution.arn,
      Input: execution.input,
      Name: execution.name,
      RoleArn: execution.role,
      StartTime: iso(execution.startedAt),
      RedriveCount: execution.redriveCount,
      ...redriven,
    },
    StateMachine: { Id: execution.machine, Name: execution.machine.slice(execution.machine.lastIndexOf(':') + 1) },
    State: { Name: state.name, EnteredTime: iso(frame.enteredAt), RetryCount: frame.retryCount },
    ...(sight.token === undefined ? {} : { Task: { Token: sight.token } }),
    ...(item === undefined ? {} : { Map: { Item: { Index: item.index, Value: item.value } } }),
  };
}

function iso(at: number): string {
  return new Date(at).toISOString();
}
