import { Duration, Validations } from 'aws-cdk-lib/core';
import type { Function as Reader } from 'aws-cdk-lib/aws-lambda';
import { SqsEventSource, type SqsEventSourceProps } from 'aws-cdk-lib/aws-lambda-event-sources';
import { type DeadLetterQueue, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Stage } from '../stage.ts';
import { alarmWhen } from './alarm-when.ts';
import { keepLogicalId } from './keep-logical-id.ts';

export type SegueQueueProps = {
  readonly stage: Stage;
  /** Physical name after `segue-<stage>-`. */
  readonly name: string;
  /** Of the function that reads it: a message stays invisible for six times as long, as Lambda asks for. */
  readonly readerTimeout?: Duration;
  readonly deadLetterQueue?: DeadLetterQueue;
};

/** An encrypted queue, spoken to over TLS only, that keeps what nobody took for 14 days. */
export const segueQueue = (scope: Construct, id: string, props: SegueQueueProps): Queue => {
  const { stage, name, readerTimeout, deadLetterQueue } = props;
  const queue = new Queue(scope, id, {
    queueName: `segue-${stage.name}-${name}`,
    encryption: QueueEncryption.SQS_MANAGED,
    enforceSSL: true,
    retentionPeriod: Duration.days(14),
    ...(readerTimeout && { visibilityTimeout: Duration.seconds(6 * readerTimeout.toSeconds()) }),
    ...(deadLetterQueue && { deadLetterQueue }),
  });
  keepLogicalId(queue, id);
  return queue;
};

/** A queue for what failed five times; one message in it raises an alarm. */
export const deadLetters = (scope: Construct, id: string, props: SegueQueueProps & { readonly runbook: string }) => {
  const queue = segueQueue(scope, id, props);
  Validations.of(queue).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason: 'It is itself the dead-letter queue of another: nothing receives from it but an operator.',
  });
  const metric = queue.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum' });
  alarmWhen(scope, { ...props, metric, above: 0 });
  return { queue, maxReceiveCount: 5 };
};

/** Lets a function read a queue, message by message: those that fail come again, the others of their batch do not. */
export const readQueue = (reader: Reader, queue: Queue, how: SqsEventSourceProps): void => {
  reader.addEventSource(new SqsEventSource(queue, { ...how, reportBatchItemFailures: true }));
  Validations.of(reader).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: 'A queue has no on-failure destination: what fails five times goes to the dead-letter queue of the queue.',
  });
};
