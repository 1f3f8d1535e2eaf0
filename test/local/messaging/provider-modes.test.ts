import { describe, expect, it } from 'vitest';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { ask } from '../events/small-world.ts';
import { messagingGround, raw } from './messaging-ground.ts';

const sms = { DestinationPhoneNumber: '+14255550156', OriginationIdentity: '+12065550100', MessageBody: 'Hi' };
const v2 = {
  FromEmailAddress: 'hello@shop.example',
  Destination: { ToAddresses: ['ann@customer.example'] },
  Content: { Simple: { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'Hi' } } } },
};
const push = {
  ApplicationId: 'app1',
  MessageRequest: {
    Addresses: { device: { ChannelType: 'GCM' } },
    MessageConfiguration: { GCMMessage: { Title: 'Cart', Body: 'waits' } },
  },
};

type Ground = ReturnType<typeof messagingGround>;
const sends = ({ messaging }: Ground) =>
  ({
    'SES v1': () => ask(messaging.ses, 'SendRawEmail', raw()),
    'SES v2': () => ask(messaging.ses, 'SendEmail', v2),
    SMS: () => ask(messaging.smsVoice, 'SendTextMessage', sms),
    push: () => ask(messaging.mobileTargeting, 'SendMessages', push),
  }) as const;

describe('a provider', () => {
  it.each([
    ['throttled', 'SES v1', 'Throttling'],
    ['throttled', 'SES v2', 'TooManyRequestsException'],
    ['throttled', 'SMS', 'ThrottlingException'],
    ['throttled', 'push', 'TooManyRequestsException'],
    ['paused', 'SES v1', 'AccountSendingPausedException'],
    ['paused', 'SES v2', 'SendingPausedException'],
    ['paused', 'SMS', 'AccessDeniedException'],
    ['paused', 'push', 'ForbiddenException'],
    ['unavailable', 'SES v1', 'ServiceUnavailable'],
    ['unavailable', 'SMS', 'ServiceUnavailable'],
  ] as const)('that is %s refuses in the words of %s', async (...[sending, api, code]) => {
    const ground = messagingGround();
    ground.messaging.setMode({ sending });
    await expect(sends(ground)[api]()).rejects.toMatchObject({ code });
    expect(ground.messaging.list()).toEqual([]);
    ground.messaging.setMode({ sending: 'normal' });
    await sends(ground)[api]();
  });
});

describe('an account', () => {
  it('whose email somebody paused refuses email alone, still after a crash, until somebody resumes it', async () => {
    const journal = memoryJournal();
    const first = messagingGround([], journal);
    await ask(first.messaging.ses, 'PutAccountSendingAttributes', { SendingEnabled: false });
    const ground = messagingGround([], journal);
    expect(await ask(ground.messaging.ses, 'GetAccount', {})).toMatchObject({ SendingEnabled: false });
    await expect(sends(ground)['SES v1']()).rejects.toMatchObject({ code: 'AccountSendingPausedException' });
    await sends(ground).SMS();
    await ask(ground.messaging.ses, 'UpdateAccountSendingEnabled', { Enabled: 'true' });
    expect(await ask(ground.messaging.ses, 'GetAccountSendingEnabled', {})).toEqual({ Enabled: true });
    await sends(ground)['SES v1']();
    expect(await ask(ground.messaging.ses, 'GetSendQuota', {})).toMatchObject({ SentLast24Hours: 1 });
  });

  it('in the sandbox sends SMS to numbers that were verified, and to the simulator', async () => {
    const ground = messagingGround();
    const { smsVoice, setMode } = ground.messaging;
    setMode({ sandbox: true });
    await expect(sends(ground).SMS()).rejects.toMatchObject({
      code: 'ConflictException',
      fields: { Reason: 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED' },
    });
    await ask(smsVoice, 'SendTextMessage', { ...sms, DestinationPhoneNumber: '+14254147755' });
    const made = await ask(smsVoice, 'CreateVerifiedDestinationNumber', {
      DestinationPhoneNumber: sms.DestinationPhoneNumber,
    });
    expect(made).toMatchObject({ Status: 'PENDING' });
    await expect(sends(ground).SMS()).rejects.toThrow('not verified');
    const { VerifiedDestinationNumberId } = made;
    await ask(smsVoice, 'VerifyDestinationNumber', { VerifiedDestinationNumberId, VerificationCode: '123456' });
    await sends(ground).SMS();
    expect((await ask(smsVoice, 'DescribeVerifiedDestinationNumbers', {})).VerifiedDestinationNumbers).toMatchObject([
      { DestinationPhoneNumber: sms.DestinationPhoneNumber, Status: 'VERIFIED' },
    ]);
  });
});
