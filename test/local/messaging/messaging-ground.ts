import { createEvents } from '../../../local/events/create-events.ts';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { createMessaging } from '../../../local/messaging/create-messaging.ts';
import { createQueues } from '../../../local/queues/create-queues.ts';
import type { JsonObject, Resource } from '../../../local/world.ts';
import { arnOf, ask, resource, smallWorld } from '../events/small-world.ts';

export const QUEUE = arnOf('sqs', 'feedback');
export const TOPIC = arnOf('sns', 'replies');
export const ALL_TYPES = ['send', 'delivery', 'bounce', 'complaint', 'reject', 'open', 'click', 'deliveryDelay'];

export const twoWayNumber = resource('AWS::SMSVOICE::PhoneNumber', arnOf('sms-voice', 'phone-number/p1'), {
  IsoCountryCode: 'US',
  TwoWay: { Enabled: true, ChannelArn: TOPIC, ChannelRole: 'arn:aws:iam::000000000000:role/two-way' },
});

/** A shop's providers, and a queue that hears everything SES and SMS say on the default bus. */
export const messagingGround = (more: readonly Resource[] = [], journal = memoryJournal()) => {
  const small = smallWorld(
    [
      resource('AWS::SES::EmailIdentity', arnOf('ses', 'identity/shop.example'), { EmailIdentity: 'shop.example' }),
      resource('AWS::SES::ConfigurationSet', arnOf('ses', 'configuration-set/journeys'), {}),
      resource('AWS::SES::ConfigurationSetEventDestination', arnOf('ses', 'destination'), {
        ConfigurationSetName: 'journeys',
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ALL_TYPES,
          EventBridgeDestination: { EventBusArn: arnOf('events', 'event-bus/default') },
        },
      }),
      resource('AWS::Pinpoint::App', arnOf('mobiletargeting', 'apps/app1'), { Name: 'shop' }),
      resource('AWS::Events::Rule', arnOf('events', 'rule/feedback'), {
        EventPattern: { source: ['aws.ses', 'aws.sms-voice'] },
        Targets: [{ Id: 'queue', Arn: QUEUE }],
      }),
      resource('AWS::SQS::Queue', QUEUE, {}),
      ...more,
    ],
    journal,
  );
  const queues = small.add(createQueues(small.world));
  const events = small.add(createEvents(small.world));
  const messaging = createMessaging(small.world, events.emit);
  for (const service of [messaging.ses, messaging.smsVoice, messaging.mobileTargeting]) small.add(service);
  events.start();
  messaging.start();
  /** The events heard since the last time. */
  const heard = async () => {
    await small.world.clock.quiet();
    const { Messages = [] } = await ask(queues, 'ReceiveMessage', {
      QueueUrl: QUEUE,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 43_200,
    });
    return Messages.map((message: { Body: string }) => JSON.parse(message.Body));
  };
  const titles = async (): Promise<readonly string[]> =>
    (await heard()).map((event: JsonObject) => event['detail-type']);
  return { ...small, queues, events, messaging, heard, titles };
};

export const MIME = [
  'From: The Shop <hello@shop.example>',
  'To: Ann <ann@customer.example>',
  'Subject: =?utf-8?Q?Your_cart_=F0=9F=9B=92?=',
  'List-Unsubscribe: <https://shop.example/u/1>',
  'X-SES-CONFIGURATION-SET: journeys',
  'X-SES-MESSAGE-TAGS: journey=cart, step=remind',
  'MIME-Version: 1.0',
  'Content-Type: multipart/alternative; boundary=b',
  '',
  '--b',
  'Content-Type: text/plain; charset=utf-8',
  '',
  'Still interested?',
  '--b',
  'Content-Type: text/html; charset=utf-8',
  '',
  '<p>Still <a href="https://shop.example/cart?a=1&amp;b=2">interested</a>?</p>',
  '--b--',
  '',
].join('\r\n');

export const raw = (mime = MIME): JsonObject => ({ RawMessage: { Data: Buffer.from(mime).toString('base64') } });
