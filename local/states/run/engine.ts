import type { World } from '../../world.ts';
import { HistoryFull, MAX_EVENTS } from '../executions/history.ts';
import type { Failure } from '../state-failure.ts';
import { createCalls } from './calls.ts';
import { type Execution, type Frame, type Outcome, type Phase, type Place, ROOT } from '../executions/execution.ts';
import type { Executions } from '../executions/executions.ts';
import { createJoins } from './lines/joins.ts';
import type { Launch } from '../executions/launch.ts';
import { createLines, DEADLINE } from './lines/lines.ts';
import type { Machines } from '../machines/machines.ts';
import { createMapRuns } from './map-runs.ts';
import type { MapRunRecords } from '../map-runs/map-run-records.ts';
import { createNested } from './nested.ts';
import { reachInto } from './reach.ts';
import { perform } from './perform/perform.ts';
import { reopened } from '../executions/reopened.ts';
import { stateAt } from './lines/state-at.ts';
import type { Step } from './step.ts';
import { tell } from './lines/tell.ts';
import { createTimers, nextDue, tooLate } from './timers.ts';
import type { Turn } from './turn.ts';

/** Runs executions. Work goes on by itself, counted as in flight by the clock. */
export interface Engine {
  /** Begins an execution that is already known. It is in the journal when the promise ends. */
  begin(arn: string): Promise<void>;
  /** Ends the wait of an open task, and journals it. */
  complete(place: Place, outcome: Outcome): void;
  /** Gives a task its full heartbeat interval again, and journals it. */
  beat(place: Place): void;
  /** Ends a running execution from outside. */
  end(arn: string, status: 'ABORTED' | 'TIMED_OUT', failure: Failure): void;
  /** Takes up a running execution where the journal has it. */
  resume(arn: string): void;
  /** Runs an execution that failed, was stopped or timed out again, from the state it was in. */
  redrive(execution: Execution): void;
}

export interface EngineParts {
  readonly world: World;
  readonly executions: Executions;
  readonly machines: Machines;
  readonly mapRunRecords: MapRunRecords;
  readonly launch: Launch;
  /** Told whenever an execution has begun or ended. */
  readonly announce?: (execution: Execution) => void;
}

export function createEngine({ world, executions, machines, mapRunRecords, launch, announce }: EngineParts): Engine {
  const { clock } = world;
  const reach = reachInto(world);
  const timers = createTimers(clock, due);
  const programOf = machines.program;
  const lines = createLines({ clock, executions, programOf, timers, go, dropped, closed });
  const { settle } = lines;
  const joins = createJoins({ executions, lines, go });
  const nested = createNested({ world, executions, stateOf: lines.stateOf, settle, end });
  const { follow: followChild, release } = nested;
  const call = createCalls({ world, executions, programOf, launch, settle, follow: followChild, release });
  const mapRuns = createMapRuns({
    clock,
    executions,
    records: mapRunRecords,
    revise: machines.revise,
    start(child) {
      executions.set(child);
      void begin(child.arn);
    },
    abort: (arn) => end(arn, 'ABORTED', {}),
    settle,
  });

  function go(place: Place): void {
    void guarded(place.execution, () => advance(place));
  }

  /** Runs one line until it has to wait for something. */
  async function advance(place: Place): Promise<void> {
    for (let turn = turnAt(place); turn !== undefined; turn = turnAt(place)) {
      const step = await perform(turn, reach);
      // The execution was ended, or the line cut off, while the step was worked out.
      if (executions.get(place.execution)?.frames[place.frame] !== turn.frame) return;
      follow(turn, step);
    }
  }

  function turnAt({ execution: arn, frame: id }: Place): Turn | undefined {
    const execution = executions.get(arn);
    const frame = execution?.frames[id];
    if (execution?.status !== 'RUNNING' || frame === undefined) return undefined;
    if (frame.phase.at !== 'ready' && frame.phase.at !== 'settled') return undefined;
    return { execution, frame, state: stateAt(execution, frame, programOf), now: clock.now() };
  }

  function follow({ execution, frame: before, state }: Turn, step: Step): void {
    const { arn } = execution;
    const frame = { ...before, lastEvent: tell(executions, arn, { events: step.events, frame: before }) };
    switch (step.kind) {
      case 'leave':
        if (step.next === undefined) joins.finish(arn, frame, step.output);
        else lines.enter(arn, { ...frame, state: step.next, input: step.output, variables: step.variables });
        return;
      case 'stay':
        stay(arn, frame, step);
        return;
      case 'fork':
        joins.fork(arn, frame, step.join);
        return;
      case 'map':
        mapRuns.begin(execution, frame, { plan: step.run, state });
        return;
      case 'fail':
        joins.fail(arn, frame, step.failure);
        return;
    }
  }

  function stay(arn: string, frame: Frame, { phase, retries }: Extract<Step, { kind: 'stay' }>): void {
    const again = retries === undefined ? {} : { retries, retryCount: frame.retryCount + 1 };
    executions.setFrame(arn, { ...frame, ...again, phase });
    executions.save(arn);
    park({ execution: arn, frame: frame.id }, phase);
  }

  /** Sets the phase's timer, and makes its call or takes up what it waits for. */
  function park(place: Place, phase: Phase): void {
    timers.set(place, nextDue(phase));
    if (phase.at === 'calling') void guarded(place.execution, () => call(place, phase));
    else if (phase.at === 'open') nested.follow(place, phase);
    else if (phase.at === 'mapping') mapRuns.resume(phase.run);
  }

  function dropped(execution: Execution, frames: readonly Frame[]): void {
    for (const { phase } of frames) {
      if (phase.at === 'open') nested.release(execution, phase);
      else if (phase.at === 'mapping') mapRuns.release(phase.run);
    }
  }

  function closed(execution: Execution): void {
    announce?.(execution);
    if (execution.mapRun !== undefined) mapRuns.ended(execution);
    nested.ended(execution.arn);
  }

  /** A timer went off. Its line may have more time by now, after a heartbeat. */
  function due(place: Place): void {
    if (place.frame === DEADLINE) return end(place.execution, 'TIMED_OUT', { error: 'States.Timeout' });
    const frame = executions.get(place.execution)?.frames[place.frame];
    if (frame === undefined) return;
    const { phase } = frame;
    const at = nextDue(phase);
    if (at === undefined || at > clock.now()) return timers.set(place, at);
    if (phase.at === 'waiting') return settle(place, { kind: 'passed' });
    if (phase.at === 'calling' || phase.at === 'open') return settle(place, tooLate(phase));
    executions.setFrame(place.execution, { ...frame, phase: { at: 'ready' } });
    go(place);
  }

  function complete(place: Place, outcome: Outcome): void {
    settle(place, outcome);
    executions.save(place.execution);
  }

  function beat(place: Place): void {
    const frame = executions.get(place.execution)?.frames[place.frame];
    if (frame === undefined || (frame.phase.at !== 'calling' && frame.phase.at !== 'open')) return;
    if (frame.phase.beat === undefined) return;
    const phase = { ...frame.phase, beatBy: clock.now() + frame.phase.beat };
    executions.setFrame(place.execution, { ...frame, phase });
    executions.save(place.execution);
    timers.set(place, nextDue(phase));
  }

  function end(arn: string, status: 'ABORTED' | 'TIMED_OUT', failure: Failure): void {
    const execution = executions.get(arn);
    if (execution?.status !== 'RUNNING') return;
    const event = status === 'ABORTED' ? 'ExecutionAborted' : 'ExecutionTimedOut';
    lines.close(arn, { status, event, failure, lastEvent: execution.frames[ROOT]?.lastEvent ?? 0 });
  }

  /** The first step that waits or ends puts the execution in the journal; until then nothing outside has heard of it. */
  function begin(arn: string): Promise<void> {
    const execution = executions.get(arn);
    if (execution === undefined) throw new Error(`no execution ${arn}`);
    announce?.(execution);
    const { input, role, revision, deadline } = execution;
    return guarded(arn, async () => {
      executions.note(arn, { type: 'ExecutionStarted', previous: 0, details: { input, roleArn: role } });
      lines.enter(arn, { id: ROOT, state: programOf(revision).startAt, input, variables: {}, lastEvent: 0 });
      timers.set({ execution: arn, frame: DEADLINE }, deadline);
      await advance({ execution: arn, frame: ROOT });
    });
  }

  function redrive(execution: Execution): void {
    const { arn } = execution;
    const root = execution.frames[ROOT];
    if (root === undefined) throw new Error(`nothing of ${arn} is left to redrive`);
    const redriveCount = execution.redriveCount + 1;
    const told = { type: 'ExecutionRedriven', previous: root.lastEvent, details: { redriveCount } };
    const lastEvent = executions.note(arn, told);
    const again: Frame = { ...root, lastEvent, retryCount: 0, retries: [], phase: { at: 'ready' } };
    executions.set({ ...reopened(execution), redriveCount, redrivenAt: clock.now(), frames: { [ROOT]: again } });
    executions.save(arn);
    resume(arn);
  }

  function resume(arn: string): void {
    const execution = executions.get(arn);
    if (execution?.status !== 'RUNNING') return;
    timers.set({ execution: arn, frame: DEADLINE }, execution.deadline);
    for (const { id, phase } of Object.values(execution.frames)) {
      const place = { execution: arn, frame: id };
      if (phase.at === 'ready' || phase.at === 'settled') go(place);
      else park(place, phase);
    }
  }

  /** Work in flight. Whatever goes wrong in one execution ends that one, and is told. */
  async function guarded(arn: string, work: () => Promise<void>): Promise<void> {
    try {
      await clock.busy(work);
    } catch (error) {
      const execution = executions.get(arn);
      if (execution?.status !== 'RUNNING') return;
      const full = error instanceof HistoryFull;
      const cause = full
        ? `The execution reached the maximum number of history events (${MAX_EVENTS}).`
        : String(error);
      if (!full) world.note(`states: ${arn} failed: ${cause}`);
      const failure = { error: 'States.Runtime', cause };
      const lastEvent = execution.frames[ROOT]?.lastEvent ?? 0;
      lines.close(arn, { status: 'FAILED', event: 'ExecutionFailed', lastEvent, failure });
    }
  }

  return { begin, complete, beat, end, resume, redrive };
}
