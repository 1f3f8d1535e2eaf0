import type { Clock, Json } from '../../../world.ts';
import type { Program, State } from '../../asl/program.ts';
import type { Failure } from '../../state-failure.ts';
import { type Execution, type Frame, type Outcome, type Place, ROOT } from '../../executions/execution.ts';
import type { Executions } from '../../executions/executions.ts';
import { stateAt } from './state-at.ts';
import type { Timers } from '../timers.ts';

/** The place of the timer that ends a whole execution. */
export const DEADLINE = 'deadline';

/** Where a line goes next. */
export interface Entry extends Pick<Frame, 'id' | 'lastEvent' | 'input' | 'variables'> {
  readonly state: string;
  readonly item?: Frame['item'];
}

/** How an execution ended. */
export interface Ending {
  readonly status: Exclude<Execution['status'], 'RUNNING'>;
  readonly event: string;
  readonly lastEvent: number;
  readonly output?: Json;
  readonly failure?: Failure;
}

/** What can happen to one line of control. Every operation is one step that nothing can come between. */
export interface Lines {
  executionOf(arn: string): Execution;
  stateOf(arn: string, frame: Pick<Frame, 'id' | 'state'>): State;
  enter(arn: string, entry: Entry): void;
  /** Gives a line the outcome it waited for, and has it go on. */
  settle(place: Place, outcome: Outcome): void;
  /** Takes lines away, with their timers. */
  cut(arn: string, ids: readonly string[]): void;
  /** Ends the whole execution. */
  close(arn: string, ending: Ending): void;
}

export interface LineParts {
  readonly clock: Pick<Clock, 'now'>;
  readonly executions: Executions;
  readonly programOf: (revision: string) => Program;
  readonly timers: Timers;
  /** Lines are gone before what they waited for came. */
  readonly dropped: (execution: Execution, frames: readonly Frame[]) => void;
  /** An execution is over and in the journal. */
  readonly closed: (execution: Execution) => void;
  /** Has a line go on that is ready or settled. */
  readonly go: (place: Place) => void;
}

export function createLines({ clock, executions, programOf, timers, go, dropped, closed }: LineParts): Lines {
  function executionOf(arn: string): Execution {
    const execution = executions.get(arn);
    if (execution === undefined) throw new Error(`no execution ${arn}`);
    return execution;
  }

  function stateOf(arn: string, frame: Pick<Frame, 'id' | 'state'>): State {
    return stateAt(executionOf(arn), frame, programOf);
  }

  function enter(arn: string, { id, state, input, variables, lastEvent, item }: Entry): void {
    const type = `${stateOf(arn, { id, state }).type}StateEntered`;
    const event = executions.note(arn, { type, previous: lastEvent, details: { name: state, input } });
    const frame: Frame = {
      id,
      state,
      input,
      variables,
      enteredAt: clock.now(),
      enteredAfter: lastEvent,
      enteredEvent: event,
      lastEvent: event,
      retryCount: 0,
      retries: [],
      phase: { at: 'ready' },
    };
    executions.setFrame(arn, item === undefined ? frame : { ...frame, item });
  }

  function settle(place: Place, outcome: Outcome): void {
    const frame = executionOf(place.execution).frames[place.frame];
    if (frame === undefined) return;
    executions.setFrame(place.execution, { ...frame, phase: { at: 'settled', outcome } });
    timers.set(place, undefined);
    go(place);
  }

  function cut(arn: string, ids: readonly string[]): void {
    const execution = executionOf(arn);
    timers.clear(arn, ids);
    const gone = new Set(ids);
    const left = Object.entries(execution.frames).filter(([id]) => !gone.has(id));
    executions.set({ ...execution, frames: Object.fromEntries(left) });
    dropped(
      execution,
      Object.values(execution.frames).filter(({ id }) => gone.has(id)),
    );
  }

  function close(arn: string, { status, event, lastEvent, output, failure = {} }: Ending): void {
    const execution = executionOf(arn);
    const { error, cause } = failure;
    const told = {
      ...(output === undefined ? {} : { output }),
      ...(error === undefined ? {} : { error }),
      ...(cause === undefined ? {} : { cause }),
    };
    executions.note(arn, { type: event, previous: lastEvent, details: told });
    timers.clear(arn, [...Object.keys(execution.frames), DEADLINE]);
    const root = execution.frames[ROOT];
    // A failed execution may be redriven from the state it failed in.
    const frames = status === 'SUCCEEDED' || root === undefined ? {} : { [ROOT]: root };
    const over: Execution = { ...execution, ...told, status, endedAt: clock.now(), frames };
    executions.set(over);
    executions.save(arn);
    dropped(execution, Object.values(execution.frames));
    closed(over);
  }

  return { executionOf, stateOf, enter, settle, cut, close };
}
