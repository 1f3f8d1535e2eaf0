import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../local/world.ts';
import { ask } from '../events/small-world.ts';
import { messagingGround, MIME, raw } from './messaging-ground.ts';

const mailbox = async (address: string) => {
  const { messaging, heard } = messagingGround();
  messaging.setMode({ sandbox: true });
  messaging.script('*', 'reject');
  await ask(messaging.ses, 'SendRawEmail', raw(MIME.replace('ann@customer.example', address)));
  const events: JsonObject[] = await heard();
  return { messaging, events, titles: events.map((event) => event['detail-type']) };
};

describe.each(['', '+label', '+Cart.7', '+a+b'])('the mailbox simulator of SES, with the label "%s"', (label) => {
  it.each([
    ['success', ['Email Sent', 'Email Delivered']],
    ['ooto', ['Email Sent', 'Email Delivered']],
    ['bounce', ['Email Sent', 'Email Bounced']],
    ['complaint', ['Email Sent', 'Email Delivered', 'Email Complaint Received']],
    ['suppressionlist', ['Email Sent', 'Email Bounced']],
  ])('%s@', async (name, titles) => {
    const address = `${name}${label}@simulator.amazonses.com`;
    const told = await mailbox(address);
    expect(told.titles).toEqual(titles);
    expect(told.events.at(-1)).toMatchObject({ source: 'aws.ses', detail: { mail: { destination: [address] } } });
  });
});

describe('the mailbox simulator of SES', () => {
  it.each([
    ['bounce', { bounceType: 'Permanent', bounceSubType: 'General', bouncedRecipients: [{ status: '5.1.1' }] }],
    [
      'suppressionlist',
      { bounceType: 'Permanent', bounceSubType: 'Suppressed', bouncedRecipients: [{ action: 'failed' }] },
    ],
  ])('%s@ bounces in the words of AWS', async (name, bounce) => {
    const { events } = await mailbox(`${name}@simulator.amazonses.com`);
    expect(events.at(-1)).toMatchObject({ detail: { eventType: 'Bounce', bounce } });
  });

  it('complaint@ complains in the words of AWS', async () => {
    const { events } = await mailbox('complaint@simulator.amazonses.com');
    expect(events.at(-1)).toMatchObject({
      detail: { eventType: 'Complaint', complaint: { complaintFeedbackType: 'abuse' } },
    });
  });

  it('puts nobody on the account’s own suppression list: an address may be tried again', async () => {
    const { messaging } = await mailbox('bounce@simulator.amazonses.com');
    expect(await ask(messaging.ses, 'ListSuppressedDestinations', {})).toEqual({ SuppressedDestinationSummaries: [] });
  });

  it('has no other names, and no other domain', async () => {
    for (const address of [
      'nobody@simulator.amazonses.com',
      'bounce@simulator.amazonses.com.shop.example',
      'constructor@simulator.amazonses.com',
    ]) {
      const { messaging, titles } = messagingGround();
      await ask(messaging.ses, 'SendRawEmail', raw(MIME.replace('ann@customer.example', address)));
      expect(await titles()).toEqual(['Email Sent', 'Email Delivered']);
    }
  });
});

describe('the simulator of SMS', () => {
  it.each([
    ['+14254147755', 'TEXT_DELIVERED'],
    ['+14254147167', 'TEXT_INVALID'],
    ['+61455944038', 'TEXT_DELIVERED'],
    ['+61455944039', 'TEXT_INVALID'],
    ['+33755512501', 'TEXT_DELIVERED'],
    ['+33755512502', 'TEXT_INVALID'],
  ])('%s ends as %s, also in the sandbox', async (number, eventType) => {
    const { messaging, heard } = messagingGround();
    messaging.setMode({ sandbox: true });
    messaging.script('*', 'silent');
    await ask(messaging.smsVoice, 'SendTextMessage', {
      DestinationPhoneNumber: number,
      MessageBody: 'Hi',
      OriginationIdentity: 'SHOP',
    });
    expect((await heard()).at(-1)).toMatchObject({ source: 'aws.sms-voice', detail: { eventType, isFinal: true } });
  });
});
