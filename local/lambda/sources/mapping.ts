import * as z from 'zod';
import type { Json, JsonObject, Resource } from '../../world.ts';

const Declared = z.object({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  Enabled: z.boolean().default(true),
  BatchSize: z.coerce.number().optional(),
  MaximumBatchingWindowInSeconds: z.coerce.number().default(0),
  FilterCriteria: z
    .object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) })
    .default({ Filters: [] }),
  FunctionResponseTypes: z.array(z.string()).default([]),
  MaximumRetryAttempts: z.coerce.number().default(-1),
  MaximumRecordAgeInSeconds: z.coerce.number().default(-1),
  BisectBatchOnFunctionError: z.boolean().default(false),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).default('TRIM_HORIZON'),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).default({}),
  ScalingConfig: z.object({ MaximumConcurrency: z.coerce.number().optional() }).default({}),
});

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
}

/** AWS begins with five batches at a time. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html */
const FIRST_CONCURRENCY = 5;

/** `undefined` for a mapping that is switched off. */
export function mappingOf({ logicalId, ref, properties }: Resource, matches: Matches): Mapping | undefined {
  const declared = Declared.parse(properties);
  if (!declared.Enabled) return undefined;
  const patterns = declared.FilterCriteria.Filters.map(({ Pattern }): JsonObject => JSON.parse(Pattern));
  const onFailure = declared.DestinationConfig.OnFailure?.Destination;
  return {
    logicalId,
    id: ref,
    functionArn: declared.FunctionName,
    sourceArn: declared.EventSourceArn,
    batchSize: declared.BatchSize ?? (declared.EventSourceArn.includes(':sqs:') ? 10 : 100),
    windowMs: declared.MaximumBatchingWindowInSeconds * 1000,
    accepts: (event) => patterns.length === 0 || patterns.some((pattern) => matches(pattern, event)),
    reportsFailures: declared.FunctionResponseTypes.includes('ReportBatchItemFailures'),
    maximumRetries: declared.MaximumRetryAttempts,
    maximumAgeMs: declared.MaximumRecordAgeInSeconds * 1000,
    bisects: declared.BisectBatchOnFunctionError,
    from: declared.StartingPosition,
    ...(onFailure !== undefined && { onFailure }),
    maximumConcurrency: declared.ScalingConfig.MaximumConcurrency ?? FIRST_CONCURRENCY,
  };
}
