/** One state of Amazon States Language (JSONata). @see https://states-language.net */
export type State = { readonly [field: string]: unknown };

const input = (field: string): string => `{% $states.context.Execution.Input.${field} %}`;

/** Where the run's row is: the only place where the wait and the events meet. */
const enrolmentKey = {
  pk: { S: "{% 'C#' & $states.context.Execution.Input.customer %}" },
  sk: { S: "{% 'ENROL#' & $states.context.Execution.Input.journey & '#' & $states.context.Execution.Input.enrol %}" },
} as const;

/** Seconds left until `ms` after the state was first entered, so that a retry does not start the wait anew; at least 1. */
const secondsLeft = (ms: number): string =>
  `{% $max([1, $ceil(($toMillis($states.context.State.EnteredTime) + ${ms} - $millis()) / 1000)]) %}`;

const secondsUntil = (variable: string): string =>
  `{% $max([1, $ceil(($toMillis($${variable}) - $millis()) / 1000)]) %}`;

export const timedOut = ['States.Timeout', 'States.HeartbeatTimeout'] as const;

/** Catchers drop what was caught: the next state reads everything from the run's row. */
export const goes = (errors: readonly string[], next: string): State => ({
  ErrorEquals: errors,
  Next: next,
  Output: {},
});

export const leftEarly = 'Left early';

/** A restartable wait may be restarted for this long: a heartbeat starts it anew, the time-out bounds it. */
const longestRestartSeconds = 31 * 86_400;

type Registration = {
  /** What the run's row says of the wait besides its token. */
  readonly sets: { readonly step?: string; readonly deadline: string };
  /** What must be so for the wait to begin, besides that the run is open. */
  readonly if?: string;
  readonly step?: string;
};

const register = ({ sets, if: condition, step = sets.step }: Registration): State => ({
  TableName: '${StateTable}',
  Key: enrolmentKey,
  UpdateExpression: `SET #token = :token${sets.step === undefined ? '' : ', #step = :step'}, #deadline = :deadline`,
  ConditionExpression: [
    '#occurrence = :occurrence AND attribute_not_exists(#exitedAt)',
    ...(condition === undefined ? [] : [condition]),
  ].join(' AND '),
  ExpressionAttributeNames: {
    '#token': 'token',
    ...(step === undefined ? {} : { '#step': 'step' }),
    '#deadline': 'deadline',
    '#occurrence': 'occurrence',
    '#exitedAt': 'exitedAt',
  },
  ExpressionAttributeValues: {
    ':token': { S: '{% $states.context.Task.Token %}' },
    ...(step === undefined ? {} : { ':step': { S: step } }),
    ':deadline': { N: sets.deadline },
    ':occurrence': { N: '{% $string($states.context.Execution.Input.occurrence) %}' },
  },
});

/** A brief trouble of the table; the row's condition makes a second registration harmless. */
const retryTable = {
  ErrorEquals: [
    'DynamoDb.InternalServerErrorException',
    'DynamoDb.ProvisionedThroughputExceededException',
    'DynamoDb.ThrottlingException',
    'DynamoDb.TransactionConflictException',
    'DynamoDb.SdkClientException',
  ],
  IntervalSeconds: 2,
  BackoffRate: 2,
  MaxAttempts: 6,
  JitterStrategy: 'FULL',
} as const;

const refused = ['DynamoDb.ConditionalCheckFailedException'] as const;

const tokenWait = (registration: Registration, time: State, catchers: readonly State[]): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken',
  Arguments: register(registration),
  ...time,
  Retry: [retryTable],
  Catch: catchers,
  End: true,
});

/** A wait with nothing to do before it: no function. The time-out is the wait; an exit completes the token. */
export const waitState = (
  step: string,
  wait: { readonly ms: number; readonly restarts: boolean },
  next: string,
): State =>
  tokenWait(
    { sets: { step, deadline: `{% $string($toMillis($states.context.State.EnteredTime) + ${wait.ms}) %}` } },
    wait.restarts
      ? { HeartbeatSeconds: secondsLeft(wait.ms), TimeoutSeconds: longestRestartSeconds + Math.ceil(wait.ms / 1000) }
      : { TimeoutSeconds: secondsLeft(wait.ms) },
    [goes(timedOut, next), goes(refused, leftEarly)],
  );

/**
 * The wait for a window to open, or for a wait that was restarted meanwhile; then the same step again. What is held the
 * function has written down.
 */
export const holdState = (next: string): State =>
  tokenWait({ sets: { deadline: '{% $string($toMillis($hold)) %}' } }, { TimeoutSeconds: secondsUntil('hold') }, [
    // Whoever stood still is called back when the journey is resumed.
    goes([...timedOut, 'Resume'], next),
    goes(refused, leftEarly),
  ]);

export const untilTitle = (title: string): string => `Until ${title}`;

/** What sends a run to wait until a date carries the instant as its cause. */
const goesUntil = (title: string): State => ({
  ...goes([`Goto.${untilTitle(title)}`], untilTitle(title)),
  Assign: { until: '{% $states.errorOutput.Cause %}' },
});

/**
 * The wait until a date. Whoever sends a run here has written the date down before: where the row says another one meanwhile,
 * or that the run was left, the function looks again.
 */
export const untilState = (
  { id, title }: { readonly id: string; readonly title: string },
  next: string,
  elsewhere: readonly string[],
): State =>
  tokenWait(
    {
      sets: { deadline: '{% $string($toMillis($until)) %}' },
      if: '#step = :step AND #deadline = :deadline',
      step: id,
    },
    { TimeoutSeconds: secondsUntil('until') },
    [
      goes(timedOut, next),
      goesUntil(title),
      ...elsewhere.map((each) => goes([`Goto.${each}`], each)),
      goes(refused, title),
    ],
  );

/** A run-step that ends in no wait of its own must answer within this. */
const answerSeconds = 300;

/** What may be tried again: the function could not be run, or says so itself. Its claims make a repeated step harmless. */
const retryStep = {
  ErrorEquals: [
    'RunStepFailed',
    'Lambda.ServiceException',
    'Lambda.AWSLambdaException',
    'Lambda.SdkClientException',
    'Lambda.ClientExecutionTimeoutException',
    'Lambda.TooManyRequestsException',
    'Lambda.Unknown',
    'Sandbox.Timedout',
  ],
  IntervalSeconds: 5,
  BackoffRate: 2,
  MaxAttempts: 6,
  JitterStrategy: 'FULL',
} as const;

export type StepState = {
  readonly step: string;
  /** The wait this state ends in, and where its time-out leads; absent: it ends or goes elsewhere. */
  readonly wait?: { readonly ms: number; readonly next: string };
  /** Titles of other states the function may send the run to. */
  readonly elsewhere: readonly string[];
  /** Titles of the waits until a date it may send it to. */
  readonly untils: readonly string[];
  /** Where a message waits for its window, and everybody while the journey is paused. */
  readonly hold: string;
  /** After how many rounds of which repeat the run goes on in a new execution. */
  readonly rounds?: { readonly [repeat: string]: number };
};

/** Everything up to the next wait, in one function call that leaves its token open: the time-out is the wait. */
export const stepState = ({ step, wait, elsewhere, untils, hold, rounds }: StepState): State => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken',
  Arguments: {
    FunctionName: '${RunStep}',
    Payload: {
      customer: input('customer'),
      journey: input('journey'),
      version: input('version'),
      enrol: input('enrol'),
      occurrence: input('occurrence'),
      step,
      enteredAt: '{% $states.context.State.EnteredTime %}',
      token: '{% $states.context.Task.Token %}',
      ...(rounds === undefined ? {} : { rounds }),
    },
  },
  TimeoutSeconds: wait === undefined ? answerSeconds : secondsLeft(wait.ms),
  Retry: [wait === undefined ? { ...retryStep, ErrorEquals: [...retryStep.ErrorEquals, 'States.Timeout'] } : retryStep],
  Catch: [
    ...(wait === undefined ? [] : [goes(timedOut, wait.next)]),
    { ...goes(['Hold'], hold), Assign: { hold: '{% $states.errorOutput.Cause %}' } },
    ...untils.map(goesUntil),
    ...elsewhere.map((title) => goes([`Goto.${title}`], title)),
  ],
  End: true,
});

/** Where an execution begins that may be the continuation of another: with the pause its input names, or at the start. */
export const beginState = (first: string, pauses: readonly string[]): State => ({
  Type: 'Choice',
  Choices: pauses.map((title) => ({
    Condition: `{% $exists($states.input.from) and $states.input.from = '${title.replaceAll("'", "\\'")}' %}`,
    Next: title,
  })),
  Default: first,
});
