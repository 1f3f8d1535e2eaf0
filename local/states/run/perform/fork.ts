import type { Json } from '../../../world.ts';
import type { MapState, ParallelState } from '../../asl/program.ts';
import { render, unexpected, type Scope } from '../../jsonata/template.ts';
import { isList } from '../../json.ts';
import { EvaluationFailure } from '../../state-failure.ts';
import type { Join } from '../../executions/execution.ts';
import { MAP_CONCURRENCY } from '../../map-runs/limits.ts';
import type { Step } from '../step.ts';
import { scopeOf, type Turn } from '../turn.ts';
import { leave } from './leave.ts';
import { number, withinLimit } from './values.ts';

/** Starts every branch with the same input. */
export async function branch(turn: Turn<ParallelState>): Promise<Step> {
  const { state, frame } = turn;
  const input = state.arguments === undefined ? frame.input : await render(state.arguments, scopeOf(turn));
  withinLimit(input, state.name);
  const inputs = state.branches.map(() => input);
  return { kind: 'fork', events: [{ type: 'ParallelStateStarted' }], join: joinOf(inputs, { most: inputs.length }) };
}

/** Bounds of what is counted. */
export const WHOLE = { least: 0, most: Number.MAX_SAFE_INTEGER, whole: true };

export async function iterate(turn: Turn<MapState>): Promise<Step> {
  const { state } = turn;
  const scope = scopeOf(turn);
  const items = await itemsOf(turn, scope);
  const most = await number(state.maxConcurrency, scope, WHOLE);
  const { tolerated } = await toleranceOf(state, scope, items.length);
  const tolerance = tolerated === undefined ? {} : { tolerated };
  const inputs = state.itemSelector === undefined ? items : await select(turn, items);
  const join = joinOf(inputs, { most: Math.min(most || MAP_CONCURRENCY.inline, MAP_CONCURRENCY.inline), ...tolerance });
  const details = { length: items.length };
  return {
    kind: 'fork',
    events: [{ type: 'MapStateStarted', details }],
    join: inputs === items ? join : { ...join, items },
  };
}

/** Leaves a Parallel or Map whose children have all ended. Iterations whose failure was tolerated leave no result. */
export function gather(turn: Turn<ParallelState | MapState>, value: Json): Promise<Step> {
  return leave(turn, { ...turn.state, result: value, scope: scopeOf(turn, { result: value }) });
}

export async function itemsOf(turn: Turn<MapState>, scope: Scope): Promise<readonly Json[]> {
  const { state, frame } = turn;
  if (state.items === undefined) {
    if (isList(frame.input)) return frame.input;
    throw new EvaluationFailure('', `Map state input must be an array but was: ${JSON.stringify(frame.input)}`);
  }
  const items = await render(state.items, scope);
  if (!isList(items)) throw unexpected(state.items, items, 'array');
  return items;
}

/** What the selector makes of each item. */
export function select(turn: Turn<MapState>, items: readonly Json[]): Promise<readonly Json[]> {
  const { itemSelector } = turn.state;
  if (itemSelector === undefined) return Promise.resolve(items);
  return Promise.all(items.map((value, index) => render(itemSelector, scopeOf(turn, { item: { index, value } }))));
}

/** How many of so many items may fail; undefined when the definition says nothing. */
export async function toleranceOf(state: MapState, scope: Scope, length: number): Promise<Tolerance> {
  const count = await number(state.toleratedFailureCount, scope, WHOLE);
  const percentage = await number(state.toleratedFailurePercentage, scope, { least: 0, most: 100, whole: false });
  const share = percentage === undefined ? undefined : Math.floor((percentage / 100) * length);
  const tolerated = Math.min(count ?? Number.MAX_SAFE_INTEGER, share ?? Number.MAX_SAFE_INTEGER);
  return { count, percentage, tolerated: tolerated === Number.MAX_SAFE_INTEGER ? undefined : tolerated };
}

interface Tolerance {
  readonly tolerated: number | undefined;
  readonly count: number | undefined;
  readonly percentage: number | undefined;
}

function joinOf(inputs: readonly Json[], limits: { readonly most: number; readonly tolerated?: number }): Join {
  return { inputs, results: inputs.map(() => null), started: 0, ended: 0, failed: [], tolerated: 0, ...limits };
}
