import * as z from 'zod';
import { AwsError, type Json, type JsonObject, type Service } from '../../world.ts';
import { readState } from '../asl/read-definition.ts';
import type { State } from '../asl/program.ts';
import type { Execution, Frame, Outcome } from '../executions/execution.ts';
import { ROOT, UNBEGUN } from '../executions/execution.ts';
import { isObject, parseJson } from '../json.ts';
import type { Failure } from '../state-failure.ts';
import { tryState, type Tried } from '../run/try-state.ts';
import type { Parts } from './parts.ts';
import { request } from './request.ts';

const text = z.string().optional();
const MOCK = z.strictObject({
  result: text,
  errorOutput: z.strictObject({ error: text, cause: text }).optional(),
  /** AWS checks a mocked result against the service's API. Here there are no such models: nothing is checked. */
  fieldValidationMode: z.enum(['STRICT', 'PRESENT', 'NONE']).optional(),
});
const TEST = z.strictObject({
  definition: z.string(),
  roleArn: text,
  input: text,
  variables: text,
  stateName: text,
  inspectionLevel: z.enum(['INFO', 'DEBUG', 'TRACE']).optional(),
  revealSecrets: z.boolean().optional(),
  mock: MOCK.optional(),
  stateConfiguration: z.strictObject({ retrierRetryCount: z.int().min(0).optional() }).optional(),
});
type Request = z.infer<typeof TEST>;

/** Runs one state by itself. Waits end at once; a call is really made unless its answer is mocked. */
export function testState({ world, expressions }: Parts): Service['operations'] {
  return {
    async TestState(given, caller) {
      caller.require('states:TestState', '*');
      const asked = request(TEST, given);
      const { state, diagnostics } = readState(asked.definition, asked.stateName, expressions);
      if (state === undefined) {
        const told = diagnostics.map(({ code, message, location }) => `${code}: ${message} at ${location ?? '/'}`);
        throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${told.join(', ')}'`);
      }
      const mock = mocked(asked, state);
      const execution = pretended(asked, { state: state.name, now: world.clock.now() });
      const tried = await tryState({ world, execution, state, mock });
      return { ...answer(tried), ...inspected(asked, tried) };
    },
  };
}

const WITH_MOCK_ONLY = 'is supported only when a mock is specified';

/** The mocked outcome. Throws `ValidationException` where AWS wants a mock and has none, or has one it does not want. */
function mocked({ mock, roleArn }: Request, state: State): Outcome | undefined {
  const calls = state.type === 'Task' || state.type === 'Map' || state.type === 'Parallel';
  if (mock?.result !== undefined && mock.errorOutput !== undefined)
    throw refused('A test mock should have only one of the following fields: [result, errorOutput].');
  if (mock !== undefined && !calls) throw refused(`State type '${state.type}' does not accept a mock`);
  if (mock?.errorOutput !== undefined) {
    const { error = '', cause = '' } = mock.errorOutput;
    return { kind: 'failure', error, cause };
  }
  if (mock?.result !== undefined) return { kind: 'result', value: json('mock.result', mock.result) };
  if (state.type === 'Map' || state.type === 'Parallel') throw refused(`State type '${state.type}' ${WITH_MOCK_ONLY}`);
  if (state.type !== 'Task') return undefined;
  if (state.integration.token || state.integration.sync !== undefined)
    throw refused(`The integration pattern of '${state.integration.resource}' ${WITH_MOCK_ONLY}`);
  if (roleArn === undefined) throw refused('RoleArn must be specified when testing a Task state without a mock');
  return undefined;
}

/** An execution that is at the state and has never been anywhere else. */
function pretended(
  asked: Request,
  { state, now }: { readonly state: string; readonly now: number },
): { readonly execution: Execution; readonly frame: Frame } {
  const input = json('input', asked.input ?? '{}');
  const variables = json('variables', asked.variables ?? '{}');
  if (!isObject(variables)) throw refused('variables must be a JSON object');
  const used = asked.stateConfiguration?.retrierRetryCount ?? 0;
  const name = 'test-state';
  const frame: Frame = {
    id: ROOT,
    state,
    input,
    variables,
    enteredAt: now,
    enteredAfter: 0,
    enteredEvent: 0,
    lastEvent: 0,
    retryCount: used,
    // Every retrier has been used this often: the one that is for the failure counts.
    retries: Array.from({ length: 100 }, () => used),
    phase: { at: 'ready' },
  };
  const execution: Execution = {
    arn: name,
    name,
    machine: name,
    revision: name,
    role: asked.roleArn ?? '',
    input,
    startedAt: now,
    ...UNBEGUN,
    frames: { [ROOT]: frame },
  };
  return { execution, frame };
}

function answer({ step, failure }: Tried): JsonObject {
  const told = failureFields(failure);
  if (step.kind === 'fail') return { ...told, status: 'FAILED' };
  if (step.kind === 'stay') return { ...told, status: 'RETRIABLE' };
  const next = step.next === undefined ? {} : { nextState: step.next };
  const status = failure === undefined ? 'SUCCEEDED' : 'CAUGHT_ERROR';
  return { output: JSON.stringify(step.output), ...told, ...next, status };
}

function failureFields({ error, cause }: Failure = {}): JsonObject {
  return { ...(error === undefined ? {} : { error }), ...(cause === undefined ? {} : { cause }) };
}

/** `TRACE` shows no more than `DEBUG`: there are no HTTP tasks here. */
function inspected({ inspectionLevel = 'INFO', input = '{}' }: Request, tried: Tried): JsonObject {
  if (inspectionLevel === 'INFO') return {};
  const { step, given, result, details } = tried;
  const inspectionData = {
    input,
    ...(given === undefined ? {} : { afterArguments: JSON.stringify(given) }),
    ...(result === undefined ? {} : { result: JSON.stringify(result) }),
    ...(step.kind === 'leave' ? { variables: JSON.stringify(step.variables) } : {}),
    ...(details === undefined ? {} : { errorDetails: details }),
  };
  return { inspectionData };
}

function json(field: string, value: string): Json {
  const parsed = parseJson(value);
  if (parsed === undefined) throw refused(`${field} must be a JSON text`);
  return parsed;
}

function refused(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
