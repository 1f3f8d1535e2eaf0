import { AwsError, type Call, type World } from '../../world.ts';
import type { Program, TaskState } from '../asl/program.ts';
import { isObject } from '../json.ts';
import { StateFailure } from '../state-failure.ts';
import { callTask } from '../tasks/call-task.ts';
import { roleOf } from '../tasks/role-of.ts';
import { failureOf } from '../tasks/failure-names.ts';
import { taskToken } from '../executions/token.ts';
import type { Launch } from '../executions/launch.ts';
import { outcomeOf } from './lines/children.ts';
import type { Execution, Frame, Outcome, Phase, Place } from '../executions/execution.ts';
import type { Executions } from '../executions/executions.ts';
import { submitted } from './perform/task.ts';
import { stateAt } from './lines/state-at.ts';
import { tell } from './lines/tell.ts';

export type Calling = Extract<Phase, { at: 'calling' }>;
type Opened = Extract<Phase, { at: 'open' }>;

export interface CallParts {
  readonly world: World;
  readonly executions: Executions;
  readonly programOf: (revision: string) => Program;
  readonly launch: Launch;
  /** Gives a line the outcome of its call. */
  readonly settle: (place: Place, outcome: Outcome) => void;
  /** Has a line wait for the execution its call started. */
  readonly follow: (place: Place, phase: Opened) => void;
  /** The line was cut off while its call was out. */
  readonly release: (execution: Execution, phase: Opened) => void;
}

/** Makes the calls of tasks. The promise ends when the call has been answered and the answer dealt with. */
export function createCalls({
  world,
  executions,
  programOf,
  launch,
  settle,
  follow,
  release,
}: CallParts): (place: Place, phase: Calling) => Promise<void> {
  return async (place, phase) => {
    // A token must not be out in the world before the execution that waits for it is on disk.
    if (phase.token) await world.journal.durable();
    const calling = at(place, phase);
    if (calling === undefined) return;
    const outcome = await answer(calling, phase);
    const now = at(place, phase);
    const opened = outcome.kind === 'result' ? whatOpens(calling.state, phase, outcome) : undefined;
    // Completed by its token, timed out or cut off before the call came back: the answer no longer matters.
    if (now === undefined) {
      if (opened !== undefined) release(calling.execution, opened);
    } else if (outcome.kind === 'result' && opened !== undefined) {
      follow(place, open(now, outcome));
    } else settle(place, outcome);
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

  async function answer({ execution, frame, state }: Here, phase: Calling): Promise<Outcome> {
    const { integration } = state;
    const { arn, machine } = execution;
    const task = { integration, arguments: phase.arguments, resources: [arn, machine] };
    // Executions are started once, however often the call is made again.
    const by = taskToken(execution, frame, phase.call);
    const call: Call =
      integration.kind === 'executions' ? (_, __, input, caller) => launch(input, caller, by) : world.call;
    try {
      const caller = roleOf(world, execution, phase.role);
      return { kind: 'result', value: await callTask(task, call, caller) };
    } catch (thrown) {
      if (thrown instanceof StateFailure || thrown instanceof AwsError)
        return outcomeOf(failureOf(thrown, integration));
      throw thrown;
    }
  }

  /** The call is back and the token is not. The arguments are no longer needed. */
  function open(here: Here, result: Result): Opened {
    const { execution, frame, state, phase } = here;
    const lastEvent = tell(executions, execution.arn, { events: [submitted(state, result.value)], frame });
    const opened = whatOpens(state, phase, result) ?? { at: 'open', call: phase.call };
    executions.setFrame(execution.arn, { ...frame, lastEvent, phase: opened });
    executions.save(execution.arn);
    return opened;
  }
}

type Result = Extract<Outcome, { kind: 'result' }>;

/** What the task waits for once its call is back; undefined when it waits for nothing more. The arguments are let go. */
function whatOpens({ integration }: TaskState, calling: Calling, { value }: Result): Opened | undefined {
  const { arguments: _, token, ...rest } = calling;
  const child = integration.sync !== undefined && isObject(value) ? value['ExecutionArn'] : undefined;
  if (typeof child === 'string') return { ...rest, at: 'open', child };
  return token ? { ...rest, at: 'open' } : undefined;
}
