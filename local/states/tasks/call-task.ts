import type { Call, Caller, Json, JsonObject } from '../../world.ts';
import { isList, isObject } from '../json.ts';
import { StateFailure } from '../state-failure.ts';
import { failureOf } from './failure-names.ts';
import type { Integration } from './integration.ts';
import { asText, inMilliseconds, lowerKeys, upperKeys } from './shapes.ts';

/** One call a Task makes. */
export interface TaskCall {
  readonly integration: Integration;
  readonly arguments: Json;
  /** ARNs AWS adds to the events a machine puts. */
  readonly resources: readonly string[];
}

/** Makes the call with the machine's role. The result is the state's result; rejects with a `StateFailure` AWS would name so. */
export async function callTask(task: TaskCall, call: Call, caller: Caller): Promise<Json> {
  const { integration } = task;
  try {
    const input = inputOf(task);
    const output = await call(integration.service, integration.operation, input, caller);
    return resultOf(integration, output);
  } catch (error) {
    throw failureOf(error, integration);
  }
}

function inputOf({ integration, arguments: given, resources }: TaskCall): JsonObject {
  if (integration.kind === 'function') return { FunctionName: integration.functionArn ?? '', Payload: given };
  if (!isObject(given))
    throw new StateFailure('States.Runtime', 'The arguments of a service integration must be an object');
  switch (integration.kind) {
    case 'lambda':
      return { Payload: {}, ...given };
    case 'events':
      return { ...given, Entries: entries(given, resources) };
    case 'messages':
      return asText(given, ['MessageBody', 'Message']);
    case 'executions':
      return lowerKeys(asText(given, ['Input']));
    case 'sdk':
      return integration.camel ? lowerKeys(given) : given;
  }
}

/** `Detail` may be an object; the machine's and the execution's ARN are added to `Resources`. */
function entries(given: JsonObject, resources: readonly string[]): readonly Json[] {
  const list = given['Entries'];
  if (!isList(list)) throw new StateFailure('States.Runtime', "The field 'Entries' is required by events:putEvents");
  return list.map((entry) => {
    if (!isObject(entry)) return entry;
    const own = isList(entry['Resources']) ? entry['Resources'] : [];
    return { ...asText(entry, ['Detail']), Resources: [...own, ...resources] };
  });
}

function resultOf(integration: Integration, output: JsonObject): Json {
  if (integration.service === 'lambda' && 'FunctionError' in output) throw functionFailure(output['Payload'] ?? null);
  if (integration.kind === 'function') return output['Payload'] ?? null;
  if (
    integration.kind === 'events' &&
    typeof output['FailedEntryCount'] === 'number' &&
    output['FailedEntryCount'] > 0
  ) {
    throw new StateFailure('EventBridge.FailedEntry', JSON.stringify(output));
  }
  if (integration.kind === 'executions') return inMilliseconds(upperKeys(output));
  return integration.camel ? upperKeys(output) : output;
}

/** The error a function threw is the error of the state; the whole payload is its cause. */
function functionFailure(payload: Json): StateFailure {
  const type = isObject(payload) ? payload['errorType'] : undefined;
  return new StateFailure(typeof type === 'string' && type !== '' ? type : 'Lambda.Unknown', JSON.stringify(payload));
}
