import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PinpointClient, SendMessagesCommand } from '@aws-sdk/client-pinpoint';
import {
  ConflictException,
  PinpointSMSVoiceV2Client,
  PutOptedOutNumberCommand,
  SendTextMessageCommand,
} from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { MessageRejected, SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import {
  GetSuppressedDestinationCommand,
  PutSuppressedDestinationCommand,
  SendEmailCommand,
  SESv2Client,
} from '@aws-sdk/client-sesv2';
import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openFront, type Front } from '../../../local/front/open-front.ts';
import { makeRouter } from '../../../local/front/router.ts';
import { createSecrets } from '../../../local/secrets/create-secrets.ts';
import { arnOf, outside, resource } from '../events/small-world.ts';
import { messagingGround, MIME } from '../messaging/messaging-ground.ts';

const ground = messagingGround([
  resource('AWS::SecretsManager::Secret', arnOf('secretsmanager', 'secret:key-a1b2c3'), { SecretString: 's' }),
]);
let front: Front;
let options: {
  endpoint: string;
  region: string;
  credentials: { accessKeyId: string; secretAccessKey: string };
  maxAttempts: number;
};

beforeAll(async () => {
  const { messaging, queues, events, world } = ground;
  const services = [messaging.ses, messaging.smsVoice, messaging.mobileTargeting, queues, events, createSecrets(world)];
  front = await openFront({
    port: 0,
    router: makeRouter(services),
    clock: world.clock,
    callerOf: () => outside,
    note: world.note,
  });
  options = {
    endpoint: front.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
    maxAttempts: 1,
  };
});
afterAll(() => front.close());

describe('an AWS SDK pointed at the ground', () => {
  it('sends and receives through SQS, checking every digest', async () => {
    const sqs = new SQSClient(options);
    const { QueueUrl } = await sqs.send(new GetQueueUrlCommand({ QueueName: 'feedback' }));
    const MessageAttributes = {
      kind: { DataType: 'String', StringValue: 'ünïcode' },
      raw: { DataType: 'Binary', BinaryValue: Buffer.of(1, 2) },
    };
    const sent = await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'héllo', MessageAttributes }));
    const batch = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: 'a', MessageBody: 'batch' }] }),
    );
    expect(batch.Successful).toHaveLength(1);
    const received = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl,
        MaxNumberOfMessages: 10,
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['All'],
      }),
    );
    expect(received.Messages).toMatchObject([
      { MessageId: sent.MessageId, MD5OfMessageAttributes: sent.MD5OfMessageAttributes },
      { Body: 'batch' },
    ]);
    const Entries = (received.Messages ?? []).map(({ ReceiptHandle }, index) => ({ Id: `m${index}`, ReceiptHandle }));
    expect((await sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))).Failed).toEqual([]);
    await expect(sqs.send(new SendMessageCommand({ QueueUrl: 'http://x/0/nope', MessageBody: 'x' }))).rejects.toThrow(
      QueueDoesNotExist,
    );
  });

  it('puts events on a bus', async () => {
    const Entries = [
      { Source: 'shop', DetailType: 'Order', Detail: '{}', Time: new Date('2026-01-01') },
      { Source: 'shop' },
    ];
    const answer = await new EventBridgeClient(options).send(new PutEventsCommand({ Entries }));
    expect(answer).toMatchObject({
      FailedEntryCount: 1,
      Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'InvalidArgument' }],
    });
  });

  it('sends email by both versions of SES and knows its errors', async () => {
    const ses = new SESClient(options);
    const Data = Buffer.from(MIME);
    const sent = await ses.send(
      new SendRawEmailCommand({
        RawMessage: { Data },
        Tags: [{ Name: 'a', Value: 'b' }],
        ConfigurationSetName: 'journeys',
      }),
    );
    expect(ground.messaging.list().at(-1)).toMatchObject({ id: sent.MessageId, tags: { a: 'b', journey: 'cart' } });
    await expect(
      ses.send(new SendRawEmailCommand({ RawMessage: { Data }, Source: 'x@other.example' })),
    ).rejects.toThrow(MessageRejected);
    await expect(
      ses.send(new SendRawEmailCommand({ RawMessage: { Data }, ConfigurationSetName: 'nope' })),
    ).rejects.toMatchObject({
      name: expect.stringContaining('ConfigurationSetDoesNotExist'),
    });
    const v2 = new SESv2Client(options);
    await v2.send(
      new SendEmailCommand({
        FromEmailAddress: 'hello@shop.example',
        Destination: { ToAddresses: ['ann@customer.example'] },
        Content: { Simple: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'x' } } } },
      }),
    );
    await v2.send(new PutSuppressedDestinationCommand({ EmailAddress: 'bob+x@customer.example', Reason: 'COMPLAINT' }));
    const suppressed = await v2.send(new GetSuppressedDestinationCommand({ EmailAddress: 'bob+x@customer.example' }));
    expect(suppressed.SuppressedDestination).toMatchObject({
      Reason: 'COMPLAINT',
      LastUpdateTime: new Date('2026-01-05T09:00:00Z'),
    });
  });

  it('sends SMS and push', async () => {
    const sms = new PinpointSMSVoiceV2Client(options);
    const text = { DestinationPhoneNumber: '+14255550156', MessageBody: 'Hi', OriginationIdentity: 'SHOP' };
    expect((await sms.send(new SendTextMessageCommand(text))).MessageId).toBeDefined();
    await sms.send(new PutOptedOutNumberCommand({ OptOutListName: 'Default', OptedOutNumber: '+14255550156' }));
    const refused = await sms.send(new SendTextMessageCommand(text)).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ConflictException);
    expect(refused).toMatchObject({ Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' });
    const pushed = await new PinpointClient(options).send(
      new SendMessagesCommand({
        ApplicationId: 'app1',
        MessageRequest: {
          Addresses: { t: { ChannelType: 'APNS' } },
          MessageConfiguration: { APNSMessage: { Title: 'a', Body: 'b' } },
        },
      }),
    );
    expect(pushed.MessageResponse?.Result?.['t']?.DeliveryStatus).toBe('SUCCESSFUL');
  });

  it('reads secrets', async () => {
    const secrets = new SecretsManagerClient(options);
    expect(await secrets.send(new GetSecretValueCommand({ SecretId: 'key' }))).toMatchObject({
      SecretString: 's',
      CreatedDate: new Date('2026-01-05T09:00:00Z'),
    });
  });
});
