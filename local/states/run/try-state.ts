import type { Json, JsonObject, World } from '../../world.ts';
import type { State } from '../asl/program.ts';
import type { Execution, Frame, Outcome } from '../executions/execution.ts';
import type { Failure } from '../state-failure.ts';
import { StateFailure } from '../state-failure.ts';
import { callTask } from '../tasks/call-task.ts';
import { outcomeOf } from './lines/children.ts';
import { perform } from './perform/perform.ts';
import { reachInto } from './reach.ts';
import type { Step } from './step.ts';
import type { Turn } from './turn.ts';

/** A state that is tried by itself. */
export interface Trial {
  readonly world: World;
  readonly execution: { readonly execution: Execution; readonly frame: Frame };
  readonly state: State;
  /** Stands in for the task or the children. */
  readonly mock: Outcome | undefined;
}

/** What came of it. `failure` is what was retried, caught, or ended it. */
export interface Tried {
  readonly step: Extract<Step, { kind: 'leave' | 'stay' | 'fail' }>;
  readonly failure: Failure | undefined;
  /** The arguments of a task, and its result. */
  readonly given: Json | undefined;
  readonly result: Json | undefined;
  /** Which retrier or catcher answers the failure, as `TestState` tells it. */
  readonly details: JsonObject | undefined;
}

/** Works a state out to its end, as the engine would, leaving nothing behind. */
export async function tryState({ world, execution: { execution, frame }, state, mock }: Trial): Promise<Tried> {
  const turn: Turn = { execution, frame, state, now: world.clock.now() };
  const reach = reachInto(world);
  const children = state.type === 'Map' || state.type === 'Parallel';
  const first = children && mock !== undefined ? await settled(mock) : await perform(turn, reach);
  if (first.kind !== 'stay' || first.answers !== undefined) return tried(turn, first, {});
  const { phase } = first;
  if (phase.at !== 'calling') return tried(turn, await settled({ kind: 'passed' }), {});
  const outcome = mock ?? (await called(phase.arguments));
  const result = outcome.kind === 'result' ? outcome.value : undefined;
  return tried(turn, await settled(outcome), { given: phase.arguments, result });

  function settled(outcome: Outcome): Promise<Step> {
    return perform({ ...turn, frame: { ...frame, phase: { at: 'settled', outcome } } }, reach);
  }

  async function called(given: Json): Promise<Outcome> {
    if (state.type !== 'Task') throw new Error(`${state.name} makes no call`);
    const task = { integration: state.integration, arguments: given, resources: [] };
    try {
      return { kind: 'result', value: await callTask(task, world.call, world.as(execution.role)) };
    } catch (thrown) {
      if (thrown instanceof StateFailure) return outcomeOf(thrown);
      throw thrown;
    }
  }
}

function tried(turn: Turn, step: Step, seen: { readonly given?: Json; readonly result?: Json | undefined }): Tried {
  if (step.kind === 'map' || step.kind === 'fork') throw new Error(`${turn.state.name} cannot be tried by itself`);
  const { given, result } = seen;
  if (step.kind === 'fail') return { step, failure: step.failure, given, result, details: undefined };
  const { answers } = step;
  const details =
    answers === undefined
      ? undefined
      : step.kind === 'stay'
        ? { retryIndex: answers.place, retryBackoffIntervalSeconds: (untilOf(step) - turn.now) / 1_000 }
        : { catchIndex: answers.place };
  return { step, failure: answers?.failure, given, result, details };
}

function untilOf({ phase }: Extract<Step, { kind: 'stay' }>): number {
  return phase.at === 'retrying' ? phase.until : 0;
}
