import * as z from 'zod';
import type { JsonObject, World } from '../world.ts';
import { count, declared, json, lastPart } from './operation.ts';
import { compilePattern } from './pattern/compile-pattern.ts';
import { compileInput, type InputOf, targetInput } from './target-input.ts';
import { targetArn } from './targets.ts';

/** How long AWS tries unless told otherwise. */
export const retryPolicy = z
  .strictObject({ MaximumRetryAttempts: count.default(185), MaximumEventAgeInSeconds: count.default(86_400) })
  .prefault({})
  .transform((policy) => ({ attempts: policy.MaximumRetryAttempts, ageSeconds: policy.MaximumEventAgeInSeconds }));

export const deadLetters = z.strictObject({ Arn: z.string().optional() }).optional();

const target = z.strictObject({
  Id: z.string(),
  Arn: targetArn,
  RoleArn: z.string().optional(),
  RetryPolicy: retryPolicy,
  DeadLetterConfig: deadLetters,
  ...targetInput.shape,
});

const rule = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventBusName: z.string().default('default'),
  EventPattern: json.optional(),
  ScheduleExpression: z.string().optional(),
  State: z.enum(['ENABLED', 'DISABLED', 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS']).default('ENABLED'),
  RoleArn: z.string().optional(),
  Tags: json.optional(),
  Targets: z.array(target).default([]),
});

export type Target = {
  readonly id: string;
  readonly arn: string;
  readonly roleArn?: string;
  readonly deadLetterArn?: string;
  readonly retry: { readonly attempts: number; readonly ageSeconds: number };
  readonly input: InputOf;
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

/** The rules of the template. Throws at start on a pattern, target or transformer that is not supported. */
export const rulesOf = ({ stack }: Pick<World, 'stack'>): readonly Rule[] =>
  declared(stack, 'AWS::Events::Rule', rule).map(({ resource: { arn }, properties }) => {
    const { EventPattern, ScheduleExpression, Targets } = properties;
    const [name, bus] = [lastPart(arn), lastPart(properties.EventBusName)];
    return {
      name,
      arn,
      bus,
      isEnabled: properties.State !== 'DISABLED',
      matches: EventPattern === undefined ? () => false : compilePattern(EventPattern),
      ...(ScheduleExpression === undefined ? {} : { schedule: ScheduleExpression }),
      targets: Targets.map(targetOf),
      description: {
        Name: name,
        Arn: arn,
        EventBusName: bus,
        State: properties.State,
        ...(EventPattern === undefined ? {} : { EventPattern: JSON.stringify(EventPattern) }),
        ...(ScheduleExpression === undefined ? {} : { ScheduleExpression }),
        ...(properties.Description === undefined ? {} : { Description: properties.Description }),
      },
    };
  });

const targetOf = (declared: z.output<typeof target>): Target => ({
  id: declared.Id,
  arn: declared.Arn,
  ...(declared.RoleArn === undefined ? {} : { roleArn: declared.RoleArn }),
  ...(declared.DeadLetterConfig?.Arn === undefined ? {} : { deadLetterArn: declared.DeadLetterConfig.Arn }),
  retry: declared.RetryPolicy,
  input: compileInput(declared),
});
