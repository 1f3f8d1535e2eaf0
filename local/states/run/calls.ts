import type { World } from '../../world.ts';
import type { Program, TaskState } from '../asl/program.ts';
import { StateFailure } from '../state-failure.ts';
import { callTask } from '../tasks/call-task.ts';
import { outcomeOf } from './lines/children.ts';
import type { Execution, Frame, Outcome, Phase, Place } from '../executions/execution.ts';
import type { Executions } from '../executions/executions.ts';
import { submitted } from './perform/task.ts';
import { stateAt } from './lines/state-at.ts';
import { tell } from './lines/tell.ts';

export type Calling = Extract<Phase, { at: 'calling' }>;

export interface CallParts {
  readonly world: World;
  readonly executions: Executions;
  readonly programOf: (revision: string) => Program;
  /** Gives a line the outcome of its call. */
  readonly settle: (place: Place, outcome: Outcome) => void;
}

/** Makes the calls of tasks. The promise ends when the call has been answered and the answer dealt with. */
export function createCalls({
  world,
  executions,
  programOf,
  settle,
}: CallParts): (place: Place, phase: Calling) => Promise<void> {
  return async (place, phase) => {
    // A token must not be out in the world before the execution that waits for it is on disk.
    if (phase.token) await world.journal.durable();
    const calling = at(place, phase);
    if (calling === undefined) return;
    const outcome = await answer(calling, phase);
    const now = at(place, phase);
    // Completed by its token, timed out or cut off before the call came back: the answer no longer matters.
    if (now === undefined) return;
    if (outcome.kind === 'result' && phase.token) open(now, outcome);
    else settle(place, outcome);
  };

  interface Here {
    readonly execution: Execution;
    readonly frame: Frame;
    readonly state: TaskState;
    /** As it is now: a heartbeat may have come since the call went out. */
    readonly phase: Calling;
  }

  /** The task, while it is still this attempt of it that is out. */
  function at(place: Place, { call }: Calling): Here | undefined {
    const execution = executions.get(place.execution);
    const frame = execution?.frames[place.frame];
    if (execution?.status !== 'RUNNING' || frame?.phase.at !== 'calling' || frame.phase.call !== call) return undefined;
    const state = stateAt(execution, frame, programOf);
    if (state.type !== 'Task') throw new Error(`${state.name} makes no call`);
    return { execution, frame, state, phase: frame.phase };
  }

  async function answer({ execution: { arn, machine, role }, state }: Here, phase: Calling): Promise<Outcome> {
    const task = { integration: state.integration, arguments: phase.arguments, resources: [arn, machine] };
    try {
      return { kind: 'result', value: await callTask(task, world.call, world.as(role, machine)) };
    } catch (thrown) {
      if (thrown instanceof StateFailure) return outcomeOf(thrown);
      throw thrown;
    }
  }

  /** The call is back and the token is not. The arguments are no longer needed. */
  function open(
    { execution: { arn }, frame, state, phase }: Here,
    { value }: Extract<Outcome, { kind: 'result' }>,
  ): void {
    const lastEvent = tell(executions, arn, { events: [submitted(state, value)], frame });
    const { arguments: _, token: __, ...rest } = phase;
    executions.setFrame(arn, { ...frame, lastEvent, phase: { ...rest, at: 'open' } });
    executions.save(arn);
  }
}
