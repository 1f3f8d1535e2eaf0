import * as z from 'zod';
import { AwsError, type JsonObject } from '../../world.ts';
import { count, json } from '../operation.ts';
import { deadLetters, retryPolicy } from '../rules/rule.ts';
import { scheduleExpression } from './schedule-expression.ts';

export const target = z.strictObject({
  Arn: z.string(),
  RoleArn: z.string(),
  Input: z.string().optional(),
  EventBridgeParameters: z.strictObject({ DetailType: z.string(), Source: z.string() }).optional(),
  RetryPolicy: retryPolicy,
  DeadLetterConfig: deadLetters,
});
export type Target = z.output<typeof target>;

/** Templates and requests write instants as ISO 8601, the wire as seconds. Milliseconds here. */
const instant = z
  .union([z.number(), z.string().transform((text) => Date.parse(text) / 1_000)])
  .transform((seconds) => seconds * 1_000);

const window = z.discriminatedUnion('Mode', [
  z.strictObject({ Mode: z.literal('OFF') }),
  z.strictObject({ Mode: z.literal('FLEXIBLE'), MaximumWindowInMinutes: count.min(1).max(1_440) }),
]);

/** A schedule as a template or a request describes it. */
export const scheduleShape = z.strictObject({
  Name: z.string().optional(),
  GroupName: z.string().default('default'),
  Description: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  FlexibleTimeWindow: window,
  StartDate: instant.optional(),
  EndDate: instant.optional(),
  ActionAfterCompletion: z.enum(['NONE', 'DELETE']).default('NONE'),
  KmsKeyArn: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED']).default('ENABLED'),
  Target: target,
  ClientToken: z.string().optional(),
  Tags: json.optional(),
});
export type ScheduleShape = z.output<typeof scheduleShape>;

/** Refuses what Scheduler refuses beyond the shape, with its error. */
export const checkSchedule = (shape: ScheduleShape): void => {
  const { ScheduleExpression, ScheduleExpressionTimezone: zone, StartDate, EndDate } = shape;
  if (!isZone(zone)) throw refuse(`Invalid Schedule Expression Timezone ${zone}.`);
  try {
    scheduleExpression(ScheduleExpression, zone, 0);
  } catch (error) {
    throw new AwsError('ValidationException', `Invalid Schedule Expression ${ScheduleExpression}.`, {
      fields: { Detail: String(error) },
    });
  }
  if (StartDate !== undefined && EndDate !== undefined && EndDate <= StartDate)
    throw refuse('The EndDate you specify must come after the StartDate.');
};

const refuse = (message: string): AwsError => new AwsError('ValidationException', message);

const isZone = (zone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** One schedule of the scheduler. `given` is what was asked for, `createdAt` and `changedAt` are milliseconds. */
export type Kept = {
  readonly arn: string;
  readonly name: string;
  readonly given: JsonObject;
  readonly shape: ScheduleShape;
  readonly createdAt: number;
  readonly changedAt: number;
};

/** What `GetSchedule` answers. */
export const described = ({ arn, name, given, shape, createdAt, changedAt }: Kept): JsonObject => ({
  ...given,
  Arn: arn,
  Name: name,
  GroupName: shape.GroupName,
  ScheduleExpressionTimezone: shape.ScheduleExpressionTimezone,
  State: shape.State,
  ActionAfterCompletion: shape.ActionAfterCompletion,
  ...(shape.StartDate === undefined ? {} : { StartDate: shape.StartDate / 1_000 }),
  ...(shape.EndDate === undefined ? {} : { EndDate: shape.EndDate / 1_000 }),
  CreationDate: createdAt / 1_000,
  LastModificationDate: changedAt / 1_000,
});

/** What `ListSchedules` answers for each. */
export const summary = ({ arn, name, shape, createdAt, changedAt }: Kept): JsonObject => ({
  Arn: arn,
  Name: name,
  GroupName: shape.GroupName,
  State: shape.State,
  CreationDate: createdAt / 1_000,
  LastModificationDate: changedAt / 1_000,
  Target: { Arn: shape.Target.Arn },
});
