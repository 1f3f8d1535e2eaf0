import type { Json, JsonObject, Resource } from '../../world.ts';
import { checkMapping } from './check-mapping.ts';
import { readMapping } from './mapping-shape.ts';

/** Matches an event against an event pattern. */
export type Matches = (pattern: JsonObject, event: Json) => boolean;

/** An event source mapping of the template. Counts below zero mean without end. */
export interface Mapping {
  readonly logicalId: string;
  readonly id: string;
  readonly functionArn: string;
  readonly sourceArn: string;
  readonly batchSize: number;
  readonly windowMs: number;
  /** Whether a record passes the filters; all do when there are none. */
  readonly accepts: (event: Json) => boolean;
  readonly reportsFailures: boolean;
  readonly maximumRetries: number;
  readonly maximumAgeMs: number;
  readonly bisects: boolean;
  readonly from: 'TRIM_HORIZON' | 'LATEST';
  readonly onFailure?: string;
  readonly maximumConcurrency: number;
  /** How many batches of a stream may be under way; above 1 order holds for each item alone. */
  readonly parallelization: number;
}

/** AWS begins with five batches at a time. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const FIRST_CONCURRENCY = 5;

/** `undefined` for a mapping that is switched off. Throws `InvalidParameterValueException` for one that AWS would not make. */
export function mappingOf({ logicalId, ref, properties }: Resource, matches: Matches): Mapping | undefined {
  const declared = readMapping(logicalId, properties);
  checkMapping(logicalId, declared, matches);
  if (!declared.Enabled) return undefined;
  const patterns = declared.FilterCriteria.Filters.map(({ Pattern }): JsonObject => JSON.parse(Pattern));
  const onFailure = declared.DestinationConfig?.OnFailure?.Destination;
  return {
    logicalId,
    id: ref,
    functionArn: declared.FunctionName,
    sourceArn: declared.EventSourceArn,
    batchSize: declared.BatchSize ?? (declared.EventSourceArn.includes(':sqs:') ? 10 : 100),
    windowMs: (declared.MaximumBatchingWindowInSeconds ?? 0) * 1000,
    accepts: (event) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, event)),
    reportsFailures: declared.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    maximumRetries: declared.MaximumRetryAttempts ?? -1,
    maximumAgeMs: (declared.MaximumRecordAgeInSeconds ?? -1) * 1000,
    bisects: declared.BisectBatchOnFunctionError ?? false,
    from: declared.StartingPosition ?? 'TRIM_HORIZON',
    ...(onFailure !== undefined && { onFailure }),
    maximumConcurrency: declared.ScalingConfig?.MaximumConcurrency ?? FIRST_CONCURRENCY,
    parallelization: declared.ParallelizationFactor ?? 1,
  };
}
