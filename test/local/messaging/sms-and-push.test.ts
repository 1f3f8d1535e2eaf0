import { describe, expect, it } from 'vitest';
import { arnOf, ask, askAs } from '../events/small-world.ts';
import { messagingGround, TOPIC, twoWayNumber } from './messaging-ground.ts';

const sms = {
  DestinationPhoneNumber: '+14255550156',
  OriginationIdentity: '+12065550100',
  MessageBody: 'Your cart waits',
  Context: { journey: 'cart' },
};

describe('an SMS', () => {
  it('is in the outbox and its delivery is told on the default bus, with its context', async () => {
    const { messaging, heard } = messagingGround();
    const { MessageId } = await ask(messaging.smsVoice, 'SendTextMessage', sms);
    expect(messaging.list()).toMatchObject([
      {
        id: MessageId,
        channel: 'sms',
        to: '+14255550156',
        from: '+12065550100',
        text: 'Your cart waits',
        tags: { journey: 'cart' },
      },
    ]);
    expect(await heard()).toMatchObject([
      {
        source: 'aws.sms-voice',
        'detail-type': 'Text Message Delivery Status Updated',
        detail: { eventType: 'TEXT_SUCCESSFUL', isFinal: false },
      },
      {
        detail: {
          eventType: 'TEXT_DELIVERED',
          isFinal: true,
          messageId: MessageId,
          context: { journey: 'cart' },
          totalMessageParts: 1,
        },
      },
    ]);
  });

  it('that is only a dry run goes nowhere', async () => {
    const { messaging, heard } = messagingGround();
    await ask(messaging.smsVoice, 'SendTextMessage', { ...sms, DryRun: true });
    expect(messaging.list()).toEqual([]);
    expect(await heard()).toEqual([]);
  });

  it('can fail', async () => {
    const { messaging, heard } = messagingGround();
    messaging.script('+14255550156', 'bounce');
    await ask(messaging.smsVoice, 'SendTextMessage', sms);
    expect((await heard())[1].detail).toMatchObject({ eventType: 'TEXT_INVALID', isFinal: true });
  });

  it.each([
    ['a number that is not E.164', { DestinationPhoneNumber: '0123 45' }, 'ValidationException'],
    ['more than 1600 characters', { MessageBody: 'x'.repeat(1_601) }, 'ValidationException'],
    ['an empty body', { MessageBody: '' }, 'ValidationException'],
    ['six entries of context', { Context: { a: '1', b: '2', c: '3', d: '4', e: '5', f: '6' } }, 'ValidationException'],
    ['an unknown field', { Colour: 'red' }, 'ValidationException'],
    ['an unknown configuration set', { ConfigurationSetName: 'nope' }, 'ResourceNotFoundException'],
    [
      'an unknown origination, where the template has some',
      { OriginationIdentity: 'SHOP' },
      'ResourceNotFoundException',
    ],
  ])('with %s is refused', async (...[, change, code]) => {
    const { messaging } = messagingGround([twoWayNumber]);
    await expect(ask(messaging.smsVoice, 'SendTextMessage', { ...sms, ...change })).rejects.toMatchObject({ code });
  });

  it('needs permission on its origination', async () => {
    const { messaging, world, required } = messagingGround([twoWayNumber]);
    await askAs(world.as('a-role'))(messaging.smsVoice, 'SendTextMessage', sms);
    expect(required).toContain(`a-role sms-voice:SendTextMessage ${arnOf('sms-voice', 'phone-number/p1')}`);
  });

  it('can be answered, and the answer goes to the topic of the number', async () => {
    const { messaging, calls } = messagingGround([twoWayNumber]);
    const { MessageId } = await ask(messaging.smsVoice, 'SendTextMessage', sms);
    await messaging.act(MessageId, 'reply', { text: 'Yes please' });
    const published = calls.find(({ service }) => service === 'sns');
    expect(published).toMatchObject({
      operation: 'Publish',
      input: { TopicArn: TOPIC },
      caller: 'arn:aws:iam::000000000000:role/two-way',
    });
    expect(JSON.parse(String(published?.input['Message']))).toMatchObject({
      originationNumber: '+14255550156',
      destinationNumber: '+12065550100',
      messageBody: 'Yes please',
      previousPublishedMessageId: MessageId,
    });
  });

  it('whose number takes no answers says so', async () => {
    const { messaging } = messagingGround();
    const { MessageId } = await ask(messaging.smsVoice, 'SendTextMessage', sms);
    await expect(messaging.act(MessageId, 'reply', { text: 'hello' })).rejects.toThrow('TwoWay');
  });

  it('answered with STOP is the last one', async () => {
    const { messaging } = messagingGround();
    const { MessageId } = await ask(messaging.smsVoice, 'SendTextMessage', sms);
    await messaging.act(MessageId, 'reply', { text: ' stop ' });
    await expect(ask(messaging.smsVoice, 'SendTextMessage', sms)).rejects.toMatchObject({
      code: 'ConflictException',
      fields: { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
    });
    await ask(messaging.smsVoice, 'DeleteOptedOutNumber', {
      OptOutListName: 'Default',
      OptedOutNumber: '+14255550156',
    });
    await ask(messaging.smsVoice, 'SendTextMessage', sms);
  });
});

describe('a push message', () => {
  const push = (Addresses: Record<string, { ChannelType: string }>) => ({
    ApplicationId: 'app1',
    MessageRequest: {
      Addresses,
      Context: { journey: 'cart' },
      MessageConfiguration: {
        APNSMessage: { Title: 'Your cart', Body: 'waits' },
        GCMMessage: { Title: 'Cart', Body: 'waits' },
      },
    },
  });

  it('is answered for each address', async () => {
    const { messaging } = messagingGround();
    messaging.script('gone', 'bounce');
    const answer = await ask(
      messaging.mobileTargeting,
      'SendMessages',
      push({ phone: { ChannelType: 'APNS' }, gone: { ChannelType: 'GCM' }, fax: { ChannelType: 'FAX' } }),
    );
    expect(answer.MessageResponse.Result).toMatchObject({
      phone: { DeliveryStatus: 'SUCCESSFUL', StatusCode: 200 },
      gone: { DeliveryStatus: 'PERMANENT_FAILURE', StatusCode: 410 },
      fax: { DeliveryStatus: 'PERMANENT_FAILURE' },
    });
    expect(messaging.list()).toMatchObject([
      { channel: 'push', to: 'phone', subject: 'Your cart', text: 'waits', tags: { journey: 'cart' } },
    ]);
  });

  it('to Android tells of a token that the device has instead', async () => {
    const { messaging } = messagingGround();
    messaging.script('phone', { updatedToken: 'phone-2' });
    const addresses = { phone: { ChannelType: 'GCM' }, other: { ChannelType: 'GCM' } };
    const answer = await ask(messaging.mobileTargeting, 'SendMessages', push(addresses));
    const { phone, other } = answer.MessageResponse.Result;
    expect([phone.UpdatedToken, other.UpdatedToken]).toEqual(['phone-2', undefined]);
  });

  it('of an unknown application is refused', async () => {
    const { messaging } = messagingGround();
    const input = { ...push({ phone: { ChannelType: 'APNS' } }), ApplicationId: 'nope' };
    await expect(ask(messaging.mobileTargeting, 'SendMessages', input)).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });
});
