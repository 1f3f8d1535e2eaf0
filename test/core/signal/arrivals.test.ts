import { describe, expect, test } from 'vitest';
import { contactSignal, inboundSms, type JsonObject } from '#core/signal';

const now = Date.parse('2026-01-05T09:00:00Z');

describe('a contact of Amazon Connect', () => {
  const event = (detail: JsonObject, more: JsonObject = {}) => ({
    source: 'aws.connect',
    'detail-type': 'Amazon Connect Contact Event',
    time: '2026-01-05T08:58:00Z',
    detail,
    ...more,
  });
  const ended = { eventType: 'DISCONNECTED', contactId: 'c-2', initialContactId: 'c-1', channel: 'VOICE' };
  const read = (detail: JsonObject) => contactSignal(event(detail), now);

  test('belongs to whom its tag says, and is known by the first contact of its chain', () => {
    expect(read({ ...ended, tags: { userId: 'ada', Dept: 'Finance' } })?.signal).toMatchObject({
      event: 'Contact Disconnected',
      subject: { user: 'ada', anonymous: 'connect:c-1' },
      timestamp: '2026-01-05T08:58:00.000Z',
      properties: { contact_id: 'c-2', channel: 'VOICE' },
    });
    expect(read({ eventType: 'INITIATED', contactId: 'c-1' })?.signal?.subject).toEqual({ anonymous: 'connect:c-1' });
  });

  test('is the same in both spellings of Connect', () => {
    const capital = { EventType: 'DISCONNECTED', ContactId: 'c-2', InitialContactId: 'c-1', Channel: 'VOICE' };
    expect(read(capital)?.signal).toEqual(read(ended)?.signal);
  });

  test('is one signal however often it is told, and another one each time something happens', () => {
    expect(read(ended)?.signal?.messageId).toBe(contactSignal(event(ended), now + 9)?.signal?.messageId);
    const updated = { ...ended, eventType: 'CONTACT_DATA_UPDATED' };
    const ids = [ended, updated, { ...updated, updatedProperties: ['x'] }].map((one) => read(one)?.signal?.messageId);
    expect(new Set(ids).size).toBe(3);
  });

  test('says nothing of the agent', () => {
    const signal = read({
      ...ended,
      agentInfo: { agentArn: 'arn:agent' },
      AgentInfo: { AgentArn: 'arn:agent' },
    })?.signal;
    expect(JSON.stringify(signal)).not.toContain('arn:agent');
  });

  test('that is none is refused, and what is not Connect’s is left to others', () => {
    expect(read({ eventType: 'SOMETHING_NEW', contactId: 'c' })?.refusal).toMatchObject({ path: 'detail.eventType' });
    expect(read({ eventType: 'INITIATED' })?.refusal).toMatchObject({
      reason: 'no-identity',
      path: 'detail.contactId',
    });
    expect(contactSignal(event(ended, { detail: 'text' }), now)?.refusal?.reason).toBe('unknown-shape');
    expect(contactSignal(event(ended, { source: 'shop' }), now)).toBeUndefined();
    expect(contactSignal(null, now)).toBeUndefined();
  });
});

describe('a text message from a customer', () => {
  /** As the documentation of two-way SMS has it. */
  const message = {
    originationNumber: '+14255550182',
    destinationNumber: '+12125550101',
    messageKeyword: 'JOIN',
    messageBody: 'EXAMPLE',
    inboundMessageId: 'cae173d2-66b9-564c-8309-21f858e9fb84',
    previousPublishedMessageId: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  };
  const notification = (Message: unknown) => ({
    Type: 'Notification',
    MessageId: 'sns-1',
    TopicArn: 'arn:aws:sns:us-east-1:000000000000:segue-dev-inbound-sms',
    Message: typeof Message === 'string' ? Message : JSON.stringify(Message),
    Timestamp: '2026-01-05T08:59:59.123Z',
  });

  test('is a signal of its number', () => {
    expect(inboundSms(notification(message), now)?.signal).toEqual({
      type: 'track',
      event: 'SMS Received',
      messageId: 'sms:cae173d2-66b9-564c-8309-21f858e9fb84',
      timestamp: '2026-01-05T08:59:59.123Z',
      subject: { anonymous: 'sms:+14255550182' },
      properties: {
        channel: 'sms',
        from: '+14255550182',
        text: 'EXAMPLE',
        keyword: 'JOIN',
        to: '+12125550101',
        in_reply_to: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
      },
      traits: {},
      context: {},
    });
  });

  test('may be empty, and its number without a plus is the same number', () => {
    const { messageBody: _, ...bare } = message;
    const signal = inboundSms(notification({ ...bare, originationNumber: '14255550182' }), now)?.signal;
    expect(signal).toMatchObject({ subject: { anonymous: 'sms:+14255550182' }, properties: { text: '' } });
  });

  test.each(['no json', '[]', '{}', '{"originationNumber":"nobody"}', '{"originationNumber":7}', 'null'])(
    'is not what a notification %s says',
    (text) => {
      expect(inboundSms(notification(text), now)?.refusal).toMatchObject({
        reason: 'unknown-shape',
        path: 'Message.originationNumber',
      });
    },
  );

  test('cannot be put on the bus by a producer: an event has a detail, a notification has none', () => {
    expect(inboundSms({ ...notification(message), detail: {} }, now)).toBeUndefined();
    expect(inboundSms({ detail: notification(message) }, now)).toBeUndefined();
  });
});
