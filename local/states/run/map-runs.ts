import type { Json, World } from '../../world.ts';
import type { State } from '../asl/program.ts';
import { type Execution, type Frame, type Outcome, type Place, UNBEGUN } from '../executions/execution.ts';
import type { Executions } from '../executions/executions.ts';
import type { MapRunRecords } from '../map-runs/map-run-records.ts';
import { childOf, type MapRun, type MapRunPlan } from '../map-runs/map-run.ts';
import type { Machines } from '../machines/machines.ts';
import type { Failure } from '../state-failure.ts';
import { EXPRESS_MS } from '../map-runs/limits.ts';
import { outcomeOf } from './lines/children.ts';

/** Runs the children of distributed Maps, each an execution of its own. Express children are kept like standard ones. */
export interface MapRuns {
  /** Begins a planned run for a line, which waits for it from now on. */
  begin(execution: Execution, frame: Frame, planned: Planned): void;
  /** Takes up a run where its children are. */
  resume(arn: string): void;
  /** A child is over. */
  ended(child: Execution): void;
  /** Ends a run whose line was cut off, and its children. */
  release(arn: string): void;
}

export interface Planned {
  readonly plan: MapRunPlan;
  readonly state: State;
}

export interface MapRunParts {
  readonly clock: World['clock'];
  readonly executions: Executions;
  readonly records: MapRunRecords;
  readonly revise: Machines['revise'];
  readonly start: (child: Execution) => void;
  readonly abort: (arn: string) => void;
  readonly settle: (place: Place, outcome: Outcome) => void;
}

/** A run that goes on. What it counts is read from its children again after a restart. */
interface Live {
  readonly run: MapRun;
  readonly inputs: readonly Json[];
  next: number;
  running: number;
  ended: number;
  failedItems: number;
}

const EXCEEDED = {
  error: 'States.ExceedToleratedFailureThreshold',
  cause: 'The specified tolerated failure threshold was exceeded',
} satisfies Failure;

export function createMapRuns(parts: MapRunParts): MapRuns {
  const { clock, executions, records, revise, start, abort, settle } = parts;
  const runs = new Map<string, Live>();

  function goOn(live: Live): void {
    const { run, inputs } = live;
    if (!runs.has(run.arn)) return;
    if (live.failedItems > run.tolerated) return finish(run, 'FAILED');
    if (live.ended === inputs.length) return finish(run, 'SUCCEEDED');
    for (; live.running < run.most && live.next < inputs.length; live.next += 1) {
      if (executions.get(childOf(run, live.next).arn) !== undefined) continue;
      live.running += 1;
      start(childAt(live, live.next));
    }
  }

  function childAt({ run, inputs }: Live, index: number): Execution {
    const { machine, revision, express, arn } = run;
    const now = clock.now();
    return {
      ...childOf(run, index),
      machine,
      revision,
      role: executions.get(run.execution)?.role ?? '',
      input: inputs[index] ?? null,
      startedAt: now,
      ...UNBEGUN,
      mapRun: { arn, index },
      ...(express ? { deadline: now + EXPRESS_MS } : {}),
    };
  }

  function count(live: Live, { status, mapRun }: Execution): void {
    if (status === 'RUNNING') {
      live.running += 1;
      return;
    }
    live.ended += 1;
    if (status !== 'SUCCEEDED') live.failedItems += live.run.weights[mapRun?.index ?? 0] ?? 1;
  }

  function finish(run: MapRun, status: 'SUCCEEDED' | 'FAILED'): void {
    stop(run, status);
    const { execution: arn, frame: id } = run;
    const frame = executions.get(arn)?.frames[id];
    if (frame?.phase.at !== 'mapping') return;
    const failed = status === 'FAILED';
    const told = failed ? { type: 'MapRunFailed', details: EXCEEDED } : { type: 'MapRunSucceeded' };
    executions.setFrame(arn, { ...frame, lastEvent: executions.note(arn, { ...told, previous: frame.lastEvent }) });
    const outcome = failed ? outcomeOf(EXCEEDED) : ({ kind: 'result', value: resultsOf(run) } as const);
    settle({ execution: arn, frame: id }, outcome);
  }

  function stop(run: MapRun, status: MapRun['status']): void {
    runs.delete(run.arn);
    records.put({ ...run, status, stoppedAt: clock.now() });
    for (const child of records.children(run)) if (child.status === 'RUNNING') abort(child.arn);
  }

  /** Outputs in the order of the items. Children whose failure was tolerated leave none. */
  function resultsOf(run: MapRun): readonly Json[] {
    return records.children(run).flatMap(({ status, output }) => (status === 'SUCCEEDED' ? [output ?? null] : []));
  }

  return {
    begin({ arn, machine: own, role }, frame, { plan: { inputs, ...plan }, state }) {
      if (state.type !== 'Map' || state.distributed === undefined) throw new Error(`${state.name} has no map run`);
      const { distributed } = state;
      executions.setFrame(arn, { ...frame, phase: { at: 'mapping', run: plan.arn } });
      executions.save(arn);
      const machine = `${own}/${distributed.label}`;
      const run: MapRun = {
        ...plan,
        execution: arn,
        frame: frame.id,
        machine,
        revision: revise({ machine, definition: distributed.definition, role }),
        express: distributed.type === 'EXPRESS',
        startedAt: clock.now(),
        status: 'RUNNING',
      };
      records.put(run, inputs);
      const live = { run, inputs, next: 0, running: 0, ended: 0, failedItems: 0 };
      runs.set(run.arn, live);
      goOn(live);
    },
    resume(arn) {
      const run = records.get(arn);
      if (run === undefined) throw new Error(`no map run ${arn}`);
      const live: Live = { run, inputs: records.inputs(run), next: 0, running: 0, ended: 0, failedItems: 0 };
      for (const child of records.children(run)) count(live, child);
      runs.set(arn, live);
      goOn(live);
    },
    ended(child) {
      const live = runs.get(child.mapRun?.arn ?? '');
      if (live === undefined) return;
      live.running -= 1;
      count(live, child);
      goOn(live);
    },
    release(arn) {
      const live = runs.get(arn);
      if (live !== undefined) stop(live.run, 'ABORTED');
    },
  };
}
