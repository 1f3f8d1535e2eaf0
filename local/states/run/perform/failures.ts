import type { Catcher, Guarded, Retrier } from '../../asl/program.ts';
import { EvaluationFailure, type Failure, type StateFailure } from '../../state-failure.ts';
import type { Draft, Step } from '../step.ts';
import { scopeOf, type Turn } from '../turn.ts';
import { leave, type Left } from './leave.ts';

/** A failure, and the other name it may be caught by. */
export interface NamedFailure extends Failure {
  readonly alias?: string | undefined;
}

/** Errors no wildcard catches: the execution was wrong, not the task. `States.Runtime` cannot be caught at all. */
const TERMINAL = new Set(['States.Runtime', 'States.DataLimitExceeded']);

/** Whether a `Retry` or `Catch` entry is for this failure. */
export function isFor(errors: readonly string[], { error, alias }: NamedFailure): boolean {
  if (error === 'States.Runtime') return false;
  return errors.some((name) => {
    if (name === error || (alias !== undefined && name === alias)) return true;
    if (error !== undefined && TERMINAL.has(error)) return false;
    return name === 'States.ALL' || (name === 'States.TaskFailed' && error !== 'States.Timeout');
  });
}

/** What a failure comes to: another try after a delay, a caught transition, or the end. */
export async function answer(turn: Turn, failure: NamedFailure): Promise<Step> {
  const guarded: Guarded = 'retry' in turn.state ? turn.state : { retry: [], catch: [] };
  const again = retry(turn, failure, guarded.retry);
  if (again !== undefined) return again;
  const place = guarded.catch.findIndex((each) => isFor(each.errors, failure));
  const catcher = guarded.catch[place];
  if (catcher === undefined) return { kind: 'fail', events: [], failure };
  return { ...(await caught(turn, catcher, failure)), answers: { failure, place } };
}

function retry(
  turn: Turn,
  failure: NamedFailure,
  retriers: readonly Retrier[],
): Extract<Step, { kind: 'stay' }> | undefined {
  const place = retriers.findIndex((each) => isFor(each.errors, failure));
  const retrier = retriers[place];
  const used = turn.frame.retries[place] ?? 0;
  if (retrier === undefined || used >= retrier.maxAttempts) return undefined;
  const until = turn.now + delay(retrier, used);
  const retries = retriers.map((_, n) => (turn.frame.retries[n] ?? 0) + (n === place ? 1 : 0));
  return { kind: 'stay', events: [], phase: { at: 'retrying', until }, retries, answers: { failure, place } };
}

/** Milliseconds before the next try; full jitter draws from nothing to the whole delay. */
function delay(retrier: Retrier, used: number): number {
  const seconds = Math.min(retrier.intervalSeconds * retrier.backoffRate ** used, retrier.maxDelaySeconds);
  return Math.round(seconds * 1_000 * (retrier.jitter ? Math.random() : 1));
}

function caught(turn: Turn, catcher: Catcher, failure: NamedFailure): Promise<Left> {
  const errorOutput = {
    ...(failure.error === undefined ? {} : { Error: failure.error }),
    ...(failure.cause === undefined ? {} : { Cause: failure.cause }),
  };
  return leave(turn, { ...catcher, result: errorOutput, scope: scopeOf(turn, { errorOutput }) });
}

/** A failure inside the state itself, told with the state and the event that entered it, as AWS does. */
export function located(turn: Turn, thrown: StateFailure): Failure {
  const where = `An error occurred while executing the state '${turn.state.name}' (entered at the event id #${turn.frame.enteredEvent}).`;
  return { error: thrown.error, cause: thrown.cause === undefined ? where : `${where} ${thrown.cause}` };
}

/** The events of such a failure. */
export function failureEvents(turn: Turn, thrown: StateFailure, failure: Failure): readonly Draft[] {
  const evaluation: readonly Draft[] =
    thrown instanceof EvaluationFailure ? [evaluationFailed(turn, thrown, failure)] : [];
  return [...evaluation, ...around(turn)];
}

/** A Parallel or Map that fails says so, whatever the reason. */
export function around(turn: Turn): readonly Draft[] {
  const { type } = turn.state;
  return type === 'Parallel' || type === 'Map' ? [{ type: `${type}StateFailed` }] : [];
}

function evaluationFailed(turn: Turn, thrown: EvaluationFailure, failure: Failure): Draft {
  const details = {
    error: thrown.error,
    cause: failure.cause ?? '',
    ...(thrown.location === '' ? {} : { location: thrown.location }),
    state: turn.state.name,
  };
  return { type: 'EvaluationFailed', link: 'before', details };
}
