import * as z from 'zod';
import { ITEM_BATCHER, ITEM_READER, LABEL, PROCESSOR_CONFIG } from './distributed/schemas.ts';
import { expressionText } from '../jsonata/template.ts';

/** The fields of each state type in JSONata. An unknown field is refused. Field order is the order AWS names missing ones in. */
const json = z.json();
const expression = z
  .string()
  .refine((text) => expressionText(text) !== undefined, 'must be a JSONata expression {% … %}');
const common = {
  Type: z.string(),
  Comment: z.string().optional(),
  QueryLanguage: z.enum(['JSONata', 'JSONPath']).optional(),
};
const leaving = { Assign: z.record(z.string(), json).optional(), Output: json.optional() };
const onward = { Next: z.string().optional(), End: z.boolean().optional() };

/** AWS's longest: 99,999,999 seconds, a little over three years. */
const MAX_SECONDS = 99_999_999;
const seconds = (least: number) => z.union([z.int().min(least).max(MAX_SECONDS), expression]);
const count = (least: number) => z.union([z.int().min(least), expression]);

const retrier = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  Comment: z.string().optional(),
  IntervalSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
  MaxAttempts: z.int().min(0).max(MAX_SECONDS).optional(),
  BackoffRate: z.number().min(1).optional(),
  MaxDelaySeconds: z.int().min(1).max(31_622_400).optional(),
  JitterStrategy: z.enum(['FULL', 'NONE']).optional(),
});
const catcher = z.strictObject({
  ErrorEquals: z.array(z.string()).min(1),
  Next: z.string(),
  Comment: z.string().optional(),
  ...leaving,
});
const guarded = { Retry: z.array(retrier).optional(), Catch: z.array(catcher).optional() };
const rule = z.strictObject({
  Condition: z.union([expression, z.boolean()]),
  Next: z.string(),
  Comment: z.string().optional(),
  ...leaving,
});

export const STATE_SCHEMAS = {
  Pass: z.strictObject({ ...common, ...leaving, ...onward }),
  Succeed: z.strictObject({ ...common, Output: json.optional() }),
  Fail: z.strictObject({ ...common, Error: z.string().optional(), Cause: z.string().optional() }),
  Wait: z.strictObject({
    ...common,
    ...leaving,
    ...onward,
    Seconds: seconds(0).optional(),
    Timestamp: z.string().optional(),
  }),
  Choice: z.strictObject({ ...common, ...leaving, Choices: z.array(rule).min(1), Default: z.string().optional() }),
  Task: z.strictObject({
    ...common,
    ...leaving,
    ...onward,
    ...guarded,
    Resource: z.string(),
    Arguments: json.optional(),
    TimeoutSeconds: seconds(1).optional(),
    HeartbeatSeconds: seconds(1).optional(),
    Credentials: z.strictObject({ RoleArn: z.string() }).optional(),
  }),
  Parallel: z.strictObject({
    ...common,
    ...leaving,
    ...onward,
    ...guarded,
    Branches: z.array(z.unknown()).min(1),
    Arguments: json.optional(),
  }),
  Map: z.strictObject({
    ...common,
    ...leaving,
    ...onward,
    ...guarded,
    ItemProcessor: z.unknown().refine((body) => body !== undefined),
    Items: z.union([z.array(json), expression]).optional(),
    ItemSelector: json.optional(),
    ItemReader: ITEM_READER.optional(),
    ItemBatcher: ITEM_BATCHER.optional(),
    Label: LABEL.optional(),
    MaxConcurrency: count(0).optional(),
    ToleratedFailureCount: count(0).optional(),
    ToleratedFailurePercentage: z.union([z.number().min(0).max(100), expression]).optional(),
  }),
} as const;

export type StateType = keyof typeof STATE_SCHEMAS;
export type StateFields<T extends StateType> = z.infer<(typeof STATE_SCHEMAS)[T]>;

const branch = z.strictObject({
  States: z.record(z.string().min(1).max(80), z.unknown()),
  StartAt: z.string(),
  Comment: z.string().optional(),
  TimeoutSeconds: z.undefined().optional(),
});

/** The fields of a whole machine, of a branch of a Parallel, and of the body of a Map. */
export const PROGRAM_SCHEMAS = {
  machine: branch.extend({
    QueryLanguage: z.enum(['JSONata', 'JSONPath']).optional(),
    Version: z.literal('1.0').optional(),
    TimeoutSeconds: z.int().min(1).max(MAX_SECONDS).optional(),
  }),
  branch,
  body: branch.extend({ ProcessorConfig: PROCESSOR_CONFIG.optional() }),
} as const;

export function isStateType(type: string): type is StateType {
  return Object.hasOwn(STATE_SCHEMAS, type);
}
