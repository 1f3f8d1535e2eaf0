import * as z from 'zod';
import type { Json, JsonObject } from '../../world.ts';
import { count, json, lastPart } from '../operation.ts';
import { compilePattern } from '../pattern/compile-pattern.ts';
import { targetArn } from '../targets.ts';
import { compileInput, type InputOf, targetInput } from './target-input.ts';

/** How long AWS tries unless told otherwise. */
export const retryPolicy = z
  .strictObject({
    MaximumRetryAttempts: count.min(0).max(185).default(185),
    MaximumEventAgeInSeconds: count.min(60).max(86_400).default(86_400),
  })
  .prefault({})
  .transform((policy) => ({ attempts: policy.MaximumRetryAttempts, ageSeconds: policy.MaximumEventAgeInSeconds }));

export const deadLetters = z.strictObject({ Arn: z.string().optional() }).optional();

export const targetShape = z.strictObject({
  Id: z.string().min(1).max(64),
  Arn: targetArn,
  RoleArn: z.string().optional(),
  RetryPolicy: retryPolicy,
  DeadLetterConfig: deadLetters,
  ...targetInput.shape,
});

const state = z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']);
export const ruleShape = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: json.optional(),
  ScheduleExpression: z.string().optional(),
  State: state.default('ENABLED'),
  RoleArn: z.string().optional(),
  Tags: json.optional(),
  Targets: z.array(targetShape).default([]),
});

export type Target = {
  readonly id: string;
  readonly arn: string;
  readonly roleArn?: string;
  readonly deadLetterArn?: string;
  readonly retry: { readonly attempts: number; readonly ageSeconds: number };
  /** `undefined` hands over the whole event. */
  readonly input: InputOf | undefined;
  /** What `ListTargetsByRule` answers. */
  readonly description: JsonObject;
};

export type Rule = {
  readonly name: string;
  readonly arn: string;
  readonly bus: string;
  readonly isEnabled: boolean;
  readonly matches: (event: JsonObject) => boolean;
  readonly schedule?: string;
  readonly targets: readonly Target[];
  /** What `DescribeRule` answers. */
  readonly description: JsonObject;
};

/** A rule as it was declared or put. `given` has the properties of `AWS::Events::Rule`. */
export type Declared = { readonly arn: string; readonly name: string; readonly given: JsonObject };

/** Makes a rule ready to run. Throws on a pattern, target or transformer that is not supported. */
export const compileRule = ({ arn, name, given }: Declared, properties: z.output<typeof ruleShape>): Rule => {
  const { EventPattern, ScheduleExpression, Targets } = properties;
  const bus = lastPart(properties.EventBusName);
  const targets = Array.isArray(given['Targets']) ? given['Targets'] : [];
  return {
    name,
    arn,
    bus,
    isEnabled: properties.State !== 'DISABLED',
    matches: EventPattern === undefined ? () => false : compilePattern(EventPattern),
    ...(ScheduleExpression === undefined ? {} : { schedule: ScheduleExpression }),
    targets: Targets.map((target, index) => targetOf(target, targets[index])),
    description: {
      Name: name,
      Arn: arn,
      EventBusName: bus,
      State: properties.State,
      ...(EventPattern === undefined ? {} : { EventPattern: patternText(EventPattern) }),
      ...(ScheduleExpression === undefined ? {} : { ScheduleExpression }),
      ...(properties.Description === undefined ? {} : { Description: properties.Description }),
    },
  };
};

/** A pattern as AWS hands it back: text. */
export const patternText = (pattern: Json): string => (typeof pattern === 'string' ? pattern : JSON.stringify(pattern));

const targetOf = (declared: z.output<typeof targetShape>, given: JsonObject): Target => ({
  id: declared.Id,
  arn: declared.Arn,
  ...(declared.RoleArn === undefined ? {} : { roleArn: declared.RoleArn }),
  ...(declared.DeadLetterConfig?.Arn === undefined ? {} : { deadLetterArn: declared.DeadLetterConfig.Arn }),
  retry: declared.RetryPolicy,
  input: compileInput(declared),
  description: given,
});
