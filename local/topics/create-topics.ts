import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import { createDeliveries, type Delivery } from '../events/deliveries.ts';
import { jsonOf } from '../events/json-text.ts';
import { count, operation } from '../events/operation.ts';
import { queueUrl } from '../events/targets.ts';
import { AwsError, type JsonObject, type Service, type World } from '../world.ts';
import { attributes, type Attributes, type Subscription, subscriptionsOf } from './subscriptions.ts';

const TOPICS_IN_ONE_ANSWER = 100;
const MOST_BYTES = 256 * 1024;

const publish = z.object({
  TopicArn: z.string().optional(),
  TargetArn: z.string().optional(),
  Message: z.string().min(1),
  Subject: z.string().max(100).optional(),
  MessageAttributes: attributes.default({}),
  MessageStructure: z.undefined('MessageStructure is not supported here').optional(),
});
const notice = z.object({
  id: z.string(),
  message: z.string(),
  subject: z.string().optional(),
  attributes,
  at: z.string(),
});
type Notice = Readonly<z.output<typeof notice>>;

export interface Topics extends Service {
  /** Takes up unfinished deliveries. Call once every service is there. */
  start(): void;
}

/** SNS: the topics and subscriptions of the template. A message is on its way to every subscription before it is acknowledged. */
export const createTopics = (world: World): Topics => {
  const { stack, journal, clock } = world;
  const subscriptions = subscriptionsOf(stack);
  const subscriptionOf = ({ target }: Delivery): Subscription => {
    const found = subscriptions.find(({ arn }) => arn === target);
    if (found === undefined) throw new AwsError('NotFound', `${target} is no longer in the template`);
    return found;
  };
  const deliveries = createDeliveries(world, 'notification', {
    attempt: (one) => deliver(world, subscriptionOf(one), notice.parse(jsonOf(one.body))),
    giveUp: async (one, failure) => {
      const dead = subscriptions.find(({ arn }) => arn === one.target);
      if (dead?.deadLetterArn === undefined)
        return world.note(`Dropped a message for ${one.target}: ${failure.code}, ${failure.message}`);
      const body = {
        QueueUrl: queueUrl(dead.deadLetterArn),
        MessageBody: envelope(stack.region, dead, notice.parse(jsonOf(one.body))),
      };
      await world.call('sqs', 'SendMessage', body, world.as('sns.amazonaws.com', dead.topicArn));
    },
    // AWS tries a queue or function 100,015 times over 23 days; a day is enough to rehearse it.
    limits: () => ({ attempts: 185, ageSeconds: 86_400 }),
  });

  const run = operation(publish, async (input, caller) => {
    const topicArn = input.TopicArn ?? input.TargetArn ?? '';
    caller.require('sns:Publish', topicArn);
    if (!stack.all('AWS::SNS::Topic').some(({ arn }) => arn === topicArn))
      throw new AwsError('NotFound', 'Topic does not exist', { status: 404 });
    if (Buffer.byteLength(input.Message) > MOST_BYTES)
      throw new AwsError('InvalidParameter', 'Invalid parameter: Message too long');
    const sent: Notice = {
      id: randomUUID(),
      message: input.Message,
      ...(input.Subject === undefined ? {} : { subject: input.Subject }),
      attributes: input.MessageAttributes,
      at: new Date(clock.now()).toISOString(),
    };
    const wanting = subscriptions.filter(
      (one) => one.topicArn === topicArn && one.wants(sent.message, sent.attributes),
    );
    await Promise.all(
      wanting.map(async ({ arn, protocol }) =>
        protocol === 'sqs' ? deliveries.sendNow(arn, JSON.stringify(sent)) : deliveries.send(arn, JSON.stringify(sent)),
      ),
    );
    await journal.durable();
    return { MessageId: sent.id };
  });

  const list = operation(z.object({ NextToken: count.default(0) }), async ({ NextToken: from }, caller) => {
    caller.require('sns:ListTopics', '*');
    const topics = stack.all('AWS::SNS::Topic').map(({ arn }) => ({ TopicArn: arn }));
    const next = from + TOPICS_IN_ONE_ANSWER;
    return { Topics: topics.slice(from, next), ...(next < topics.length && { NextToken: String(next) }) };
  });

  return { name: 'sns', operations: { ListTopics: list, Publish: run }, start: deliveries.resume };
};

const deliver = async (world: World, to: Subscription, sent: Notice): Promise<void> => {
  const caller = world.as('sns.amazonaws.com', to.topicArn);
  if (to.protocol === 'lambda') {
    const input = {
      FunctionName: to.endpoint,
      InvocationType: 'Event',
      Payload: lambdaEvent(world.stack.region, to, sent),
    };
    await world.call('lambda', 'Invoke', input, caller);
    return;
  }
  const input = to.isRaw
    ? { MessageBody: sent.message, MessageAttributes: wire(sent.attributes) }
    : { MessageBody: envelope(world.stack.region, to, sent) };
  await world.call('sqs', 'SendMessage', { QueueUrl: queueUrl(to.endpoint), ...input }, caller);
};

/** What a queue receives without raw delivery. @see https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
const envelope = (region: string, to: Subscription, sent: Notice): string => {
  const given = attributesOf(sent.attributes);
  return JSON.stringify({
    Type: 'Notification',
    MessageId: sent.id,
    TopicArn: to.topicArn,
    ...(sent.subject === undefined ? {} : { Subject: sent.subject }),
    Message: sent.message,
    Timestamp: sent.at,
    ...signature(region, to),
    ...(Object.keys(given).length === 0 ? {} : { MessageAttributes: given }),
  });
};

const lambdaEvent = (region: string, to: Subscription, sent: Notice): JsonObject => {
  const { SigningCertURL, UnsubscribeURL, ...signed } = signature(region, to);
  return {
    Records: [
      {
        EventVersion: '1.0',
        EventSubscriptionArn: to.arn,
        EventSource: 'aws:sns',
        Sns: {
          Type: 'Notification',
          MessageId: sent.id,
          TopicArn: to.topicArn,
          Subject: sent.subject ?? null,
          Message: sent.message,
          Timestamp: sent.at,
          ...signed,
          SigningCertUrl: SigningCertURL,
          UnsubscribeUrl: UnsubscribeURL,
          MessageAttributes: attributesOf(sent.attributes),
        },
      },
    ],
  };
};

/** Nothing is signed here; the fields are there for readers that expect them. */
const signature = (region: string, { arn }: Subscription) => ({
  SignatureVersion: '1',
  Signature: 'EXAMPLE',
  SigningCertURL: `https://sns.${region}.amazonaws.com/SimpleNotificationService-0000.pem`,
  UnsubscribeURL: `https://sns.${region}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn=${arn}`,
});

const attributesOf = (given: Attributes): JsonObject =>
  Object.fromEntries(
    Object.entries(given).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? '' },
    ]),
  );

const wire = (given: Attributes): JsonObject => {
  const copy: JsonObject = JSON.parse(JSON.stringify(given));
  return copy;
};
