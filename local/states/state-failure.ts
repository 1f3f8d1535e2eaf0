/**
 * A state that failed, in the words of the Amazon States Language. `error` is the name a `Retry` or `Catch` may list,
 * `cause` a sentence or a JSON text. A `Fail` state may leave both out.
 */
export interface Failure {
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** Thrown inside a state; turned into a retry, a caught transition or a failed execution by whoever runs the state. */
export class StateFailure extends Error implements Failure {
  readonly error: string;
  override readonly cause: string | undefined;
  constructor(error: string, cause?: string) {
    super(cause === undefined ? error : `${error}: ${cause}`);
    this.name = 'StateFailure';
    this.error = error;
    this.cause = cause;
  }
}

/** An expression that did not give a usable value. `location` is the field, such as `Output/total`, or empty for none. */
export class EvaluationFailure extends StateFailure {
  readonly location: string;
  constructor(location: string, cause: string) {
    super('States.QueryEvaluationError', cause);
    this.name = 'EvaluationFailure';
    this.location = location;
  }
}
