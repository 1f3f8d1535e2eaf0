import * as z from 'zod';
import { operation } from '../events/operation.ts';
import type { Caller, JsonObject, Operation, World } from '../world.ts';
import { checkBatch, checkMessage, checkRange, eachEntry } from './limits.ts';
import { md5, md5OfAttributes, messageAttributes, sizeOf } from './message.ts';
import type { Queue } from './queue.ts';

/** The queue a request means, once its caller may use it. */
export type QueueFor = (url: string, action: string, caller: Caller) => Queue;

const entry = z.object({
  MessageBody: z.string().default(''),
  DelaySeconds: z.number().optional(),
  MessageAttributes: messageAttributes.default({}),
});
const send = entry.extend({ QueueUrl: z.string() });
const sendBatch = z.object({ QueueUrl: z.string(), Entries: z.array(entry.extend({ Id: z.string() })).default([]) });

/** SendMessage and SendMessageBatch: answered when the messages are on disk. */
export const sendOperations = (world: World, queueFor: QueueFor): Readonly<Record<string, Operation>> => ({
  SendMessage: operation(send, async (input, caller) => {
    const answer = sendOne(queueFor(input.QueueUrl, 'sqs:SendMessage', caller), input);
    await world.journal.durable();
    return answer;
  }),
  SendMessageBatch: operation(sendBatch, async ({ QueueUrl, Entries }, caller) => {
    const queue = queueFor(QueueUrl, 'sqs:SendMessage', caller);
    checkBatch(
      Entries,
      Entries.reduce((bytes, one) => bytes + sizeOf(one.MessageBody, one.MessageAttributes), 0),
    );
    const answer = await eachEntry(Entries, (one) => sendOne(queue, one));
    await world.journal.durable();
    return answer;
  }),
});

const sendOne = (queue: Queue, input: z.output<typeof entry>): JsonObject => {
  const { MessageBody, MessageAttributes, DelaySeconds } = input;
  checkRange('DelaySeconds', DelaySeconds, [0, 900]);
  checkMessage(MessageBody, MessageAttributes, queue.settings.maximumBytes);
  const { id } = queue.send(MessageBody, MessageAttributes, DelaySeconds);
  return {
    MessageId: id,
    MD5OfMessageBody: md5(MessageBody),
    ...(Object.keys(MessageAttributes).length === 0
      ? {}
      : { MD5OfMessageAttributes: md5OfAttributes(MessageAttributes) }),
  };
};
