import * as z from 'zod';
import { count, declared, flag, json, lastPart } from '../events/operation.ts';
import type { Stack } from '../world.ts';

const redrive = z.object({ deadLetterTargetArn: z.string(), maxReceiveCount: count });

const queue = z.strictObject({
  QueueName: z.string().optional(),
  DelaySeconds: count.default(0),
  FifoQueue: flag.refine((isFifo) => !isFifo, 'FIFO queues are not supported here').optional(),
  MaximumMessageSize: count.default(1_048_576),
  MessageRetentionPeriod: count.default(345_600),
  ReceiveMessageWaitTimeSeconds: count.default(0),
  VisibilityTimeout: count.default(30),
  RedrivePolicy: redrive.optional(),
  RedriveAllowPolicy: json.optional(),
  KmsMasterKeyId: z.string().optional(),
  KmsDataKeyReusePeriodSeconds: count.optional(),
  SqsManagedSseEnabled: flag.optional(),
  Tags: json.optional(),
});

export type QueueSettings = {
  readonly name: string;
  readonly arn: string;
  /** What `Ref` gives. */
  readonly url: string;
  readonly delaySeconds: number;
  readonly visibilitySeconds: number;
  readonly retentionSeconds: number;
  readonly waitSeconds: number;
  readonly maximumBytes: number;
  readonly redrive?: { readonly deadLetterArn: string; readonly maxReceiveCount: number };
};

/** The standard queues of the template. A FIFO queue or an unknown property is refused at start. */
export const queueSettings = (stack: Stack): readonly QueueSettings[] =>
  declared(stack, 'AWS::SQS::Queue', queue).map(({ resource, properties: { RedrivePolicy, ...properties } }) => ({
    name: lastPart(resource.arn),
    arn: resource.arn,
    url: resource.ref,
    delaySeconds: properties.DelaySeconds,
    visibilitySeconds: properties.VisibilityTimeout,
    retentionSeconds: properties.MessageRetentionPeriod,
    waitSeconds: properties.ReceiveMessageWaitTimeSeconds,
    maximumBytes: properties.MaximumMessageSize,
    ...(RedrivePolicy === undefined
      ? {}
      : {
          redrive: { deadLetterArn: RedrivePolicy.deadLetterTargetArn, maxReceiveCount: RedrivePolicy.maxReceiveCount },
        }),
  }));
