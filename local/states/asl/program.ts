import type { Integration } from '../tasks/integration.ts';
import type { Template } from '../jsonata/template.ts';

/** A definition that has been read and found runnable: the machine itself, a branch of a Parallel or the body of a Map. */
export interface Program {
  readonly startAt: string;
  /** Whole seconds for the execution; only the machine itself has it. */
  readonly timeoutSeconds: number | undefined;
  readonly states: ReadonlyMap<string, State>;
}

interface Named {
  readonly name: string;
}
/** What a state leaves behind. Without an output template the result (or the input) goes on. */
export interface Leaving {
  readonly assign: Template | undefined;
  readonly output: Template | undefined;
}
interface Onward {
  /** Undefined ends the program. */
  readonly next: string | undefined;
}
export interface Retrier {
  readonly errors: readonly string[];
  readonly intervalSeconds: number;
  readonly maxAttempts: number;
  readonly backoffRate: number;
  readonly maxDelaySeconds: number;
  readonly jitter: boolean;
}
export interface Catcher extends Leaving {
  readonly errors: readonly string[];
  readonly next: string;
}
export interface Guarded {
  readonly retry: readonly Retrier[];
  readonly catch: readonly Catcher[];
}
export interface Rule extends Leaving {
  readonly condition: Template;
  readonly next: string;
}

export interface PassState extends Named, Leaving, Onward {
  readonly type: 'Pass';
}
export interface SucceedState extends Named, Leaving, Onward {
  readonly type: 'Succeed';
}
export interface FailState extends Named {
  readonly type: 'Fail';
  readonly error: Template | undefined;
  readonly cause: Template | undefined;
}
export interface WaitState extends Named, Leaving, Onward {
  readonly type: 'Wait';
  readonly until: { readonly kind: 'seconds' | 'timestamp'; readonly value: Template };
}
export interface ChoiceState extends Named, Leaving {
  readonly type: 'Choice';
  readonly rules: readonly Rule[];
  readonly otherwise: string | undefined;
}
export interface TaskState extends Named, Leaving, Onward, Guarded {
  readonly type: 'Task';
  readonly integration: Integration;
  readonly arguments: Template | undefined;
  readonly timeoutSeconds: Template | undefined;
  readonly heartbeatSeconds: Template | undefined;
  /** The role the call is made with, when it is not the machine's. */
  readonly credentials: Template | undefined;
}
export interface ParallelState extends Named, Leaving, Onward, Guarded {
  readonly type: 'Parallel';
  readonly arguments: Template | undefined;
  readonly branches: readonly Program[];
}
export interface MapState extends Named, Leaving, Onward, Guarded {
  readonly type: 'Map';
  readonly items: Template | undefined;
  readonly itemSelector: Template | undefined;
  readonly maxConcurrency: Template | undefined;
  readonly toleratedFailureCount: Template | undefined;
  readonly toleratedFailurePercentage: Template | undefined;
  readonly body: Program;
  /** Undefined for an inline Map. */
  readonly distributed: Distributed | undefined;
}

/** How a Map runs its items as executions of their own. */
export interface Distributed {
  readonly type: 'STANDARD' | 'EXPRESS';
  /** Names the Map Runs of this state. */
  readonly label: string;
  /** What its children run, as a definition of its own. */
  readonly definition: string;
  readonly reader: ItemReader | undefined;
  readonly batcher: Batcher | undefined;
}
export interface ItemReader {
  /** Bucket and key of the object. */
  readonly arguments: Template;
  readonly format: 'JSON' | 'JSONL' | 'CSV';
  readonly maxItems: Template | undefined;
  /** Undefined when a CSV's first row has them. */
  readonly headers: readonly string[] | undefined;
  readonly delimiter: string;
}
export interface Batcher {
  readonly input: Template | undefined;
  readonly maxItems: Template | undefined;
  readonly maxBytes: Template | undefined;
}

export type State =
  | PassState
  | SucceedState
  | FailState
  | WaitState
  | ChoiceState
  | TaskState
  | ParallelState
  | MapState;
