import { createServer } from 'node:http';
import { describe, expect, it } from 'vitest';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import type { Script } from '../../../local/messaging/recipients.ts';
import type { JsonObject } from '../../../local/world.ts';
import { ask } from '../events/small-world.ts';
import { messagingGround, MIME, raw } from './messaging-ground.ts';

const ANN = 'ann@customer.example';
const PHONE = '+14255550156';
const sms = { DestinationPhoneNumber: PHONE, OriginationIdentity: '+12065550100', MessageBody: 'Your cart waits' };
const push = {
  ApplicationId: 'app1',
  MessageRequest: {
    Addresses: { device: { ChannelType: 'GCM' } },
    MessageConfiguration: { GCMMessage: { Title: 'Cart', Body: 'waits' } },
  },
};

describe('what befalls an email is told on the default bus as AWS tells it', () => {
  const told = async (script: Script): Promise<readonly string[]> => {
    const { messaging, heard, world } = messagingGround();
    messaging.script(ANN, script);
    await ask(messaging.ses, 'SendRawEmail', raw()).catch(() => undefined);
    await world.clock.advance(2 * 3_600_000);
    return (await heard()).map((event: JsonObject) => event['detail-type']);
  };

  it.each([
    ['deliver', ['Email Sent', 'Email Delivered']],
    ['bounce', ['Email Sent', 'Email Bounced']],
    ['soft-bounce', ['Email Sent', 'Email Bounced']],
    ['suppressed', ['Email Sent', 'Email Bounced']],
    ['complain', ['Email Sent', 'Email Delivered', 'Email Complaint Received']],
    ['reject', ['Email Rejected']],
    ['delay', ['Email Sent', 'Email Delivery Delayed', 'Email Delivered']],
    ['timeout', ['Email Sent', 'Email Delivered']],
    ['throttle', []],
    ['silent', ['Email Sent']],
  ] as const)('%s', async (...[outcome, titles]) => {
    expect(await told(outcome)).toEqual(titles);
  });

  it('opened and clicked when its reader does', async () => {
    expect(await told({ opensAfterSeconds: 60, clicksAfterSeconds: 90 })).toEqual([
      'Email Sent',
      'Email Delivered',
      'Email Opened',
      'Email Clicked',
    ]);
  });
});

describe('what befalls an SMS is told on the default bus as AWS tells it', () => {
  it.each([
    ['deliver', ['TEXT_SUCCESSFUL', 'TEXT_DELIVERED']],
    ['bounce', ['TEXT_SUCCESSFUL', 'TEXT_INVALID']],
    ['soft-bounce', ['TEXT_SUCCESSFUL', 'TEXT_UNREACHABLE']],
    ['suppressed', ['TEXT_SUCCESSFUL', 'TEXT_BLOCKED']],
    ['complain', ['TEXT_SUCCESSFUL', 'TEXT_DELIVERED', 'TEXT_SPAM']],
    ['reject', ['TEXT_CARRIER_BLOCKED']],
    ['delay', ['TEXT_SUCCESSFUL', 'TEXT_PENDING', 'TEXT_DELIVERED']],
    ['opt-out', ['TEXT_SUCCESSFUL', 'TEXT_DELIVERED']],
    ['timeout', ['TEXT_SUCCESSFUL', 'TEXT_DELIVERED']],
    ['throttle', []],
  ] as const)('%s', async (...[outcome, types]) => {
    const { messaging, heard, world } = messagingGround();
    messaging.script(PHONE, outcome);
    await ask(messaging.smsVoice, 'SendTextMessage', sms).catch(() => undefined);
    await world.clock.advance(2 * 3_600_000);
    expect((await heard()).map(({ detail }: { detail: JsonObject }) => detail['eventType'])).toEqual(types);
  });
});

describe('a message whose answer is lost', () => {
  it.each([
    ['email', ANN, 'ServiceUnavailable'],
    ['sms', PHONE, 'InternalServerException'],
    ['push', 'device', 'InternalServerErrorException'],
  ] as const)('is sent all the same: %s', async (...[channel, address, code]) => {
    const journal = memoryJournal();
    const { messaging } = messagingGround([], journal);
    messaging.script(address, 'timeout');
    const send = () => {
      if (channel === 'email') return ask(messaging.ses, 'SendRawEmail', raw());
      return channel === 'sms'
        ? ask(messaging.smsVoice, 'SendTextMessage', sms)
        : ask(messaging.mobileTargeting, 'SendMessages', push);
    };
    await expect(send()).rejects.toMatchObject({ code, status: 503 });
    expect(messaging.list()).toMatchObject([{ channel, to: address }]);
    expect(messagingGround([], journal).messaging.list()).toHaveLength(1);
  });

  it('may keep its sender waiting', async () => {
    const { messaging } = messagingGround();
    messaging.script(ANN, { answer: 'never', holdSeconds: 0.1 });
    const from = performance.now();
    await expect(ask(messaging.ses, 'SendRawEmail', raw())).rejects.toMatchObject({ status: 503 });
    expect(performance.now() - from).toBeGreaterThan(90);
    expect(messaging.list()).toHaveLength(1);
  });
});

describe('a recipient who', () => {
  it('is sent to too fast is refused alone', async () => {
    const { messaging } = messagingGround();
    for (const address of [ANN, PHONE, 'device']) messaging.script(address, 'throttle');
    await expect(ask(messaging.ses, 'SendRawEmail', raw())).rejects.toMatchObject({ code: 'Throttling', status: 400 });
    await expect(ask(messaging.smsVoice, 'SendTextMessage', sms)).rejects.toMatchObject({
      code: 'ThrottlingException',
    });
    expect((await ask(messaging.mobileTargeting, 'SendMessages', push)).MessageResponse.Result.device).toMatchObject({
      DeliveryStatus: 'THROTTLED',
      StatusCode: 429,
    });
    expect(messaging.list()).toEqual([]);
    await ask(messaging.ses, 'SendRawEmail', raw(MIME.replace(ANN, 'bob@customer.example')));
  });

  it('is reached late, is reached when told', async () => {
    const { messaging, heard, world } = messagingGround();
    messaging.script(ANN, { outcome: 'delay', delaySeconds: 600 });
    await ask(messaging.ses, 'SendRawEmail', raw());
    await world.clock.advance(600_000);
    expect((await heard()).at(-1)).toMatchObject({ 'detail-type': 'Email Delivered', time: '2026-01-05T09:10:00Z' });
  });

  it('wants no more SMS is not written to again', async () => {
    const { messaging, world } = messagingGround();
    messaging.script(PHONE, 'opt-out');
    await ask(messaging.smsVoice, 'SendTextMessage', sms);
    await world.clock.quiet();
    await expect(ask(messaging.smsVoice, 'SendTextMessage', sms)).rejects.toMatchObject({
      code: 'ConflictException',
      fields: { Reason: 'DESTINATION_PHONE_NUMBER_OPTED_OUT' },
    });
  });

  it('wants no more push is told to have opted out', async () => {
    const { messaging } = messagingGround();
    messaging.script('device', 'opt-out');
    expect((await ask(messaging.mobileTargeting, 'SendMessages', push)).MessageResponse.Result.device).toMatchObject({
      DeliveryStatus: 'OPT_OUT',
    });
  });

  it('wants no more email unsubscribes with one click, where the message offers it', async () => {
    const posted: string[] = [];
    const server = createServer((request, response) => {
      request.on('data', (chunk) => posted.push(`${request.method} ${request.url} ${String(chunk)}`));
      request.on('end', () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const { messaging, world, notes } = messagingGround();
    messaging.script(ANN, 'opt-out');
    await ask(messaging.ses, 'SendRawEmail', raw());
    await world.clock.quiet();
    expect(notes.join()).toContain('offers no way to unsubscribe with one click');
    const offering = MIME.replace(
      'https://shop.example/u/1>',
      `http://127.0.0.1:${port}/u/1>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click`,
    );
    await ask(messaging.ses, 'SendRawEmail', raw(offering));
    await world.clock.quiet();
    server.close();
    expect(posted).toEqual(['POST /u/1 List-Unsubscribe=One-Click']);
  });
});
