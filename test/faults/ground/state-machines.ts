import {
  ExecutionAlreadyExists,
  InvalidToken,
  StateMachineDoesNotExist,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import jsonata from 'jsonata';
import type { Kernel, Process } from './kernel.ts';

type Json = Record<string, unknown>;
type Catcher = { readonly ErrorEquals: string[]; readonly Next: string; readonly Assign?: Json };
type Retrier = {
  readonly ErrorEquals: string[];
  readonly MaxAttempts: number;
  readonly IntervalSeconds: number;
  readonly BackoffRate: number;
};
type State = {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: Json;
  readonly Catch?: Catcher[];
  readonly Retry?: Retrier[];
  readonly TimeoutSeconds?: unknown;
  readonly HeartbeatSeconds?: unknown;
  readonly Choices?: { readonly Condition: string; readonly Next: string }[];
  readonly Default?: string;
};
export type Machine = { readonly StartAt: string; readonly States: { readonly [title: string]: State } };

/** What goes on in one execution. Instants are epoch milliseconds. */
export type Execution = {
  readonly name: string;
  readonly input: Json;
  readonly machine: Machine;
  status: 'running' | 'succeeded' | 'failed';
  error?: string;
  state: string;
  token?: string | undefined;
  enteredAt: number;
  attempt: number;
  dueAt: number;
  heartbeatMs?: number | undefined;
  variables: Json;
};

type Ground = {
  readonly kernel: Kernel;
  readonly machineOf: (arn: string) => Machine | undefined;
  /** Calls the function of a state. */
  readonly invoke: (execution: Execution, payload: Json) => void;
  /** A service integration writes a row. */
  readonly update: (input: Json) => Promise<void>;
  readonly ended: (execution: Execution) => void;
};

const about = { message: 'no', $metadata: {} };
const parsed = new Map<string, ReturnType<typeof jsonata>>();

const expressionOf = (text: string): ReturnType<typeof jsonata> => {
  const known = parsed.get(text) ?? jsonata(text.slice(2, -2).trim());
  parsed.set(text, known);
  return known;
};

/** What evaluates alike whenever it is asked, which most of a machine does: the paths into the context. */
const path = /^\{% \$states\.context\.([A-Za-z.]+) %\}$/;

const evaluate = async (value: unknown, execution: Execution, now: number): Promise<unknown> => {
  if (Array.isArray(value)) return Promise.all(value.map((each) => evaluate(each, execution, now)));
  if (typeof value === 'object' && value !== null) {
    const all: Json = {};
    for (const [key, each] of Object.entries(value)) all[key] = await evaluate(each, execution, now);
    return all;
  }
  if (typeof value !== 'string' || !value.startsWith('{%')) return value;
  const context = {
    Execution: { Input: execution.input },
    State: { EnteredTime: new Date(execution.enteredAt).toISOString() },
    Task: { Token: execution.token },
  };
  const plain = path.exec(value)?.[1];
  // The shape of an input is the machine's own.
  // oxlint-disable-next-line typescript/no-explicit-any
  if (plain !== undefined) return plain.split('.').reduce<any>((at, name) => at?.[name], context);
  return expressionOf(value).evaluate(
    {},
    { states: { context, input: execution.input }, ...execution.variables, millis: () => now },
  );
};

/**
 * Standard workflows as far as compiled journeys use them: tasks that wait for a token, retries with their intervals, catchers,
 * time-outs, heartbeats. A retry has a new token, and the old one is worth nothing.
 */
export const stateMachines = ({ kernel, machineOf, invoke, update, ended }: Ground) => {
  const executions = new Map<string, Execution>();
  let tokens = 0;
  const newToken = (): string => `token-${String(++tokens).padStart(40, '0')}`;
  const stateOf = ({ machine, state }: Execution): State => machine.States[state]!;

  const close = (execution: Execution, status: 'succeeded' | 'failed', error?: string): void => {
    execution.status = status;
    execution.token = undefined;
    if (error !== undefined) execution.error = error;
    kernel.say(`machine ${execution.name}`, `${status} ${error ?? ''}`);
    ended(execution);
  };

  const go = (execution: Execution, next: string): void => {
    execution.token = undefined;
    kernel.after(20, 'enter', () => {
      if (execution.status === 'running') enter(execution, next);
    });
  };

  const caught = (execution: Execution, error: string, cause = ''): void => {
    const catcher = stateOf(execution).Catch?.find(({ ErrorEquals }) => ErrorEquals.includes(error));
    if (catcher === undefined) return close(execution, 'failed', error);
    for (const name of Object.keys(catcher.Assign ?? {}))
      execution.variables = { ...execution.variables, [name]: cause };
    go(execution, catcher.Next);
  };

  /** An attempt failed: once more after a while, as often as the machine says. */
  const failed = (execution: Execution, token: string | undefined, error: string): void => {
    if (execution.status !== 'running' || token === undefined || execution.token !== token) return;
    const retrier = stateOf(execution).Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error));
    execution.attempt += 1;
    if (retrier === undefined || execution.attempt > retrier.MaxAttempts) return caught(execution, error);
    execution.token = newToken();
    const fresh = execution.token;
    const longest = retrier.IntervalSeconds * 1000 * retrier.BackoffRate ** (execution.attempt - 1);
    // Full jitter: anything up to the interval.
    const ms = kernel.choose('retry', 2, 0.3) === 0 ? longest : longest / 20;
    kernel.after(ms, 'retry', () => {
      if (execution.token === fresh) begin(execution);
    });
  };

  const asProcess = (execution: Execution, run: () => Promise<void>): void => {
    const process: Process = {
      name: `machine ${execution.name}`,
      kernel,
      host: { gone: () => undefined },
      isDead: false,
    };
    kernel.launch(process, run);
  };

  const begin = (execution: Execution): void => {
    const state = stateOf(execution);
    const { token } = execution;
    asProcess(execution, async () => {
      const input = (await evaluate(state.Arguments, execution, kernel.now)) as Json;
      if (state.Resource?.includes('lambda') === true) return invoke(execution, input['Payload'] as Json);
      try {
        await update(input);
      } catch (error) {
        const name = error instanceof Error ? error.name : 'Unknown';
        if (name === 'ConditionalCheckFailedException' && execution.token === token)
          return caught(execution, `DynamoDb.${name}`);
        failed(execution, token, `DynamoDb.${name}`);
      }
    });
  };

  const watch = (execution: Execution): void => {
    const { state, enteredAt } = execution;
    const check = (): void => {
      if (execution.status !== 'running' || execution.state !== state || execution.enteredAt !== enteredAt) return;
      if (execution.token === undefined) return;
      if (execution.dueAt > kernel.now) return kernel.after(execution.dueAt - kernel.now, 'time-out', check);
      kernel.say(`machine ${execution.name}`, 'time-out');
      const retrier = stateOf(execution).Retry?.find(({ ErrorEquals }) => ErrorEquals.includes('States.Timeout'));
      if (retrier !== undefined) {
        execution.dueAt = kernel.now + 300_000;
        kernel.after(300_000, 'time-out', check);
        return failed(execution, execution.token, 'States.Timeout');
      }
      caught(execution, execution.heartbeatMs === undefined ? 'States.Timeout' : 'States.HeartbeatTimeout');
    };
    kernel.after(execution.dueAt - kernel.now, 'time-out', check);
  };

  const enter = (execution: Execution, state: string): void => {
    Object.assign(execution, { state, attempt: 0, enteredAt: kernel.now, heartbeatMs: undefined });
    kernel.say(`machine ${execution.name}`, `enters ${state}`);
    const { Type, Choices = [], Default, TimeoutSeconds, HeartbeatSeconds } = stateOf(execution);
    if (Type === 'Succeed') return close(execution, 'succeeded');
    asProcess(execution, async () => {
      if (Type === 'Choice') {
        for (const { Condition, Next } of Choices)
          if ((await evaluate(Condition, execution, kernel.now)) === true) return go(execution, Next);
        return go(execution, Default ?? '');
      }
      execution.token = newToken();
      const seconds = Number(await evaluate(TimeoutSeconds, execution, kernel.now));
      const heartbeat =
        HeartbeatSeconds === undefined ? undefined : Number(await evaluate(HeartbeatSeconds, execution, kernel.now));
      execution.heartbeatMs = heartbeat === undefined ? undefined : heartbeat * 1000;
      execution.dueAt = kernel.now + Math.min(seconds, heartbeat ?? Infinity) * 1000;
      watch(execution);
      begin(execution);
    });
  };

  const start = ({
    name = '',
    input = '{}',
    stateMachineArn = '',
  }: { [field in 'name' | 'input' | 'stateMachineArn']?: string }): object => {
    const machine = machineOf(stateMachineArn);
    if (machine === undefined) throw new StateMachineDoesNotExist(about);
    const known = executions.get(name);
    if (known !== undefined) {
      if (known.status === 'running' && JSON.stringify(known.input) === JSON.stringify(JSON.parse(input)))
        return { executionArn: name };
      throw new ExecutionAlreadyExists(about);
    }
    const execution: Execution = {
      name,
      input: JSON.parse(input),
      machine,
      status: 'running',
      state: machine.StartAt,
      enteredAt: 0,
      attempt: 0,
      dueAt: Infinity,
      variables: {},
    };
    executions.set(name, execution);
    go(execution, machine.StartAt);
    return { executionArn: name };
  };

  const openAt = (token: string): Execution => {
    if (!token.startsWith('token-')) throw new InvalidToken(about);
    if (Number(token.slice('token-'.length)) > tokens) throw new TaskDoesNotExist(about);
    const found = [...executions.values()].find((each) => each.token === token && each.status === 'running');
    if (found === undefined) throw new TaskTimedOut(about);
    return found;
  };

  // oxlint-disable-next-line typescript/no-explicit-any
  const call = (operation: string, input: any): object => {
    switch (operation) {
      case 'StartExecution':
        return start(input);
      case 'SendTaskSuccess':
        close(openAt(input.taskToken), 'succeeded');
        return {};
      case 'SendTaskFailure':
        caught(openAt(input.taskToken), input.error ?? '', input.cause);
        return {};
      default: {
        const execution = openAt(input.taskToken);
        if (execution.heartbeatMs !== undefined) execution.dueAt = kernel.now + execution.heartbeatMs;
        return {};
      }
    }
  };

  return { call, failed, executions };
};
export type StateMachines = ReturnType<typeof stateMachines>;
