import type { JsonObject } from '../../world.ts';
import type { Delivery, Failure } from '../deliveries.ts';
import type { Rule, Target } from '../rules/rule.ts';

type Letter = { readonly rule: Rule; readonly target: Target; readonly one: Delivery; readonly failure: Failure };

/**
 * What an undeliverable event carries beside itself.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
 */
export const letterAttributes = ({ rule, target, one, failure }: Letter): JsonObject => {
  const values = {
    RULE_ARN: rule.arn,
    TARGET_ARN: target.arn,
    ERROR_CODE: failure.code,
    ERROR_MESSAGE: failure.message,
    ...(failure.exhausted === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: failure.exhausted }),
    RETRY_ATTEMPTS: String(one.attempts - 1),
  };
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
};
