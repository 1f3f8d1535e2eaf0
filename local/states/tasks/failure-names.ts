import { AwsError } from '../../world.ts';
import { StateFailure } from '../state-failure.ts';
import type { Integration } from './integration.ts';

/** Errors common to all services: SDKs have no class of their own for them, so only the service's base name is told. */
const UNMODELLED = new Set([
  'AccessDeniedException',
  'ValidationException',
  'UnrecognizedClientException',
  'ThrottlingException',
]);
/** Services that do declare some of those. */
const MODELLED = new Set([
  'DynamoDb.ThrottlingException',
  'Scheduler.ValidationException',
  'Scheduler.ThrottlingException',
  'PinpointSmsVoiceV2.AccessDeniedException',
  'PinpointSmsVoiceV2.ValidationException',
  'PinpointSmsVoiceV2.ThrottlingException',
  'Sfn.ValidationException',
]);

/** A refusal of a service as a state sees it: `DynamoDb.ConditionalCheckFailedException`, `Lambda.ResourceNotFoundException`. */
export function failureOf(error: unknown, integration: Integration): StateFailure {
  if (error instanceof StateFailure) return error;
  if (error instanceof AwsError) {
    const named = `${integration.errors}.${withSuffix(error.code)}`;
    const unmodelled = UNMODELLED.has(error.code) && !MODELLED.has(named);
    return new StateFailure(unmodelled ? integration.unmodelled : named, cause(error, integration));
  }
  return new StateFailure('States.TaskFailed', error instanceof Error ? error.message : String(error));
}

/** The Java SDK ends every class in `Exception`. */
function withSuffix(code: string): string {
  return code.endsWith('Exception') ? code : `${code}Exception`;
}

function cause(error: AwsError, integration: Integration): string {
  const service = integration.errors;
  return `${error.message} (Service: ${service}, Status Code: ${error.status}, Request ID: local)`;
}
