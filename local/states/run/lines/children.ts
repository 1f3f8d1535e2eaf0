import type { Json } from '../../../world.ts';
import type { State } from '../../asl/program.ts';
import type { Failure } from '../../state-failure.ts';
import type { Frame, Join, Outcome } from '../../executions/execution.ts';

/** The frame a child belongs to, and its place among the children. Undefined for the execution's own line. */
export function parentOf(frame: string): { readonly parent: string; readonly index: number } | undefined {
  const dot = frame.lastIndexOf('.');
  return dot < 0 ? undefined : { parent: frame.slice(0, dot), index: Number(frame.slice(dot + 1)) };
}

/** Ids of a frame's children and theirs. */
export function below(frames: Readonly<Record<string, Frame>>, parent: string): readonly string[] {
  return Object.keys(frames).filter((id) => id.startsWith(`${parent}.`));
}

/** The children that may start now, by index. */
export function startable(join: Join): readonly number[] {
  const running = join.started - join.ended;
  const count = Math.max(0, Math.min(join.most - running, join.inputs.length - join.started));
  return Array.from({ length: count }, (_, n) => join.started + n);
}

export function withResult(join: Join, index: number, value: Json): Join {
  return { ...join, ended: join.ended + 1, results: join.results.with(index, value) };
}

/** A Map that may tolerate one more failure goes on without it; otherwise undefined. */
export function withTolerated(join: Join, index: number): Join | undefined {
  if (join.failed.length >= join.tolerated) return undefined;
  return { ...join, ended: join.ended + 1, failed: [...join.failed, index] };
}

/** The result once every child has ended, undefined before. */
export function gathered(join: Join): Outcome | undefined {
  if (join.ended < join.inputs.length) return undefined;
  return { kind: 'result', value: join.results.filter((_, index) => !join.failed.includes(index)) };
}

/** The failure of the whole: a child's own, or that too many failed. */
export function failureOfAll(state: State, join: Join, failure: Failure): Outcome {
  if (state.type === 'Map' && join.tolerated > 0) {
    const cause = `The specified tolerated failure threshold was exceeded`;
    return { kind: 'failure', error: 'States.ExceedToleratedFailureThreshold', cause };
  }
  return outcomeOf(failure);
}

export function outcomeOf({ error, cause }: Failure): Outcome {
  return {
    kind: 'failure',
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}
