import type { Json, JsonObject } from '../../../world.ts';
import type { TaskState } from '../../asl/program.ts';
import { render } from '../../jsonata/template.ts';
import type { Outcome, Phase } from '../../executions/execution.ts';
import type { Draft, Step } from '../step.ts';
import { taskToken } from '../../executions/token.ts';
import { attemptOf, scopeOf, type Turn } from '../turn.ts';
import { leave } from './leave.ts';
import { number, text, withinLimit } from './values.ts';

const SECONDS = { least: 1, most: 99_999_999, whole: true };

/** Works out a task's call and deadlines. Both clocks begin now. The token is new for every attempt. */
export async function prepare(turn: Turn<TaskState>, region: string): Promise<Step> {
  const { execution, frame, state, now } = turn;
  const call = attemptOf(turn);
  const token = state.integration.token ? taskToken(execution, frame, call) : undefined;
  const scope = scopeOf(turn, { token });
  const given = state.arguments === undefined ? frame.input : await render(state.arguments, scope);
  withinLimit(given, state.name);
  const timeout = await number(state.timeoutSeconds, scope, SECONDS);
  const heartbeat = await number(state.heartbeatSeconds, scope, SECONDS);
  const role = await text(state.credentials, scope);
  const phase: Phase = {
    at: 'calling',
    call,
    arguments: given,
    token: token !== undefined,
    ...(role === undefined ? {} : { role }),
    ...(timeout === undefined ? {} : { deadline: now + timeout * 1_000 }),
    ...(heartbeat === undefined ? {} : { beat: heartbeat * 1_000, beatBy: now + heartbeat * 1_000 }),
  };
  const told = {
    ...(role === undefined ? {} : { taskCredentials: { roleArn: role } }),
    ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
    ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
  };
  const details =
    state.integration.kind === 'function'
      ? { input: given, resource: state.integration.resource, ...told }
      : { ...named(state), region, parameters: given, ...told };
  return { kind: 'stay', phase, events: [event(state, 'Scheduled', details), event(state, 'Started', named(state))] };
}

/** Leaves a task that succeeded. */
export function finish(turn: Turn<TaskState>, value: Json): Promise<Step> {
  withinLimit(value, turn.state.name);
  return leave(turn, { ...turn.state, result: value, scope: scopeOf(turn, { result: value }) });
}

/** The event of a task that succeeded. */
export function succeeded(state: TaskState, output: Json): Draft {
  return event(state, 'Succeeded', { ...named(state), output });
}

/** The event of a call that came back while its token stays open. */
export function submitted(state: TaskState, output: Json): Draft {
  return event(state, 'Submitted', { ...named(state), output });
}

/** The event of a task that failed or ran out of time. */
export function failed(state: TaskState, outcome: Extract<Outcome, { kind: 'failure' }>): Draft {
  return event(state, outcome.error === 'States.Timeout' ? 'TimedOut' : 'Failed', {
    ...named(state),
    ...(outcome.error === undefined ? {} : { error: outcome.error }),
    ...(outcome.cause === undefined ? {} : { cause: outcome.cause }),
  });
}

/** Plain functions have their own family of events, without the integration's names. */
function event(state: TaskState, what: string, details: JsonObject): Draft {
  const plain = state.integration.kind === 'function';
  const type = `${plain ? 'LambdaFunction' : 'Task'}${what}`;
  return Object.keys(details).length === 0 ? { type } : { type, details };
}

function named({ integration }: TaskState): JsonObject {
  if (integration.kind === 'function') return {};
  return { resourceType: integration.resourceType, resource: integration.resource };
}
