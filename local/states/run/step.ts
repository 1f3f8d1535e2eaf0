import type { Json, JsonObject } from '../../world.ts';
import type { MapRunPlan } from '../map-runs/map-run.ts';
import type { Failure } from '../state-failure.ts';
import type { Join, Phase } from '../executions/execution.ts';

/**
 * An event a step adds to the history. `loose` ones do not become what the next points back to; `before` ones point to what
 * came before the state was entered.
 */
export interface Draft {
  readonly type: string;
  readonly details?: JsonObject;
  readonly link?: 'loose' | 'before';
}

/** The failure a catcher or retrier answers, and its place in the list. */
export interface Answered {
  readonly failure: Failure;
  readonly place: number;
}

/** What running a state comes to. Working it out changes nothing; the engine follows it in one go. */
export type Step =
  /** Leave for the next state, or end this line when there is none. */
  | {
      readonly kind: 'leave';
      readonly events: readonly Draft[];
      readonly output: Json;
      readonly variables: JsonObject;
      readonly next: string | undefined;
      readonly answers?: Answered;
    }
  /** Stay: for a time, for a call (`calling`), for a token. `retries` when it is a retry that waits. */
  | {
      readonly kind: 'stay';
      readonly events: readonly Draft[];
      readonly phase: Phase;
      readonly retries?: readonly number[];
      readonly answers?: Answered;
    }
  /** Start children. */
  | { readonly kind: 'fork'; readonly events: readonly Draft[]; readonly join: Join }
  /** Start a Map Run. */
  | { readonly kind: 'map'; readonly events: readonly Draft[]; readonly run: MapRunPlan }
  /** Give up: the execution, or the state around it, fails. */
  | { readonly kind: 'fail'; readonly events: readonly Draft[]; readonly failure: Failure };
