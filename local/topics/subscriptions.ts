import * as z from 'zod';
import { declared, flag, json, jsonObject } from '../events/operation.ts';
import { compilePattern } from '../events/pattern/compile-pattern.ts';
import { jsonOf } from '../events/json-text.ts';
import type { Json, JsonObject, Stack } from '../world.ts';

const PROTOCOLS = ['sqs', 'lambda'] as const;
const protocol = z.enum(PROTOCOLS, 'only sqs and lambda subscriptions are supported here');

const subscription = z.strictObject({
  TopicArn: z.string(),
  Protocol: protocol,
  Endpoint: z.string(),
  RawMessageDelivery: flag.default(false),
  FilterPolicy: jsonObject.optional(),
  FilterPolicyScope: z.enum(['MessageAttributes', 'MessageBody']).default('MessageAttributes'),
  RedrivePolicy: z.object({ deadLetterTargetArn: z.string() }).optional(),
  DeliveryPolicy: json.optional(),
  Region: z.string().optional(),
  SubscriptionRoleArn: z.string().optional(),
});
const topic = z.looseObject({
  Subscription: z.array(z.object({ Endpoint: z.string(), Protocol: protocol })).default([]),
  FifoTopic: flag.refine((isFifo) => !isFifo, 'FIFO topics are not supported here').optional(),
});

export const attributes = z.record(
  z.string(),
  z.object({ DataType: z.string(), StringValue: z.string().optional(), BinaryValue: z.string().optional() }),
);
export type Attributes = Readonly<z.output<typeof attributes>>;

export type Subscription = {
  readonly arn: string;
  readonly topicArn: string;
  readonly protocol: (typeof PROTOCOLS)[number];
  readonly endpoint: string;
  readonly isRaw: boolean;
  readonly deadLetterArn?: string;
  readonly wants: (message: string, attributes: Attributes) => boolean;
};

/** The subscriptions of the template, those declared inside a topic included. */
export const subscriptionsOf = (stack: Stack): readonly Subscription[] => [
  ...declared(stack, 'AWS::SNS::Subscription', subscription).map(({ resource, properties }) => ({
    arn: resource.arn,
    topicArn: properties.TopicArn,
    protocol: properties.Protocol,
    endpoint: properties.Endpoint,
    isRaw: properties.RawMessageDelivery,
    ...(properties.RedrivePolicy === undefined ? {} : { deadLetterArn: properties.RedrivePolicy.deadLetterTargetArn }),
    wants: filter(properties),
  })),
  ...declared(stack, 'AWS::SNS::Topic', topic).flatMap(({ resource, properties }) =>
    properties.Subscription.map((inside, index) => ({
      arn: `${resource.arn}:${index}`,
      topicArn: resource.arn,
      protocol: inside.Protocol,
      endpoint: inside.Endpoint,
      isRaw: false,
      wants: () => true,
    })),
  ),
];

/** A filter policy is an event pattern over the attributes, or over the JSON body. */
const filter = ({ FilterPolicy, FilterPolicyScope }: z.output<typeof subscription>): Subscription['wants'] => {
  if (FilterPolicy === undefined) return () => true;
  const matches = compilePattern(FilterPolicy);
  if (FilterPolicyScope === 'MessageBody') return (message) => matches(jsonOf(message) ?? null);
  return (_, given) => matches(valuesOf(given));
};

const valuesOf = (given: Attributes): JsonObject =>
  Object.fromEntries(
    Object.entries(given).map(([name, { DataType, StringValue = '' }]) => [name, valueOf(DataType, StringValue)]),
  );

const valueOf = (type: string, text: string): Json => {
  if (type === 'Number') return Number(text);
  return type === 'String.Array' ? (jsonOf(text) ?? text) : text;
};
