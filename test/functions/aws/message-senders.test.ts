import { SendMessagesCommand, PinpointClient } from '@aws-sdk/client-pinpoint';
import { PinpointSMSVoiceV2Client, SendTextMessageCommand } from '@aws-sdk/client-pinpoint-sms-voice-v2';
import { SendRawEmailCommand, SESClient } from '@aws-sdk/client-ses';
import { mockClient } from 'aws-sdk-client-mock';
import PostalMime from 'postal-mime';
import { afterEach, describe, expect, test } from 'vitest';
import type { OutgoingEmail, OutgoingPush, OutgoingSms } from '#core/message';
import { providers } from '../../../functions/aws/aws-message-sender.ts';
import { unsubscribeHeaders } from '../../../functions/aws/unsubscribe-link.ts';

const ses = mockClient(SESClient);
const sms = mockClient(PinpointSMSVoiceV2Client);
const pinpoint = mockClient(PinpointClient);
afterEach(() => [ses, sms, pinpoint].forEach((client) => client.reset()));

const tags = {
  customer: 'c0ffee',
  journey: 'cart-abandonment',
  enrol: 'e1',
  occurrence: '1',
  step: 'reminder',
  topic: 'promotions',
};
const url = `https://api.shop.example/v1/unsubscribe/${'a'.repeat(140)}.${'b'.repeat(43)}`;
const email: OutgoingEmail = {
  channel: 'email',
  to: 'maya@customer.example',
  from: 'Nørthwind <hello@shop.example>',
  content: { subject: 'Maya, dein Körbchen wartet 🧺', html: '<p>Größe M für €49</p>', text: 'Größe M für €49\n' },
  headers: unsubscribeHeaders(url),
  tags,
  configurationSet: 'segue-dev',
};
const text: OutgoingSms = {
  channel: 'sms',
  to: '+14155550100',
  text: 'Northwind: still waiting',
  origination: 'pool-1',
  ttlSeconds: 1.5,
  tags,
};
const push: OutgoingPush = {
  channel: 'push',
  id: 'message-1',
  token: 'tok-1',
  platform: 'ios',
  application: 'app-1',
  title: 'Hi',
  body: 'There',
  link: 'https://shop.example/cart',
  tags,
};

const soon = (): number => Date.now() + 5_000;
const send = (message: OutgoingEmail | OutgoingSms | OutgoingPush, deadline = soon()) =>
  providers.send(message, deadline);
const failure = (name: string, httpStatusCode?: number, more: object = {}): Error =>
  Object.assign(new Error(`about ${email.to}`), {
    name,
    $metadata: httpStatusCode === undefined ? {} : { httpStatusCode },
    ...more,
  });

describe('an email', () => {
  test('is text and HTML in one envelope that only its recipient can open', async () => {
    ses.on(SendRawEmailCommand).resolves({ MessageId: 'ses-1' });
    expect(await send(email)).toEqual({ outcome: 'accepted', providerId: 'ses-1' });
    const { RawMessage, ...request } = ses.commandCalls(SendRawEmailCommand)[0]!.args[0].input;
    expect(request).toEqual({
      Source: 'hello@shop.example',
      Destinations: ['maya@customer.example'],
      ConfigurationSetName: 'segue-dev',
      Tags: Object.entries(tags).map(([Name, Value]) => ({ Name, Value })),
    });
    const parsed = await PostalMime.parse(RawMessage!.Data!);
    expect(parsed.subject).toBe(email.content.subject);
    expect(parsed.from).toEqual({ name: 'Nørthwind', address: 'hello@shop.example' });
    expect(parsed.to).toEqual([{ name: '', address: 'maya@customer.example' }]);
    expect(parsed.html).toContain('Größe M für €49');
    expect(parsed.text?.trim()).toBe('Größe M für €49');
  });

  test('has the one-click headers of RFC 8058, each on one line', async () => {
    ses.on(SendRawEmailCommand).resolves({ MessageId: 'ses-1' });
    await send(email);
    const raw = Buffer.from(ses.commandCalls(SendRawEmailCommand)[0]!.args[0].input.RawMessage!.Data!).toString('utf8');
    expect(raw.split('\r\n')).toContain(`List-Unsubscribe: <${url}>`);
    expect(raw.split('\r\n')).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
  });

  test('gains no recipient and no header through its data', async () => {
    ses.on(SendRawEmailCommand).resolves({ MessageId: 'ses-1' });
    const evil = 'x\r\nBcc: thief@evil.example';
    await send({ ...email, to: evil, content: { ...email.content, subject: evil }, headers: { 'X-Note': evil } });
    const raw = Buffer.from(ses.commandCalls(SendRawEmailCommand)[0]!.args[0].input.RawMessage!.Data!).toString('utf8');
    const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
    expect(head).not.toMatch(/^Bcc:/im);
  });

  test('with a tag SES would not take is not sent', async () => {
    expect(await send({ ...email, tags: { ...tags, step: 'last call' } })).toEqual({
      outcome: 'rejected',
      reason: 'invalid-tag-step',
    });
    expect(ses.calls()).toHaveLength(0);
  });
});

describe('an SMS', () => {
  test('says who sends it, how long it matters and which step it belongs to', async () => {
    sms.on(SendTextMessageCommand).resolves({ MessageId: 'sms-1' });
    expect(await send(text)).toEqual({ outcome: 'accepted', providerId: 'sms-1' });
    expect(sms.commandCalls(SendTextMessageCommand)[0]!.args[0].input).toEqual({
      DestinationPhoneNumber: '+14155550100',
      OriginationIdentity: 'pool-1',
      MessageBody: 'Northwind: still waiting',
      MessageType: 'PROMOTIONAL',
      TimeToLive: 5,
      Context: tags,
    });
  });

  test('is sent under the rules of its stage: configuration set, protection and price', async () => {
    sms.on(SendTextMessageCommand).resolves({ MessageId: 'sms-1' });
    await send({ ...text, configurationSet: 'shop', protectConfiguration: 'protect-1', maxPrice: '0.10' });
    expect(sms.commandCalls(SendTextMessageCommand)[0]!.args[0].input).toMatchObject({
      ConfigurationSetName: 'shop',
      ProtectConfigurationId: 'protect-1',
      MaxPrice: '0.10',
    });
  });

  test('to a number that opted out is rejected with that reason', async () => {
    sms
      .on(SendTextMessageCommand)
      .rejects(failure('ConflictException', 409, { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' }));
    expect(await send(text)).toEqual({
      outcome: 'rejected',
      reason: 'ConflictException.DESTINATION_PHONE_NUMBER_OPTED_OUT',
    });
  });
});

describe('a push notification', () => {
  test.each([
    ['ios', 'APNS', 'APNSMessage'],
    ['android', 'GCM', 'GCMMessage'],
  ] as const)('to %s is addressed by its plain token', async (platform, ChannelType, kind) => {
    pinpoint.on(SendMessagesCommand).resolves({
      MessageResponse: {
        ApplicationId: 'app-1',
        Result: { 'tok-1': { DeliveryStatus: 'SUCCESSFUL', StatusCode: 200, MessageId: 'p-1' } },
      },
    });
    expect(await send({ ...push, platform })).toEqual({ outcome: 'accepted', providerId: 'p-1' });
    expect(pinpoint.commandCalls(SendMessagesCommand)[0]!.args[0].input).toEqual({
      ApplicationId: 'app-1',
      MessageRequest: {
        Addresses: { 'tok-1': { ChannelType, Context: { ...tags, message_id: 'message-1' } } },
        MessageConfiguration: {
          [kind]: { Title: 'Hi', Body: 'There', Action: 'URL', Url: 'https://shop.example/cart' },
        },
      },
    });
  });

  test.each([
    ['PERMANENT_FAILURE', { outcome: 'rejected', reason: 'PERMANENT_FAILURE' }],
    ['OPT_OUT', { outcome: 'rejected', reason: 'OPT_OUT' }],
    ['THROTTLED', { outcome: 'throttled', retryAfterSeconds: 60, isAlone: true }],
    ['UNKNOWN_FAILURE', { outcome: 'unknown', reason: 'UNKNOWN_FAILURE' }],
  ] as const)('that ends in %s', async (DeliveryStatus, result) => {
    pinpoint.on(SendMessagesCommand).resolves({
      MessageResponse: { ApplicationId: 'app-1', Result: { 'tok-1': { DeliveryStatus, StatusCode: 400 } } },
    });
    expect(await send(push)).toEqual(result);
  });

  test.each([
    [{ StatusCode: 410 }, true],
    [{ StatusCode: 400, StatusMessage: 'BadDeviceToken' }, true],
    [{ StatusCode: 400, StatusMessage: 'Invalid notification' }, undefined],
  ])('refused for good with %o: whether the device is gone', async (more, isGone) => {
    const Result = { 'tok-1': { DeliveryStatus: 'PERMANENT_FAILURE' as const, ...more } };
    pinpoint.on(SendMessagesCommand).resolves({ MessageResponse: { ApplicationId: 'app-1', Result } });
    const got = await send(push);
    expect(got).toMatchObject({ outcome: 'rejected', reason: 'PERMANENT_FAILURE' });
    expect('isGone' in got ? got.isGone : undefined).toBe(isGone);
  });

  test.each([
    ['tok-2', 'tok-2'],
    ['tok-1', undefined],
  ])('is told of the token its device has from now on: %s', async (UpdatedToken, updatedToken) => {
    const Result = { 'tok-1': { DeliveryStatus: 'SUCCESSFUL' as const, StatusCode: 200, UpdatedToken } };
    pinpoint.on(SendMessagesCommand).resolves({ MessageResponse: { ApplicationId: 'app-1', Result } });
    const got = await send({ ...push, platform: 'android' });
    expect(got).toEqual({ outcome: 'accepted', providerId: '', ...(updatedToken && { updatedToken }) });
  });

  test('without an answer for its token may or may not have left', async () => {
    pinpoint.on(SendMessagesCommand).resolves({});
    expect(await send(push)).toEqual({ outcome: 'unknown', reason: 'no-answer' });
  });
});

describe('what refuses the account and not the message', () => {
  const words = (error: Error, message: string): Error => Object.assign(error, { message });
  const held = (reason: string) => ({ outcome: 'throttled', retryAfterSeconds: 300, reason });

  test.each([
    [failure('AccountSendingPausedException', 400), 'AccountSendingPausedException'],
    [failure('ConfigurationSetSendingPausedException', 400), 'ConfigurationSetSendingPausedException'],
    [failure('AccessDenied', 403), 'AccessDenied'],
    [
      words(failure('MessageRejected', 400), 'Email address is not verified: hello@shop.example'),
      'MessageRejected.NOT_VERIFIED',
    ],
    [words(failure('Throttling', 400), 'Daily message quota exceeded.'), 'Throttling.QUOTA'],
    [failure('CredentialsProviderError'), 'CredentialsProviderError'],
  ])('is held by SES: %s', async (error, reason) => {
    ses.on(SendRawEmailCommand).rejects(error);
    const got = await send(email);
    expect(got).toEqual(held(reason));
    expect(JSON.stringify(got)).not.toContain('maya');
  });

  test.each([
    [failure('AccessDeniedException', 403, { Reason: 'ACCOUNT_DISABLED' }), 'AccessDeniedException.ACCOUNT_DISABLED'],
    [
      failure('ServiceQuotaExceededException', 402, { Reason: 'MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT' }),
      'ServiceQuotaExceededException.MONTHLY_SPEND_LIMIT_REACHED_FOR_TEXT',
    ],
    [
      failure('ConflictException', 409, { Reason: 'NO_ORIGINATION_IDENTITIES_FOUND' }),
      'ConflictException.NO_ORIGINATION_IDENTITIES_FOUND',
    ],
    [failure('ResourceNotFoundException', 404), 'ResourceNotFoundException'],
  ])('is held by End User Messaging: %s', async (error, reason) => {
    sms.on(SendTextMessageCommand).rejects(error);
    expect(await send(text)).toEqual(held(reason));
  });

  test('in the sandbox is held for the recipient who is not verified, and for nobody else', async () => {
    ses
      .on(SendRawEmailCommand)
      .rejects(words(failure('MessageRejected', 400), `Email address is not verified: ${email.to}`));
    expect(await send(email)).toEqual({ ...held('MessageRejected.NOT_VERIFIED'), isAlone: true });
    sms
      .on(SendTextMessageCommand)
      .rejects(failure('ConflictException', 409, { Reason: 'DESTINATION_PHONE_NUMBER_NOT_VERIFIED' }));
    expect(await send(text)).toMatchObject({ outcome: 'throttled', isAlone: true });
  });

  test('is not a number that opted out or is blocked', async () => {
    const error = failure('ConflictException', 409, {
      Reason: 'DESTINATION_PHONE_NUMBER_BLOCKED_BY_PROTECT_NUMBER_OVERRIDE',
    });
    sms.on(SendTextMessageCommand).rejects(error);
    expect(await send(text)).toMatchObject({ outcome: 'rejected' });
  });
});

describe('what a failure of the provider means', () => {
  test.each([
    [failure('MessageRejected', 400), { outcome: 'rejected', reason: 'MessageRejected' }],
    [failure('Throttling', 400), { outcome: 'throttled', retryAfterSeconds: 60 }],
    [failure('TooManyRequestsException', 429), { outcome: 'throttled', retryAfterSeconds: 60 }],
    [failure('InternalServerException', 500), { outcome: 'unknown', reason: 'InternalServerException' }],
    [failure('ServiceUnavailable', 503), { outcome: 'unknown', reason: 'ServiceUnavailable' }],
    [failure('RequestTimeout', 408), { outcome: 'unknown', reason: 'RequestTimeout' }],
    [failure('TimeoutError'), { outcome: 'unknown', reason: 'TimeoutError' }],
    [failure('AbortError'), { outcome: 'unknown', reason: 'AbortError' }],
    [failure('Error'), { outcome: 'unknown', reason: 'Error' }],
  ])('%s', async (error, result) => {
    ses.on(SendRawEmailCommand).rejects(error);
    const got = await send(email);
    expect(got).toEqual(result);
    expect(JSON.stringify(got)).not.toContain('maya');
    expect(ses.commandCalls(SendRawEmailCommand)).toHaveLength(1);
  });

  test('a call is given up at its deadline, and then nobody knows', async () => {
    const answer = async (): Promise<never> => {
      await new Promise((late) => {
        setTimeout(late, 30);
      });
      throw failure('AbortError');
    };
    ses.on(SendRawEmailCommand).callsFake(answer);
    expect(await send(email, Date.now() + 20)).toEqual({ outcome: 'unknown', reason: 'AbortError' });
  });

  test('past the deadline no call is made', async () => {
    expect(await send(email, Date.now() - 1)).toEqual({ outcome: 'throttled', retryAfterSeconds: 60 });
    expect(ses.calls()).toHaveLength(0);
  });
});
