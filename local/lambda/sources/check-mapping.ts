import { isObject } from '../../template/json.ts';
import type { Json, JsonObject } from '../../world.ts';
import type { Matches } from './mapping.ts';
import { invalid, type MappingShape } from './mapping-shape.ts';

type Limits = readonly [least: number, most: number];
type Refuse = (message: string) => Error;

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html */
const LIMITS = [
  ['BatchSize', [1, 10_000]],
  ['MaximumBatchingWindowInSeconds', [0, 300]],
  ['MaximumRetryAttempts', [-1, 10_000]],
  ['MaximumRecordAgeInSeconds', [-1, 604_800]],
  ['ParallelizationFactor', [1, 10]],
] as const satisfies readonly (readonly [keyof MappingShape, Limits])[];
const CONCURRENCY: Limits = [2, 1_000];
const LEAST_AGE_SECONDS = 60;
/** What a poll of a queue brings; a larger batch has to be waited for. */
const LARGEST_POLL = 10;
const MOST_FILTERS = 10;

const FOR_STREAMS = [
  'BisectBatchOnFunctionError',
  'DestinationConfig',
  'MaximumRecordAgeInSeconds',
  'MaximumRetryAttempts',
  'ParallelizationFactor',
  'StartingPosition',
] as const;

/** Throws `InvalidParameterValueException` for a mapping that AWS would not make, naming it. */
export function checkMapping(logicalId: string, declared: MappingShape, matches: Matches): void {
  const refuse = (message: string) => invalid(logicalId, message);
  for (const [name, limits] of LIMITS) checkRange(name, declared[name], { limits, refuse });
  const [, , service = ''] = declared.EventSourceArn.split(':');
  if (service !== 'sqs' && service !== 'dynamodb')
    throw refuse(`Sources of the service ${service || declared.EventSourceArn} are not supported by the local ground.`);
  if (declared.TumblingWindowInSeconds)
    throw refuse('TumblingWindowInSeconds is not supported by the local ground: a window’s state is not kept.');
  checkFilters(declared, matches, refuse);
  if (declared.EventSourceArn.includes(':sqs:')) checkQueueMapping(declared, refuse);
  else checkStreamMapping(declared, refuse);
}

function checkQueueMapping(declared: MappingShape, refuse: Refuse): void {
  if (declared.EventSourceArn.endsWith('.fifo')) throw refuse('FIFO queues are not supported by the local ground.');
  const stray = FOR_STREAMS.find((name) => declared[name] !== undefined);
  if (stray !== undefined) throw refuse(`Unsupported ${stray} parameter for given event source mapping type.`);
  const limits = { limits: CONCURRENCY, refuse };
  checkRange('ScalingConfig.MaximumConcurrency', declared.ScalingConfig?.MaximumConcurrency, limits);
  if ((declared.BatchSize ?? LARGEST_POLL) > LARGEST_POLL && !declared.MaximumBatchingWindowInSeconds)
    throw refuse(
      `Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than ${LARGEST_POLL}`,
    );
}

function checkStreamMapping(declared: MappingShape, refuse: Refuse): void {
  if (declared.StartingPosition === undefined)
    throw refuse('1 validation error detected: Value null at startingPosition failed to satisfy constraint.');
  if (declared.ScalingConfig !== undefined)
    throw refuse('Unsupported ScalingConfig parameter for given event source mapping type.');
  const { MaximumRecordAgeInSeconds: age = -1, DestinationConfig } = declared;
  if (age !== -1 && age < LEAST_AGE_SECONDS)
    throw refuse(`MaximumRecordAgeInSeconds must be -1 or at least ${LEAST_AGE_SECONDS}.`);
  const to = DestinationConfig?.OnFailure?.Destination;
  if (to !== undefined && (!/^arn:[\w-]+:(sqs|sns|s3):/.test(to) || to.endsWith('.fifo')))
    throw refuse(
      `The provided destination config DestinationConfig(onFailure=OnFailure(destination=${to})) is invalid.`,
    );
}

/**
 * Refuses a mapping whose queue hands a message out again while the function may still be at work on it.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
export function checkVisibility(logicalId: string, visibilitySeconds: number, timeoutSeconds: number): void {
  if (visibilitySeconds < timeoutSeconds)
    throw invalid(
      logicalId,
      `Queue visibility timeout: ${visibilitySeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`,
    );
}

function checkFilters(declared: MappingShape, matches: Matches, refuse: Refuse): void {
  const { Filters } = declared.FilterCriteria;
  if (Filters.length > MOST_FILTERS) throw refuse(`FilterCriteria has more than ${MOST_FILTERS} filters.`);
  for (const { Pattern } of Filters) {
    const pattern = patternOf(Pattern);
    if (pattern === undefined) throw refuse('Invalid filter pattern definition.');
    try {
      matches(pattern, {});
    } catch (error) {
      throw refuse(`Invalid filter pattern definition. ${String(error)}`);
    }
  }
}

function patternOf(text: string): JsonObject | undefined {
  try {
    const pattern: Json = JSON.parse(text);
    return isObject(pattern) ? pattern : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

type Bounds = { readonly limits: Limits; readonly refuse: Refuse };

function checkRange(name: string, value: number | undefined, { limits: [least, most], refuse }: Bounds): void {
  if (value !== undefined && !(Number.isInteger(value) && value >= least && value <= most))
    throw refuse(`${name} must be a whole number between ${least} and ${most}, not ${value}.`);
}
