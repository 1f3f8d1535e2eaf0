import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { createQueues } from '../../../local/queues/create-queues.ts';
import type { JsonObject } from '../../../local/world.ts';
import { arnOf, ask, askAs, MONDAY, resource, smallWorld } from '../events/small-world.ts';

const URL = 'http://127.0.0.1:4566/000000000000/orders';
const DEAD = 'http://127.0.0.1:4566/000000000000/orders-dead';

const ground = (properties: JsonObject = {}, journal = memoryJournal()) => {
  const small = smallWorld(
    [
      resource('AWS::SQS::Queue', arnOf('sqs', 'orders'), {
        RedrivePolicy: { deadLetterTargetArn: arnOf('sqs', 'orders-dead'), maxReceiveCount: 2 },
        ...properties,
      }),
      resource('AWS::SQS::Queue', arnOf('sqs', 'orders-dead'), { MessageRetentionPeriod: 1_209_600 }),
    ],
    journal,
  );
  const queues = small.add(createQueues(small.world));
  const send = (body: string, more: JsonObject = {}) =>
    ask(queues, 'SendMessage', { QueueUrl: URL, MessageBody: body, ...more });
  const receive = async (more: JsonObject = {}) =>
    (
      await ask(queues, 'ReceiveMessage', {
        QueueUrl: URL,
        AttributeNames: ['All'],
        MessageAttributeNames: ['All'],
        ...more,
      })
    ).Messages ?? [];
  return { ...small, queues, send, receive };
};

describe('a queue', () => {
  it('gives a message back with its digests, attributes and times', async () => {
    const { send, receive } = ground();
    const sent = await send('hello', { MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } } });
    const [message] = await receive();
    expect(message).toMatchObject({
      MessageId: sent.MessageId,
      Body: 'hello',
      MD5OfBody: createHash('md5').update('hello').digest('hex'),
      MD5OfMessageAttributes: sent.MD5OfMessageAttributes,
      MessageAttributes: { kind: { DataType: 'String', StringValue: 'greeting' } },
      Attributes: { ApproximateReceiveCount: '1', SentTimestamp: String(MONDAY) },
    });
  });

  it('hides a received message until its visibility timeout ends', async () => {
    const { send, receive, world } = ground({ VisibilityTimeout: 60 });
    await send('once');
    expect(await receive()).toHaveLength(1);
    expect(await receive()).toHaveLength(0);
    await world.clock.advance(59_999);
    expect(await receive()).toHaveLength(0);
    await world.clock.advance(1);
    expect((await receive())[0].Attributes.ApproximateReceiveCount).toBe('2');
  });

  it('moves a message received too often to its dead-letter queue', async () => {
    const { queues, send, receive, world } = ground();
    await send('poison');
    for (let time = 0; time < 3; time += 1) {
      await receive();
      await world.clock.advance(30_000);
    }
    expect(queues.depth(arnOf('sqs', 'orders')).visible).toBe(0);
    const [dead] = await receive({ QueueUrl: DEAD });
    expect(dead).toMatchObject({ Body: 'poison', Attributes: { DeadLetterQueueSourceArn: arnOf('sqs', 'orders') } });
  });

  it('can have its dead letters sent back to where they came from', async () => {
    const { queues, send, receive, world } = ground();
    await send('poison');
    for (let time = 0; time < 3; time += 1) {
      await receive();
      await world.clock.advance(30_000);
    }
    await ask(queues, 'StartMessageMoveTask', { SourceArn: arnOf('sqs', 'orders-dead') });
    expect((await receive())[0].Body).toBe('poison');
  });

  it('forgets a deleted message, and ignores a receipt that is out of date', async () => {
    const { queues, send, receive, world } = ground();
    await send('a');
    const [first] = await receive();
    await world.clock.advance(30_000);
    const [second] = await receive();
    await ask(queues, 'DeleteMessage', { QueueUrl: URL, ReceiptHandle: first.ReceiptHandle });
    expect(queues.depth(arnOf('sqs', 'orders')).inFlight).toBe(1);
    await ask(queues, 'DeleteMessage', { QueueUrl: URL, ReceiptHandle: second.ReceiptHandle });
    expect(queues.depth(arnOf('sqs', 'orders'))).toEqual({ visible: 0, delayed: 0, inFlight: 0 });
  });

  it('delays a message and lets a visibility timeout be changed', async () => {
    const { queues, send, receive, world } = ground();
    await send('later', { DelaySeconds: 10 });
    expect(await receive()).toHaveLength(0);
    await world.clock.advance(10_000);
    const [message] = await receive();
    await ask(queues, 'ChangeMessageVisibility', {
      QueueUrl: URL,
      ReceiptHandle: message.ReceiptHandle,
      VisibilityTimeout: 0,
    });
    expect(await receive()).toHaveLength(1);
  });

  it('drops what is older than its retention', async () => {
    const { send, receive, world } = ground({ MessageRetentionPeriod: 3_600 });
    await send('old');
    await world.clock.advance(3_600_000);
    expect(await receive()).toHaveLength(0);
  });

  it('waits for a message as long as asked, in real time', async () => {
    const { send, receive } = ground();
    const waiting = receive({ WaitTimeSeconds: 5 });
    await send('arrives');
    expect(await waiting).toHaveLength(1);
    const began = performance.now();
    expect(await receive({ WaitTimeSeconds: 1 })).toHaveLength(0);
    expect(performance.now() - began).toBeGreaterThan(990);
  });

  it('has its messages again after a crash, those in flight at once, with their receive counts', async () => {
    const journal = memoryJournal();
    const before = ground({}, journal);
    await before.send('in flight');
    await before.receive();
    await before.send('delayed', { DelaySeconds: 10 });
    const after = ground({}, journal);
    expect(after.queues.depth(arnOf('sqs', 'orders'))).toEqual({ visible: 1, delayed: 1, inFlight: 0 });
    expect((await after.receive())[0].Attributes.ApproximateReceiveCount).toBe('2');
    await after.world.clock.advance(10_000);
    expect((await after.receive())[0].Body).toBe('delayed');
  });

  it('tells a listener about every message that becomes visible', async () => {
    const { queues, send, world } = ground();
    let heard = 0;
    await send('before');
    const stop = queues.onMessage(arnOf('sqs', 'orders'), () => (heard += 1));
    await send('now');
    await send('later', { DelaySeconds: 1 });
    await world.clock.advance(1_000);
    expect(heard).toBe(3);
    stop();
    await send('unheard');
    expect(heard).toBe(3);
  });
});

describe('a request SQS would refuse', () => {
  const entries = (n: number) => Array.from({ length: n }, (_, index) => ({ Id: `m${index}`, MessageBody: 'x' }));
  it.each([
    ['an unknown queue', 'SendMessage', { QueueUrl: 'http://x/1/nope', MessageBody: 'x' }, 'QueueDoesNotExist'],
    ['an empty body', 'SendMessage', { QueueUrl: URL, MessageBody: '' }, 'MissingParameter'],
    ['a control character', 'SendMessage', { QueueUrl: URL, MessageBody: '\u0001' }, 'InvalidMessageContents'],
    [
      'a body over 1 MiB',
      'SendMessage',
      { QueueUrl: URL, MessageBody: 'x'.repeat(1_048_577) },
      'InvalidParameterValue',
    ],
    [
      'too long a delay',
      'SendMessage',
      { QueueUrl: URL, MessageBody: 'x', DelaySeconds: 901 },
      'InvalidParameterValue',
    ],
    [
      'eleven messages at once',
      'SendMessageBatch',
      { QueueUrl: URL, Entries: entries(11) },
      'TooManyEntriesInBatchRequest',
    ],
    ['an empty batch', 'SendMessageBatch', { QueueUrl: URL, Entries: [] }, 'EmptyBatchRequest'],
    [
      'the same id twice',
      'SendMessageBatch',
      { QueueUrl: URL, Entries: [...entries(1), ...entries(1)] },
      'BatchEntryIdsNotDistinct',
    ],
    [
      'eleven messages to receive',
      'ReceiveMessage',
      { QueueUrl: URL, MaxNumberOfMessages: 11 },
      'InvalidParameterValue',
    ],
    ['a handle that is none', 'DeleteMessage', { QueueUrl: URL, ReceiptHandle: 'nonsense' }, 'ReceiptHandleIsInvalid'],
  ])('%s is refused by %s', async (...[, operation, input, code]) => {
    await expect(ask(ground().queues, operation, input)).rejects.toMatchObject({ code });
  });

  it('fails alone in a batch', async () => {
    const { queues } = ground({ MaximumMessageSize: 1_024 });
    const Entries = [...entries(1), { Id: 'large', MessageBody: 'x'.repeat(1_025) }];
    const answer = await ask(queues, 'SendMessageBatch', { QueueUrl: URL, Entries });
    expect(answer.Successful).toHaveLength(1);
    expect(answer.Failed).toMatchObject([{ Id: 'large', Code: 'InvalidParameterValue', SenderFault: true }]);
  });

  it('names the action and the queue when the caller may not', async () => {
    const { queues, denied, world } = ground();
    denied.add(`sqs:SendMessage ${arnOf('sqs', 'orders')}`);
    await expect(askAs(world.as('a-role'))(queues, 'SendMessage', { QueueUrl: URL, MessageBody: 'x' })).rejects.toThrow(
      'sqs:SendMessage',
    );
  });
});
