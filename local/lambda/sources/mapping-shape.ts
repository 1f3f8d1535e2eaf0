import * as z from 'zod';
import { AwsError, type JsonObject } from '../../world.ts';

const number = z.coerce.number();

/** `AWS::Lambda::EventSourceMapping`; a property this ground does not know is refused by name. */
const shape = z.strictObject({
  FunctionName: z.string(),
  EventSourceArn: z.string(),
  Enabled: z.boolean().default(true),
  BatchSize: number.optional(),
  MaximumBatchingWindowInSeconds: number.optional(),
  FilterCriteria: z
    .object({ Filters: z.array(z.object({ Pattern: z.string() })).default([]) })
    .default({ Filters: [] }),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  MaximumRetryAttempts: number.optional(),
  MaximumRecordAgeInSeconds: number.optional(),
  BisectBatchOnFunctionError: z.boolean().optional(),
  ParallelizationFactor: number.optional(),
  StartingPosition: z.enum(['TRIM_HORIZON', 'LATEST']).optional(),
  TumblingWindowInSeconds: number.optional(),
  DestinationConfig: z.strictObject({ OnFailure: z.strictObject({ Destination: z.string() }).optional() }).optional(),
  ScalingConfig: z.strictObject({ MaximumConcurrency: number.optional() }).optional(),
  KmsKeyArn: z.string().optional(),
  LoggingConfig: z.json().optional(),
  MetricsConfig: z.json().optional(),
  Tags: z.json().optional(),
});
export type MappingShape = z.output<typeof shape>;

export const invalid = (logicalId: string, message: string): AwsError =>
  new AwsError('InvalidParameterValueException', `${logicalId}: ${message}`);

export function readMapping(logicalId: string, properties: JsonObject): MappingShape {
  const parsed = shape.safeParse(properties);
  if (parsed.success) return parsed.data;
  throw invalid(logicalId, z.prettifyError(parsed.error));
}
