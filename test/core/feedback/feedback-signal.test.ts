import { describe, expect, test } from 'vitest';
import { feedbackSignal, suppressionOf } from '#core/feedback';
import type { JsonObject } from '#core/signal';

const now = Date.parse('2026-01-05T09:00:00Z');
const customer = 'abcdefghijklmnopqrstuvwxyz';
const tags = {
  customer: [customer],
  journey: ['cart-abandonment'],
  run: ['abcdefghijklmnopqrstuvwxy7-1'],
  step: ['reminder'],
  'ses:configuration-set': ['segue-dev'],
};
const browser = 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148';

const email = (eventType: string, part: JsonObject = {}, mail: JsonObject = {}) => ({
  source: 'aws.ses',
  'detail-type': `Email ${eventType}`,
  time: '2026-01-05T09:00:00Z',
  detail: {
    eventType,
    mail: {
      messageId: 'ses-1',
      timestamp: '2026-01-05T08:00:00.000Z',
      tags,
      destination: ['ada@canary.example'],
      ...mail,
    },
    ...part,
  },
});
const sms = (eventType: string, more: JsonObject = {}) => ({
  source: 'aws.sms-voice',
  'detail-type': 'Text Message Delivery Status Updated',
  time: '2026-01-05T09:00:00Z',
  detail: {
    eventType,
    messageId: 'sms-1',
    messageRequestTimestamp: Date.parse('2026-01-05T08:00:00.000Z'),
    eventTimestamp: Date.parse('2026-01-05T08:00:05.000Z'),
    destinationPhoneNumber: '+15550100',
    context: { customer, journey: 'cart-abandonment', enrol: 'abcdefghijklmnopqrstuvwxy7', step: 'last-call' },
    ...more,
  },
});
const signalOf = (event: unknown) => feedbackSignal(event, now)?.signal;
const propertiesOf = (event: unknown) => signalOf(event)?.properties;

describe('what comes back about an email', () => {
  test('a step in a later round of its repeat is named as its run names it', () => {
    const later = email('Delivery', { delivery: {} }, { tags: { ...tags, step: ['tip_2'] } });
    expect(propertiesOf(later)).toMatchObject({ step: 'tip@2' });
  });

  test('a delivery is a signal of the customer we sent it to, and names the step', () => {
    expect(signalOf(email('Delivery', { delivery: { timestamp: '2026-01-05T08:00:02.000Z' } }))).toEqual({
      type: 'track',
      event: 'Email Delivered',
      messageId: 'ses-1:Delivery:2026-01-05T08:00:02.000Z',
      timestamp: '2026-01-05T08:00:02.000Z',
      subject: { customer },
      properties: {
        journey: 'cart-abandonment',
        enrol: 'abcdefghijklmnopqrstuvwxy7',
        occurrence: '1',
        step: 'reminder',
        channel: 'email',
      },
      traits: {},
      context: {},
    });
  });

  test.each([
    ['Send', 'Email Sent'],
    ['Open', 'Email Opened'],
    ['Click', 'Email Link Clicked'],
    ['Bounce', 'Email Bounced'],
    ['Complaint', 'Email Complained'],
    ['Reject', 'Email Rejected'],
    ['Rendering Failure', 'Email Rejected'],
    ['DeliveryDelay', 'Email Delayed'],
  ])('SES says %s, we say %s', (eventType, event) => {
    expect(signalOf(email(eventType))?.event).toBe(event);
  });

  test('a bounce tells its kind and the address to suppress', () => {
    const bounce = {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      timestamp: '2026-01-05T08:00:02.000Z',
      bouncedRecipients: [{ emailAddress: 'ada@canary.example', diagnosticCode: '550' }],
    };
    expect(propertiesOf(email('Bounce', { bounce }))).toMatchObject({
      bounceType: 'Permanent',
      address: 'ada@canary.example',
    });
  });

  test('only a bounce and a complaint carry the address', () => {
    for (const type of ['Send', 'Delivery', 'Open', 'Click', 'Reject', 'DeliveryDelay'])
      expect(JSON.stringify(signalOf(email(type)))).not.toContain('canary');
  });

  test('two links clicked in one instant are two signals, one event told twice is one', () => {
    const click = (link: string) =>
      signalOf(email('Click', { click: { link, timestamp: '2026-01-05T08:30:00.000Z', userAgent: browser } }));
    expect(click('https://shop.example/a')?.messageId).toBe(click('https://shop.example/a')?.messageId);
    expect(click('https://shop.example/a')?.messageId).not.toBe(click('https://shop.example/b')?.messageId);
    expect(click('https://shop.example/a')?.properties).toMatchObject({ link: 'https://shop.example/a', human: true });
  });

  test('a very long link still makes a messageId that fits', () => {
    const click = { link: `https://shop.example/${'x'.repeat(4000)}`, timestamp: '2026-01-05T08:30:00.000Z' };
    expect(signalOf(email('Click', { click }))?.messageId.length).toBeLessThan(256);
  });
});

describe("SES's own subscription management", () => {
  const subscription = (newTopicPreferences: JsonObject) =>
    signalOf(email('Subscription', { subscription: { timestamp: '2026-01-05T08:30:00.000Z', newTopicPreferences } }));
  const status = (topicName: string, subscriptionStatus: string) => ({ topicName, subscriptionStatus });

  test('leaving everything is a refusal of email', () => {
    expect(subscription({ unsubscribeAll: true })).toMatchObject({
      event: 'Consent Changed',
      subject: { customer },
      properties: { channel: 'email', topic: '*', granted: false, source: 'ses-subscription' },
    });
  });

  test('leaving topics is a refusal of those; joining some grants nothing', () => {
    const left = subscription({
      unsubscribeAll: false,
      topicSubscriptionStatus: [status('news', 'OptOut'), status('offers', 'OptIn'), status('tips', 'OptOut')],
    });
    expect(left?.properties).toMatchObject({ topic: ['news', 'tips'], granted: false });
    expect(subscription({ topicSubscriptionStatus: [status('offers', 'OptIn')] })?.properties).toMatchObject({
      topic: [],
    });
  });
});

describe('whether a person clicked', () => {
  const click = (userAgent: string, timestamp: string) =>
    propertiesOf(email('Click', { click: { userAgent, timestamp } }))?.['human'];

  test('a browser, half an hour later, is a person', () => {
    expect(click(browser, '2026-01-05T08:30:00.000Z')).toBe(true);
  });

  test('nobody clicks a second after sending', () => {
    expect(click(browser, '2026-01-05T08:00:01.000Z')).toBe(false);
  });

  test.each([
    '',
    'Mozilla/5.0',
    'python-requests/2.32',
    'Barracuda Sentinel (EE)',
    'Mozilla/5.0 (compatible; bingbot/2.0)',
    'curl/8.5.0',
  ])('"%s" is a machine', (userAgent) => {
    expect(click(userAgent, '2026-01-05T08:30:00.000Z')).toBe(false);
  });

  test("an email opened by Apple's privacy proxy was not opened by a person", () => {
    const open = { userAgent: 'Mozilla/5.0', timestamp: '2026-01-05T08:30:00.000Z' };
    expect(propertiesOf(email('Open', { open }))).toMatchObject({ human: false });
  });
});

describe('what comes back about an SMS', () => {
  test.each([
    ['TEXT_DELIVERED', false, 'SMS Delivered'],
    ['TEXT_SUCCESSFUL', true, 'SMS Delivered'],
    ['TEXT_SUCCESSFUL', false, 'SMS Sent'],
    ['TEXT_PENDING', false, 'SMS Sent'],
    ['TEXT_UNKNOWN', true, 'SMS Sent'],
    ['TEXT_CARRIER_BLOCKED', true, 'SMS Failed'],
    ['TEXT_TTL_EXPIRED', true, 'SMS Failed'],
    ['MEDIA_DELIVERED', true, 'SMS Delivered'],
  ])('the carrier says %s (final: %s), we say %s', (eventType, isFinal, event) => {
    expect(signalOf(sms(eventType, { isFinal }))).toMatchObject({
      event,
      subject: { customer },
      properties: { step: 'last-call', channel: 'sms' },
    });
  });

  test('queued, pending and sent are one signal', () => {
    const ids = ['TEXT_QUEUED', 'TEXT_PENDING', 'TEXT_SENT'].map(
      (type, index) => signalOf(sms(type, { eventTimestamp: now + index }))?.messageId,
    );
    expect(new Set(ids).size).toBe(1);
  });

  test.each([
    ['TEXT_INVALID', undefined, 'unreachable'],
    ['TEXT_BLOCKED', 'Phone number is opted out', 'opted-out'],
    ['TEXT_CARRIER_BLOCKED', 'Recipient has opted-out with the carrier', 'opted-out'],
    ['TEXT_CARRIER_UNREACHABLE', 'Number is a landline', 'unreachable'],
    ['TEXT_UNREACHABLE', 'Phone is currently unreachable/unavailable', undefined],
    ['TEXT_INVALID_MESSAGE', 'The body of the message is invalid', undefined],
    ['TEXT_TTL_EXPIRED', undefined, undefined],
    ['TEXT_SPAM', 'Blocked as spam', undefined],
  ])('%s (%s) ends the number: %s', (type, messageStatusDescription, permanent) => {
    const more = { isFinal: true, ...(messageStatusDescription && { messageStatusDescription }) };
    const { signal } = feedbackSignal(sms(type, more), now)!;
    expect(signal!.properties['permanent']).toBe(permanent);
    expect(suppressionOf(signal!)).toEqual(
      permanent === undefined ? undefined : { channel: 'sms', address: '+15550100', reason: permanent },
    );
  });

  test('a failure tells why, and to which number', () => {
    expect(propertiesOf(sms('TEXT_INVALID', { isFinal: true }))).toMatchObject({
      status: 'TEXT_INVALID',
      address: '+15550100',
    });
  });
});

describe('what is not ours', () => {
  test('an event of a source system is left to others', () => {
    expect(feedbackSignal({ source: 'shop', detail: {} }, now)).toBeUndefined();
    expect(feedbackSignal('text', now)).toBeUndefined();
  });

  test.each([
    ['an email without our tags', email('Delivery', {}, { tags: { 'ses:configuration-set': ['x'] } })],
    ['an email without any tag', email('Delivery', {}, { tags: null })],
    ['a tag that is no id of ours', email('Delivery', {}, { tags: { customer: ['C#1'] } })],
    ['an SMS without our context', sms('TEXT_DELIVERED', { context: null })],
  ])('%s was not sent by Segue', (_, event) => {
    expect(feedbackSignal(event, now)?.refusal).toMatchObject({
      reason: 'no-identity',
      message: expect.stringContaining('not sent by Segue'),
    });
  });

  test.each([
    ['advice', { source: 'aws.ses', detail: { version: '1.0.0', data: 'SPF record was not found.' } }],
    ['a voice call', sms('VOICE_INITIATED')],
    ['a type called constructor', email('constructor')],
    ['no detail', { source: 'aws.ses' }],
  ])('%s is about no message', (_, event) => {
    expect(feedbackSignal(event, now)?.refusal?.reason).toBe('unknown-shape');
  });

  test('a provider event without a message id is refused', () => {
    expect(feedbackSignal(email('Delivery', {}, { messageId: 7 }), now)?.refusal?.reason).toBe('bad-field');
  });
});
