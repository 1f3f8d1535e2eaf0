import * as z from 'zod';
import { operation } from '../events/operation.ts';
import { AwsError, type JsonObject, type Operation, type World } from '../world.ts';
import { checkBatch, checkRange, eachEntry, invalidValue } from './limits.ts';
import { md5, md5OfAttributes, type Message, type MessageAttributes } from './message.ts';
import { isHandle, type Queue, type Received } from './queue.ts';
import type { QueueFor } from './send-operations.ts';

const names = z.array(z.string()).default([]);
const receive = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: z.number().default(1),
  VisibilityTimeout: z.number().optional(),
  WaitTimeSeconds: z.number().optional(),
  AttributeNames: names,
  MessageSystemAttributeNames: names,
  MessageAttributeNames: names,
});
const remove = z.object({ QueueUrl: z.string(), ReceiptHandle: z.string() });
const change = remove.extend({ VisibilityTimeout: z.number() });
const batchOf = <S extends z.ZodObject>(one: S) =>
  z.object({ QueueUrl: z.string(), Entries: z.array(one).default([]) });
const removeEntry = z.object({ Id: z.string(), ReceiptHandle: z.string() });
const changeEntry = removeEntry.extend({ VisibilityTimeout: z.number() });

/** ReceiveMessage with long polling in real time, DeleteMessage and ChangeMessageVisibility with their batches. */
export const receiveOperations = (world: World, queueFor: QueueFor): Readonly<Record<string, Operation>> => ({
  ReceiveMessage: operation(receive, async (input, caller) => {
    const queue = queueFor(input.QueueUrl, 'sqs:ReceiveMessage', caller);
    checkRange('MaxNumberOfMessages', input.MaxNumberOfMessages, [1, 10]);
    checkRange('WaitTimeSeconds', input.WaitTimeSeconds, [0, 20]);
    checkRange('VisibilityTimeout', input.VisibilityTimeout, [0, 43_200]);
    const received = await poll(queue, input);
    const wanted = [...input.AttributeNames, ...input.MessageSystemAttributeNames];
    return received.length === 0
      ? {}
      : {
          Messages: received.map((one) =>
            wire(one, { caller: caller.id, wanted, attributes: input.MessageAttributeNames }),
          ),
        };
  }),
  DeleteMessage: operation(remove, async ({ QueueUrl, ReceiptHandle }, caller) => {
    deleteOne(queueFor(QueueUrl, 'sqs:DeleteMessage', caller), ReceiptHandle);
    await world.journal.durable();
    return {};
  }),
  DeleteMessageBatch: operation(batchOf(removeEntry), async ({ QueueUrl, Entries }, caller) => {
    const queue = queueFor(QueueUrl, 'sqs:DeleteMessage', caller);
    checkBatch(Entries);
    const answer = await eachEntry(Entries, ({ ReceiptHandle }) => deleteOne(queue, ReceiptHandle));
    await world.journal.durable();
    return answer;
  }),
  ChangeMessageVisibility: operation(change, async ({ QueueUrl, ReceiptHandle, VisibilityTimeout }, caller) => {
    changeOne(queueFor(QueueUrl, 'sqs:ChangeMessageVisibility', caller), ReceiptHandle, VisibilityTimeout);
    return {};
  }),
  ChangeMessageVisibilityBatch: operation(batchOf(changeEntry), async ({ QueueUrl, Entries }, caller) => {
    const queue = queueFor(QueueUrl, 'sqs:ChangeMessageVisibility', caller);
    checkBatch(Entries);
    return eachEntry(Entries, (one) => changeOne(queue, one.ReceiptHandle, one.VisibilityTimeout));
  }),
});

/** Waits for a message at most `WaitTimeSeconds` of real time, whatever clock the world runs on. */
const poll = async (queue: Queue, input: z.output<typeof receive>): Promise<readonly Received[]> => {
  const take = () => queue.receive(input.MaxNumberOfMessages, input.VisibilityTimeout);
  const deadline = performance.now() + (input.WaitTimeSeconds ?? queue.settings.waitSeconds) * 1_000;
  let received = take();
  while (received.length === 0 && performance.now() < deadline) {
    await nextVisible(queue, deadline - performance.now());
    received = take();
  }
  return received;
};

const nextVisible = (queue: Queue, milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      stop();
      resolve();
    };
    const stop = queue.onVisible(done);
    const timer = setTimeout(done, milliseconds);
    timer.unref();
  });

const deleteOne = (queue: Queue, handle: string): JsonObject => {
  if (!isHandle(handle))
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  queue.remove(handle);
  return {};
};

const changeOne = (queue: Queue, handle: string, seconds: number): JsonObject => {
  checkRange('VisibilityTimeout', seconds, [0, 43_200]);
  if (!isHandle(handle))
    throw new AwsError('ReceiptHandleIsInvalid', `The input receipt handle "${handle}" is not a valid receipt handle.`);
  const held = queue.held(handle);
  if (held === 'gone')
    throw invalidValue(
      `Value ${handle} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
    );
  if (held === 'visible') throw new AwsError('MessageNotInflight', `The message referred to isn't in flight.`);
  queue.changeVisibility(handle, seconds);
  return {};
};

type Wanted = { readonly caller: string; readonly wanted: readonly string[]; readonly attributes: readonly string[] };

const wire = ({ message, handle }: Received, { caller, wanted, attributes }: Wanted): JsonObject => {
  const system = Object.entries(systemAttributes(message, caller)).filter(
    ([name]) => wanted.includes('All') || wanted.includes(name),
  );
  const own = chosen(message.attributes, attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: handle,
    MD5OfBody: md5(message.body),
    Body: message.body,
    ...(system.length === 0 ? {} : { Attributes: Object.fromEntries(system) }),
    ...(Object.keys(own).length === 0
      ? {}
      : { MD5OfMessageAttributes: md5OfAttributes(own), MessageAttributes: JSON.parse(JSON.stringify(own)) }),
  };
};

const systemAttributes = (message: Message, caller: string): Record<string, string> => ({
  SenderId: caller,
  SentTimestamp: String(message.sentAt),
  ApproximateReceiveCount: String(message.received),
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt ?? message.sentAt),
  ...(message.deadFrom === undefined ? {} : { DeadLetterQueueSourceArn: message.deadFrom }),
});

/** `All`, `.*`, a name, or `prefix.*`. */
const chosen = (attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes =>
  Object.fromEntries(
    Object.entries(attributes).filter(([name]) =>
      wanted.some(
        (want) => want === 'All' || want === name || (want.endsWith('.*') && name.startsWith(want.slice(0, -2))),
      ),
    ),
  );
