import { describe, expect, it } from 'vitest';
import { memoryJournal } from '../../../local/journal/memory-journal.ts';
import { arnOf, ask, askAs, resource } from '../events/small-world.ts';
import { messagingGround, MIME, raw } from './messaging-ground.ts';

const to = (address: string): string => MIME.replace('ann@customer.example', address);

describe('an email', () => {
  it('is in the outbox as its recipient gets it', async () => {
    const { messaging } = messagingGround();
    const { MessageId } = await ask(messaging.ses, 'SendRawEmail', raw());
    expect(messaging.list()).toMatchObject([
      {
        id: MessageId,
        channel: 'email',
        to: 'ann@customer.example',
        from: 'The Shop <hello@shop.example>',
        subject: 'Your cart 🛒',
        text: expect.stringContaining('Still interested?'),
        html: expect.stringContaining('href='),
        headers: { 'List-Unsubscribe': '<https://shop.example/u/1>' },
        tags: { journey: 'cart', step: 'remind' },
        at: '2026-01-05T09:00:00.000Z',
      },
    ]);
    expect(Object.keys(messaging.list()[0]!.headers).join()).not.toContain('X-SES');
  });

  it('is sent and delivered, with its tags, in the shape of AWS', async () => {
    const { messaging, heard } = messagingGround();
    const { MessageId } = await ask(messaging.ses, 'SendRawEmail', {
      ...raw(),
      Tags: [{ Name: 'step', Value: 'second' }],
    });
    const [sent, delivered] = await heard();
    expect(sent).toMatchObject({
      source: 'aws.ses',
      'detail-type': 'Email Sent',
      resources: [arnOf('ses', 'identity/shop.example')],
      detail: {
        eventType: 'Send',
        send: {},
        mail: {
          messageId: MessageId,
          destination: ['ann@customer.example'],
          commonHeaders: { subject: 'Your cart 🛒' },
          tags: { 'ses:configuration-set': ['journeys'], journey: ['cart'], step: ['second'] },
        },
      },
    });
    expect(delivered).toMatchObject({
      'detail-type': 'Email Delivered',
      detail: { delivery: { recipients: ['ann@customer.example'] } },
    });
  });

  it('without a configuration set produces no events', async () => {
    const { messaging, titles } = messagingGround();
    await ask(messaging.ses, 'SendRawEmail', raw(MIME.replace(/X-SES-CONFIGURATION-SET: .*\r\n/, '')));
    expect(await titles()).toEqual([]);
    await expect(messaging.act(messaging.list()[0]!.id, 'open')).rejects.toThrow('Nothing hears of this');
  });

  it('produces only the events its destination asks for', async () => {
    const { messaging, titles } = messagingGround([
      resource('AWS::SES::ConfigurationSet', arnOf('ses', 'configuration-set/quiet'), {}),
      resource('AWS::SES::ConfigurationSetEventDestination', arnOf('ses', 'quiet'), {
        ConfigurationSetName: 'quiet',
        EventDestination: {
          Enabled: true,
          MatchingEventTypes: ['OPEN'],
          EventBridgeDestination: { EventBusArn: arnOf('events', 'event-bus/default') },
        },
      }),
    ]);
    await ask(messaging.ses, 'SendRawEmail', { ...raw(), ConfigurationSetName: 'quiet' });
    await messaging.act(messaging.list()[0]!.id, 'open');
    expect(await titles()).toEqual(['Email Opened']);
  });

  it.each([
    ['success@simulator.amazonses.com', ['Email Sent', 'Email Delivered']],
    ['bounce@simulator.amazonses.com', ['Email Sent', 'Email Bounced']],
    ['bounce+label@simulator.amazonses.com', ['Email Sent', 'Email Bounced']],
    ['complaint@simulator.amazonses.com', ['Email Sent', 'Email Delivered', 'Email Complaint Received']],
    ['suppressionlist@simulator.amazonses.com', ['Email Sent', 'Email Bounced']],
  ])('to %s fares as the mailbox simulator says', async (...[address, expected]) => {
    const { messaging, titles } = messagingGround();
    await ask(messaging.ses, 'SendRawEmail', raw(to(address)));
    expect(await titles()).toEqual(expected);
  });

  it('is opened and clicked when its recipient is scripted to', async () => {
    const { messaging, heard, titles, world } = messagingGround();
    messaging.script('ann@customer.example', { opensAfterSeconds: 60, clicksAfterSeconds: 90 });
    await ask(messaging.ses, 'SendRawEmail', raw());
    await titles();
    await world.clock.advance(60_000);
    expect(await titles()).toEqual(['Email Opened']);
    await world.clock.advance(30_000);
    expect((await heard())[0].detail.click.link).toBe('https://shop.example/cart?a=1&b=2');
  });

  it('can be opened, clicked, bounced and complained about by hand', async () => {
    const { messaging, titles } = messagingGround();
    const { MessageId } = await ask(messaging.ses, 'SendRawEmail', raw());
    await titles();
    for (const act of ['open', 'click', 'bounce', 'complain'] as const) await messaging.act(MessageId, act);
    expect(await titles()).toEqual(['Email Opened', 'Email Clicked', 'Email Bounced', 'Email Complaint Received']);
    await expect(messaging.act(MessageId, 'reply')).rejects.toThrow('mailbox');
  });

  it('that bounced puts its recipient on the suppression list, and the next one is not delivered', async () => {
    const { messaging, heard } = messagingGround();
    messaging.script('ann@customer.example', 'bounce');
    await ask(messaging.ses, 'SendRawEmail', raw());
    await heard();
    const address = { EmailAddress: 'ann@customer.example' };
    expect(await ask(messaging.ses, 'GetSuppressedDestination', address)).toMatchObject({
      SuppressedDestination: { Reason: 'BOUNCE' },
    });
    messaging.script('ann@customer.example', 'deliver');
    await ask(messaging.ses, 'SendRawEmail', raw());
    expect((await heard())[1].detail.bounce.bounceSubType).toBe('OnAccountSuppressionList');
    await ask(messaging.ses, 'DeleteSuppressedDestination', address);
    await expect(ask(messaging.ses, 'GetSuppressedDestination', address)).rejects.toMatchObject({
      code: 'NotFoundException',
    });
  });

  it('that was accepted is delivered even after a crash', async () => {
    const journal = memoryJournal();
    const before = messagingGround([], journal);
    await ask(before.messaging.ses, 'SendRawEmail', raw());
    const after = messagingGround([], journal);
    expect(after.messaging.list()).toHaveLength(1);
    expect(await after.titles()).toContain('Email Delivered');
  });

  it('can be sent in parts, by either version of the API', async () => {
    const { messaging } = messagingGround();
    const parts = { Subject: { Data: 'Hi' }, Body: { Text: { Data: 'text' }, Html: { Data: '<b>html</b>' } } };
    const Destination = { ToAddresses: ['ann@customer.example'] };
    await ask(messaging.ses, 'SendEmail', { Source: 'hello@shop.example', Destination, Message: parts });
    await ask(messaging.ses, 'SendEmail', {
      FromEmailAddress: 'hello@shop.example',
      Destination,
      Content: { Simple: { ...parts, Headers: [{ Name: 'List-Unsubscribe', Value: '<https://x.example>' }] } },
      EmailTags: [{ Name: 'a', Value: 'b' }],
    });
    expect(messaging.list()).toMatchObject([
      { subject: 'Hi', text: 'text', html: '<b>html</b>' },
      { subject: 'Hi', headers: { 'List-Unsubscribe': '<https://x.example>' }, tags: { a: 'b' } },
    ]);
  });
});

describe('an email SES would refuse', () => {
  it.each([
    ['from an unverified domain', raw(MIME.replace('hello@shop.example', 'a@other.example')), 'MessageRejected'],
    ['with an unknown configuration set', { ...raw(), ConfigurationSetName: 'nope' }, 'ConfigurationSetDoesNotExist'],
    ['to nobody', raw(MIME.replace(/To: .*\r\n/, '')), 'InvalidParameterValue'],
    ['to a broken address', raw(to('ann')), 'InvalidParameterValue'],
    [
      'with a tag value SES does not allow',
      { ...raw(), Tags: [{ Name: 'topic', Value: 'a b' }] },
      'InvalidParameterValue',
    ],
    ['over 10 MB', raw(`${MIME}${'x'.repeat(10 * 1024 * 1024)}`), 'InvalidParameterValue'],
  ])('%s is refused and leaves no trace', async (...[, input, code]) => {
    const { messaging, titles } = messagingGround();
    await expect(ask(messaging.ses, 'SendRawEmail', input)).rejects.toMatchObject({ code });
    expect(messaging.list()).toEqual([]);
    expect(await titles()).toEqual([]);
  });

  it('names the address that is not verified', async () => {
    const { messaging } = messagingGround();
    const input = raw(MIME.replace('hello@shop.example', 'a@other.example'));
    await expect(ask(messaging.ses, 'SendRawEmail', input)).rejects.toThrow(
      'Email address is not verified. The following identities failed the check in region US-EAST-1: a@other.example',
    );
  });

  it('needs permission on the identity and on the configuration set', async () => {
    const { messaging, world, required, denied } = messagingGround();
    const asRole = askAs(world.as('a-role'));
    await asRole(messaging.ses, 'SendRawEmail', raw());
    expect(required).toContain(`a-role ses:SendRawEmail ${arnOf('ses', 'identity/shop.example')}`);
    denied.add(`ses:SendRawEmail ${arnOf('ses', 'configuration-set/journeys')}`);
    await expect(asRole(messaging.ses, 'SendRawEmail', raw())).rejects.toThrow('configuration-set/journeys');
  });

  it('is refused while SES throttles, is away, or keeps the account in its sandbox', async () => {
    const { messaging } = messagingGround();
    messaging.setMode({ sending: 'throttled' });
    await expect(ask(messaging.ses, 'SendRawEmail', raw())).rejects.toMatchObject({ code: 'Throttling' });
    messaging.setMode({ sending: 'unavailable' });
    await expect(ask(messaging.ses, 'SendRawEmail', raw())).rejects.toMatchObject({ status: 503 });
    messaging.setMode({ sending: 'normal', sandbox: true });
    await expect(ask(messaging.ses, 'SendRawEmail', raw())).rejects.toThrow('ann@customer.example');
    await ask(messaging.ses, 'SendRawEmail', raw(to('success@simulator.amazonses.com')));
  });
});
