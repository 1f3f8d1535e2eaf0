import { copyOf, objectOr } from '../../template/json.ts';
import type { Json } from '../../world.ts';
import type { DeclaredFunction } from '../functions.ts';
import { loadHandler, type Handler } from './load-handler.ts';
import { reportLine } from './report-line.ts';
import { runIn, runOutside, type Surroundings } from './surroundings.ts';

export interface Invocation {
  readonly requestId: string;
  readonly invokedArn: string;
  readonly version: string;
  readonly event: Json;
}

/** What a function answered; `error` is how Lambda marks that it failed, the payload then tells why. */
export interface Answer {
  readonly payload: Json;
  readonly error?: 'Unhandled';
}

export interface LogEntry {
  readonly functionName: string;
  readonly requestId: string;
  readonly text: string;
}

export interface RunnerParts {
  /** Region, endpoint and credentials, beside the function's own variables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logs: (entry: LogEntry) => void;
  /** Hears what became of loading the code, each time it is tried. */
  readonly loaded: (error?: unknown) => void;
}

/** https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MAX_ANSWER_BYTES = 6 * 1024 * 1024 + 1000;

/**
 * Runs one function in this process. The module is loaded at the first invocation and kept until it fails to load or times out, as
 * Lambda keeps its execution environment; unlike there, invocations at the same time share it.
 */
export function functionRunner(declared: DeclaredFunction, { environment, logs, loaded }: RunnerParts) {
  const variables: Record<string, string | undefined> = {
    ...lambdaVariables(declared),
    ...environment,
    ...declared.variables,
  };
  let loading: Promise<Handler> | undefined;
  /** How long the module took to load, until an invocation has told. */
  let initMilliseconds: number | undefined;

  const load = async (): Promise<Handler> => {
    const from = performance.now();
    try {
      const handler = await loadHandler(declared.codeFolder, declared.handler);
      initMilliseconds = performance.now() - from;
      runOutside(() => loaded());
      return handler;
    } catch (error) {
      loading = undefined;
      runOutside(() => loaded(error));
      throw error;
    }
  };
  const handler = () => (loading ??= load());

  const report = (requestId: string, from: number, answer: Answer): string => {
    const init = initMilliseconds;
    initMilliseconds = undefined;
    const whole = performance.now() - from;
    return reportLine({
      requestId,
      milliseconds: Math.max(0, whole - (init ?? 0)),
      memoryMb: declared.memoryMb,
      ...(init !== undefined && { initMilliseconds: init }),
      ...(isTimeOut(answer) && { status: 'timeout' }),
    });
  };

  const timeOut = (requestId: string): Answer => {
    loading = undefined;
    const seconds = declared.timeoutSeconds.toFixed(2);
    const errorMessage = `RequestId: ${requestId} Error: Task timed out after ${seconds} seconds`;
    return failure({ errorType: TIMED_OUT, errorMessage });
  };

  const run = async ({ requestId, invokedArn, version, event }: Invocation): Promise<Answer> => {
    const deadline = performance.now() + declared.timeoutSeconds * 1000;
    const context = {
      callbackWaitsForEmptyEventLoop: true,
      functionName: declared.name,
      functionVersion: version,
      invokedFunctionArn: invokedArn,
      memoryLimitInMB: String(declared.memoryMb),
      awsRequestId: requestId,
      logGroupName: `/aws/lambda/${declared.name}`,
      logStreamName: 'local',
      getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    };
    try {
      const result = await (await handler())(copyOf(event), context);
      return answerOf(result);
    } catch (error) {
      return failure(describe(error));
    }
  };

  return async (invocation: Invocation): Promise<Answer> => {
    const { requestId } = invocation;
    if (declared.unrunnable !== undefined) {
      const errorMessage = `${declared.name} cannot run on the local ground: ${declared.unrunnable}.`;
      return failure({ errorType: 'Runtime.Unsupported', errorMessage });
    }
    const surroundings: Surroundings = {
      environment: variables,
      print: (text) => logs({ functionName: declared.name, requestId, text }),
    };
    const from = performance.now();
    const alarm = timer(declared.timeoutSeconds * 1000);
    const late = alarm.rings.then(() => {
      surroundings.isOver = true;
      return timeOut(requestId);
    });
    const answer = await Promise.race([runIn(surroundings, () => run(invocation)), late]);
    alarm.stop();
    if (answer.error) surroundings.print(`${JSON.stringify(answer.payload)}\n`);
    surroundings.print(report(requestId, from, answer));
    return answer;
  };
}

const lambdaVariables = (declared: DeclaredFunction): Record<string, string> => ({
  _HANDLER: declared.handler,
  AWS_EXECUTION_ENV: `AWS_Lambda_${declared.runtime}`,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(declared.memoryMb),
  AWS_LAMBDA_FUNCTION_NAME: declared.name,
  AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
  AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${declared.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: 'local',
  LAMBDA_TASK_ROOT: declared.codeFolder,
  LANG: 'en_US.UTF-8',
  TZ: ':UTC',
  // A developer's own profile must not leak into a function.
  AWS_CONFIG_FILE: '/dev/null',
  AWS_SHARED_CREDENTIALS_FILE: '/dev/null',
});

function answerOf(result: unknown): Answer {
  const text = JSON.stringify(result) ?? 'null';
  if (Buffer.byteLength(text) > MAX_ANSWER_BYTES) {
    const errorMessage = 'Response payload size exceeded maximum allowed payload size (6291556 bytes).';
    return failure({ errorType: 'Function.ResponseSizeTooLarge', errorMessage });
  }
  return { payload: JSON.parse(text) };
}

interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace?: readonly string[];
}

const TIMED_OUT = 'Sandbox.Timedout';
const isTimeOut = ({ error, payload }: Answer): boolean =>
  error !== undefined && objectOr(payload)['errorType'] === TIMED_OUT;

const failure = (payload: Failure): Answer => ({ payload: { ...payload }, error: 'Unhandled' });

function describe(error: unknown): Failure {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error) };
  return { errorType: error.name, errorMessage: error.message, trace: (error.stack ?? '').split('\n') };
}

function timer(ms: number): { readonly rings: Promise<void>; stop(): void } {
  let handle: NodeJS.Timeout | undefined;
  const rings = new Promise<void>((resolve) => {
    handle = setTimeout(resolve, ms);
  });
  return { rings, stop: () => clearTimeout(handle) };
}
