import { describe, expect, it } from 'vitest';
import { createQueues } from '../../../local/queues/create-queues.ts';
import { createTopics } from '../../../local/topics/create-topics.ts';
import type { JsonObject, Resource } from '../../../local/world.ts';
import { arnOf, ask, resource, smallWorld } from '../events/small-world.ts';

const TOPIC = arnOf('sns', 'news');
const QUEUE = arnOf('sqs', 'readers');
const FUNCTION = arnOf('lambda', 'function:read');

const subscription = (properties: JsonObject): Resource =>
  resource('AWS::SNS::Subscription', `${TOPIC}:${JSON.stringify(properties).length}`, {
    TopicArn: TOPIC,
    ...properties,
  });

const ground = (...subscriptions: readonly Resource[]) => {
  const small = smallWorld([
    resource('AWS::SNS::Topic', TOPIC, {}),
    resource('AWS::SQS::Queue', QUEUE, {}),
    ...subscriptions,
  ]);
  const queues = small.add(createQueues(small.world));
  const topics = small.add(createTopics(small.world));
  topics.start();
  const read = async () =>
    (await ask(queues, 'ReceiveMessage', { QueueUrl: QUEUE, MessageAttributeNames: ['All'], MaxNumberOfMessages: 10 }))
      .Messages ?? [];
  return { ...small, topics, read };
};

const message = {
  TopicArn: TOPIC,
  Message: 'hello',
  Subject: 'Hi',
  MessageAttributes: { kind: { DataType: 'String', StringValue: 'new' } },
};

describe('a message published to a topic', () => {
  it('is in a subscribed queue, in an envelope', async () => {
    const { topics, read, required } = ground(subscription({ Protocol: 'sqs', Endpoint: QUEUE }));
    const { MessageId } = await ask(topics, 'Publish', message);
    expect(JSON.parse((await read())[0].Body)).toMatchObject({
      Type: 'Notification',
      MessageId,
      TopicArn: TOPIC,
      Subject: 'Hi',
      Message: 'hello',
      Timestamp: '2026-01-05T09:00:00.000Z',
      MessageAttributes: { kind: { Type: 'String', Value: 'new' } },
    });
    expect(required).toContain(`sns.amazonaws.com sqs:SendMessage ${QUEUE} for ${TOPIC}`);
  });

  it('arrives bare with raw delivery, its attributes with it', async () => {
    const { topics, read } = ground(subscription({ Protocol: 'sqs', Endpoint: QUEUE, RawMessageDelivery: true }));
    await ask(topics, 'Publish', message);
    expect((await read())[0]).toMatchObject({ Body: 'hello', MessageAttributes: { kind: { StringValue: 'new' } } });
  });

  it('invokes a subscribed function', async () => {
    const { topics, calls, world } = ground(subscription({ Protocol: 'lambda', Endpoint: FUNCTION }));
    await ask(topics, 'Publish', message);
    await world.clock.quiet();
    expect(calls[0]).toMatchObject({
      operation: 'Invoke',
      input: {
        FunctionName: FUNCTION,
        InvocationType: 'Event',
        Payload: { Records: [{ EventSource: 'aws:sns', Sns: { Message: 'hello', Subject: 'Hi' } }] },
      },
    });
  });

  it('reaches only subscriptions whose filter wants it', async () => {
    const { topics, read } = ground(
      subscription({ Protocol: 'sqs', Endpoint: QUEUE, FilterPolicy: { kind: ['new', { prefix: 'x' }] } }),
      subscription({
        Protocol: 'sqs',
        Endpoint: QUEUE,
        FilterPolicy: { price: [{ numeric: ['>', 5] }] },
        FilterPolicyScope: 'MessageBody',
      }),
    );
    await ask(topics, 'Publish', message);
    await ask(topics, 'Publish', { TopicArn: TOPIC, Message: '{"price":6}' });
    await ask(topics, 'Publish', { TopicArn: TOPIC, Message: 'nobody' });
    expect(await read()).toHaveLength(2);
  });

  it('goes to the dead-letter queue of a subscription that may not be reached', async () => {
    const dead = arnOf('sqs', 'dead');
    const { topics, denied, world } = ground(
      resource('AWS::SQS::Queue', dead, {}),
      subscription({ Protocol: 'sqs', Endpoint: QUEUE, RedrivePolicy: { deadLetterTargetArn: dead } }),
    );
    denied.add(`sqs:SendMessage ${QUEUE}`);
    await ask(topics, 'Publish', message);
    const answer = await world.call('sqs', 'ReceiveMessage', { QueueUrl: dead }, world.as('anyone'));
    expect(answer['Messages']).toHaveLength(1);
  });

  it('to an unknown topic is refused', async () => {
    const { topics } = ground();
    await expect(ask(topics, 'Publish', { ...message, TopicArn: arnOf('sns', 'nope') })).rejects.toMatchObject({
      code: 'NotFound',
    });
  });

  it('cannot be mailed: such a subscription is refused at start', () => {
    expect(() => ground(subscription({ Protocol: 'email', Endpoint: 'a@b.example' }))).toThrow('supported here');
  });
});
