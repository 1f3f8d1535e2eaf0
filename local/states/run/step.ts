import type { Json, JsonObject } from '../../world.ts';
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

/** What running a state comes to. Working it out changes nothing; the engine follows it in one go. */
export type Step =
  /** Leave for the next state, or end this line when there is none. */
  | {
      readonly kind: 'leave';
      readonly events: readonly Draft[];
      readonly output: Json;
      readonly variables: JsonObject;
      readonly next: string | undefined;
    }
  /** Stay: for a time, for a call (`calling`), for a token. `retries` when it is a retry that waits. */
  | {
      readonly kind: 'stay';
      readonly events: readonly Draft[];
      readonly phase: Phase;
      readonly retries?: readonly number[];
    }
  /** Start children. */
  | { readonly kind: 'fork'; readonly events: readonly Draft[]; readonly join: Join }
  /** Give up: the execution, or the state around it, fails. */
  | { readonly kind: 'fail'; readonly events: readonly Draft[]; readonly failure: Failure };
