import type { Caller, JsonObject } from '../../world.ts';

/**
 * Starts an execution as `StartExecution` does. `by` names the task that starts it: the same task gets the same execution
 * again, even one that has ended, and one without a name gets a name that is always the same.
 */
export type Launch = (input: JsonObject, caller: Caller, by?: string) => Promise<JsonObject>;
