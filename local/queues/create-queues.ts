import * as z from 'zod';
import { lastPart, operation } from '../events/operation.ts';
import { AwsError, type Operation, type Service, type World } from '../world.ts';
import { message, type Message } from './message.ts';
import { createQueue, type Queue } from './queue.ts';
import { queueSettings } from './queue-settings.ts';
import { receiveOperations } from './receive-operations.ts';
import { type QueueFor, sendOperations } from './send-operations.ts';

export type Depth = { readonly visible: number; readonly delayed: number; readonly inFlight: number };

export interface Queues extends Service {
  /** Calls back whenever a message of the queue becomes visible, and at once when some are. Returns the end of it. */
  onMessage(queueArn: string, fn: () => void): () => void;
  depth(queueArn: string): Depth;
}

/**
 * SQS: the standard queues of the template. Messages are journalled (kind `message`) before they are acknowledged and are there
 * again after a crash, those in flight at once; they keep their receive counts.
 */
export const createQueues = (world: World): Queues => {
  const queues = new Map<string, Queue>();
  const moveDead = (arn: string | undefined) => (dead: Message) => {
    const queue = queues.get(lastPart(arn ?? ''));
    if (queue === undefined)
      world.note(`A message was received too often and its dead-letter queue ${arn} does not exist`);
    else queue.keep({ ...dead, queue: queue.settings.name, visibleAt: world.clock.now() });
  };
  for (const settings of queueSettings(world.stack))
    queues.set(settings.name, createQueue(world, settings, moveDead(settings.redrive?.deadLetterArn)));
  for (const [, kept] of world.journal.all('message')) {
    const restored = message.parse(kept);
    // Whoever had received it ended with the ground: waiting for its visibility to time out would serve nobody.
    const isFree = restored.received > 0;
    queues.get(restored.queue)?.restore(isFree ? { ...restored, visibleAt: world.clock.now() } : restored);
  }

  const named = (reference: string): Queue => {
    const queue = queues.get(lastPart(reference));
    if (queue === undefined) throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
    return queue;
  };
  const queueFor: QueueFor = (url, action, caller) => {
    const queue = named(url);
    caller.require(action, queue.settings.arn);
    return queue;
  };

  return {
    name: 'sqs',
    operations: {
      ...sendOperations(world, queueFor),
      ...receiveOperations(world, queueFor),
      ...describing(world, { queues, named, queueFor }),
    },
    onMessage(queueArn, fn) {
      const queue = named(queueArn);
      if (queue.counts().visible > 0) fn();
      return queue.onVisible(fn);
    },
    depth: (queueArn) => named(queueArn).counts(),
  };
};

type Known = {
  readonly queues: ReadonlyMap<string, Queue>;
  readonly named: (reference: string) => Queue;
  readonly queueFor: QueueFor;
};

const describing = (world: World, { queues, named, queueFor }: Known): Readonly<Record<string, Operation>> => ({
  GetQueueUrl: operation(z.object({ QueueName: z.string() }), async ({ QueueName }, caller) => {
    const { settings } = queueFor(QueueName, 'sqs:GetQueueUrl', caller);
    return { QueueUrl: settings.url };
  }),
  GetQueueAttributes: operation(
    z.object({ QueueUrl: z.string(), AttributeNames: z.array(z.string()).default([]) }),
    async ({ QueueUrl, AttributeNames }, caller) => {
      const all = Object.entries(attributesOf(queueFor(QueueUrl, 'sqs:GetQueueAttributes', caller)));
      const wanted = all.filter(([name]) => AttributeNames.includes('All') || AttributeNames.includes(name));
      return { Attributes: Object.fromEntries(wanted) };
    },
  ),
  ListQueues: operation(z.object({ QueueNamePrefix: z.string().default('') }), async ({ QueueNamePrefix }, caller) => {
    caller.require('sqs:ListQueues', '*');
    const hit = [...queues.values()].filter(({ settings }) => settings.name.startsWith(QueueNamePrefix));
    return { QueueUrls: hit.map(({ settings }) => settings.url) };
  }),
  PurgeQueue: operation(z.object({ QueueUrl: z.string() }), async ({ QueueUrl }, caller) => {
    queueFor(QueueUrl, 'sqs:PurgeQueue', caller).purge();
    await world.journal.durable();
    return {};
  }),
  StartMessageMoveTask: operation(
    z.object({ SourceArn: z.string(), DestinationArn: z.string().optional() }),
    async ({ SourceArn, DestinationArn }, caller) => {
      const source = queueFor(SourceArn, 'sqs:StartMessageMoveTask', caller);
      const moved = source.moveTo((dead) => named(DestinationArn ?? dead.deadFrom ?? ''));
      await world.journal.durable();
      return { TaskHandle: Buffer.from(JSON.stringify({ SourceArn, moved })).toString('base64url') };
    },
  ),
});

const attributesOf = (queue: Queue): Record<string, string> => {
  const { settings } = queue;
  const { visible, delayed, inFlight } = queue.counts();
  return {
    QueueArn: settings.arn,
    ApproximateNumberOfMessages: String(visible),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    DelaySeconds: String(settings.delaySeconds),
    MaximumMessageSize: String(settings.maximumBytes),
    MessageRetentionPeriod: String(settings.retentionSeconds),
    ReceiveMessageWaitTimeSeconds: String(settings.waitSeconds),
    VisibilityTimeout: String(settings.visibilitySeconds),
    ...(settings.redrive === undefined
      ? {}
      : {
          RedrivePolicy: JSON.stringify({
            deadLetterTargetArn: settings.redrive.deadLetterArn,
            maxReceiveCount: settings.redrive.maxReceiveCount,
          }),
        }),
  };
};
