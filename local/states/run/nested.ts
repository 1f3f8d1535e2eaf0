import { AwsError, type World } from '../../world.ts';
import { describeExecution } from '../executions/describe-execution.ts';
import type { Execution, Frame, Outcome, Phase, Place } from '../executions/execution.ts';
import type { Executions } from '../executions/executions.ts';
import type { Failure } from '../state-failure.ts';
import { failureOf } from '../tasks/failure-names.ts';
import { inMilliseconds, upperKeys } from '../tasks/shapes.ts';
import { parseJson } from '../json.ts';
import { roleOf } from '../tasks/role-of.ts';
import type { State } from '../asl/program.ts';
import { outcomeOf } from './lines/children.ts';

type Open = Extract<Phase, { at: 'open' }>;

/** Tasks that wait for the end of an execution they started (`startExecution.sync`). */
export interface Nested {
  /** Has a line go on when the child it waits for ends, at once when that is over. */
  follow(place: Place, phase: Open): void;
  /** An execution is over: whoever waits for it goes on. */
  ended(arn: string): void;
  /** Stops the child of a line that was cut off, when the role may: AWS tries as well as it can. */
  release(execution: Execution, phase: Open): void;
}

export interface NestedParts {
  readonly world: World;
  readonly executions: Executions;
  readonly stateOf: (arn: string, frame: Frame) => State;
  readonly settle: (place: Place, outcome: Outcome) => void;
  readonly end: (arn: string, status: 'ABORTED', failure: Failure) => void;
}

export function createNested({ world, executions, stateOf, settle, end }: NestedParts): Nested {
  const waiting = new Map<string, Place[]>();

  function ended(child: string): void {
    const places = waiting.get(child) ?? [];
    waiting.delete(child);
    for (const place of places) {
      const execution = executions.get(place.execution);
      const frame = execution?.frames[place.frame];
      if (execution?.status !== 'RUNNING' || frame?.phase.at !== 'open' || frame.phase.child !== child) continue;
      settle(place, outcome(execution, frame, frame.phase));
    }
  }

  function outcome(execution: Execution, frame: Frame, { child = '', role }: Open): Outcome {
    const state = stateOf(execution.arn, frame);
    if (state.type !== 'Task') throw new Error(`${state.name} waits for no execution`);
    const { integration } = state;
    const found = executions.get(child);
    try {
      roleOf(world, execution, role).require('states:DescribeExecution', child);
      if (found === undefined) throw new AwsError('ExecutionDoesNotExist', `Execution Does Not Exist: '${child}'`);
    } catch (error) {
      return outcomeOf(failureOf(error, integration));
    }
    return outcomeOfChild(found, integration.sync === 'json');
  }

  return {
    follow(place, { child }) {
      if (child === undefined) return;
      waiting.set(child, [...(waiting.get(child) ?? []), place]);
      if (executions.get(child)?.status !== 'RUNNING') ended(child);
    },
    ended,
    release(execution, { child, role }) {
      if (child === undefined || executions.get(child)?.status !== 'RUNNING') return;
      try {
        roleOf(world, execution, role).require('states:StopExecution', child);
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        return world.note(`states: ${child} goes on after its parent ended: ${error.message}`);
      }
      end(child, 'ABORTED', {});
    },
  };
}

/** What `DescribeExecution` says of the child, in the spelling and order of AWS; `.sync:2` has its JSON texts parsed. */
function outcomeOfChild(child: Execution, parsed: boolean): Outcome {
  const told = inMilliseconds(upperKeys(describeExecution(child)));
  const sorted = Object.entries(told).sort(([a], [b]) => (a < b ? -1 : 1));
  if (child.status !== 'SUCCEEDED') {
    return { kind: 'failure', error: 'States.TaskFailed', cause: JSON.stringify(Object.fromEntries(sorted)) };
  }
  const whole = sorted.map(([field, value]) => {
    const text = parsed && (field === 'Input' || field === 'Output') && typeof value === 'string';
    return [field, text ? (parseJson(value) ?? value) : value] as const;
  });
  return { kind: 'result', value: Object.fromEntries(whole) };
}
