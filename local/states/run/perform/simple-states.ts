import type { ChoiceState, FailState, PassState, SucceedState, WaitState } from '../../asl/program.ts';
import { isTimestamp, render, unexpected } from '../../jsonata/template.ts';
import { StateFailure } from '../../state-failure.ts';
import type { Step } from '../step.ts';
import { scopeOf, type Turn } from '../turn.ts';
import { leave } from './leave.ts';
import { number, text } from './values.ts';

export function pass(turn: Turn<PassState | SucceedState | WaitState>): Promise<Step> {
  return leave(turn, { ...turn.state, result: turn.frame.input, scope: scopeOf(turn) });
}

export async function fail(turn: Turn<FailState>): Promise<Step> {
  const scope = scopeOf(turn);
  const failure = { error: await text(turn.state.error, scope), cause: await text(turn.state.cause, scope) };
  return { kind: 'fail', events: [], failure };
}

/** The first rule whose condition is true. State-level `Assign` and `Output` belong to `Default`. */
export async function choose(turn: Turn<ChoiceState>): Promise<Step> {
  const { state, frame } = turn;
  const scope = scopeOf(turn);
  for (const rule of state.rules) {
    const holds = await render(rule.condition, scope);
    if (typeof holds !== 'boolean') throw unexpected(rule.condition, holds, 'boolean');
    if (holds) return leave(turn, { ...rule, result: frame.input, scope });
  }
  if (state.otherwise !== undefined)
    return leave(turn, { ...state, next: state.otherwise, result: frame.input, scope });
  // AWS documents States.NoChoiceMatched, yet reports this.
  throw new StateFailure(
    'States.Runtime',
    'Failed to transition out of the state. The state does not point to a next state.',
  );
}

const MAX_SECONDS = 99_999_999;

/** Waits until an instant; one that is past is no wait. */
export async function wait(turn: Turn<WaitState>): Promise<Step> {
  const until = await instant(turn);
  return until <= turn.now ? pass(turn) : { kind: 'stay', events: [], phase: { at: 'waiting', until } };
}

async function instant(turn: Turn<WaitState>): Promise<number> {
  const { kind, value } = turn.state.until;
  const scope = scopeOf(turn);
  if (kind === 'seconds') {
    return turn.now + ((await number(value, scope, { least: 0, most: MAX_SECONDS, whole: true })) ?? 0) * 1_000;
  }
  const stamp = await text(value, scope);
  if (stamp === undefined || !isTimestamp(stamp)) throw unexpected(value, stamp ?? null, 'timestamp');
  return Date.parse(stamp);
}
