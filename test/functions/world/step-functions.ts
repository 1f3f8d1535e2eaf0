import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import {
  ExecutionAlreadyExists,
  SendTaskFailureCommand,
  SendTaskHeartbeatCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StateMachineDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn';
import jsonata from 'jsonata';
import { vi } from 'vitest';
import { compileJourney } from '#compiler';
import type { JourneyDocument } from '#core/journey';
import { services } from './calls.ts';
import { tables } from './environment.ts';

type Json = Record<string, unknown>;
type Catcher = { readonly ErrorEquals: string[]; readonly Next: string; readonly Assign?: Json };
type State = {
  readonly Type: string;
  readonly Resource?: string;
  readonly Arguments?: Json;
  readonly Catch?: Catcher[];
  readonly Retry?: { readonly ErrorEquals: string[]; readonly MaxAttempts: number }[];
  readonly TimeoutSeconds?: unknown;
  readonly HeartbeatSeconds?: unknown;
  readonly Choices?: { readonly Condition: string; readonly Next: string }[];
  readonly Default?: string;
};
type Machine = { readonly StartAt: string; readonly States: { readonly [title: string]: State } };

/** What goes on in one execution. Instants are epoch milliseconds. */
export type Execution = {
  readonly name: string;
  readonly input: Json;
  readonly machine: Machine;
  status: 'running' | 'succeeded' | 'failed';
  error?: string;
  state?: string;
  /** Where a wake or a catcher has sent it, not entered yet. */
  next?: string | undefined;
  /** Its state's function is to be called. */
  isToCall: boolean;
  token?: string | undefined;
  enteredAt: number;
  attempt: number;
  dueAt: number;
  heartbeatMs?: number | undefined;
  variables: Json;
  /** The states it has been in. */
  readonly path: string[];
};

const machines = new Map<string, Machine>();
const executions = new Map<string, Execution>();
/** Everything Step Functions was ever told: inputs, outputs, errors and causes. */
export const toldStepFunctions: string[] = [];
let tokens = 0;
const newToken = (): string => `token-${String(++tokens).padStart(40, '0')}`;

export const machineArn = (name: string, version = 1): string =>
  `arn:aws:states:eu-central-1:000000000000:stateMachine:segue-test-${name}:${version}`;

/** Makes the machine that a journey compiles to, as the stack would. */
export const makeMachine = (journey: JourneyDocument, arn: string): void => {
  machines.set(arn, compileJourney(journey) as unknown as Machine);
};

export const removeMachine = (arn: string): boolean => machines.delete(arn);

const startExecution = (input: { name?: string; input?: string; stateMachineArn?: string }): object => {
  const { name = '', stateMachineArn: arn = '' } = input;
  toldStepFunctions.push(name, input.input ?? '');
  const machine = machines.get(arn);
  const about = { message: 'no', $metadata: {} };
  if (machine === undefined) throw new StateMachineDoesNotExist(about);
  const known = executions.get(name);
  const parsed: Json = JSON.parse(input.input ?? '{}');
  if (known !== undefined) {
    if (known.status === 'running' && JSON.stringify(known.input) === JSON.stringify(parsed))
      return { executionArn: name };
    throw new ExecutionAlreadyExists(about);
  }
  executions.set(name, {
    name,
    input: parsed,
    machine,
    status: 'running',
    next: machine.StartAt,
    isToCall: false,
    enteredAt: 0,
    attempt: 0,
    dueAt: Infinity,
    variables: {},
    path: [],
  });
  return { executionArn: name };
};

const openAt = (token: string | undefined): Execution => {
  const found = [...executions.values()].find((each) => token !== undefined && each.token === token);
  if (found === undefined) throw new TaskTimedOut({ message: 'no', $metadata: {} });
  return found;
};

const close = (execution: Execution, status: 'succeeded' | 'failed', error?: string): void => {
  execution.status = status;
  execution.token = undefined;
  execution.next = undefined;
  execution.isToCall = false;
  execution.dueAt = Infinity;
  if (error !== undefined) execution.error = error;
};

const stateOf = ({ machine, state }: Execution): State => {
  const found = machine.States[state ?? ''];
  if (found === undefined) throw new Error(`There is no state "${state}".`);
  return found;
};

/** What the catchers make of an error; without one the execution fails. */
const caught = (execution: Execution, error: string, cause = ''): void => {
  const catcher = stateOf(execution).Catch?.find(({ ErrorEquals }) => ErrorEquals.includes(error));
  execution.token = undefined;
  execution.isToCall = false;
  execution.dueAt = Infinity;
  if (catcher === undefined) return close(execution, 'failed', error);
  for (const name of Object.keys(catcher.Assign ?? {})) execution.variables = { ...execution.variables, [name]: cause };
  execution.next = catcher.Next;
};

services.sfn
  .on(StartExecutionCommand)
  .callsFake(startExecution)
  .on(SendTaskSuccessCommand)
  .callsFake(({ taskToken, output }: { taskToken: string; output: string }) => {
    toldStepFunctions.push(output);
    close(openAt(taskToken), 'succeeded');
    return {};
  })
  .on(SendTaskFailureCommand)
  .callsFake(({ taskToken, error = '', cause = '' }: { taskToken: string; error?: string; cause?: string }) => {
    toldStepFunctions.push(error, cause);
    caught(openAt(taskToken), error, cause);
    return {};
  })
  .on(SendTaskHeartbeatCommand)
  .callsFake(({ taskToken }: { taskToken: string }) => {
    const execution = openAt(taskToken);
    if (execution.heartbeatMs !== undefined) execution.dueAt = Date.now() + execution.heartbeatMs;
    return {};
  });

const parsed = new Map<string, ReturnType<typeof jsonata>>();

const evaluate = async (value: unknown, execution: Execution): Promise<unknown> => {
  if (Array.isArray(value)) return Promise.all(value.map((each) => evaluate(each, execution)));
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(async ([key, each]) => [key, await evaluate(each, execution)] as const);
    return Object.fromEntries(await Promise.all(entries));
  }
  if (typeof value !== 'string' || !value.startsWith('{%')) return value;
  const context = {
    Execution: { Input: execution.input },
    State: { EnteredTime: new Date(execution.enteredAt).toISOString() },
    Task: { Token: execution.token },
  };
  // The language's own clock is the caller's: only its `$now()` would be cached.
  const expression = parsed.get(value) ?? jsonata(value.slice(2, -2).trim());
  parsed.set(value, expression);
  return expression.evaluate(
    {},
    { states: { context, input: execution.input }, ...execution.variables, millis: () => Date.now() },
  );
};

const dynamodb = (): DynamoDBClient => new DynamoDBClient({});
let client: DynamoDBClient | undefined;

/** Registers the token as the service integration does; a refused condition is an error for the catchers. */
const register = async (execution: Execution): Promise<void> => {
  const input = (await evaluate(stateOf(execution).Arguments, execution)) as Json;
  try {
    await (client ??= dynamodb()).send(new UpdateItemCommand({ ...input, TableName: tables.state } as never));
  } catch (error) {
    caught(execution, `DynamoDb.${error instanceof Error ? error.name : 'Unknown'}`);
  }
};

const chosen = async ({ Choices = [], Default }: State, execution: Execution): Promise<string | undefined> => {
  for (const { Condition, Next } of Choices) if ((await evaluate(Condition, execution)) === true) return Next;
  return Default;
};

/** An execution ends with its 25,000th event, and a state has five or more. */
const mostStates = 5000;

/** Enters the state an execution was sent to. A state without a function registers its token at once. */
export const enter = async (execution: Execution): Promise<void> => {
  const { next } = execution;
  if (next === undefined || execution.status !== 'running') return;
  Object.assign(execution, { state: next, next: undefined, attempt: 0, enteredAt: Date.now(), heartbeatMs: undefined });
  execution.path.push(next);
  if (execution.path.length > mostStates) throw new Error(`It goes in circles: ${execution.path.slice(-6).join(', ')}`);
  const state = stateOf(execution);
  if (state.Type === 'Succeed') return close(execution, 'succeeded');
  if (state.Type === 'Choice') {
    execution.next = await chosen(state, execution);
    return;
  }
  execution.token = newToken();
  const seconds = Number(await evaluate(state.TimeoutSeconds, execution));
  const heartbeat =
    state.HeartbeatSeconds === undefined ? undefined : Number(await evaluate(state.HeartbeatSeconds, execution));
  execution.heartbeatMs = heartbeat === undefined ? undefined : heartbeat * 1000;
  execution.dueAt = Date.now() + Math.min(seconds, heartbeat ?? Infinity) * 1000;
  execution.isToCall = state.Resource?.includes('lambda') === true;
  if (!execution.isToCall) await register(execution);
};

/** What the function is called with now. */
export const payloadOf = async (execution: Execution): Promise<Json> => {
  execution.isToCall = false;
  const { Payload } = (await evaluate(stateOf(execution).Arguments, execution)) as { Payload: Json };
  return Payload;
};

/** A call that failed is tried again with a new token, as often as the machine says. */
export const retry = (execution: Execution, error: string): void => {
  const retrier = stateOf(execution).Retry?.find(({ ErrorEquals }) => ErrorEquals.includes(error));
  execution.attempt += 1;
  if (retrier === undefined || execution.attempt > retrier.MaxAttempts) return caught(execution, error);
  execution.token = newToken();
  execution.isToCall = true;
};

/** The wait is over, unless somebody has ended it. */
export const timeOut = (execution: Execution): void => {
  if (execution.token === undefined) return;
  vi.setSystemTime(Math.max(Date.now(), execution.dueAt));
  caught(execution, execution.heartbeatMs === undefined ? 'States.Timeout' : 'States.HeartbeatTimeout');
};

/** The same execution for another customer. Its token, if it has one, is another too. */
export const copyExecution = (execution: Execution, theirs: (text: string) => string): Execution => {
  const [name, input] = [theirs(execution.name), JSON.parse(theirs(JSON.stringify(execution.input)))];
  const copy = { ...execution, name, input, path: [...execution.path] };
  if (copy.token !== undefined) copy.token = newToken();
  executions.set(name, copy);
  return copy;
};

/** As if a customer had never been in any journey. */
export const forgetExecutions = (customer: string): void => {
  for (const { name } of executionsOf(customer)) executions.delete(name);
};

export const executionsOf = (customer: string): readonly Execution[] =>
  [...executions.values()].filter(({ input }) => input['customer'] === customer);
